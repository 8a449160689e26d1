import type { BuildSpec, DatasetSpec, ImportSpec, TrainingSpec } from '../../lang/program.js'
import type { Action } from './action.js'
import { datasetOf, frontAddress, networksAddress, output, startAddress, teachAddress } from './addresses.js'
import { frontAction } from './front.js'
import { startActions, teachActions } from './lineage.js'
import type { ProgramLookup } from './lookup.js'
import type { PlanOptions } from './options.js'
import { openSchedules } from './schedules.js'
import { segmentAddress, segmentOutputs, segmentsOf } from './segments.js'
import * as slice from './slices.js'

/** The actions that give a build its networks: data sets, trainings and imports, and the front of them all. */
export function networkActions(build: BuildSpec, lookup: ProgramLookup, options: PlanOptions): readonly Action[] {
  const models = lookup
    .lineage(build)
    .flatMap((source) => [
      ...(source.dataset === null ? [] : [datasetAction(lookup.dataset(source.dataset), lookup, options)]),
      ...('checkpoint' in source ? [importAction(source, lookup)] : trainingActions(source, lookup, options)),
    ])
  const sources = lookup.trainings(build)
  const index = lookup.program.builds.indexOf(build)
  const front = frontAction(frontAddress(build.name), sources, lookup.metrics(build), [
    `/builds/${index}/from`,
    `/builds/${index}/within`,
    ...sources.map((each) => `${lookup.pointer(each)}/keep`),
  ])
  return [...models, front]
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

/**
 * What a training has of others, its segments, each from the state that the one before has left, and the calibration of
 * what they keep.
 */
function trainingActions(training: TrainingSpec, lookup: ProgramLookup, options: PlanOptions): readonly Action[] {
  const graph = lookup.graph(training.network)
  const pointer = lookup.pointer(training)
  const network = `/networks/${lookup.program.networks.findIndex((each) => each.id === training.network)}`
  const dataset = datasetOf(training)
  const segments = segmentsOf(training)
  const taught = training.teacher === undefined ? {} : { taught: output(teachAddress(training.id), 'taught') }
  const start = training.from === undefined ? {} : { state: output(startAddress(training.id), 'state') }
  return [
    ...startActions(training, lookup),
    ...teachActions(training, lookup),
    ...segments.map(
      (range, n): Action => ({
        kind: 'train',
        address: segmentAddress(training.id, n),
        params: slice.segmentSlice(training, graph, range, options.platform),
        inputs: {
          dataset,
          ...taught,
          ...(n === 0 ? start : { state: output(segmentAddress(training.id, n - 1), 'state') }),
        },
        reads: [pointer, network],
        hints: { epochs: training.epochs, openSchedules: openSchedules(training) },
      }),
    ),
    {
      kind: 'calibrate',
      address: networksAddress(training),
      params: slice.calibrateSlice(training, graph),
      inputs: { ...segmentOutputs(training), dataset },
      reads: [`${pointer}/metric`, `${pointer}/calibrate`],
    },
  ]
}
