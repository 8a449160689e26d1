import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { notANumber, notFinite, tooLarge } from '../../lang/diagnostics/messages/data.js'
import { elementCount } from '../../lang/shape.js'
import type { Span } from '../../lang/source.js'
import type { Selection } from './columns.js'
import type { Numbers, TableData, TableReader } from './table.js'

/** The rows of a selection as one tensor, read where they lie. */
export interface Tensor {
  /** Values per row. */
  readonly size: number
  valueAt(row: number, element: number): number
  /** The place and the name of the column of a value, for messages. */
  describe(row: number, element: number): { readonly place: string; readonly column: string }
}

/** Largest finite number of single precision. */
const LARGEST_SINGLE = 3.4028234663852886e38

/** Joins the columns of a selection; every value must be a finite number. */
export function joinColumns(
  reader: TableReader,
  data: TableData,
  selection: Selection,
  span: Span | undefined,
): Result<Tensor> {
  const columns: { readonly index: number; readonly values: Numbers; readonly size: number }[] = []
  for (const index of selection.columns) {
    const header = reader.columns[index]
    const column = data.columns.get(index)
    if (column === undefined || header === undefined) throw new Error('a column was not read')
    if (column.kind === 'words') {
      const text = column.words[column.codes[0] ?? 0] ?? ''
      return { ok: false, error: notANumber({ place: data.place(index, 0), column: header.name, text, span }) }
    }
    const size = elementCount(header.shape)
    const bad = firstNotFinite(column.values)
    if (bad !== undefined) {
      const value = column.values[bad] ?? Number.NaN
      return {
        ok: false,
        error: notFinite({ place: data.place(index, Math.floor(bad / size)), column: header.name, value, span }),
      }
    }
    columns.push({ index, values: column.values, size })
  }
  const places = columns.flatMap((column) =>
    Array.from({ length: column.size }, (_, offset) => ({ ...column, offset })),
  )
  const [only] = columns
  const describe = (row: number, element: number): { place: string; column: string } => {
    const index = places[element]?.index ?? 0
    return { place: data.place(index, row), column: reader.columns[index]?.name ?? '' }
  }
  if (columns.length === 1 && only !== undefined) {
    const { values, size } = only
    return { ok: true, value: { size, valueAt: (row, element) => values[row * size + element] ?? 0, describe } }
  }
  const valueAt = (row: number, element: number): number => {
    const place = places[element]
    return place?.values[row * place.size + place.offset] ?? 0
  }
  return { ok: true, value: { size: places.length, valueAt, describe } }
}

function firstNotFinite(values: Numbers): number | undefined {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return undefined
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return index
  return undefined
}

/**
 * The given rows in single precision, row-major, each value as `(value - mean) / scale`. Fails on a value that single
 * precision cannot hold.
 */
export function toSingle(
  tensor: Tensor,
  rows: Uint32Array,
  mean: Float64Array,
  scale: Float64Array,
  span: Span | undefined,
): Result<Float32Array> {
  const { size } = tensor
  const result = new Float32Array(rows.length * size)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0
    for (let element = 0; element < size; element++) {
      const value = (tensor.valueAt(row, element) - (mean[element] ?? 0)) / (scale[element] ?? 1)
      if (Math.abs(value) > LARGEST_SINGLE)
        return { ok: false, error: tooLarge({ ...tensor.describe(row, element), value, span }) }
      result[index * size + element] = value
    }
  }
  return { ok: true, value: result }
}
