import type { TrainingSpec } from '../../lang/program.js'
import type { ActionInput } from './action.js'
import { output } from './addresses.js'

/** Epochs that are done before and after a segment: it trains epochs `from` + 1 … `to`. */
export interface EpochRange {
  readonly from: number
  readonly to: number
}

/** A training in pieces of `segment` epochs, each an action; the last may be shorter. */
export function segmentsOf({ epochs, segment }: Pick<TrainingSpec, 'epochs' | 'segment'>): readonly EpochRange[] {
  return Array.from({ length: Math.ceil(epochs / segment) }, (_, n) => ({
    from: n * segment,
    to: Math.min((n + 1) * segment, epochs),
  }))
}

/** `train/scan/segment[3]`. */
export function segmentAddress(training: string, segment: number): string {
  return `train/${training}/segment[${segment}]`
}

/** The candidates of every segment of a training, and the state after the last, which says which of them are held. */
export function segmentOutputs(training: TrainingSpec): { readonly [role: string]: ActionInput } {
  const addresses = segmentsOf(training).map((_, n) => segmentAddress(training.id, n))
  return {
    ...Object.fromEntries(addresses.map((address, n) => [`candidates[${n}]`, output(address, 'candidates')])),
    state: output(segmentAddress(training.id, addresses.length - 1), 'state'),
  }
}

const SEGMENT = /^(train\/.*)\/segment\[(\d+)\]$/

/** The training and the number in the address of a segment: `train/scan` and 3. Null for any other action. */
export function parseSegment(address: string): { readonly training: string; readonly segment: number } | null {
  const [, training, segment] = SEGMENT.exec(address) ?? []
  return training === undefined || segment === undefined ? null : { training, segment: Number(segment) }
}
