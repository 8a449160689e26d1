import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { analyze } from '../../../lang/analyze.js'
import type { Program, TrainingSpec } from '../../../lang/program.js'
import { encodeDataset } from '../../../runtime/data/codec.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { boundDataset } from '../../../runtime/execute/bound-dataset.js'
import { languageHost } from '../../../runtime/language-host.js'
import { packageRoot, sharedFile } from '../../paths.js'
import type { BenchDataset } from './datasets.js'
import type { Recipe } from './recipes.js'

export interface PipelineRequest {
  readonly dataset: BenchDataset
  readonly recipe: Recipe
  readonly epochs: number
  readonly seed: number
  readonly splitSeed: number
  /** The layer of `std/layers` behind each hidden product; left out: `relu`. */
  readonly activation?: string
}

/** A pipeline as a user would write it: what is measured is what a build does up to its front. */
export function pipelineText(request: PipelineRequest): string {
  const { dataset, recipe, epochs, seed, splitSeed, activation = 'relu' } = request
  return `hgq 1

import "std/layers" { dense, ${activation} }
${recipe.above ?? ''}

let whole = ${epochs} epochs
let classes = ${dataset.classes}

dataset data {
  ${dataset.entries}
  split = { train = 70 %, validation = 10 %, test = 20 % }
  standardize = true
  seed = ${splitSeed}
}

architecture classifier() {
  input x[${dataset.features}]
  for units in [64, 32, 32] {
    x = x |> dense(units) |> ${activation}
  }
  output x |> ${recipe.output ?? 'dense(classes)'}
}

train run {
  model = classifier() with ${recipe.quantizer}
  dataset = data
  loss = cross_entropy
  metric = accuracy
  epochs = ${epochs}
  seed = ${seed}
  ${recipe.train.trim()}
}

build measured {
  from = run
  targets = []
}
`
}

/** The pipeline through the language. Throws with its messages where it has a mistake: that is one in a recipe. */
export function programOf(request: PipelineRequest): Program {
  const name = `${request.recipe.name}.hgq`
  const file = sharedFile(`data/${request.dataset.folder}/${request.dataset.file}`)
  const host = languageHost(file === null ? packageRoot : dirname(file))
  const text = pipelineText(request)
  const { program, diagnostics } = analyze(name, {
    ...host,
    readModule: (specifier, importer) =>
      specifier === name && importer === '' ? { path: name, text } : host.readModule(specifier, importer),
  })
  if (program === null) {
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}`)
    throw new Error(`recipe ${request.recipe.name} is no pipeline:\n${messages.join('\n')}\n${text}`)
  }
  return program
}

/** What a run needs. */
export interface Prepared {
  readonly graph: TensorGraph
  readonly training: TrainingSpec
  readonly dataset: Dataset
}

/** Compiles the pipeline and reads its data. The caller has seen that the file is there. */
export async function prepare(request: PipelineRequest): Promise<Prepared> {
  const program = programOf(request)
  const [training, network, spec] = [program.trainings[0], program.networks[0], program.datasets[0]]
  if (training === undefined || network === undefined || spec === undefined)
    throw new Error('the pipeline of a recipe has a training, a network and a data set')
  const file = sharedFile(`data/${request.dataset.folder}/${request.dataset.file}`)
  if (file === null) throw new Error(`shared/data/${request.dataset.folder} is not here`)
  const readData = (path: string): Promise<Uint8Array> => readFile(join(dirname(file), path))
  const loaded = await loadDataset(spec, { readFile: readData, cacheFolder: tmpdir(), offline: true })
  if (!loaded.ok) throw new Error(loaded.error.message)
  const graph = buildTensorGraph(network)
  return { graph, training, dataset: boundDataset(encodeDataset(loaded.value), graph) }
}
