import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { notFinite } from '../../lang/diagnostics/messages/data.js'
import {
  duplicateClass,
  labelsNotOnePerRow,
  singleClass,
  tooManyClasses,
  unknownClass,
  unusedClass,
} from '../../lang/diagnostics/messages/data-classes.js'
import { elementCount } from '../../lang/shape.js'
import type { Span } from '../../lang/source.js'
import { nearest } from '../../lang/suggest.js'
import { parseNumber } from './cells.js'
import type { DataContext } from './context.js'
import type { ColumnData, Numbers, TableData, TableReader } from './table.js'

/** More distinct labels than this are taken for measurements, unless the classes are listed. */
const MOST_CLASSES = 1000

/** Labels as numbers of classes. */
export interface Labels {
  readonly classes: readonly string[]
  /** Per row of the file. */
  readonly numbers: Uint32Array
}

/**
 * Turns the labels of every row into class numbers.
 *
 * Without `classes` these are the sorted distinct labels: by value when all are numbers, else by code points. With
 * `classes` a label is the class of that name; when none of the names is a number, an integer label is the index of its
 * class. One-hot rows stand for the index of their 1.
 */
export function readLabels(
  reader: TableReader,
  data: TableData,
  column: number,
  classes: readonly string[] | undefined,
  context: Pick<DataContext, 'onMessage' | 'origin'>,
): Result<Labels> {
  const twice = classes?.find((name, index) => classes.indexOf(name) !== index)
  if (twice !== undefined)
    return { ok: false, error: duplicateClass({ name: twice, span: context.origin?.('classes') }) }
  const span = context.origin?.('labels')
  const coded = codeLabels(reader, data, column, classes?.length, span)
  if (!coded.ok) return coded
  const { codes, words } = coded.value
  if (classes === undefined && words.length > MOST_CLASSES) {
    const facts = { file: reader.file, name: reader.columns[column]?.name ?? '', count: words.length }
    return { ok: false, error: tooManyClasses({ ...facts, span }) }
  }
  const names = classes ?? sortedWords(words)
  const numberOf = classNumbers(words, names)
  const numbers = new Uint32Array(codes.length)
  const seen = new Set<number>()
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    const number = numberOf[code]
    if (number === undefined) {
      const label = words[code] ?? ''
      const facts = { place: data.place(column, row), label, nearest: nearest(label, names), classes: names }
      return { ok: false, error: unknownClass({ ...facts, span: context.origin?.('classes') }) }
    }
    seen.add(number)
    numbers[row] = number
  }
  if (seen.size === 1) {
    const facts = { file: reader.file, name: reader.columns[column]?.name ?? '', label: words[codes[0] ?? 0] ?? '' }
    return { ok: false, error: singleClass({ ...facts, span }) }
  }
  for (const [number, name] of names.entries()) {
    if (seen.has(number)) continue
    const found = sortedWords(words)
    context.onMessage?.(unusedClass({ file: reader.file, name, found, span: context.origin?.('classes') }))
  }
  return { ok: true, value: { classes: names, numbers } }
}

interface Coded {
  /** Per row, an index into `words`. */
  readonly codes: Uint32Array
  readonly words: readonly string[]
}

function codeLabels(
  reader: TableReader,
  data: TableData,
  column: number,
  count: number | undefined,
  span: Span | undefined,
): Result<Coded> {
  const values = data.columns.get(column)
  const header = reader.columns[column]
  if (values === undefined || header === undefined) throw new Error('the labels were not read')
  const size = elementCount(header.shape)
  if (size === 1) {
    return values.kind === 'words' ? { ok: true, value: values } : codeNumbers(header.name, data, column, values, span)
  }
  const shapeFacts = { name: header.name, shape: header.shape, classes: count, span }
  if (values.kind === 'words' || header.shape.length !== 1 || (count !== undefined && count !== size)) {
    return { ok: false, error: labelsNotOnePerRow({ place: reader.file, ...shapeFacts }) }
  }
  const codes = new Uint32Array(values.rows)
  for (let row = 0; row < values.rows; row++) {
    const code = hotIndex(values.values, row * size, size)
    if (code === undefined)
      return { ok: false, error: labelsNotOnePerRow({ place: data.place(column, row), ...shapeFacts }) }
    codes[row] = code
  }
  return { ok: true, value: { codes, words: Array.from({ length: size }, (_, index) => String(index)) } }
}

function hotIndex(values: Numbers, start: number, size: number): number | undefined {
  let found: number | undefined
  for (let index = 0; index < size; index++) {
    const value = values[start + index]
    if (value === 0) continue
    if (value !== 1 || found !== undefined) return undefined
    found = index
  }
  return found
}

function codeNumbers(
  name: string,
  data: TableData,
  column: number,
  values: Extract<ColumnData, { kind: 'numbers' }>,
  span: Span | undefined,
): Result<Coded> {
  const index = new Map<number, number>()
  const codes = new Uint32Array(values.rows)
  for (let row = 0; row < values.rows; row++) {
    const value = values.values[row] ?? 0
    if (!Number.isFinite(value)) {
      return { ok: false, error: notFinite({ place: data.place(column, row), column: name, value, span }) }
    }
    let code = index.get(value)
    if (code === undefined) {
      code = index.size
      index.set(value, code)
    }
    codes[row] = code
  }
  return { ok: true, value: { codes, words: Array.from(index.keys(), String) } }
}

function sortedWords(words: readonly string[]): string[] {
  const numbers = words.map(parseNumber)
  const order = words.map((_, index) => index)
  if (numbers.every((number) => number !== undefined)) {
    order.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || compareText(words[a] ?? '', words[b] ?? ''))
  } else {
    order.sort((a, b) => compareText(words[a] ?? '', words[b] ?? ''))
  }
  return order.map((index) => words[index] ?? '')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** For each word, the number of its class; undefined for a word that is none. */
function classNumbers(words: readonly string[], classes: readonly string[]): (number | undefined)[] {
  const byName = new Map(classes.map((name, number) => [name, number]))
  const byValue = new Map(classes.flatMap((name, number) => numberEntry(name, number)))
  return words.map((word) => {
    const named = byName.get(word)
    if (named !== undefined) return named
    const value = parseNumber(word)
    if (value === undefined) return undefined
    if (byValue.size > 0) return byValue.get(value)
    return Number.isInteger(value) && value >= 0 && value < classes.length ? value : undefined
  })
}

function numberEntry(name: string, number: number): [number, number][] {
  const value = parseNumber(name)
  return value === undefined ? [] : [[value, number]]
}
