import type { Operation, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import {
  declareState,
  fractionPath,
  initialSign,
  integerPath,
  signPath,
  statisticsPath,
  tracksInteger,
} from '../../compiler/graph/state.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { rounder, roundNearestEven } from '../../compiler/numeric/fixed-quantizer.js'
import { normalAt, randomKey, uniformAt } from '../../compiler/numeric/random.js'
import type { Shape } from '../../lang/host.js'
import { elementCount } from '../../lang/shape.js'
import type { CheckpointTensor } from './checkpoint.js'

/**
 * State before the first step, by path: parameters from (seed, path), widths from the start values of their quantizers.
 * Where those would round at least half of a weight tensor to zero, its widths start with more fractional bits: a
 * tensor that starts all zero never learns.
 */
export function initialState(graph: TensorGraph, seed: number): Map<string, CheckpointTensor> {
  const state = new Map<string, CheckpointTensor>()
  for (const { path, shape } of declareState(graph))
    state.set(path, { shape, values: new Float32Array(elementCount(shape)) })
  for (const operation of graph.operations) {
    if (operation.kind === 'parameter') fillParameter(operation, seed, valuesOf(state, operation.path))
    if (operation.kind === 'batch_statistics' && operation.moment === 'variance')
      valuesOf(state, statisticsPath(operation)).fill(1)
    if (operation.kind === 'quantize') {
      const { quantizer } = operation
      valuesOf(state, integerPath(operation)).fill(quantizer.integer)
      valuesOf(state, signPath(operation)).fill(initialSign(graph, operation))
      const start = quantizer.parametrization === 'kif' ? quantizer.fraction : quantizer.magnitude
      valuesOf(state, fractionPath(operation)).fill(start + missingBits(graph, operation, state))
    }
  }
  return state
}

/**
 * The state of a network that starts with that of another one, of the same parameters and widths: all but the signs that its
 * own quantizers declare. A quantizer that saturates keeps its sign; one that wraps tracks it.
 */
export function takenOver(
  graph: TensorGraph,
  network: ReadonlyMap<string, CheckpointTensor>,
): Map<string, CheckpointTensor> {
  const own = initialState(graph, 0)
  const state = new Map(network)
  for (const operation of graph.operations) {
    if (operation.kind !== 'quantize') continue
    const { quantizer } = operation
    const path = signPath(operation)
    const declared = own.get(path)
    if (declared !== undefined && !(tracksInteger(quantizer) && quantizer.signed === 'auto')) state.set(path, declared)
  }
  return state
}

function valuesOf(state: ReadonlyMap<string, CheckpointTensor>, path: string): Float32Array {
  const tensor = state.get(path)
  if (tensor === undefined) throw new Error(`no state ${path}`)
  return tensor.values
}

function fillParameter(operation: OperationOf<'parameter'>, seed: number, values: Float32Array): void {
  const { init, shape, path } = operation
  const key = randomKey(seed, path, 'init')
  const uniform = (low: number, high: number): void => {
    for (let index = 0; index < values.length; index++) values[index] = low + (high - low) * uniformAt(key, index)
  }
  const symmetric = (limit: number): void => uniform(-limit, limit)
  const { fanIn, fanOut } = fans(shape)
  switch (init.kind) {
    case 'zeros':
      values.fill(0)
      return
    case 'ones':
      values.fill(1)
      return
    case 'constant':
      values.fill(init.value)
      return
    case 'glorot_uniform':
      symmetric(Math.sqrt(6 / (fanIn + fanOut)))
      return
    case 'he_uniform':
      symmetric(Math.sqrt(6 / fanIn))
      return
    case 'lecun_uniform':
      symmetric(Math.sqrt(3 / fanIn))
      return
    case 'uniform':
      uniform(init.low, init.high)
      return
    case 'normal':
      for (let index = 0; index < values.length; index++)
        values[index] = init.mean + init.deviation * normalAt(key, index)
  }
}

/** As Keras has it: the last axis leaves, the one before it enters, further axes are a receptive field. */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2) return { fanIn: Math.max(1, shape[0] ?? 1), fanOut: Math.max(1, shape[0] ?? 1) }
  const field = elementCount(shape.slice(0, -2))
  return { fanIn: field * (shape[shape.length - 2] ?? 1), fanOut: field * (shape[shape.length - 1] ?? 1) }
}

/** The values that a quantizer of constants starts with; none where they are meant to be zero, or come from elsewhere. */
function startOf(source: Operation | undefined, state: ReadonlyMap<string, CheckpointTensor>): Float32Array {
  if (source?.kind === 'parameter' && source.init.kind !== 'zeros') return valuesOf(state, source.path)
  if (source?.kind !== 'constant') return new Float32Array()
  return typeof source.value === 'number' ? Float32Array.of(source.value) : Float32Array.from(source.value)
}

/** Further fractional bits so that at least half of the non-zero values of a weight tensor survive rounding. */
function missingBits(
  graph: TensorGraph,
  operation: OperationOf<'quantize'>,
  state: ReadonlyMap<string, CheckpointTensor>,
): number {
  const { quantizer } = operation
  const source = graph.operations[operation.operands[0]]
  if (!quantizer.learned) return 0
  const values = startOf(source, state)
  const nonZero = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0)
  const round = rounder(quantizer.rounding)
  const kbi = quantizer.parametrization === 'kbi'
  const fraction = kbi
    ? roundNearestEven(quantizer.magnitude) - roundNearestEven(quantizer.integer)
    : roundNearestEven(quantizer.fraction)
  const room = Math.floor(
    kbi ? quantizer.magnitudeLimits.high - quantizer.magnitude : quantizer.fractionLimits.high - quantizer.fraction,
  )
  for (let bits = 0; bits < room; bits++) {
    const scale = powerOfTwo(fraction + bits)
    const kept = values.reduce((count, value) => count + (round(value * scale) === 0 ? 0 : 1), 0)
    if (2 * kept >= nonZero) return bits
  }
  return Math.max(0, room)
}
