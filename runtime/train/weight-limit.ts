import type { TensorGraph } from '../../compiler/graph/operation.js'
import type { CheckpointTensor } from './checkpoint.js'
import type { StepProblem } from './engine.js'

/** A weight beyond it is of no use: with as many integer bits, single precision has no bit left below 2⁸. */
const LIMIT = 2 ** 32

/**
 * The first parameter that steps have taken beyond all measure; null where all are usual. Such weights may well give
 * zeros, and so a loss that looks sound, as the widths of their quantizers end at their limits.
 */
export function weightProblem(graph: TensorGraph, network: ReadonlyMap<string, CheckpointTensor>): StepProblem | null {
  for (const operation of graph.operations) {
    if (operation.kind !== 'parameter') continue
    const { path } = operation
    const values = network.get(path)?.values ?? new Float32Array()
    // By index: this is done after every epoch, and an iterator takes ten times as long.
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      if (Math.abs(value) > LIMIT) return { what: `values of '${path}' reach ${value.toPrecision(3)}`, path }
    }
  }
  return null
}
