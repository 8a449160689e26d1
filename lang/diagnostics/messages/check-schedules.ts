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
