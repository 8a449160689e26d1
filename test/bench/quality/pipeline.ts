import { dirname } from 'node:path'
import { analyze } from '../../../lang/analyze.js'
import type { Program } from '../../../lang/program.js'
import { languageHost } from '../../../runtime/language-host.js'
import { packageRoot, sharedFile } from '../../paths.js'
import type { BenchDataset } from './datasets.js'
import type { BenchTraining, Recipe } from './recipes.js'

export interface PipelineRequest {
  readonly dataset: BenchDataset
  readonly recipe: Recipe
  /** Of all trainings whose networks are measured, together. */
  readonly epochs: number
  readonly seed: number
  readonly splitSeed: number
  /** The layer of `std/layers` behind each hidden product; left out: `relu`. */
  readonly activation?: string
}

/** A pipeline as a user would write it: what is measured is what a build does up to its front. */
export function pipelineText(request: PipelineRequest): string {
  const { dataset, recipe, splitSeed, activation = 'relu' } = request
  const measured = recipe.trainings.flatMap(({ name, share }) => (share === null ? [] : [name]))
  return `hgq 1

import "std/layers" { dense, ${activation} }
${recipe.above ?? ''}

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
${recipe.trainings.map((training) => trainingText(training, request)).join('')}
build measured {
  from = [${measured.join(', ')}]
  targets = []
}
`
}

function trainingText(
  { name, share, quantizer, entries }: BenchTraining,
  { recipe, epochs, seed }: PipelineRequest,
): string {
  return `
train ${name} {
  model = classifier() with ${quantizer ?? recipe.quantizer}
  dataset = data
  loss = cross_entropy
  metric = accuracy
  seed = ${seed}${share === null ? '' : `\n  epochs = ${Math.round(share * epochs)}`}
  ${entries.trim()}
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
