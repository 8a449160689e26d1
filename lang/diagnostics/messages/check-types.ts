// HGQ2030 to 2059: types and units; operators are in `check-operators.ts`.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

/** What every message about a value that does not fit says. */
export interface Misfit {
  readonly span: Span
  /** What it is for, e.g. `'units' of 'dense'`. */
  readonly purpose: string
  /** Where that is declared, unless in the prelude. */
  readonly definition: Span | undefined
  /** What was given, where that is a name. */
  readonly source: { readonly name: string; readonly span: Span } | undefined
  /** Where the value is piped into, when it is. */
  readonly pipedInto: Span | undefined
  readonly expected: string
  readonly found: string
}

function declaredHere({
  definition,
  source,
  pipedInto,
}: Misfit): readonly { readonly span: Span; readonly text: string }[] {
  return [
    ...(pipedInto === undefined ? [] : [{ span: pipedInto, text: 'it is piped into this' }]),
    ...(source === undefined ? [] : [{ span: source.span, text: `'${source.name}' is declared here` }]),
    ...(definition === undefined ? [] : [{ span: definition, text: 'the parameter is declared here' }]),
  ]
}

function wanted(misfit: Misfit): string {
  return `${misfit.purpose} must be ${misfit.expected}`
}

/** The edit that puts `before` and `after` around what `span` covers. */
function surround(span: Span, before: string, after: string, title: string) {
  const at = (offset: number): Span => ({ file: span.file, start: offset, end: offset })
  return {
    title,
    edits: [
      { span: at(span.start), text: before },
      { span: at(span.end), text: after },
    ],
  }
}

export const mismatch = define(
  'HGQ2030',
  'error',
  'a value of another type than expected',
  (facts: Misfit & { readonly members: readonly string[]; readonly calls: readonly string[] }) => ({
    message: `expected ${facts.expected}, found ${facts.found}`,
    span: facts.span,
    label: wanted(facts),
    related: declaredHere(facts),
    notes: [
      ...(facts.members.length === 0 ? [] : [`one of ${facts.members.map((member) => `'${member}'`).join(', ')}`]),
      ...(facts.calls.length === 0 ? [] : [`write ${facts.calls.map((call) => `\`${call}\``).join(' or ')}`]),
    ],
  }),
)

export const bareNumber = define(
  'HGQ2031',
  'error',
  'a number without its unit',
  (facts: Misfit & { readonly units: readonly string[]; readonly suggestions: readonly string[] }) => ({
    message: `this number needs a unit: expected ${facts.expected}`,
    span: facts.span,
    label: wanted(facts),
    related: declaredHere(facts),
    notes: [
      facts.suggestions.length > 0
        ? `write ${facts.suggestions.map((text) => `\`${text}\``).join(' or ')}`
        : `its unit is one of ${facts.units.join(', ')}`,
    ],
    fixes: facts.suggestions.length === 1 ? replaceBy(facts.span, facts.suggestions[0]) : [],
  }),
)

export const wrongDimension = define(
  'HGQ2032',
  'error',
  'a quantity of another dimension than expected',
  (facts: Misfit & { readonly replacement: string | undefined; readonly isConversion: boolean }) => ({
    message: `expected ${facts.expected}, found ${facts.found}`,
    span: facts.span,
    label: wanted(facts),
    related: declaredHere(facts),
    notes:
      facts.replacement === undefined
        ? []
        : [
            facts.isConversion
              ? `as ${facts.expected} this is \`${facts.replacement}\``
              : `write \`${facts.replacement}\`, without a unit`,
          ],
    fixes: replaceBy(facts.span, facts.replacement),
  }),
)

export const wholeNumberExpected = define(
  'HGQ2033',
  'error',
  'a fraction of a number where a whole one is expected',
  (facts: Misfit & { readonly replacement: string | undefined; readonly quotient: boolean }) => ({
    message: `expected ${facts.expected}, found ${facts.found}`,
    span: facts.span,
    label: wanted(facts),
    related: declaredHere(facts),
    notes: [
      ...(facts.replacement === undefined ? [] : [`write \`${facts.replacement}\``]),
      ...(facts.quotient ? ['a quotient is whole only where both sides are'] : []),
    ],
    fixes: replaceBy(facts.span, facts.replacement),
  }),
)

export const valueAsText = define(
  'HGQ2034',
  'error',
  'a number or a word of the language in quotes',
  (facts: Misfit & { readonly value: string }) => ({
    message: `expected ${facts.expected}, found ${facts.found}`,
    span: facts.span,
    label: wanted(facts),
    related: declaredHere(facts),
    notes: [`write \`${facts.value}\` without quotes`],
    fixes: replaceBy(facts.span, facts.value),
  }),
)

