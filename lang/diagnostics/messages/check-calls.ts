// HGQ2060 to 2071: calls and their arguments; entries are in `check-entries.ts`.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'
import { lacks, list } from './check-text.js'

function declared(definition: Span | undefined): readonly { readonly span: Span; readonly text: string }[] {
  return definition === undefined ? [] : [{ span: definition, text: 'declared here' }]
}

export const unknownArgument = define(
  'HGQ2060',
  'error',
  'an argument or entry that does not exist',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly word: 'argument' | 'entry'
    readonly callee: string
    readonly nearest: string | undefined
    readonly names: readonly string[]
    /** How that is said here, where it is no argument or entry. */
    readonly hint: string | undefined
    /** Names that must be there and are not. */
    readonly missing: readonly string[]
    readonly definition: Span | undefined
  }) => ({
    message:
      facts.word === 'entry'
        ? `a ${facts.callee} has no entry '${facts.name}'`
        : `'${facts.callee}' has no parameter '${facts.name}'`,
    span: facts.span,
    label: `unknown ${facts.word}`,
    related: declared(facts.definition),
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.nearest !== undefined || facts.hint === undefined ? [] : [facts.hint]),
      ...(facts.nearest !== undefined || facts.hint !== undefined
        ? []
        : [facts.names.length === 0 ? 'it has none' : `it has ${list(facts.names)}`]),
      ...lacks(facts.missing),
    ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const argumentTwice = define(
  'HGQ2061',
  'error',
  'an argument or entry that is given twice',
  (facts: {
    readonly name: string
    readonly word: 'argument' | 'entry'
    readonly span: Span
    readonly first: Span
    /** Names that must be there and are not. */
    readonly missing: readonly string[]
  }) => ({
    message: `'${facts.name}' is given twice`,
    span: facts.span,
    label: 'a second time',
    related: [{ span: facts.first, text: 'first here' }],
    notes: lacks(facts.missing),
  }),
)

export const tooManyArguments = define(
  'HGQ2062',
  'error',
  'more arguments than parameters',
  (facts: {
    readonly callee: string
    readonly span: Span
    readonly possible: number
    /** Whether they are the items of a list, the only parameter. */
    readonly isList: boolean
    readonly piped: boolean
    readonly parameters: readonly string[]
    readonly definition: Span | undefined
  }) => ({
    message:
      facts.possible === 0
        ? `'${facts.callee}' takes no arguments`
        : `'${facts.callee}' takes at most ${facts.possible} argument${facts.possible === 1 ? '' : 's'}`,
    span: facts.span,
    label: 'too many',
    related: declared(facts.definition),
    notes: [
      ...(facts.parameters.length === 0 ? [] : [`its parameters are ${list(facts.parameters)}`]),
      ...(facts.isList ? ['a list stands in brackets: `[64, 32]`'] : []),
      ...(facts.piped ? ['the value before `|>` is its first argument'] : []),
    ],
  }),
)

export const missingArguments = define(
  'HGQ2063',
  'error',
  'arguments or entries that are missing',
  (facts: {
    readonly callee: string
    readonly word: 'argument' | 'entry'
    readonly span: Span
    readonly names: readonly string[]
    readonly examples: readonly string[]
    readonly definition: Span | undefined
  }) => ({
    message:
      facts.word === 'entry'
        ? `this ${facts.callee} lacks ${list(facts.names)}`
        : `'${facts.callee}' needs ${list(facts.names)}`,
    span: facts.span,
    label:
      facts.names.length === 1
        ? `${facts.word === 'entry' ? 'an entry' : 'an argument'} is missing`
        : 'these are missing',
    related: declared(facts.definition),
    notes: [`for example \`${facts.examples.join(', ')}\``],
  }),
)

export const positionalAfterNamed = define(
  'HGQ2064',
  'error',
  'an argument without a name after one with a name',
  (facts: { readonly span: Span; readonly named: Span /** `1,5`. */; readonly isFraction: boolean }) => ({
    message: 'after an argument with a name, all need names',
    span: facts.span,
    label: 'which parameter is this for?',
    related: [{ span: facts.named, text: 'named here' }],
    notes: facts.isFraction ? ['a fraction has a point: `1.5`'] : [],
  }),
)

export const notCallable = define(
  'HGQ2065',
  'error',
  'a call of something that cannot be called',
  (facts: {
    readonly name: string | undefined
    readonly type: string
    readonly span: Span
    readonly definition: Span | undefined
    /** The call of a layer that it is, as it is written. */
    readonly applied?: string
  }) => ({
    message:
      facts.name === undefined
        ? `this cannot be called: it is ${facts.type}`
        : `'${facts.name}' cannot be called: it is ${facts.type}`,
    span: facts.span,
    label: 'called here',
    related: facts.definition === undefined ? [] : [{ span: facts.definition, text: 'defined here' }],
    notes: facts.applied === undefined ? [] : [`a tensor goes into a layer by '|>': \`x |> ${facts.applied}\``],
  }),
)

export const constantTakesNames = define(
  'HGQ2239',
  'error',
  'a constant with other arguments, of which one has no name',
  (facts: {
    readonly name: string
    readonly value: string
    readonly span: Span
    readonly definition: Span
    /** Parameters that the value fits, or all of them. */
    readonly names: readonly string[]
  }) => ({
    message: `which argument of '${facts.name}' is this?`,
    span: facts.span,
    label: 'needs a name',
    related: [{ span: facts.definition, text: 'its other arguments' }],
    notes: [
      facts.names.length === 1
        ? `write \`${facts.name}(${facts.names[0]} = ${facts.value})\``
        : `a constant is called with names: ${list(facts.names)}`,
    ],
  }),
)

export const tensorNotFirst = define(
  'HGQ2237',
  'error',
  'a tensor that does not come first',
  (facts: { readonly callee: string; readonly tensor: string; readonly span: Span; readonly first: Span }) => ({
    message: `the tensor comes first in a call of '${facts.callee}'`,
    span: facts.span,
    label: `write \`${facts.tensor} |> ${facts.callee}(…)\`, or put it first`,
    related: [{ span: facts.first, text: 'this stands where it belongs' }],
  }),
)

export const notACall = define(
  'HGQ2066',
  'error',
  'something else where a call is needed',
  (facts: { readonly span: Span; readonly where: 'pipe' | 'share' | 'with'; readonly fix: string | undefined }) => ({
    message: {
      pipe: 'what follows `|>` must be a call: `x |> dense(5)` or `x |> relu`',
      share: 'only a call of a layer can be shared: `share cell = dense(32)`',
      with: '`with` follows a call of a layer or an architecture: `dense(5) with fine`',
    }[facts.where],
    span: facts.span,
    label: 'not a call',
    notes: facts.fix === undefined ? [] : [`write \`${facts.fix}\``],
    fixes: replaceBy(facts.span, facts.fix),
  }),
)

export const withNeedsLayer = define(
  'HGQ2067',
  'error',
  'a quantizer for what has no parameters',
  (facts: { readonly name: string; readonly span: Span; readonly callee: Span }) => ({
    message: `\`with\` has no effect on '${facts.name}', which is neither a layer nor an architecture`,
    span: facts.span,
    label: 'this quantizer would never be used',
    related: [{ span: facts.callee, text: 'the call it follows' }],
  }),
)

export const outsideBody = define(
  'HGQ2068',
  'error',
  'a layer or an operation outside of a network',
  (facts: { readonly name: string; readonly what: string; readonly span: Span }) => ({
    message: `'${facts.name}' works on tensors, which exist only inside a layer or an architecture`,
    span: facts.span,
    label: `${facts.what === 'operation' ? 'an operation' : 'a layer'} outside of them`,
  }),
)

export const layerAsValue = define(
  'HGQ2069',
  'error',
  'a layer or an architecture that is named but not called',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly kind: string
    readonly isLayer: boolean
    readonly simple: boolean
    readonly definition: Span | undefined
  }) => ({
    message: `'${facts.name}' is ${facts.kind} and must be called`,
    span: facts.span,
    label: 'not called',
    related: declared(facts.definition),
    notes: facts.isLayer
      ? [`write \`x |> ${facts.name}\`, or \`share\` it to use one set of parameters several times`]
      : [`write \`${facts.name}(…)\``],
    fixes: replaceBy(facts.span, facts.simple ? `${facts.name}()` : undefined),
  }),
)

export const needsCall = define(
  'HGQ2070',
  'error',
  'a function that is named but not called',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly kind: string
    readonly parameters: readonly string[]
    readonly simple: boolean
  }) => ({
    message: `'${facts.name}' is ${facts.kind} and must be called`,
    span: facts.span,
    label: 'not called',
    notes: [`write \`${facts.name}(${facts.simple ? '' : facts.parameters.join(', ')})\``],
    fixes: replaceBy(facts.span, facts.simple ? `${facts.name}()` : undefined),
  }),
)

export const shareAsValue = define(
  'HGQ2071',
  'error',
  'a shared layer that is named but not called',
  (facts: { readonly name: string; readonly span: Span; readonly definition: Span }) => ({
    message: `'${facts.name}' is a shared layer and must be called`,
    span: facts.span,
    label: 'not called',
    related: [{ span: facts.definition, text: 'shared here' }],
    notes: [`write \`${facts.name}(x)\` or \`x |> ${facts.name}\``],
  }),
)
