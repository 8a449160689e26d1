import { buildTensorGraph } from '../../../compiler/graph/build.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { modelMalformed, unknownModelLayer } from '../../../lang/diagnostics/messages/import.js'
import { nearest } from '../../../lang/suggest.js'
import type { Checkpoint } from '../../train/checkpoint.js'
import { calibratedAsStored } from '../calibrated.js'
import { openKerasArchive } from './archive.js'
import { NetworkBuilder, type Node } from './builder.js'
import { type KerasModel, readModel } from './config.js'
import { LayerContext } from './layer.js'
import { expansionOf, identifier, supportedLayers } from './layers.js'
import { refusable, refuse } from './refusal.js'
import { readVariables, type Variables } from './variables.js'

/** A trained network of another tool, as if it had been trained here. */
export interface ImportedModel {
  readonly graph: TensorGraph
  readonly checkpoint: Checkpoint
  /** With the integer bits and signs that are stored in the model. */
  readonly calibrated: Calibrated
}

/**
 * Reads a `.keras` file of HGQ2 layers: at inference the network gives the same numbers as HGQ2, bit for bit. `file` is how messages
 * call it. Errors: HGQ3070 to HGQ3073, and HGQ4xxx for a network that needs a quantizer at its input.
 */
export async function importKeras(file: string, bytes: Uint8Array): Promise<Result<ImportedModel>> {
  const read = await refusable(async () => {
    const archive = openKerasArchive(file, bytes)
    const model = readModel(file, archive.config)
    // Before the weights are opened: whoever has an unknown layer shall hear of that, not of its variables.
    for (const { className, name } of model.layers)
      if (expansionOf(className) === undefined) unknown(file, name, className)
    const variables = await readVariables(file, archive.weights)
    return { ...expand(file, model, variables), version: archive.version }
  })
  if (!read.ok) return read
  const { network, checkpoint, version } = read.value
  const graph = buildTensorGraph(network)
  const calibrated = calibratedAsStored(graph, checkpoint)
  if (!calibrated.ok) return calibrated
  const metadata = { source: 'keras', version }
  return { ok: true, value: { graph, checkpoint: { ...checkpoint, metadata }, calibrated: calibrated.value } }
}

function unknown(file: string, layer: string, className: string): never {
  const supported = supportedLayers
  return refuse(unknownModelLayer({ file, layer, className, supported, nearest: nearest(className, supported) }))
}

function expand(file: string, model: KerasModel, variables: Variables): ReturnType<NetworkBuilder['finish']> {
  const builder = new NetworkBuilder(file)
  const nodes = new Map<string, Node>()
  const nodeOf = (name: string): Node =>
    nodes.get(name) ?? refuse(modelMalformed({ file, what: `it has no layer '${name}', which is named as an output` }))
  const groups = layerGroups(model, variables)
  for (const layer of model.layers) {
    const expansion = expansionOf(layer.className) ?? unknown(file, layer.name, layer.className)
    builder.scope = layer.name
    const group = groups.get(layer.name) ?? layer.name
    nodes.set(layer.name, expansion(new LayerContext(file, builder, layer, layer.inputs.map(nodeOf), variables, group)))
  }
  for (const name of model.outputs)
    builder.output(model.outputs.length === 1 ? 'output' : identifier(name), nodeOf(name))
  return builder.finish()
}

/** Group of variables of each layer: by the name beside them, else by class and count, as Keras names groups. */
function layerGroups(model: KerasModel, variables: Variables): Map<string, string> {
  const counts = new Map<string, number>()
  return new Map(
    model.layers.map(({ className, name }) => {
      const snake = className
        .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .toLowerCase()
      const count = counts.get(snake) ?? 0
      counts.set(snake, count + 1)
      return [name, variables.groupOf(name) ?? (count === 0 ? snake : `${snake}_${count}`)]
    }),
  )
}
