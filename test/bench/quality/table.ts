import { grouped } from '../../../compiler/grouped.js'
import { BOUNDS } from './datasets.js'
import { referenceFor } from './reference.js'
import type { Row } from './run.js'
import { mean, median, standardError } from './statistics.js'

/** Tables in Markdown, one per data set and part that was looked at, from the rows of one or more invocations. */
export function tables(rows: readonly Row[]): string {
  const sections = grouped(rows, ({ dataset, select }) => `${dataset}: ${select} accuracy in %`)
  return [...sections].map(([title, own]) => `${title}\n\n${table(own)}`).join('\n\n')
}

function table(rows: readonly Row[]): string {
  const head = ['recipe, epochs', 'seeds', ...BOUNDS.map((bound) => `≤ ${bound} EBOPs`), 'seconds']
  const lines = [head, head.map(() => '---')]
  const byRecipe = grouped(rows, ({ recipe, epochs }) => `${recipe}, ${epochs}`)
  for (const [name, own] of byRecipe) lines.push(...measured(name, own))
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The lines of one recipe and length: mean, median, and the same of the reference where it is known. */
function measured(name: string, rows: readonly Row[]): string[][] {
  const [first] = rows
  if (first === undefined) return []
  const columns = BOUNDS.map((_, index) => accuracies(rows, index))
  const lines = [
    [name, String(rows.length), ...columns.map((values) => meanText(values, rows.length)), secondsText(rows)],
    ['median', '', ...columns.map((values) => numberText(median(values))), ''],
  ]
  const reference = referenceFor(first.dataset, first.epochs)
  // The reference's figures are of the test part: validation accuracies are not to be compared with them.
  if (reference === undefined || first.select !== 'test') return lines
  const known = BOUNDS.map((bound) => reference.accuracy[bound] ?? [])
  const differences = columns.map((values, index) => mean(values) - mean(known[index] ?? []))
  const seeds = String(Math.max(...known.map(({ length }) => length)))
  lines.push(
    ['reference', seeds, ...known.map((values) => meanText(values, values.length)), String(reference.seconds)],
    ['median', '', ...known.map((values) => numberText(median(values))), ''],
    ['difference of the means', '', ...differences.map((value) => (value >= 0 ? '+' : '') + numberText(value)), ''],
  )
  return lines
}

/** In percent; runs whose front has nothing within the bound are left out. */
function accuracies(rows: readonly Row[], index: number): number[] {
  return rows.flatMap(({ chosen, select }) => {
    const value = chosen[index]?.[select]
    return value == null ? [] : [100 * value]
  })
}

function meanText(values: readonly number[], of: number): string {
  if (values.length === 0) return 'none'
  const error = values.length > 1 ? ` ± ${standardError(values).toFixed(2)}` : ''
  const lost = values.length < of ? ` (${of - values.length} have none)` : ''
  return numberText(mean(values)) + error + lost
}

function numberText(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(2)
}

/** Per run, the parts of the time one by one: training + calibration + front. */
function secondsText(rows: readonly Row[]): string {
  const of = (part: keyof Row['seconds']): number => mean(rows.map(({ seconds }) => seconds[part]))
  const parts = [of('training'), of('calibration'), of('front')]
  const total = parts.reduce((sum, part) => sum + part, 0)
  return `${total.toFixed(1)} = ${parts.map((part) => part.toFixed(1)).join(' + ')}`
}
