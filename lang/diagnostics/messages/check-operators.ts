// HGQ204x: operators between values that they do not apply to, and units that do not mix.
import type { Span } from '../../source.js'
import { define } from '../define.js'

interface Operands {
  readonly operator: string
  readonly span: Span
  readonly left: Span
  readonly right: Span
  readonly leftText: string
  readonly rightText: string
}

export const badOperand = define(
  'HGQ2041',
  'error',
  'an operator on a value it does not apply to',
  (facts: {
    readonly operator: string
    readonly span: Span
    readonly type: string
    /** What stands behind a `-` that begins its line, as an item of a list does in YAML. */
    readonly item: string | undefined
  }) => ({
    message: `\`${facts.operator}\` does not apply to ${facts.type}`,
    span: facts.span,
    label: `this is ${facts.type}; a number, a quantity or a tensor would do`,
    notes: facts.item === undefined ? [] : [`a list stands in square brackets: \`[${facts.item}]\``],
  }),
)

export const badOperands = define(
  'HGQ2042',
  'error',
  'an operator between values it does not apply to',
  (facts: Operands & { readonly division: boolean }) => ({
    message: `\`${facts.operator}\` does not apply to ${facts.leftText} and ${facts.rightText}`,
    span: facts.span,
    related: [
      { span: facts.left, text: `this is ${facts.leftText}` },
      { span: facts.right, text: `this is ${facts.rightText}` },
    ],
    notes: facts.division
      ? ['hardware does not divide: multiply by a constant, or `shift` by a power of two']
      : facts.leftText === 'a string' || facts.rightText === 'a string'
        ? ['strings are not joined: write the whole text between two quotes']
        : facts.leftText.startsWith('a list')
          ? ['lists are joined by `+`, and their items written out: `[32, 32, 32]`']
          : facts.operator === '*' || facts.operator === '/'
            ? ['a quantity can be multiplied and divided by a number, and divided by one of its own dimension']
            : [],
  }),
)

export const dimensionsDiffer = define(
  'HGQ2043',
  'error',
  'quantities of different dimensions together',
  (facts: Operands & { readonly plain: boolean }) => ({
    message: `${facts.leftText} and ${facts.rightText} do not mix`,
    span: facts.span,
    label: `\`${facts.operator}\` needs one dimension on both sides`,
    related: [
      { span: facts.left, text: `this is ${facts.leftText}` },
      { span: facts.right, text: `this is ${facts.rightText}` },
    ],
    notes: facts.plain ? ['give the plain number the unit of the other side'] : [],
  }),
)

export const wrongRelation = define(
  'HGQ2044',
  'error',
  'a bound where a value is expected',
  (facts: { readonly name: string; readonly relation: string; readonly span: Span }) => ({
    message: `an entry is written \`${facts.name} = …\``,
    span: facts.span,
    label: `\`${facts.relation}\` is for bounds, in a budget`,
  }),
)
