import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import type { Operation, OperationKind, OperationTable } from '../../../compiler/graph/operation.js'
import { TABLE_FUNCTION_NAMES } from '../../../compiler/graph/table-function.js'
import { liveOperations, operationAt, users } from '../../../compiler/graph/walk.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { isLayoutKind } from '../../../lang/elaborate/network/side.js'
import type { Overflow } from '../../../lang/program.js'
import { fixedRounding } from '../../../runtime/calibrate/freeze.js'
import { signalsOf } from '../../../targets/rtl/signals.js'
import { stagesOf } from '../../../targets/rtl/stage.js'
import { ROUNDING_MODES } from '../../fixtures/calibrated.js'
import type { Finished } from './run.js'

type Side = Operation['side']
const BOTH: readonly Side[] = ['data', 'parameter']

/** The sides on which an operation of each kind can stand. */
const SIDES: OperationTable<{ readonly [K in OperationKind]: readonly Side[] }> = {
  input: ['data'],
  parameter: ['parameter'],
  constant: ['parameter'],
  quantize: BOTH,
  einsum: BOTH,
  add: BOTH,
  subtract: BOTH,
  multiply: BOTH,
  maximum: BOTH,
  minimum: BOTH,
  divide: ['parameter'],
  square_root: ['parameter'],
  negate: BOTH,
  relu: BOTH,
  abs: BOTH,
  stop_gradient: BOTH,
  shift: BOTH,
  table: BOTH,
  reduce: BOTH,
  reshape: BOTH,
  transpose: BOTH,
  slice: BOTH,
  concat: BOTH,
  patches: BOTH,
  batch_statistics: ['parameter'],
}

const OVERFLOWS: readonly Overflow[] = ['saturate', 'saturate_symmetric', 'wrap', 'wrap_reflect']

const FEATURES = [
  'several inputs',
  'several outputs',
  'an output that is a constant',
  'an output that others read',
  'a value that several read',
  'a quantizer in several places',
  'plain number meets data',
  'pruned weight',
  'outputs that are all 0',
  'input of width 0',
  'value of width 0',
  'value wider than 53 bits',
  'input of both signs',
  'several stages',
  'stochastic rounding',
  'three-input adder',
  'sums in another order',
  'registered inputs',
  'outputs without registers',
  'two layers of registers',
  'clock enable',
  'reset',
  'asynchronous reset',
  'handshake of valid',
  'handshake of valid and ready',
  'registers with copies',
  'table of what is laid out',
  'table of an input',
  'tables of several types',
  'windows over the ends, of zeros',
  'windows over the ends, of the nearest',
  'windows with strides',
  'windows with gaps',
  'pooled by max',
  'pooled by sum',
  'convolution',
  'depthwise convolution',
] as const
type Feature = (typeof FEATURES)[number]

/** Counts over a set of networks what occurred in those operations that reach an output. */
export class Coverage {
  readonly #networks = new Map<string, number>()

  constructor() {
    for (const [kind, sides] of Object.entries(SIDES))
      for (const side of sides) this.#networks.set(`${kind}, ${side}`, 0)
    for (const side of BOTH)
      for (const reduction of ['sum', 'max', 'min']) this.#networks.set(`reduce by ${reduction}, ${side}`, 0)
    for (const side of BOTH)
      for (const rounding of ROUNDING_MODES)
        for (const overflow of OVERFLOWS) this.#networks.set(modes(rounding, overflow, side), 0)
    for (const name of TABLE_FUNCTION_NAMES) this.#networks.set(`table of ${name}, data`, 0)
    for (const feature of FEATURES) this.#networks.set(feature, 0)
  }

  add(made: Omit<Finished, 'outcomes'>): void {
    const found = new Set<string>(featuresOf(made))
    const { graph, quantizers } = made.network.calibrated
    for (const id of liveOperations(graph)) {
      const operation = operationAt(graph, id)
      found.add(`${operation.kind}, ${operation.side}`)
      if (operation.kind === 'reduce') found.add(`reduce by ${operation.reduction}, ${operation.side}`)
      if (operation.kind === 'table' && operation.side === 'data') found.add(`table of ${operation.function}, data`)
      if (operation.kind !== 'quantize') continue
      const { rounding, overflow } = quantizers.get(id) ?? operation.quantizer
      found.add(modes(fixedRounding(rounding), overflow, operation.side))
    }
    for (const what of found) {
      const networks = this.#networks.get(what)
      if (networks === undefined) throw new Error(`"${what}" occurred, where it should not be able to`)
      this.#networks.set(what, networks + 1)
    }
  }

