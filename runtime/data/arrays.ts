import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { lengthMismatch } from '../../lang/diagnostics/messages/data.js'
import type { ColumnData, ColumnHeader, TableReader } from './table.js'

/** An array of a file, or of several files, that is read when it is wanted. */
export interface ArraySource {
  readonly name: string
  /** With the axis of the rows. */
  readonly shape: readonly number[]
  load(): Result<ColumnData>
}

/** A reader of named arrays that all have the rows as their first axis. */
export function openArrays(file: string, arrays: readonly ArraySource[]): TableReader {
  const columns: ColumnHeader[] = arrays.map(({ name, shape }) => ({ name, shape: shape.slice(1) }))
  return {
    file,
    thing: 'array',
    columns,
    read: (wanted) => {
      const loaded = new Map<number, ColumnData>()
      const first = arrays[[...wanted.keys()][0] ?? 0]
      for (const index of wanted.keys()) {
        const array = arrays[index]
        if (array === undefined || first === undefined) throw new Error(`there is no array ${index}`)
        const [firstRows = 0, secondRows = 0] = [first.shape[0], array.shape[0]]
        if (firstRows !== secondRows) {
          const names = { first: first.name, second: array.name }
          return { ok: false, error: lengthMismatch({ file, ...names, firstRows, secondRows }) }
        }
        const data = array.load()
        if (!data.ok) return data
        loaded.set(index, data.value)
      }
      const place = (column: number, row: number): string =>
        `${file}, array '${arrays[column]?.name ?? ''}', row ${row} (counted from 0)`
      return { ok: true, value: { columns: loaded, place } }
    },
  }
}
