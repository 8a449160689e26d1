import { operationRules } from '../../../compiler/graph/shapes.js'
import { unsupportedInModel } from '../../../lang/diagnostics/messages/import.js'
import { isExact, sourcesOf } from '../../../lang/elaborate/network/side.js'
import type { Shape } from '../../../lang/host.js'
import type { NetworkOperation, NetworkSpec, Plain } from '../../../lang/program.js'
import type { Checkpoint, CheckpointTensor } from '../../train/checkpoint.js'
import type { ImportedQuantizer } from './quantizer.js'
import { refuse } from './refusal.js'

/** Index of an operation of the network that is built. */
export type Node = number

/** Builds the network that a model stands for, and the state that goes with it, by the paths that `declareState` gives it. */
export class NetworkBuilder {
  readonly #file: string
  readonly #operations: NetworkOperation[] = []
  readonly #tensors = new Map<string, CheckpointTensor>()
  readonly #inputs: { readonly name: string; readonly operation: Node }[] = []
  readonly #outputs: { readonly name: string; readonly operation: Node }[] = []
  /** Name of the layer that is expanded. */
  scope = ''

  constructor(file: string) {
    this.#file = file
  }

  shapeOf(node: Node): Shape {
    return this.#operations[node]?.shape ?? []
  }

  /** Whether a value may meet constants: quantized, and not changed since in a way that makes it longer. */
  isExact(node: Node): boolean {
    return isExact((id) => this.#operations[id] ?? { kind: 'input', operands: [] }, node)
  }

  /** Whether every element of a value comes out of a quantizer or is a constant: what a table may look up. */
  isQuantized(node: Node): boolean {
    const at = (id: Node) => this.#operations[id] ?? { kind: 'input', operands: [] }
    return sourcesOf(at, node).every((source) => ['quantize', 'constant'].includes(at(source).kind))
  }

  input(name: string, shape: Shape): Node {
    const node = this.#push('input', [], { name, type: null }, shape, null)
    this.#inputs.push({ name, operation: node })
    return node
  }

  output(name: string, node: Node): void {
    this.#refuseTables([node])
    this.#outputs.push({ name, operation: node })
  }

  parameter(name: string, shape: Shape, values: Float32Array): Node {
    const path = `${this.scope}/${name}`
    this.#tensors.set(path, { shape, values })
    return this.#push('parameter', [], { shape, init: { kind: 'zeros' } }, shape, path)
  }

  constant(value: number): Node {
    return this.#push('constant', [], { value }, [], null)
  }

  quantize(node: Node, place: string, name: string, { spec, state, shape }: ImportedQuantizer): Node {
    const path = `${this.scope}/${name}`
    this.#tensors.set(`${path}/k`, { shape, values: state.k })
    this.#tensors.set(`${path}/i`, { shape, values: state.i })
    this.#tensors.set(`${path}/${spec.parametrization === 'kif' ? 'f' : 'b'}`, { shape, values: state.fraction })
    return this.#push('quantize', [node], { place, quantizer: spec }, this.shapeOf(node), path)
  }

  /** Any other operation, by its name in the prelude. */
  apply(kind: string, operands: readonly Node[], attributes: { readonly [name: string]: Plain } = {}): Node {
    const shapes = operands.map((operand) => this.shapeOf(operand))
    const result = operationRules.shapeOf(kind, shapes, attributes)
    if (!result.ok) {
      const what = `does not fit: ${result.message}, ${result.label}`
      const place = `layer '${this.scope}'`
      return refuse(unsupportedInModel({ file: this.#file, place, what, cure: result.rule }))
    }
    return this.#push(kind, operands, attributes, result.shape, null)
  }

  finish(): { readonly network: NetworkSpec; readonly checkpoint: Checkpoint } {
    const network: NetworkSpec = {
      id: this.#file,
      inputs: this.#inputs,
      outputs: this.#outputs,
      operations: this.#operations,
    }
    return { network, checkpoint: { tensors: this.#tensors, metadata: {} } }
  }

  /** What a function gives must be quantized before anything else: hardware has no other tables. */
  #refuseTables(operands: readonly Node[]): void {
    const table = operands.map((node) => this.#operations[node]).find((operation) => operation?.kind === 'table')
    if (table === undefined) return
    const what = `gives ${String(table.attributes.function)} of its data, which no quantizer passes before it is used`
    const cure = 'give it an output quantizer (enable_oq=True), or what follows it an input quantizer (enable_iq=True)'
    refuse(unsupportedInModel({ file: this.#file, place: `layer '${table.scope}'`, what, cure }))
  }

  #push(
    kind: string,
    operands: readonly Node[],
    attributes: { readonly [name: string]: Plain },
    shape: Shape,
    path: string | null,
  ): Node {
    if (kind !== 'quantize') this.#refuseTables(operands)
    const span = { file: this.#file, start: 0, end: 0 }
    this.#operations.push({ kind, operands, attributes, shape, path, scope: this.scope, span })
    return this.#operations.length - 1
  }
}
