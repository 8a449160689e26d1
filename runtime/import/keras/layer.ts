import type { TableFunction } from '../../../compiler/graph/table-function.js'
import { modelVariables, unsupportedInModel } from '../../../lang/diagnostics/messages/import.js'
import { formatShape } from '../../../lang/shape.js'
import type { NetworkBuilder, Node } from './builder.js'
import type { KerasLayer } from './config.js'
import { type ImportedQuantizer, readQuantizer } from './quantizer.js'
import { refuse } from './refusal.js'
import type { Variable, Variables } from './variables.js'

/** A layer on its way into the network, with what its expansion asks for again and again. */
export class LayerContext {
  readonly builder: NetworkBuilder
  readonly layer: KerasLayer
  readonly operands: readonly Node[]
  readonly #file: string
  readonly #variables: Variables
  readonly #group: string

  constructor(
    file: string,
    builder: NetworkBuilder,
    layer: KerasLayer,
    operands: readonly Node[],
    variables: Variables,
    group: string,
  ) {
    this.#file = file
    this.builder = builder
    this.layer = layer
    this.operands = operands
    this.#variables = variables
    this.#group = group
  }

  /** The operand of a layer that takes one. */
  get operand(): Node {
    const [operand] = this.operands
    return operand !== undefined && this.operands.length === 1
      ? operand
      : this.unsupported(`takes ${this.operands.length} tensors`, 'layers with one operand can be imported')
  }

  text(name: string): string | null {
    const value = this.layer.config[name]
    return typeof value === 'string' ? value : null
  }

  number(name: string, fallback: number): number {
    const value = this.layer.config[name]
    return typeof value === 'number' ? value : fallback
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.layer.config[name]
    return typeof value === 'boolean' ? value : fallback
  }

  /** Whole numbers from 1 on, one for each of so many axes; a single one stands for all of them, and is `fallback` if left out. */
  lengths(name: string, axes: number, fallback: number): readonly number[]
  lengths(name: string, axes: number, fallback: null): readonly number[] | null
  lengths(name: string, axes: number, fallback: number | null): readonly number[] | null {
    const value = this.layer.config[name] ?? fallback
    if (value === null) return null
    const list: readonly unknown[] = Array.isArray(value) ? value : new Array<unknown>(axes).fill(value)
    const good = list.filter((length) => typeof length === 'number' && Number.isInteger(length) && length > 0)
    return list.length === axes && good.length === axes
      ? (good as readonly number[])
      : this.unsupported(
          `has the ${name} ${JSON.stringify(value)}`,
          `it is a whole number from 1 on for each of ${axes} axes`,
        )
  }

  /** One of some words, the first if left out. */
  choice(name: string, words: readonly string[]): string {
    const value = this.layer.config[name] ?? words[0]
    const found = words.find((word) => word === value)
    return (
      found ?? this.unsupported(`has the ${name} ${JSON.stringify(value)}`, `what can be imported: ${words.join(', ')}`)
    )
  }

