import * as v from 'valibot'
import { modelMalformed, unsupportedInModel } from '../../../lang/diagnostics/messages/import.js'
import { refuse } from './refusal.js'

/** A layer as `config.json` describes it. */
export interface KerasLayer {
  readonly className: string
  /** As its author named it. */
  readonly name: string
  readonly config: { readonly [key: string]: unknown }
  /** Names of the layers whose outputs it takes, in order. */
  readonly inputs: readonly string[]
}

/** A model as layers that are each used once; operands precede their users. */
export interface KerasModel {
  readonly layers: readonly KerasLayer[]
  /** Names of the layers that give its outputs. */
  readonly outputs: readonly string[]
}

const RECORD = v.record(v.string(), v.unknown())
const LAYER = v.object({
  class_name: v.string(),
  config: RECORD,
  inbound_nodes: v.optional(v.array(v.unknown()), []),
  build_config: v.optional(v.nullable(RECORD)),
})
const NAMED = v.object({ name: v.string() })
const MODEL = v.object({
  class_name: v.string(),
  config: v.object({ layers: v.array(LAYER), output_layers: v.optional(v.unknown()) }),
})

type Layer = v.InferOutput<typeof LAYER>

/** Reads the description of a functional or sequential model. Refuses others, and layers that are called more than once. */
export function readModel(file: string, config: unknown): KerasModel {
  const kind = v.safeParse(v.object({ class_name: v.string() }), config)
  if (kind.success && kind.output.class_name !== 'Functional' && kind.output.class_name !== 'Sequential') {
    const what = `is a ${kind.output.class_name}`
    const cure = 'functional and sequential models can be imported: their layers are listed in the file'
    refuse(unsupportedInModel({ file, place: 'the model', what, cure }))
  }
  const parsed = v.safeParse(MODEL, config)
  if (!parsed.success) return refuse(modelMalformed({ file, what: `its config.json ${problemOf(parsed.issues)}` }))
  const { class_name: className, config: model } = parsed.output
  const layers = className === 'Sequential' ? sequential(file, model.layers) : functional(file, model.layers)
  const last = layers.at(-1)
  if (last === undefined) return refuse(modelMalformed({ file, what: 'it has no layers' }))
  const outputs = className === 'Sequential' ? [last.name] : layersNamed(model.output_layers)
  if (outputs.length === 0) refuse(modelMalformed({ file, what: 'its config.json names no output' }))
  return { layers, outputs }
}

/** The first thing that is wrong, with its place. */
export function problemOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues
  const place = v.getDotPath(issue)
  return `has something unexpected${place === null ? '' : ` at ${place}`}: ${issue.message}`
}

function sequential(file: string, layers: readonly Layer[]): KerasLayer[] {
  const [first] = layers
  const read = layers.map((layer) => ({ className: layer.class_name, name: nameOf(file, layer), config: layer.config }))
  if (first !== undefined && first.class_name !== 'InputLayer') {
    // A sequential model need not have an input layer; its first layer was built for a shape all the same.
    const shape = first.build_config?.input_shape
    read.unshift({ className: 'InputLayer', name: 'input', config: { batch_shape: shape } })
  }
  return read.map((layer, index) => ({ ...layer, inputs: index === 0 ? [] : [read[index - 1]?.name ?? ''] }))
}

function functional(file: string, layers: readonly Layer[]): KerasLayer[] {
  return inOrder(
    file,
    layers.map((layer) => {
      const name = nameOf(file, layer)
      if (layer.inbound_nodes.length > 1) {
        const what = 'is called more than once'
        const cure = 'give every call a layer of its own, or describe the network in the language, with `share`'
        refuse(unsupportedInModel({ file, place: `layer '${name}'`, what, cure }))
      }
      return { className: layer.class_name, name, config: layer.config, inputs: tensorsIn(layer.inbound_nodes) }
    }),
  )
}

function nameOf(file: string, layer: Layer): string {
  const named = v.safeParse(NAMED, layer.config)
  return named.success ? named.output.name : refuse(modelMalformed({ file, what: `a ${layer.class_name} has no name` }))
}

/** Layers of the tensors within the arguments of a call, in order. */
function tensorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(tensorsIn)
  if (typeof value !== 'object' || value === null) return []
  const tensor = v.safeParse(
    v.object({ class_name: v.literal('__keras_tensor__'), config: v.object({ keras_history: v.array(v.unknown()) }) }),
    value,
  )
  if (tensor.success) return [String(tensor.output.config.keras_history[0])]
  return Object.values(value).flatMap(tensorsIn)
}

/** Names in `["out", 0, 0]`, or in lists or records of such. */
function layersNamed(value: unknown): string[] {
  if (Array.isArray(value)) return typeof value[0] === 'string' ? [value[0]] : value.flatMap(layersNamed)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(layersNamed) : []
}

/** Keras lists layers in the order in which they were made, which need not be that of the data. */
function inOrder(file: string, layers: readonly KerasLayer[]): KerasLayer[] {
  const known = new Map(layers.map((layer) => [layer.name, layer]))
  const state = new Map<string, 'open' | 'done'>()
  const ordered: KerasLayer[] = []
  const visit = (name: string): void => {
    const layer =
      known.get(name) ?? refuse(modelMalformed({ file, what: `it has no layer '${name}', which others use` }))
    if (state.get(name) === 'done') return
    if (state.get(name) === 'open') refuse(modelMalformed({ file, what: `layer '${name}' depends on itself` }))
    state.set(name, 'open')
    for (const input of layer.inputs) visit(input)
    state.set(name, 'done')
    ordered.push(layer)
  }
  for (const { name } of layers) visit(name)
  return ordered
}
