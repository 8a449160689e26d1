import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { noRows } from '../../lang/diagnostics/messages/data.js'
import type { DatasetSpec } from '../../lang/program.js'
import { readLabels } from './classes.js'
import { type Selection, type Selections, selectColumns } from './columns.js'
import type { DataContext } from './context.js'
import type { Dataset, DatasetInput, DatasetPart } from './dataset.js'
import { openSource } from './open.js'
import { type Split, splitRows } from './split.js'
import { moments, nearestPowerOfTwo } from './standardize.js'
import type { Role, TableData, TableReader } from './table.js'
import { joinColumns, type Tensor, toSingle } from './tensor.js'

/**
 * Reads a data set: opens its source (and downloads it where needed), chooses columns, splits the rows, standardizes by
 * the training part. Computes in double precision; values are rounded to single precision last.
 */
export async function loadDataset(spec: DatasetSpec, context: DataContext): Promise<Result<Dataset>> {
  const opened = await openSource(spec.source, context)
  if (!opened.ok) return opened
  const reader = opened.value
  const selections = selectColumns(spec, reader, context.origin)
  if (!selections.ok) return selections
  const data = reader.read(wantedColumns(selections.value))
  if (!data.ok) return data
  const rows = data.value.columns.values().next().value?.rows ?? 0
  if (rows === 0) return { ok: false, error: noRows({ file: reader.file, span: context.origin?.('source') }) }
  const answers = readAnswers(spec, reader, data.value, selections.value, context)
  if (!answers.ok) return answers
  const tensors: { selection: Selection; tensor: Tensor }[] = []
  for (const selection of selections.value.inputs) {
    const tensor = joinColumns(reader, data.value, selection, context.origin?.('features'))
    if (!tensor.ok) return tensor
    tensors.push({ selection, tensor: tensor.value })
  }
  const split = splitRows(reader.file, rows, spec.split, spec.seed, context.origin?.('split'))
  if (!split.ok) return split
  const inputs = tensors.map(({ selection: { name, shape }, tensor }) => ({
    tensor,
    input: { name, shape, ...standardization(tensor, spec.standardize, split.value.train) },
  }))
  const parts = makeParts(split.value, inputs, answers.value, context)
  if (!parts.ok) return parts
  const { task, classes, unit, tensor } = answers.value
  const targetScale = task === 'classification' ? new Float64Array(0) : targetScales(tensor, split.value.train)
  const header = { task, inputs: inputs.map(({ input }) => input), classes, unit, targetSize: tensor.size, targetScale }
  return { ok: true, value: { ...header, parts: parts.value } }
}

function wantedColumns({ inputs, labels, target }: Selections): Map<number, Role> {
  const wanted = new Map<number, Role>()
  for (const { columns } of target === undefined ? inputs : [...inputs, target]) {
    for (const column of columns) wanted.set(column, 'numbers')
  }
  if (labels !== undefined) wanted.set(labels, 'labels')
  return wanted
}

/** What the network shall answer: class numbers, or targets in their unit. */
interface Answers {
  readonly task: Dataset['task']
  readonly classes: readonly string[]
  readonly unit: string
  readonly tensor: Tensor
}

function readAnswers(
  spec: DatasetSpec,
  reader: TableReader,
  data: TableData,
  { labels, target }: Selections,
  context: DataContext,
): Result<Answers> {
  if (labels !== undefined) {
    const read = readLabels(reader, data, labels, spec.classes, context)
    if (!read.ok) return read
    const { classes, numbers } = read.value
    const describe = (row: number): { place: string; column: string } => ({
      place: data.place(labels, row),
      column: reader.columns[labels]?.name ?? '',
    })
    const tensor: Tensor = { size: 1, valueAt: (row) => numbers[row] ?? 0, describe }
    return { ok: true, value: { task: 'classification', classes, unit: '', tensor } }
  }
  if (target === undefined) throw new Error(`data set '${spec.name}' has neither labels nor a target`)
  const tensor = joinColumns(reader, data, target, context.origin?.('target'))
  if (!tensor.ok) return tensor
  return { ok: true, value: { task: 'regression', classes: [], unit: spec.unit ?? '', tensor: tensor.value } }
}

/** The powers of two that bring the targets to order 1. */
function targetScales(tensor: Tensor, trainRows: Uint32Array): Float64Array {
  return moments(trainRows, tensor.size, tensor.valueAt).deviation.map(nearestPowerOfTwo)
}

interface PreparedInput {
  readonly input: DatasetInput
  readonly tensor: Tensor
}

/** Mean and scale of each value on the training part; a constant keeps the scale 1. */
function standardization(
  tensor: Tensor,
  how: DatasetSpec['standardize'],
  trainRows: Uint32Array,
): Pick<DatasetInput, 'mean' | 'scale'> {
  if (how === 'none') return { mean: new Float64Array(tensor.size), scale: new Float64Array(tensor.size).fill(1) }
  const { mean, deviation } = moments(trainRows, tensor.size, tensor.valueAt)
  const scale = deviation.map(how === 'power_of_two' ? nearestPowerOfTwo : (each) => (each === 0 ? 1 : each))
  return { mean, scale }
}

function makeParts(
  split: Split,
  inputs: readonly PreparedInput[],
  answers: Answers,
  context: DataContext,
): Result<Dataset['parts']> {
  const train = makePart(split.train, inputs, answers, context)
  if (!train.ok) return train
  const validation = makePart(split.validation, inputs, answers, context)
  if (!validation.ok) return validation
  const test = makePart(split.test, inputs, answers, context)
  if (!test.ok) return test
  return { ok: true, value: { train: train.value, validation: validation.value, test: test.value } }
}

function makePart(
  rows: Uint32Array,
  inputs: readonly PreparedInput[],
  { tensor }: Answers,
  context: DataContext,
): Result<DatasetPart> {
  const values = new Map<string, Float32Array>()
  for (const { input, tensor: each } of inputs) {
    const single = toSingle(each, rows, input.mean, input.scale, context.origin?.('features'))
    if (!single.ok) return single
    values.set(input.name, single.value)
  }
  const mean = new Float64Array(tensor.size)
  const scale = new Float64Array(tensor.size).fill(1)
  const targets = toSingle(tensor, rows, mean, scale, context.origin?.('target'))
  return targets.ok ? { ok: true, value: { rows: rows.length, inputs: values, targets: targets.value } } : targets
}