export const listExpected = define('HGQ2035', 'error', 'one value where a list is expected', (facts: Misfit) => ({
  message: `expected ${facts.expected}, found ${facts.found}`,
  span: facts.span,
  label: wanted(facts),
  related: declaredHere(facts),
  notes: ['a list of one stands in brackets: `[…]`'],
  fixes: [surround(facts.span, '[', ']', 'put it in brackets')],
}))

export const singleExpected = define('HGQ2036', 'error', 'a list where one value is expected', (facts: Misfit) => ({
  message: `expected ${facts.expected}, found ${facts.found}`,
  span: facts.span,
  label: wanted(facts),
  related: declaredHere(facts),
  notes: ['there can be only one here'],
}))

export const branchesDiffer = define(
  'HGQ2037',
  'error',
  'branches of different types',
  (facts: { readonly span: Span; readonly type: string; readonly other: Span; readonly otherType: string }) => ({
    message: `the branches differ: ${facts.otherType} and ${facts.type}`,
    span: facts.span,
    label: `this is ${facts.type}`,
    related: [{ span: facts.other, text: `this is ${facts.otherType}` }],
    notes: ['both branches of `c ? a : b` are checked, and must have one type'],
  }),
)

export const itemsDiffer = define(
  'HGQ2038',
  'error',
  'items of different types',
  (facts: { readonly span: Span; readonly type: string; readonly first: Span; readonly firstType: string }) => ({
    message: `the items of this list differ: ${facts.firstType} and ${facts.type}`,
    span: facts.span,
    label: `this is ${facts.type}`,
    related: [{ span: facts.first, text: `this is ${facts.firstType}` }],
  }),
)

export const noMember = define(
  'HGQ2039',
  'error',
  'a member that a value does not have',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly object: Span
    readonly type: string
    readonly names: readonly string[]
    readonly nearest: string | undefined
    /** What a tensor goes into that has this name, as it is written: a layer, an operation. */
    readonly applied: string | undefined
  }) => ({
    message:
      facts.name === 'shape'
        ? `only a tensor has a shape, and this is ${facts.type}`
        : `${facts.type} has no '${facts.name}'`,
    span: facts.name === 'shape' ? facts.object : facts.span,
    label: facts.name === 'shape' ? `this is ${facts.type}` : 'unknown',
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.applied === undefined ? [] : [`a tensor goes into a layer by '|>': \`x |> ${facts.applied}\``]),
      ...(facts.nearest === undefined && facts.applied === undefined && facts.names.length > 0
        ? [`it has ${facts.names.map((name) => `'${name}'`).join(', ')}`]
        : []),
    ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const badIndex = define(
  'HGQ2040',
  'error',
  'an index into what is no list',
  (facts: {
    readonly span: Span
    readonly type: string /** `200 [MHz]` without brackets. */
    readonly quantity: string | undefined
  }) => ({
    message: `${facts.type} has no items to pick by index`,
    span: facts.span,
    label: `this is ${facts.type}`,
    notes:
      facts.quantity !== undefined
        ? [`a unit stands without brackets: \`${facts.quantity}\``]
        : facts.type === 'a tensor'
          ? ['a part of a tensor is `slice(x, axis = …, start = …, end = …)`; its sizes are `x.shape[…]`']
          : [],
  }),
)

export const unknownPlace = define(
  'HGQ2046',
  'error',
  'a place that no layer has',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly known: readonly string[]
    readonly nearest: string | undefined
  }) => ({
    message: `no layer has a place '${facts.name}'`,
    span: facts.span,
    label: 'unknown place',
    notes: [...didYouMean(facts.nearest), `known are ${facts.known.map((name) => `'${name}'`).join(', ')}`],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

const TYPES =
  'types are int, float, bool, string, tensor, list[…], the dimensions, the enumerations and the kinds of declarations'

export const unknownTypeName = define(
  'HGQ2047',
  'error',
  'a type that does not exist',
  (facts: { readonly name: string; readonly span: Span; readonly nearest: string | undefined }) => ({
    message: `there is no type '${facts.name}'`,
    span: facts.span,
    label: 'unknown type',
    notes: facts.nearest === undefined ? [TYPES] : didYouMean(facts.nearest),
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const incompleteType = define(
  'HGQ2236',
  'error',
  'a list or a record that does not say of what',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `the type '${facts.name}' does not say what it holds`,
    span: facts.span,
    label: `write '${facts.name}[…]' with the type of what it holds`,
    notes: [`a ${facts.name} of ints is \`${facts.name}[int]\``],
  }),
)

export const notAType = define(
  'HGQ2048',
  'error',
  'a name that is no type',
  (facts: { readonly name: string; readonly span: Span; readonly kind: string }) => ({
    message: `'${facts.name}' is not a type`,
    span: facts.span,
    label: 'expected a type',
    notes: [TYPES],
  }),
)