  /** What should occur and did not. */
  missing(): readonly string[] {
    return [...this.#networks].filter(([, networks]) => networks === 0).map(([what]) => what)
  }

  /** The number of things that occurred, and the rarest of them. */
  summary(): string {
    const seen = [...this.#networks].filter(([, networks]) => networks > 0)
    const rarest = seen.sort(([, a], [, b]) => a - b).slice(0, 3)
    return `${seen.length} of ${this.#networks.size} kinds and modes occurred; the rarest: ${rarest.map(([what, networks]) => `${what} (${networks})`).join('; ')}`
  }
}

function modes(rounding: string, overflow: string, side: Side): string {
  return `${rounding} and ${overflow}, ${side}`
}

function featuresOf({ network, pipeline, control, regrouped }: Omit<Finished, 'outcomes'>): Feature[] {
  const { calibrated, lowered } = network
  const { graph, inputs, quantizers, constants, tables } = calibrated
  const live = new Set(liveOperations(graph))
  const readers = users(graph).map((list) => list.filter((user) => live.has(user)).length)
  const operations = [...live].map((id) => operationAt(graph, id))
  const quantize = operations.flatMap((operation) => (operation.kind === 'quantize' ? [operation] : []))
  const sideOf = (id: number): Side => operationAt(graph, id).side
  const widthAt = (id: number): number => {
    const node = lowered.nodes[id]
    return node === undefined ? 0 : widthOf(typeOfInterval(node.interval))
  }
  const operandOf = ({ operands }: Operation): Operation => operationAt(graph, operands[0] ?? -1)
  const lookedUp = operations.flatMap((operation) =>
    operation.kind === 'table' && operation.side === 'data' ? [operandOf(operation)] : [],
  )
  const onData = operations.filter(({ side }) => side === 'data')
  const windows = onData.flatMap((operation) => (operation.kind === 'patches' ? [operation] : []))
  const overEnds = windows.filter(({ before }) => before.some((count) => count > 0))
  const ofWindows = onData.filter(
    (operation) => operation.operands.length > 0 && operandOf(operation).kind === 'patches',
  )
  const pooled = ofWindows.flatMap((operation) => (operation.kind === 'reduce' ? [operation.reduction] : []))
  const convolved = ofWindows.flatMap((operation) => (operation.kind === 'einsum' ? [operation.equation] : []))
  const typesOfInputs = [...inputs.values()].flatMap(({ types }) => types)
  const is: Record<Feature, boolean> = {
    'several inputs': graph.inputs.length > 1,
    'several outputs': graph.outputs.length > 1,
    'an output that is a constant': graph.outputs.some(({ operation }) => sideOf(operation) === 'parameter'),
    'an output that others read': graph.outputs.some(({ operation }) => (readers[operation] ?? 0) > 0),
    'a value that several read': operations.some(({ id, side }) => side === 'data' && (readers[id] ?? 0) > 1),
    'a quantizer in several places': new Set(quantize.map(({ path }) => path)).size < quantize.length,
    'plain number meets data': operations.some(
      ({ side, operands }) => side === 'data' && operands.some((id) => operationAt(graph, id).kind === 'constant'),
    ),
    'pruned weight': [...constants.values()].some(({ values }) => values.includes(0)),
    'outputs that are all 0': lowered.outputs.every(({ nodes }) => nodes.every((id) => widthAt(id) === 0)),
    'input of width 0': typesOfInputs.some((type) => widthOf(type) === 0),
    'value of width 0': [...quantizers.values()].some(({ types }) => types.some((type) => widthOf(type) === 0)),
    'value wider than 53 bits': lowered.nodes.some((_, id) => widthAt(id) > 53),
    'input of both signs': typesOfInputs.some(({ k }) => k === 0) && typesOfInputs.some(({ k }) => k === 1),
    'several stages': pipeline.stages > 1,
    'three-input adder': pipeline.graph.nodes.some(({ kind }) => kind === 'sum'),
    'sums in another order': regrouped,
    'registered inputs': pipeline.registers.inputs,
    'outputs without registers': !pipeline.registers.outputs,
    'two layers of registers': pipeline.registers.layers === 2,
    'clock enable': control.clockEnable,
    reset: control.reset === 'synchronous',
    'asynchronous reset': control.reset === 'asynchronous',
    'handshake of valid': control.handshake === 'valid',
    'handshake of valid and ready': control.handshake === 'valid_ready',
    'registers with copies': hasCopies(pipeline, control.fanOut),
    'table of what is laid out': lookedUp.some(({ kind }) => isLayoutKind(kind)),
    'table of an input': lookedUp.some(({ kind }) => kind === 'input'),
    'tables of several types': [...tables.values()].some(({ lookups }) => lookups.length > 1),
    'windows over the ends, of zeros': overEnds.some(({ border }) => border === 'zero'),
    'windows over the ends, of the nearest': overEnds.some(({ border }) => border === 'nearest'),
    'windows with strides': windows.some(({ strides }) => strides.some((stride) => stride > 1)),
    'windows with gaps': windows.some(({ dilation, window }) =>
      dilation.some((by, axis) => by > 1 && (window[axis] ?? 1) > 1),
    ),
    'pooled by max': pooled.includes('max'),
    'pooled by sum': pooled.includes('sum'),
    convolution: convolved.some((equation) => equation.endsWith('o')),
    'depthwise convolution': convolved.some((equation) => !equation.endsWith('o')),
    'stochastic rounding': quantize.some(({ quantizer }) => quantizer.rounding === 'stochastic'),
  }
  return FEATURES.filter((feature) => is[feature])
}

function hasCopies(pipeline: Pipeline, fanOut: number | undefined): boolean {
  return stagesOf('', pipeline.stages, signalsOf(pipeline), fanOut).some(({ copies }) => copies.size > 0)
}
