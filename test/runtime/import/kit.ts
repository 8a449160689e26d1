import { strToU8, zipSync } from 'fflate'
import hdf5, { type Group } from 'h5wasm'
import * as assert from 'uvu/assert'
import { lower } from '../../../compiler/lower/lower.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { importKeras } from '../../../runtime/import/keras/import.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'

/** A variable of a model that is made for a test. */
export interface TestVariable {
  readonly shape: readonly number[]
  readonly values: readonly number[]
  /** As Keras stores signs. */
  readonly whole?: boolean
}

/** Variables by group below `layers/`. */
export type TestVariables = Readonly<Record<string, readonly TestVariable[]>>

/** Numbers that float32 holds. */
export function numbers(shape: readonly number[], values: readonly number[]): TestVariable {
  return { shape, values }
}

/** Signs of width groups. */
export function signs(shape: readonly number[], values: readonly number[]): TestVariable {
  return { shape, values, whole: true }
}

let made = 0

/** The bytes of `model.weights.h5`; `names` gives groups the name of their layer, as newer versions of Keras do. */
export async function weightsFile(
  variables: TestVariables,
  names: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const { FS } = await hdf5.ready
  const path = `/test-${made++}.h5`
  const file = new hdf5.File(path, 'w')
  const groupAt = (name: string): Group => {
    let group: Group = file
    for (const part of name.split('/')) {
      if (!group.keys().includes(part)) group.create_group(part)
      group = group.get(part) as Group
    }
    return group
  }
  groupAt('layers')
  for (const [name, list] of Object.entries(variables)) {
    const group = groupAt(`layers/${name}/vars`)
    for (const [index, { shape, values, whole }] of list.entries()) {
      const data = whole === true ? Uint8Array.from(values) : Float32Array.from(values)
      group.create_dataset({ name: String(index), data, shape: [...shape] })
    }
  }
  for (const [name, layer] of Object.entries(names)) groupAt(`layers/${name}/vars`).create_attribute('name', layer)
  file.close()
  const bytes = FS.readFile(path)
  FS.unlink(path)
  return new Uint8Array(bytes)
}

/** A `.keras` file. */
export function kerasFile(config: unknown, weights: Uint8Array): Uint8Array {
  return zipSync({
    'metadata.json': strToU8('{"keras_version": "3.11.2"}'),
    // As Python writes it.
    'config.json': strToU8(JSON.stringify(config).replaceAll('"@Infinity"', 'Infinity')),
    'model.weights.h5': weights,
  })
}

/** A layer as `config.json` has it; `from` names the layers whose outputs it takes. */
export function layer(className: string, name: string, config: object, from: readonly string[] = []): object {
  const tensors = from.map((each) => ({ class_name: '__keras_tensor__', config: { keras_history: [each, 0, 0] } }))
  const inbound = from.length === 0 ? [] : [{ args: tensors, kwargs: {} }]
  return { class_name: className, name, config: { name, ...config }, inbound_nodes: inbound }
}

/** A layer that takes a list of tensors. */
export function merge(className: string, name: string, config: object, from: readonly string[]): object {
  const made = layer(className, name, config, from) as { readonly inbound_nodes: readonly { args: unknown }[] }
  return { ...made, inbound_nodes: made.inbound_nodes.map((node) => ({ ...node, args: [node.args] })) }
}

export function inputLayer(shape: readonly number[], name = 'x'): object {
  return layer('InputLayer', name, { batch_shape: [null, ...shape] })
}

export function functional(layers: readonly object[], output: unknown): object {
  return { class_name: 'Functional', config: { name: 'm', layers, input_layers: ['x', 0, 0], output_layers: output } }
}

/** The configuration of a quantizer. */
export function quantizer(kind: string, overflow: string, more: object = {}): object {
  const config = { q_type: kind, round_mode: 'RND', overflow_mode: overflow, i_decay_speed: '@Infinity', ...more }
  return { class_name: 'QuantizerConfig', config: { scaler: null, bw_mapper: null, trainable: true, ...config } }
}

/** Variables of a quantizer of data of kind kif that wraps, wide enough for a test: one width for all of a tensor of so many axes. */
export function wide(rank: number, f = 4): TestVariables[string] {
  const shape = new Array<number>(rank + 1).fill(1)
  return [numbers(shape, [f]), signs(shape, [1]), numbers(shape, [6]), numbers([], [0.01])]
}

/** Of a quantizer of constants of kind kbi with SAT_SYM: b, i, k. */
export function kernelWidths(rank: number, b: number, i: number): TestVariables[string] {
  const shape = new Array<number>(rank).fill(1)
  return [numbers(shape, [b]), numbers(shape, [i]), signs(shape, [1])]
}

/** Of a quantizer of constants of kind kbi that wraps: b, k, i and the decay. */
export function biasWidths(b: number, i: number): TestVariables[string] {
  return [numbers([1], [b]), signs([1], [1]), numbers([1], [i]), numbers([], [Number.POSITIVE_INFINITY])]
}

/** Output of a model for one row at each of its inputs, the same in inference and in the lowered circuit. */
export async function outputsOf(
  config: object,
  variables: TestVariables,
  inputs: Readonly<Record<string, readonly number[]>>,
  names: Readonly<Record<string, string>> = {},
): Promise<readonly number[]> {
  const result = await importKeras('m.keras', kerasFile(config, await weightsFile(variables, names)))
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  const columns = new Map(Object.entries(inputs).map(([port, values]) => [port, Float32Array.from(values)]))
  const { ports, outputs } = inferNetwork(result.value.calibrated, columns, 1)
  const lowered = lower(result.value.calibrated)
  if (!lowered.ok) throw new Error(lowered.error.message)
  const found = [...(outputs.get('output') ?? [])]
  // + 0 makes -0 and 0 the same: hardware has one zero.
  const plain = (values: Iterable<number>): readonly number[] => Array.from(values, (value) => value + 0)
  assert.equal(plain(emulate(lowered.value, ports, 1).get('output') ?? []), plain(found), 'the circuit')
  return found
}

/** A model of one dense layer without bias; its kernel holds quarters below 16, row-major by inputs. */
export async function denseModel(kernel: readonly number[], units: number): Promise<Uint8Array> {
  const inputs = kernel.length / units
  const config = { use_bias: false, iq_conf: quantizer('kif', 'WRAP'), kq_conf: quantizer('kbi', 'SAT_SYM') }
  const weights = await weightsFile({
    q_dense: [numbers([inputs, units], kernel)],
    'q_dense/iq/quantizer': [numbers([1, 1], [4]), signs([1, 1], [1]), numbers([1, 1], [6]), numbers([], [0.01])],
    'q_dense/kq/quantizer': [numbers([1, 1], [6]), numbers([1, 1], [4]), signs([1, 1], [1])],
  })
  return kerasFile(functional([inputLayer([inputs]), layer('QDense', 'd', config, ['x'])], ['d', 0, 0]), weights)
}