  /** The layer's own variables but the scalars, which are the factor and the value of EBOPs: one for each of `names`. */
  variables<const Names extends readonly string[]>(names: Names): { readonly [I in keyof Names]: Variable } {
    const all = this.#variables.of(this.#group)
    const tensors = all.filter(({ shape }) => shape.length > 0)
    if (tensors.length !== names.length) {
      const found = all.map(({ shape }) => formatShape(shape))
      const problem = `has ${tensors.length} variables where ${names.join(', ')} are expected`
      return refuse(modelVariables({ file: this.#file, place: this.#place(), problem, found }))
    }
    return tensors as unknown as { readonly [I in keyof Names]: Variable }
  }

  /** `key`: `iq`, `kq`, `bq` or `oq`. `tensor` is the shape of what it quantizes, without the batch axis. */
  quantizer(key: string, tensor: readonly number[], batched: boolean): ImportedQuantizer {
    const place = `quantizer ${key} of ${this.#place()}`
    const group = `${this.#group}/${key}/quantizer`
    return readQuantizer(
      { file: this.#file, place, group, tensor, batched },
      this.layer.config[`${key}_conf`],
      this.#variables,
    )
  }

  /** The quantizer of one of several operands. */
  operandQuantizer(index: number, tensor: readonly number[]): ImportedQuantizer {
    const configs = this.layer.config.iq_confs
    const place = `quantizer iq[${index}] of ${this.#place()}`
    // Keras tells members of a list apart by the number behind the name of their class.
    const member = index === 0 ? 'quantizer' : `quantizer_${index}`
    const group = `${this.#group}/iq/quantizers/${member}/quantizer`
    const config: unknown = Array.isArray(configs) ? configs[index] : configs
    return readQuantizer({ file: this.#file, place, group, tensor, batched: true }, config, this.#variables)
  }

  /** A layer that is a quantizer itself. */
  ownQuantizer(tensor: readonly number[]): ImportedQuantizer {
    const at = { file: this.#file, place: this.#place(), group: `${this.#group}/quantizer`, tensor, batched: true }
    return readQuantizer(at, this.layer.config.config, this.#variables)
  }

  unsupported(what: string, cure: string): never {
    return refuse(unsupportedInModel({ file: this.#file, place: this.#place(), what, cure }))
  }

  #place(): string {
    return `layer '${this.layer.name}'`
  }
}

/** What the data are when a layer with an input quantizer uses them. `multiplies`: they must have passed some quantizer. */
export function quantizedOperand(context: LayerContext, multiplies = true): Node {
  const { builder, operand } = context
  if (context.flag('enable_iq', true)) {
    return builder.quantize(operand, 'activation', 'iq', context.quantizer('iq', builder.shapeOf(operand), true))
  }
  if (multiplies) requireExact(context, operand)
  return operand
}

/** The same of a layer with several operands, each with a quantizer of its own. */
export function quantizedOperands(context: LayerContext, multiplies: boolean): readonly Node[] {
  const { builder, operands } = context
  if (context.flag('enable_iq', true)) {
    return operands.map((operand, index) => {
      const quantizer = context.operandQuantizer(index, builder.shapeOf(operand))
      return builder.quantize(operand, 'activation', `iq[${index}]`, quantizer)
    })
  }
  if (multiplies) for (const operand of operands) requireExact(context, operand)
  return operands
}

function requireExact(context: LayerContext, operand: Node): void {
  if (context.builder.isExact(operand)) return
  const cure =
    'give it an input quantizer (enable_iq=True), or the layer before it an output quantizer (enable_oq=True)'
  context.unsupported('takes data that no quantizer has passed', cure)
}

/** What follows the arithmetic of a layer: its activation, and its output quantizer where it has one. */
export function finishLayer(context: LayerContext, result: Node, place: 'activation' | 'table' = 'activation'): Node {
  const { builder } = context
  const activated = activate(context, result, context.layer.config.activation)
  if (!context.flag('enable_oq', false)) return activated
  return builder.quantize(activated, place, 'oq', context.quantizer('oq', builder.shapeOf(activated), true))
}

/** An activation by its name, alone or as the function that Keras registered. */
export function activate(context: LayerContext, node: Node, activation: unknown): Node {
  const name = activationName(activation)
  const { builder } = context
  if (name === 'linear') return node
  if (name === 'relu') return builder.apply('relu', [node])
  const tabulated = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (tabulated === undefined) {
    const known = ['linear', 'relu', ...Object.keys(FUNCTIONS)].join(', ')
    return context.unsupported(`has the activation ${name}`, `what can be imported: ${known}`)
  }
  if (!builder.isQuantized(node)) {
    const cure = 'put the function into a QUnaryFunctionLUT of its own, which quantizes its input'
    return context.unsupported(`takes ${name} of data that no quantizer has passed`, cure)
  }
  return builder.apply('table', [node], { function: tabulated })
}

/** Functions that become look-up tables, by the names of Keras. */
const FUNCTIONS: Readonly<Record<string, TableFunction>> = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  exponential: 'exp',
  softplus: 'softplus',
  gelu: 'gelu',
  silu: 'silu',
  swish: 'silu',
  elu: 'elu',
}

function activationName(activation: unknown): string {
  if (activation === null || activation === undefined) return 'linear'
  if (typeof activation === 'string') return activation
  const { config, class_name: className } = activation as { config?: unknown; class_name?: unknown }
  return typeof config === 'string' ? config : String(className)
}
