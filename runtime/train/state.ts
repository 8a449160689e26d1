import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../compiler/numeric/safetensors.js'
import type { CandidateFacts } from './candidates.js'
import type { CheckpointTensor } from './checkpoint.js'
import type { ControllerMemory } from './controller.js'

/** Everything with which a training goes on, bit for bit as if it had not been interrupted. */
export interface TrainState {
  readonly network: ReadonlyMap<string, CheckpointTensor>
  /** Of the optimiser, `<path>/<slot>`. */
  readonly slots: ReadonlyMap<string, CheckpointTensor>
  /** Epochs that are done. */
  readonly epoch: number
  /** Optimiser steps that are done. */
  readonly steps: number
  /** Task loss of the first step of the training; null before it. */
  readonly firstLoss: number | null
  /** Of the controller of the pressure, where there is one. */
  readonly controller: ControllerMemory | null
  /**
   * Candidates that nothing has beaten so far, by rising EBOPs; their checkpoints lie with the segments that trained
   * them.
   */
  readonly held: readonly CandidateFacts[]
  /** Quantizers that have been reported as dead, so that each is reported once. */
  readonly reported: readonly string[]
}

/** The state of a training before its first epoch, with this network. */
export function startingWith(network: TrainState['network']): TrainState {
  return {
    network,
    slots: new Map(),
    epoch: 0,
    steps: 0,
    firstLoss: null,
    controller: null,
    held: [],
    reported: [],
  }
}

const FORMAT = 'hgq-train-state-2'

/** As one safetensors blob. The same state gives the same bytes. */
export function encodeState({ network, slots, ...facts }: TrainState): Uint8Array {
  const tensors = new Map<string, TensorData>()
  for (const [path, tensor] of network) tensors.set(`network/${path}`, tensor)
  for (const [path, tensor] of slots) tensors.set(`slots/${path}`, tensor)
  const { epoch, steps, firstLoss, controller, held, reported } = facts
  const ordered: Facts = { epoch, steps, firstLoss, controller, held, reported }
  return encodeSafetensors(tensors, { format: FORMAT, facts: JSON.stringify(ordered) })
}

type Facts = Omit<TrainState, 'network' | 'slots'>

/** Throws on bytes that `encodeState` did not write. */
export function decodeState(bytes: Uint8Array): TrainState {
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (metadata.format !== FORMAT || metadata.facts === undefined) throw new Error('these bytes are no training state')
  const parts = { network: new Map<string, CheckpointTensor>(), slots: new Map<string, CheckpointTensor>() }
  for (const [name, { shape, values }] of tensors) {
    const slash = name.indexOf('/')
    const part = name.slice(0, slash)
    if (!(values instanceof Float32Array) || (part !== 'network' && part !== 'slots'))
      throw new Error(`tensor ${name} is not part of a training state`)
    parts[part].set(name.slice(slash + 1), { shape, values })
  }
  // Written by `encodeState`; the store has verified the bytes.
  return { ...(JSON.parse(metadata.facts) as Facts), ...parts }
}
