import type { BuildSpec, DatasetSpec, ImportSpec, TrainingSpec } from '../../lang/program.js'
import type { Action } from './action.js'
import { datasetOf, frontAddress, networksAddress, output } from './addresses.js'
import type { ProgramLookup } from './lookup.js'
import type { PlanOptions } from './options.js'
import { segmentAddress, segmentsOf } from './segments.js'
import * as slice from './slices.js'

/** The actions that give a build its networks: data sets, trainings and imports, and the front of them all. */
export function networkActions(build: BuildSpec, lookup: ProgramLookup, options: PlanOptions): readonly Action[] {
  const models = lookup
    .trainings(build)
    .flatMap((source) => [
      ...(source.dataset === null ? [] : [datasetAction(lookup.dataset(source.dataset), lookup, options)]),
      ...('checkpoint' in source ? [importAction(source, lookup)] : trainingActions(source, lookup, options)),
    ])
  return [...models, frontAction(build, lookup)]
}

function frontAction(build: BuildSpec, lookup: ProgramLookup): Action {
  const trainings = lookup.trainings(build)
  const index = lookup.program.builds.indexOf(build)
  return {
    kind: 'front',
    address: frontAddress(build.name),
    params: slice.frontSlice(trainings, lookup.metrics(build)),
    inputs: {
      ...Object.fromEntries(trainings.map((each, n) => [`networks[${n}]`, output(networksAddress(each), 'networks')])),
      ...Object.fromEntries(trainings.map((each, n) => [`dataset[${n}]`, datasetOf(each)])),
    },
    reads: [
      `/builds/${index}/from`,
      `/builds/${index}/within`,
      ...trainings.map((each) => `${lookup.pointer(each)}/keep`),
    ],
  }
}

function datasetAction(dataset: DatasetSpec, { program }: ProgramLookup, options: PlanOptions): Action {
  const files = options.dataFiles(dataset.source)
  return {
    kind: 'dataset',
    address: `dataset/${dataset.name}`,
    params: slice.datasetSlice(dataset),
    inputs: Object.fromEntries(files.map((path) => [`file:${path}`, { from: 'file', path }])),
    reads: [`/datasets/${program.datasets.indexOf(dataset)}`],
  }
}

function importAction(source: ImportSpec, lookup: ProgramLookup): Action {
  const { path } = source.checkpoint
  return {
    kind: 'import',
    address: networksAddress(source),
    params: slice.importSlice(source),
    inputs: { model: { from: 'file', path }, ...(source.dataset === null ? {} : { dataset: datasetOf(source) }) },
    reads: [lookup.pointer(source)],
    // Messages name the file; where it lies is no matter of the result.
    hints: { path },
  }
}

/** The segments of a training, each from the state that the one before has left, and the calibration of what they keep. */
function trainingActions(training: TrainingSpec, lookup: ProgramLookup, options: PlanOptions): readonly Action[] {
  const graph = lookup.graph(training.network)
  const pointer = lookup.pointer(training)
  const network = `/networks/${lookup.program.networks.findIndex((each) => each.id === training.network)}`
  const dataset = datasetOf(training)
  const segments = segmentsOf(training)
  const last = segmentAddress(training.id, segments.length - 1)
  return [
    ...segments.map(
      (range, n): Action => ({
        kind: 'train',
        address: segmentAddress(training.id, n),
        params: slice.segmentSlice(training, graph, range, options.platform),
        inputs: { dataset, ...(n === 0 ? {} : { state: output(segmentAddress(training.id, n - 1), 'state') }) },
        reads: [pointer, network],
        hints: { epochs: training.epochs },
      }),
    ),
    {
      kind: 'calibrate',
      address: networksAddress(training),
      params: slice.calibrateSlice(training, graph),
      inputs: {
        ...Object.fromEntries(
          segments.map((_, n) => [`candidates[${n}]`, output(segmentAddress(training.id, n), 'candidates')]),
        ),
        state: output(last, 'state'),
        dataset,
      },
      reads: [`${pointer}/metric`, `${pointer}/calibrate`],
    },
  ]
}
