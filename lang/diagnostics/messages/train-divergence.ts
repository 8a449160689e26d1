// HGQ4002: a training that diverged.
import { define } from '../define.js'
import { type LastingSchedule, lengthNotes } from './train-lengths.js'
import { type RawFeature, rawFeatureNote, rounded, singleText } from './train-text.js'

export const trainingDiverged = define(
  'HGQ4002',
  'error',
  'training diverged: a number that is not finite, or a loss beyond all measure',
  (facts: {
    readonly epoch: number
    /** Counted from 1 over the whole training. */
    readonly step: number
    readonly what: string
    /** A number among the rows that explains it: its column, and what half of that column is below. */
    readonly data: UnusualNumber | undefined
    /** Where features as they were read explain it. */
    readonly raw: RawFeature | undefined
    /** Where it is the width of a quantizer that broke, its `regularize`; else null. */
    readonly regularize: number | null
    /** At that step. */
    readonly settings: StepSettings
    readonly help: SofterSteps
    /** Epochs before the segment that failed. */
    readonly start: number
    /** Schedules that last as long as the training. */
    readonly schedules: readonly LastingSchedule[]
  }) => ({
    message: `training diverged in epoch ${facts.epoch}, step ${facts.step}: ${facts.what}`,
    notes: [...causeNotes(facts), ...keptNotes(facts)],
  }),
)

/** A number among the rows, or in what a teacher says of them. */
interface UnusualNumber {
  readonly column: string
  readonly isTaught: boolean
  /** In the unit of the data. */
  readonly value: number
  readonly median: number
  /** It comes from a standardized one, so it is that of the file but for a rounding error. */
  readonly isRounded: boolean
}

interface StepSettings {
  readonly rate: number
  readonly widthRate: number
  readonly pressure: number
}

/** What else than lower settings makes steps softer. */
interface SofterSteps {
  /** Whether the schedule of the rate has a `warmup` or can have one, or the `cosine` that would; null: none helps. */
  readonly warmup: 'longer' | 'added' | { readonly from: number; readonly to: number; readonly epochs: number } | null
  /** The bound on the gradient, `none` where there is none yet; null where it would not help. */
  readonly clipNorm: number | 'none' | null
}

function causeNotes(facts: {
  readonly data: UnusualNumber | undefined
  readonly raw: RawFeature | undefined
  readonly regularize: number | null
  readonly settings: StepSettings
  readonly help: SofterSteps
}): string[] {
  if (facts.data !== undefined) return dataNotes(facts.data)
  const settings = settingsNote(facts)
  return facts.raw === undefined ? [settings] : [rawFeatureNote(facts.raw), `then ${settings}`]
}

function dataNotes({ column, isTaught, value, median, isRounded }: UnusualNumber): string[] {
  const shown = isRounded && Number.isFinite(value) ? `about ${Number(value.toPrecision(6))}` : singleText(value)
  return [
    `${column} is ${shown} in one of the rows; half of that column is within ±${rounded(median)}`,
    isTaught
      ? 'the `teacher` answers that where the data are usual: look at its metric, train it anew, or go without'
      : 'a wrong cell, a mark for a missing value or another unit does that: correct the data; where all is as it should be, `standardize = true` brings features to order 1',
  ]
}

/** What to lower, the likeliest first. */
function settingsNote({
  regularize,
  settings: { rate, widthRate, pressure },
  help,
}: {
  readonly regularize: number | null
  readonly settings: StepSettings
  readonly help: SofterSteps
}): string {
  const ofWidths = [
    // Where a bit costs more than the whole task it is not the task that moved the width.
    ...(regularize !== null && regularize > 1 ? [`\`regularize\` (${rounded(regularize)})`] : []),
    ...(pressure > 1 || regularize !== null ? [`\`pressure\` (${rounded(pressure)})`] : []),
  ]
  const rates =
    rate === widthRate || regularize === null
      ? [`\`rate\` (${rounded(rate)})`]
      : [`\`width_rate\` (${rounded(widthRate)})`, `\`rate\` (${rounded(rate)})`]
  const widthsFirst = pressure > 1 || (regularize ?? 0) > 1
  const first = widthsFirst ? [...ofWidths, ...rates] : [...rates, ...ofWidths]
  const lower = `lower, in this order, what was at that step ${first.join(', ')}`
  const also = widthsFirst ? [] : softer(help)
  if (also.length === 0) return lower
  return `${lower}; ${also.join(' or ')} ${also.length === 1 ? 'helps' : 'help'} as well`
}

function softer({ warmup, clipNorm }: SofterSteps): readonly string[] {
  const clip = clipNorm === 'none' ? 'a `clip_norm`' : `a lower \`clip_norm\` (${rounded(clipNorm ?? 0)})`
  return [...(warmup === null ? [] : [warmupText(warmup)]), ...(clipNorm === null ? [] : [clip])]
}

function warmupText(warmup: NonNullable<SofterSteps['warmup']>): string {
  if (warmup === 'longer') return 'a longer `warmup`'
  if (warmup === 'added') return 'a `warmup` of its schedule'
  const { from, to, epochs } = warmup
  const ends = to === 0 ? float(from) : `${float(from)}, ${float(to)}`
  return `\`rate = cosine(${ends}, warmup = ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'})\``
}

/** As the language writes what is no integer. */
function float(value: number): string {
  const text = rounded(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** What a training that diverged leaves, and how to get at it. */
function keptNotes(facts: {
  readonly epoch: number
  readonly start: number
  readonly schedules: readonly LastingSchedule[]
}): readonly string[] {
  const { epoch, start, schedules } = facts
  if (epoch === 1) return ['nothing of this training is stored: it went wrong in its first epoch']
  const well = epochsText(1, epoch - 1)
  const [are, they] = epoch === 2 ? ['is', 'it'] : ['are', 'they']
  const later = start === 0 ? '' : `; what changes later epochs alone goes on from epoch ${start + 1}`
  const kept = schedules.some(({ over }) => over === 'unknown')
    ? `${well} went well: \`epochs = ${epoch - 1}\` ends there${later}`
    : `${well} ${are} stored: \`epochs = ${epoch - 1}\` builds what ${they} gave${later}`
  return [kept, ...lengthNotes(schedules)]
}

function epochsText(from: number, to: number): string {
  return from === to ? `epoch ${from}` : `epochs ${from} to ${to}`
}
