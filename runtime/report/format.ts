import { quantityText } from '../../compiler/plan/budget.js'
import type { FrontRow, TargetNumbers } from './schema.js'

/** One column of the table of results. */
export interface Column {
  readonly build: string
  readonly target: string
  readonly numbers: TargetNumbers
}

/** The numbers of designs side by side, one row per quantity, ready to print. */
export function formatTable(columns: readonly Column[]): string {
  const rows: (readonly string[])[] = [['', ...columns.map((column) => `${column.build}/${column.target}`)]]
  const add = (name: string, value: (numbers: TargetNumbers) => string): void => {
    rows.push([name, ...columns.map((column) => value(column.numbers))])
  }
  const metrics = new Set(columns.flatMap((column) => Object.keys(column.numbers.validation)))
  for (const metric of metrics) {
    add(`${metric} (validation)`, (numbers) => optional(metric, numbers.validation[metric]))
    add(`${metric} (test)`, (numbers) => optional(metric, numbers.test[metric]))
  }
  add('EBOPs', (numbers) => quantityText('ebops', numbers.ebops))
  add('EBOPs, exact', (numbers) => quantityText('ebops', numbers.ebops_exact))
  const estimate = columns.some((column) => column.numbers.resources.estimate) ? ' (estimate)' : ''
  add(`LUT${estimate}`, (numbers) => quantityText('lut', numbers.lut))
  add(`FF${estimate}`, (numbers) => quantityText('ff', numbers.ff))
  add(`DSP${estimate}`, (numbers) => quantityText('dsp', numbers.dsp))
  add('LUT / EBOPs', (numbers) => (numbers.ebops === 0 ? '' : (numbers.lut / numbers.ebops).toFixed(2)))
  add('pipeline stages', (numbers) => String(numbers.stages))
  add('latency in cycles', (numbers) => String(numbers.latency_cycles))
  add('latency', (numbers) => quantityText('latency', numbers.latency_ns))
  add('clock', (numbers) => quantityText('clock', numbers.clock_mhz))
  add('Fmax (estimate)', ({ fmax_estimate_mhz: { low, mhz, high } }) => `${low} … ${mhz} … ${high} MHz`)
  add('mean bits of weights', (numbers) => numbers.mean_bits.weight.toFixed(2))
  add('mean bits of activations', (numbers) => numbers.mean_bits.activation.toFixed(2))
  add('verified vectors', (numbers) => quantityText('vectors', numbers.verified.vectors))
  add('mismatches', (numbers) => String(numbers.verified.mismatches))
  add('wrapped values', (numbers) => quantityText('wraps', numbers.verified.wraps))
  const tools = [...new Set(columns.map(({ numbers }) => `${numbers.resources.tool} ${numbers.resources.version}`))]
  const notes = estimate === '' ? [] : [`LUT, FF and DSP are estimates of ${tools.join(', ')}.`]
  const paths = columns.map((column) => `${column.build}/${column.target}: ${column.numbers.paths.folder}`)
  return [...align(rows), '', ...notes, ...paths].join('\n')
}

function optional(metric: string, value: number | undefined): string {
  return value === undefined ? '' : quantityText(metric, value)
}

/** First column to the left, the others to `side`, two blanks between. */
export function align(rows: readonly (readonly string[])[], side: 'left' | 'right' = 'right'): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  const pad = (cell: string, column: number): string =>
    column === 0 || side === 'left' ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}

/** The networks of a front, by rising EBOPs. */
export function formatFront(build: string, front: readonly FrontRow[]): string {
  const metrics = Object.keys(front[0]?.validation ?? {})
  const header = [build, 'epoch', 'EBOPs', 'exact', ...metrics.map((metric) => `${metric} (validation)`), 'bits w/a']
  const rows = front.map((point) => [
    point.training,
    String(point.epoch),
    quantityText('ebops', point.ebops),
    quantityText('ebops', point.ebops_exact),
    ...metrics.map((metric) => optional(metric, point.validation[metric])),
    `${point.mean_bits.weight.toFixed(2)} / ${point.mean_bits.activation.toFixed(2)}`,
  ])
  return align([header, ...rows]).join('\n')
}
