import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import type { Operation, OperationKind, OperationTable } from '../../../compiler/graph/operation.js'
import { liveOperations, operationAt, users } from '../../../compiler/graph/walk.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import type { Overflow } from '../../../lang/program.js'
import { fixedRounding } from '../../../runtime/calibrate/freeze.js'
import { ROUNDING_MODES } from '../../fixtures/calibrated.js'
import type { QuantizedNetwork } from '../../fixtures/quantized-network.js'

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
    for (const feature of FEATURES) this.#networks.set(feature, 0)
  }

  add(network: QuantizedNetwork, pipeline: Pipeline): void {
    const found = new Set<string>(featuresOf(network, pipeline))
    const { graph, quantizers } = network.calibrated
    for (const id of liveOperations(graph)) {
      const operation = operationAt(graph, id)
      found.add(`${operation.kind}, ${operation.side}`)
      if (operation.kind === 'reduce') found.add(`reduce by ${operation.reduction}, ${operation.side}`)
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

function featuresOf({ calibrated, lowered }: QuantizedNetwork, pipeline: Pipeline): Feature[] {
  const { graph, inputs, quantizers, constants } = calibrated
  const live = new Set(liveOperations(graph))
  const readers = users(graph).map((list) => list.filter((user) => live.has(user)).length)
  const operations = [...live].map((id) => operationAt(graph, id))
  const quantize = operations.flatMap((operation) => (operation.kind === 'quantize' ? [operation] : []))
  const sideOf = (id: number): Side => operationAt(graph, id).side
  const widthAt = (id: number): number => {
    const node = lowered.nodes[id]
    return node === undefined ? 0 : widthOf(typeOfInterval(node.interval))
  }
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
    'stochastic rounding': quantize.some(({ quantizer }) => quantizer.rounding === 'stochastic'),
  }
  return FEATURES.filter((feature) => is[feature])
}
