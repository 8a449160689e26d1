import { quantityText, shareText } from '../../compiler/plan/budget.js'
import { LEVELS, type Levels } from '../prove/levels.js'
import { align } from './align.js'
import { explainChoice } from './explain-choice.js'
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
  for (const name of ['lut', 'ff', 'dsp'] as const)
    add(`${name.toUpperCase()}${estimate}`, (numbers) => cellsText(name, numbers))
  for (const [name, value] of expectations) {
    if (columns.some(({ numbers }) => value(numbers) !== '')) add(name, value)
  }
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
  add('proven', ({ proven }) => (proven === null ? 'nothing' : provenText(proven)))
  const tools = [...new Set(columns.map(({ numbers }) => `${numbers.resources.tool} ${numbers.resources.version}`))]
  const kind = estimate === '' ? 'measured by' : 'estimates of'
  const vendors = [...new Set(columns.flatMap(({ numbers }) => numbers.estimates.vendor_tool ?? []))]
  const ranges = vendors.length === 0 ? '' : ` Ranges are estimated, not ${vendors.join(' or ')}.`
  const notes = [`LUT, FF and DSP are ${kind} ${tools.join(', ')}, in percent of the device.${ranges}`]
  const hls = columns.filter(({ numbers }) => numbers.language === 'vitis' || numbers.language === 'oneapi')
  const namesOf = (some: readonly Column[]): string => some.map(({ build, target }) => `${build}/${target}`).join(', ')
  const foreseen = hls.filter(({ numbers }) => numbers.implementation === null)
  if (foreseen.length > 0) {
    notes.push(
      `For ${namesOf(foreseen)} they, the stages and the latency are those of the same operations as Verilog; tools for high-level`,
      'synthesis make RTL of their own from the C++.',
    )
  }
  const synthesized = hls.filter(({ numbers }) => numbers.implementation !== null)
  if (synthesized.length > 0) {
    notes.push(`For ${namesOf(synthesized)} the pipeline stages are those of the same operations as Verilog.`)
  }
  notes.push(...columns.flatMap(basisNotes))
  const proofs = columns.map(({ build, target, numbers: { proven, unproven } }) =>
    proven === null
      ? `${build}/${target}: nothing is proven; ${reasonText(unproven)}`
      : `${build}/${target}: proven by ${levelsText(proven.levels)}`,
  )
  const paths = columns.map((column) => `${column.build}/${column.target}: ${column.numbers.paths.folder}`)
  const choices = columns.flatMap(({ build, target, numbers }) => explainChoice(`${build}/${target}`, numbers.choice))
  return [...align(rows), '', ...choices, '', ...notes, ...proofs, ...paths].join('\n')
}

/** What is expected of the vendor's tool, and what it said of timing; empty where there is no such number. */
const expectations: readonly (readonly [name: string, value: (numbers: TargetNumbers) => string])[] = [
  [
    'three-input adders',
    ({ estimates: { adder_graph } }) => {
      const { ternary_adders: count, two_input_cost, cost } = adder_graph
      return count === 0 ? '' : `${count} (saving ${quantityText('lut', Math.round(two_input_cost - cost))} LUT)`
    },
  ],
  ['LUT expected, from the adder graph', ({ estimates }) => rangeText(estimates.adder_graph.lut_range)],
  ['LUT expected, from synthesis', ({ estimates }) => rangeText(estimates.synthesis?.lut_range ?? null)],
  ['FF expected, from synthesis', ({ estimates }) => rangeText(estimates.synthesis?.ff_range ?? null)],
  [
    'LUT by Yosys',
    ({ estimates, implementation }) =>
      implementation === null || estimates.synthesis === null ? '' : quantityText('lut', estimates.synthesis.lut),
  ],
  ['slack', ({ implementation }) => (implementation?.timing == null ? '' : `${implementation.timing.slack_ns} ns`)],
  [
    'fastest clock',
    ({ implementation }) =>
      implementation?.timing == null ? '' : quantityText('clock', implementation.timing.fmax_mhz),
  ],
]

/** What the estimates of a design rest on, where that is not its own family of devices. */
function basisNotes({ build, target, numbers: { estimates } }: Column): readonly string[] {
  const { family, borrowed_delays: delays, vendor_tool, synthesis } = estimates
  const cells = synthesis?.borrowed_cells ?? null
  const parts = [
    ...(delays === null
      ? []
      : [`its delays are not known here, stages and Fmax are estimated with those of ${delays}`]),
    ...(cells === null ? [] : [`Yosys counts the cells of ${cells}`]),
    ...(vendor_tool === null
      ? ["no estimate was compared with its vendor's tool, the band of Fmax is that of UltraScale+"]
      : []),
  ]
  return parts.length === 0 ? [] : [`${build}/${target}, ${family}: ${parts.join('; ')}.`]
}

/** `8 470 (0.49 %)`; a device need not have cells of a kind. */
function cellsText(name: 'lut' | 'ff' | 'dsp', numbers: TargetNumbers): string {
  const { [name]: cells, capacity } = numbers
  const share = cells === 0 || capacity[name] === 0 ? '' : ` (${shareText(cells, capacity[name])})`
  return `${quantityText(name, cells)}${share}`
}

/** `9 567 (8 801 to 10 333)`. */
function rangeText(range: { readonly low: number; readonly central: number; readonly high: number } | null): string {
  if (range === null) return ''
  const [low, central, high] = [range.low, range.central, range.high].map((count) => quantityText('lut', count))
  return `${central} (${low} to ${high})`
}

/** What each layer of a design brings, the largest first. */
export function formatLayers({ build, target, numbers }: Column): string {
  const header = [`${build}/${target}`, 'LUT', 'expected', 'FF', 'expected']
  const rows = [...numbers.estimates.layers]
    .sort((a, b) => b.lut - a.lut || b.ff - a.ff)
    .map((each) => [
      each.layer === '' ? '(network)' : each.layer,
      quantityText('lut', each.lut),
      rangeText(each.lut_range),
      quantityText('ff', each.ff),
      rangeText(each.ff_range),
    ])
  return align([header, ...rows]).join('\n')
}

/** `100 %` only where nothing is left. */
function provenText({ parts, proven }: NonNullable<TargetNumbers['proven']>): string {
  return `${parts === 0 ? 100 : Math.floor((1000 * proven) / parts) / 10} %`
}

/** Why there is no proof. */
function reasonText(unproven: TargetNumbers['unproven']): string {
  switch (unproven?.reason) {
    case 'tool_missing':
      return `${unproven.tool}, which reads the sources, is not installed`
    case 'high_level_synthesis':
      return 'tools for high-level synthesis make the circuit'
    case undefined:
      return 'no reason is known'
  }
}

/** `linear 812, sat 96, vectors 0`: what was proven how, and what simulation alone covers. */
function levelsText(levels: Levels): string {
  const used = LEVELS.filter((level) => levels[level] > 0 || level === 'vectors')
  return used.map((level) => `${level} ${levels[level]}`).join(', ')
}

function optional(metric: string, value: number | undefined): string {
  return value === undefined ? '' : quantityText(metric, value)
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
