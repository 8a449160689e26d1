// HGQ7030 to 7033: budgets, and designs that miss them. An error among them is exit code 4.
import type { Span } from '../../source.js'
import { define } from '../define.js'

/** How one bound was missed: `lut 31 200 > 30 000 (4 % over)`. */
interface MissFacts {
  readonly build: string
  readonly span: Span | undefined
  readonly misses: readonly string[]
  /** Which candidate came nearest, with its numbers. */
  readonly nearest: string
  readonly remedies: readonly string[]
}

export const budgetOutOfReach = define(
  'HGQ7030',
  'error',
  'no trained network meets what the budget says before synthesis',
  (facts: Omit<MissFacts, 'build'> & { readonly candidates: number }) => ({
    message: `${facts.candidates === 1 ? 'the only network on the front misses the budget' : `none of the ${facts.candidates} networks on the front meets the budget`}; nearest: ${facts.misses.join(', ')}`,
    span: facts.span,
    label: 'this bound is missed',
    notes: [`nearest: ${facts.nearest}`, ...facts.remedies],
  }),
)

export const budgetMissed = define(
  'HGQ7031',
  'error',
  'no measured design meets the budget',
  (facts: MissFacts & { readonly target: string; readonly designs: number; readonly attempt: number }) => ({
    message: `${facts.designs === 1 ? `the only design of '${facts.build}' for '${facts.target}' misses` : `none of the ${facts.designs} designs of '${facts.build}' for '${facts.target}' meets`} the budget; nearest: ${facts.misses.join(', ')} at try ${facts.attempt}`,
    span: facts.span,
    label: 'this bound is missed',
    notes: [`nearest: ${facts.nearest}`, ...facts.remedies],
  }),
)

export const budgetMissedOnTest = define(
  'HGQ7032',
  'error',
  'the chosen design misses the budget on the test part',
  (facts: {
    readonly build: string
    readonly target: string
    readonly span: Span | undefined
    readonly misses: readonly string[]
  }) => ({
    message: `the design of '${facts.build}' for '${facts.target}' misses its budget on the test part: ${facts.misses.join(', ')}`,
    span: facts.span,
    label: 'met on the validation part, not on the test part',
    notes: [
      'the test part is used once, so no other design is tried; leave more room in the bound, or train on more data',
    ],
  }),
)

export const designTooLarge = define(
  'HGQ7033',
  'warning',
  'a design that is larger than its device',
  (facts: {
    readonly build: string
    readonly target: string
    readonly device: string
    /** Such as `2 100 000 of 1 728 000 LUT (121.6 %)`. */
    readonly counts: readonly string[]
    /** The quantity that is exceeded most, as in a budget. */
    readonly worst: string
    /** Whether the network is from a file, and so taken as it is. */
    readonly imported: boolean
    /** How many other networks the front has that might be taken. */
    readonly others: number
    /** The tool that estimates; null where the vendor's measured. */
    readonly estimatedBy: string | null
  }) => ({
    message: `the design of '${facts.build}' for '${facts.target}' is larger than ${facts.device}: ${facts.counts.join(', ')}`,
    notes: [
      `${
        facts.others > 0
          ? `\`${facts.worst} <= 100 %\` in the budget takes a network that fits, if the front has one; else `
          : ''
      }${facts.imported ? 'take a smaller network' : "raise 'pressure'"}, or choose a larger device`,
      ...(facts.estimatedBy === null ? [] : [`the counts are estimates of ${facts.estimatedBy}`]),
    ],
  }),
)
