import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import {
  ambiguousColumn,
  columnInTwoRoles,
  columnOutOfRange,
  columnsDoNotJoin,
  featuresNeeded,
  noFeatures,
  unknownColumn,
} from '../../lang/diagnostics/messages/data.js'
import type { Column, ColumnSelection, DatasetSpec } from '../../lang/program.js'
import { elementCount } from '../../lang/shape.js'
import type { Span } from '../../lang/source.js'
import { nearest } from '../../lang/suggest.js'
import type { TableReader } from './table.js'

/** One input of the network, or the target: columns that are joined to one tensor. */
export interface Selection {
  /** Of the input; empty for a lone selection. */
  readonly name: string
  /** Indices of columns. */
  readonly columns: readonly number[]
  /** Of a row: that of the array for a single array, else `[number of values]`. */
  readonly shape: readonly number[]
}

/** What the entries of a data set mean for a file. */
export interface Selections {
  readonly inputs: readonly Selection[]
  /** Index of the column of the labels; undefined for a regression. */
  readonly labels: number | undefined
  readonly target: Selection | undefined
}

/** A failure inside of this file; `selectColumns` turns it into a result. */
class Unselectable extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message)
  }
}

/** Finds the columns that `features`, `labels` and `target` name. */
export function selectColumns(
  spec: DatasetSpec,
  reader: TableReader,
  origin: (entry: string) => Span | undefined = () => undefined,
): Result<Selections> {
  try {
    const labels = spec.labels === undefined ? undefined : resolve(reader, spec.labels, origin('labels'))
    const target = spec.target === undefined ? undefined : join(reader, 'target', spec.target, origin('target'))
    const answers = new Set([...(labels === undefined ? [] : [labels]), ...(target?.columns ?? [])])
    const inputs =
      spec.features === undefined
        ? [remainingColumns(reader, answers, origin('source'))]
        : chosenInputs(reader, spec.features, origin('features'))
    const leak = inputs.flatMap((input) => input.columns).find((column) => answers.has(column))
    if (leak !== undefined) {
      const name = reader.columns[leak]?.name ?? ''
      const role = leak === labels ? 'labels' : 'target'
      throw new Unselectable(columnInTwoRoles({ file: reader.file, name, role, span: origin('features') }))
    }
    return { ok: true, value: { inputs, labels, target } }
  } catch (error) {
    if (error instanceof Unselectable) return { ok: false, error: error.diagnostic }
    throw error
  }
}

function chosenInputs(
  reader: TableReader,
  features: NonNullable<DatasetSpec['features']>,
  span: Span | undefined,
): Selection[] {
  if (isSelection(features)) return [join(reader, '', features, span)]
  return Object.entries(features).map(([name, selection]) => join(reader, name, selection, span))
}

function isSelection(features: NonNullable<DatasetSpec['features']>): features is ColumnSelection {
  return typeof features !== 'object' || Array.isArray(features)
}

/** `features` left out: every other column of a table, or the only other array. */
function remainingColumns(reader: TableReader, answers: ReadonlySet<number>, span: Span | undefined): Selection {
  const others = reader.columns.flatMap((_, index) => (answers.has(index) ? [] : [index]))
  if (others.length === 0) {
    const names = reader.columns.map(({ name }) => name)
    throw new Unselectable(noFeatures({ file: reader.file, names, span }))
  }
  if (reader.thing === 'array' && others.length > 1) {
    const names = others.map((index) => reader.columns[index]?.name ?? '')
    throw new Unselectable(featuresNeeded({ file: reader.file, names, span }))
  }
  return joined(reader, '', others, span)
}

function join(reader: TableReader, name: string, selection: ColumnSelection, span: Span | undefined): Selection {
  const list = typeof selection === 'object' ? selection : [selection]
  if (list.length === 0) {
    const names = reader.columns.map((column) => column.name)
    throw new Unselectable(noFeatures({ file: reader.file, names, span }))
  }
  const columns = list.map((column) => resolve(reader, column, span))
  return joined(reader, name, columns, span)
}

/** A single array keeps its shape; scalars and vectors are put one after the other. */
function joined(reader: TableReader, name: string, columns: readonly number[], span: Span | undefined): Selection {
  const shapes = columns.map((column) => reader.columns[column]?.shape ?? [])
  const [only] = shapes
  if (shapes.length === 1 && only !== undefined && only.length > 0) return { name, columns, shape: only }
  const wide = shapes.findIndex((shape) => shape.length > 1)
  if (wide >= 0) {
    const header = reader.columns[columns[wide] ?? 0]
    const facts = { file: reader.file, name: header?.name ?? '', shape: header?.shape ?? [], span }
    throw new Unselectable(columnsDoNotJoin(facts))
  }
  return { name, columns, shape: [shapes.reduce((total, shape) => total + elementCount(shape), 0)] }
}

/** The index of a column by name or index. */
function resolve(reader: TableReader, column: Column, span: Span | undefined): number {
  const { file, thing, columns } = reader
  if (typeof column === 'number') {
    const index = column < 0 ? columns.length + column : column
    if (Number.isInteger(index) && index >= 0 && index < columns.length) return index
    throw new Unselectable(columnOutOfRange({ file, thing, index: column, count: columns.length, span }))
  }
  const indices = columns.flatMap(({ name }, index) => (name === column ? [index] : []))
  const [first] = indices
  if (first === undefined) {
    const names = columns.map(({ name }) => name)
    throw new Unselectable(unknownColumn({ file, thing, name: column, nearest: nearest(column, names), names, span }))
  }
  if (indices.length > 1) throw new Unselectable(ambiguousColumn({ file, name: column, indices, span }))
  return first
}
