// HGQ22xx: schedules of rates and pressures, and the controller of the pressure.
import type { Span } from '../../source.js'
import { define } from '../define.js'

export const knotsOutOfOrder = define(
  'HGQ2220',
  'error',
  'knots of a schedule that do not come one after the other',
  (facts: { readonly at: string; readonly before: string; readonly span: Span; readonly first: Span }) => ({
    message: `a knot at ${facts.at} cannot follow one at ${facts.before}`,
    span: facts.span,
    label: 'must be later than the knot before',
    related: [{ span: facts.first, text: 'the knot before' }],
  }),
)

export const knotsOfTwoUnits = define(
  'HGQ2221',
  'error',
  'knots of a schedule in epochs and in steps',
  (facts: { readonly unit: string; readonly span: Span; readonly first: Span }) => ({
    message: `the knots of a schedule are all in epochs or all in steps`,
    span: facts.span,
    label: `must be in ${facts.unit}, as the knots before`,
    related: [{ span: facts.first, text: 'the knot before' }],
    notes: ['how many steps an epoch has is known only when the data are there'],
  }),
)

export const controllerLimits = define(
  'HGQ2222',
  'error',
  'a controller whose limits leave it nothing',
  (facts: { readonly low: number; readonly high: number; readonly span: Span }) => ({
    message: `no pressure lies between ${facts.low} and ${facts.high}`,
    span: facts.span,
    label: '`lowest` must be below `highest`',
  }),
)

export const startOutsideLimits = define(
  'HGQ2228',
  'error',
  'a controller that starts outside its limits',
  (facts: { readonly start: number; readonly low: number; readonly high: number; readonly span: Span }) => ({
    message: `the pressure cannot start at ${facts.start}: it stays between ${facts.low} and ${facts.high}`,
    span: facts.span,
    label: '`start` must lie between `lowest` and `highest`',
  }),
)

export const warmupFillsSchedule = define(
  'HGQ2229',
  'error',
  'a warm-up as long as its schedule',
  (facts: { readonly warmup: string; readonly over: string; readonly span: Span; readonly end: Span }) => ({
    message: `a warm-up of ${facts.warmup} leaves nothing of a schedule over ${facts.over}`,
    span: facts.span,
    label: 'must be shorter than `over`',
    related: [{ span: facts.end, text: 'the end of the schedule' }],
    notes: ['`over` counts from the start of the training, the warm-up included'],
  }),
)

export const warmupCutShort = define(
  'HGQ2248',
  'warning',
  'a warm-up that the data make as long as its schedule',
  (facts: {
    /** `rate`. */
    readonly entry: string
    /** Steps, as are the others. */
    readonly warmup: number
    readonly over: number
    readonly perEpoch: number
    readonly to: number
    readonly span: Span
  }) => ({
    message: `the warm-up of '${facts.entry}' takes ${facts.warmup} steps, and its schedule is over after ${facts.over}`,
    span: facts.span,
    label: 'must be shorter than `over`',
    notes: [
      `an epoch has ${facts.perEpoch} steps here; \`over\` counts from the start of the training, the warm-up included`,
      `the warm-up is cut short, and after step ${facts.over} '${facts.entry}' is ${facts.to}`,
    ],
  }),
)

export const beginsTooLate = define(
  'HGQ2240',
  'warning',
  'a schedule or a controller that the training ends before',
  (facts: {
    /** `cosine`, `pid`. */
    readonly name: string
    readonly entry: 'warmup' | 'hold'
    readonly start: string
    readonly epochs: number
    /** What it never begins: `to steer`. */
    readonly what: string
    readonly span: Span
    readonly training: Span
  }) => ({
    message: `the training ends before '${facts.name}' begins ${facts.what}`,
    span: facts.span,
    label: `its \`${facts.entry}\` lasts ${facts.start}`,
    related: [{ span: facts.training, text: `the training lasts ${facts.epochs}` }],
    notes: [`a shorter \`${facts.entry}\` lets it; all is well where the training is cut short on purpose`],
  }),
)

export const weightDecayTooLarge = define(
  'HGQ2241',
  'error',
  'a decay of weights that leaves nothing of them',
  (facts: { readonly decay: number; readonly rate: number; readonly span: Span }) => ({
    message: `weights would shrink by ${shortened(facts.decay * facts.rate)} times themselves in a step`,
    span: facts.span,
    label: 'its product with the highest `rate` must be below 1',
    notes: [
      `with \`rate\` up to ${shortened(facts.rate)}, a \`weight_decay\` below ${shortened(1 / facts.rate)}; 1e-4 to 1e-1 is usual`,
    ],
  }),
)

function shortened(value: number): string {
  return String(Number(value.toPrecision(3)))
}
