import { namedTwice, outOfRange, splitSum } from '../../diagnostics/messages/check-values.js'
import type { Column, ColumnSelection, DatasetSpec } from '../../program.js'
import type { Span } from '../../source.js'
import { entriesOf } from '../call.js'
import { checkNumbers, fraction, positive, seedRule } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Traced } from '../origins.js'
import { hasFailed, itemsOf, type Value, type ValueOf } from '../value.js'
import { sourceSpec } from './source.js'

/** A data set, its own values checked. Undefined, and reported, where it makes no sense. */
export function datasetSpec(dataset: ValueOf<'declared'>, elaboration: Elaboration): Traced<DatasetSpec> | undefined {
  const entries = entriesOf(dataset, elaboration)
  const { declaration } = dataset
  const name = declaration.name.name
  const before = elaboration.failures
  const sourceValue = entries.get('source')
  const source = sourceValue?.kind === 'built' ? sourceSpec(sourceValue, elaboration) : undefined
  const split = splitOf(entries.get('split'), elaboration)
  const classes = classesOf(entries.get('classes'), elaboration)
  checkNumbers(entries, { seed: seedRule }, elaboration)
  for (const value of entries.values()) if (hasFailed(value)) return undefined
  if (source === undefined || split === undefined || elaboration.failures > before) return undefined
  const features = featuresOf(entries.get('features'))
  const labels = columnOf(entries.get('labels'))
  const target = selectionOf(entries.get('target'))
  const unit = entries.get('unit')
  const seed = entries.get('seed')
  return {
    spec: {
      name,
      doc: declaration.doc,
      source,
      ...(features !== undefined && { features }),
      ...(labels !== undefined && { labels }),
      ...(target !== undefined && { target }),
      ...(unit?.kind === 'member' && { unit: unit.name }),
      ...(classes !== undefined && { classes }),
      split,
      standardize: standardizeOf(entries.get('standardize')),
      seed: seed?.kind === 'number' ? seed.value : 0,
    },
    traces: new Map<string, Value | Span>([['', declaration.span], ...entries]),
  }
}

function splitOf(value: Value | undefined, elaboration: Elaboration): DatasetSpec['split'] | undefined {
  if (value?.kind !== 'record') return undefined
  const rule = {
    holds: (part: number) => positive.holds(part) && fraction.holds(part),
    text: 'must be above 0 % and at most 100 %',
  }
  if (!checkNumbers(value.entries, { train: rule, validation: rule, test: rule }, elaboration)) return undefined
  const part = (name: string): number => {
    const entry = value.entries.get(name)
    return entry?.kind === 'number' ? entry.value : 0
  }
  const [train, validation, test] = [part('train'), part('validation'), part('test')]
  const sum = train + validation + test
  // Percents have no short binary form, so their sum is off by rounding.
  if (Math.abs(sum - 1) <= 1e-9) return { train, validation, test }
  elaboration.report(splitSum({ percent: formatPercent(sum), span: value.span }))
  return undefined
}

function classesOf(value: Value | undefined, elaboration: Elaboration): readonly string[] | undefined {
  if (value === undefined) return undefined
  const first = new Map<string, Span>()
  for (const item of itemsOf(value) ?? []) {
    if (item.kind !== 'text') continue
    const earlier = first.get(item.value)
    if (earlier !== undefined)
      elaboration.report(namedTwice({ name: item.value, where: '`classes`', span: item.span, first: earlier }))
    else first.set(item.value, item.span)
  }
  if (first.size < 2) {
    elaboration.report(
      outOfRange({
        what: '`classes`',
        shown: first.size === 0 ? 'empty' : 'a single name',
        rule: 'must name at least 2 classes',
        span: value.span,
      }),
    )
  }
  return [...first.keys()]
}

function featuresOf(value: Value | undefined): DatasetSpec['features'] {
  if (value?.kind !== 'record') return selectionOf(value)
  const selections = [...value.entries].flatMap(([input, entry]) => {
    const selection = selectionOf(entry)
    return selection === undefined ? [] : [[input, selection] as const]
  })
  return Object.fromEntries(selections)
}

function selectionOf(value: Value | undefined): ColumnSelection | undefined {
  const items = value === undefined ? undefined : itemsOf(value)
  return items === undefined ? columnOf(value) : items.flatMap((item) => columnOf(item) ?? [])
}

function columnOf(value: Value | undefined): Column | undefined {
  return value?.kind === 'text' || value?.kind === 'number' ? value.value : undefined
}

function standardizeOf(value: Value | undefined): DatasetSpec['standardize'] {
  if (value?.kind === 'bool') return value.value ? 'standard' : 'none'
  if (value?.kind !== 'member') return 'none'
  return value.name === 'standard' || value.name === 'power_of_two' ? value.name : 'none'
}

/** A fraction as a percentage with as many digits as it needs: `0.07` is `7`. */
function formatPercent(fraction: number): string {
  return String(Number((fraction * 100).toPrecision(12)))
}
