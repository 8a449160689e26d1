import type { Result } from '../../lang/diagnostics/diagnostic.js'

/** Numbers of a column; integers keep their short type, so that images take one byte per pixel. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array

/** A column of a table, or an array of a file of arrays, as the header of the file tells. */
export interface ColumnHeader {
  readonly name: string
  /** Of one row; empty for a scalar. */
  readonly shape: readonly number[]
}

/** What a column is read for: numbers for the network, or labels, which may be words. */
export type Role = 'numbers' | 'labels'

/** The rows of one column. */
export type ColumnData =
  /** Row-major, `rows × product(shape)`. */
  | { readonly kind: 'numbers'; readonly rows: number; readonly values: Numbers }
  /** Row r holds `words[codes[r]]`. */
  | { readonly kind: 'words'; readonly rows: number; readonly codes: Uint32Array; readonly words: readonly string[] }

/** The columns that were asked for. */
export interface TableData {
  readonly columns: ReadonlyMap<number, ColumnData>
  /** Where a row stands, for messages: `beans.csv:57`. Rows count from 0. */
  place(column: number, row: number): string
}

/** An opened data file: its header is known, its rows are read on demand. */
export interface TableReader {
  /** How messages name it. */
  readonly file: string
  /** What its columns are called in messages. */
  readonly thing: 'column' | 'array'
  readonly columns: readonly ColumnHeader[]
  /** Reads the columns with these indices. Columns of a table are equally long; arrays of a file may differ. */
  read(wanted: ReadonlyMap<number, Role>): Result<TableData>
}
