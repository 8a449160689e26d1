import { packContents, unpackContents } from './container.js'

/** A calibrated candidate of a training, encoded. */
export interface CalibratedNetwork {
  /** Number among the candidates of its training. */
  readonly candidate: number
  readonly epoch: number
  readonly content: Uint8Array
}

/** Networks in one blob, in order. */
export function encodeNetworks(networks: readonly CalibratedNetwork[]): Uint8Array {
  return packContents(networks.map(({ candidate, epoch, content }) => [{ candidate, epoch }, content] as const))
}

/** The networks that `encodeNetworks` packed, in order. */
export function decodeNetworks(packed: Uint8Array): readonly CalibratedNetwork[] {
  return unpackContents<Omit<CalibratedNetwork, 'content'>>(packed).map(([about, content]) => ({ ...about, content }))
}
