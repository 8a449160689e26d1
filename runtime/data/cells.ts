import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { missingValue, notANumber, notFinite } from '../../lang/diagnostics/messages/data.js'
import type { ColumnData, Role } from './table.js'

/** What spreadsheets and statistics programs write where a value is missing. */
const MISSING = new Set(['', '?', 'na', 'n/a', 'null', 'none', '#n/a'])
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NOT_FINITE = /^([+-]?)(nan|inf(?:inity)?)$/i

/** The number that a cell spells: NaN and infinities as such, undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text)
  const special = NOT_FINITE.exec(text)
  if (special === null) return undefined
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** True for text that stands for a missing value. */
export function isMissing(text: string): boolean {
  return MISSING.has(text.toLowerCase())
}

/** Collects the cells of one column of a text file. */
export interface CellCollector {
  /** Takes the cell of the next row; `place` names the row in the message. */
  add(text: string, place: () => string): Diagnostic | undefined
  finish(): ColumnData
}

/** `cure` replaces the general advice where text stands for a number. */
export function collectCells(column: string, role: Role, cure?: string): CellCollector {
  return role === 'numbers' ? collectNumbers(column, cure) : collectWords(column)
}

function collectNumbers(column: string, cure: string | undefined): CellCollector {
  let values = new Float64Array(1024)
  let rows = 0
  return {
    add(cell, place) {
      const text = cell.trim()
      const value = parseNumber(text)
      if (value === undefined) {
        return isMissing(text)
          ? missingValue({ place: place(), column, text })
          : notANumber({ place: place(), column, text, cure })
      }
      if (!Number.isFinite(value)) return notFinite({ place: place(), column, value })
      if (rows === values.length) {
        const longer = new Float64Array(rows * 2)
        longer.set(values)
        values = longer
      }
      values[rows++] = value
      return undefined
    },
    finish: () => ({ kind: 'numbers', rows, values: values.slice(0, rows) }),
  }
}

function collectWords(column: string): CellCollector {
  const index = new Map<string, number>()
  let codes = new Uint32Array(1024)
  let rows = 0
  return {
    add(cell, place) {
      const text = cell.trim()
      if (isMissing(text)) return missingValue({ place: place(), column, text })
      let code = index.get(text)
      if (code === undefined) {
        code = index.size
        index.set(text, code)
      }
      if (rows === codes.length) {
        const longer = new Uint32Array(rows * 2)
        longer.set(codes)
        codes = longer
      }
      codes[rows++] = code
      return undefined
    },
    finish: () => ({ kind: 'words', rows, codes: codes.slice(0, rows), words: [...index.keys()] }),
  }
}

/** Line numbers of the rows of a text file, and the collectors of the columns that are wanted. */
export class RowCollector {
  readonly #file: string
  readonly #columns: readonly { readonly index: number; readonly collector: CellCollector }[]
  #lines = new Uint32Array(1024)
  #rows = 0

  constructor(
    file: string,
    names: readonly string[],
    wanted: ReadonlyMap<number, Role>,
    cure: (column: number) => string | undefined = () => undefined,
  ) {
    this.#file = file
    this.#columns = [...wanted].map(([index, role]) => ({
      index,
      collector: collectCells(names[index] ?? String(index), role, cure(index)),
    }))
  }

  /** Takes one row, found at `line` (counted from 1). */
  add(cells: readonly string[], line: number): Diagnostic | undefined {
    for (const { index, collector } of this.#columns) {
      const problem = collector.add(cells[index] ?? '', () => `${this.#file}:${line}`)
      if (problem !== undefined) return problem
    }
    if (this.#rows === this.#lines.length) {
      const longer = new Uint32Array(this.#rows * 2)
      longer.set(this.#lines)
      this.#lines = longer
    }
    this.#lines[this.#rows++] = line
    return undefined
  }

  finish(): { columns: ReadonlyMap<number, ColumnData>; place(column: number, row: number): string } {
    const lines = this.#lines.slice(0, this.#rows)
    return {
      columns: new Map(this.#columns.map(({ index, collector }) => [index, collector.finish()])),
      place: (_, row) => `${this.#file}:${lines[row] ?? 0}`,
    }
  }
}
