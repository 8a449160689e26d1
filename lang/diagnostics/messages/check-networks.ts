// HGQ21xx: networks as the elaborator expands them: shapes, quantizers, sharing.
import type { Span } from '../../source.js'
import type { DiagnosticText } from '../define.js'
import { define } from '../define.js'

type Related = NonNullable<DiagnosticText['related']>

/** Facts of every message about a place inside a network. `related` leads from there to the library or the call. */
export interface NetworkFacts {
  readonly span: Span
  readonly related: Related
}

export const operandNotQuantized = define(
  'HGQ2101',
  'error',
  'an operand of a product or a table that no quantizer has passed',
  (facts: NetworkFacts & { readonly what: string; readonly place: string }) => ({
    message: `an operand of ${facts.what} is not quantized`,
    span: facts.span,
    label: 'this has as many bits as it happens to need',
    related: facts.related,
    notes: [
      facts.what === 'a table'
        ? 'a look-up table has an entry for every value of its operand, so that passes a quantizer'
        : 'hardware multiplies numbers of known widths: every operand of a contraction passes a quantizer',
      `write \`quantize(…, at = ${facts.place})\` around it`,
    ],
  }),
)

export const noQuantizerInForce = define(
  'HGQ2102',
  'error',
  'no quantizer says how a place is quantized',
  (facts: NetworkFacts & { readonly places: readonly string[]; readonly inForce: readonly string[] }) => ({
    message: `no quantizer says how '${facts.places[0]}' is quantized here`,
    span: facts.span,
    label: `needs ${facts.places.map((place) => `'${place}'`).join(' or else ')}`,
    related: facts.related,
    notes: [
      facts.inForce.length === 0
        ? 'no quantizer is in force: write `with` after the call, or after the architecture in `model`'
        : `the quantizer in force has ${facts.inForce.map((place) => `'${place}'`).join(', ')}`,
      'for instance `with per_parameter`, from "std/quantizers"',
    ],
  }),
)

export const inputNeverQuantized = define(
  'HGQ2103',
  'error',
  'an input whose width nothing fixes',
  (facts: NetworkFacts & { readonly name: string; readonly used: boolean }) => ({
    message: facts.used ? `no quantizer ever sees the input '${facts.name}'` : `nothing uses the input '${facts.name}'`,
    span: facts.span,
    label: facts.used ? 'its port would have no width' : 'a port that leads nowhere',
    related: facts.related,
    notes: [
      facts.used
        ? `declare its type, \`input ${facts.name}[…] as fixed(…)\`, or let a quantizer be the first to use it`
        : 'remove it, or use it',
    ],
  }),
)

export const parameterMeetsData = define(
  'HGQ2104',
  'error',
  'a value of parameters alone that meets data without a quantizer',
  (facts: NetworkFacts) => ({
    message: 'a trained value meets data without a quantizer',
    span: facts.span,
    label: 'this depends on parameters alone and has no width yet',
    related: facts.related,
    notes: ['write `quantize(…, at = weight)` around it, or `at = bias` where it is added'],
  }),
)

export const notForData = define(
  'HGQ2105',
  'error',
  'a quotient or a root of data',
  (facts: NetworkFacts & { readonly what: string }) => ({
    message: `${facts.what} of data has no exact hardware`,
    span: facts.span,
    label: 'this depends on an input of the network',
    related: facts.related,
    notes: [
      'only what depends on parameters alone may be divided or have roots taken',
      'data may be multiplied by a power of two, `0.25 * x`, which costs nothing',
      'of data of few bits a look-up table gives them: `quantize(table(x, function = inverse), at = table)`',
    ],
  }),
)

export const tableNotQuantized = define(
  'HGQ2118',
  'error',
  'a table whose result no quantizer has passed',
  (facts: NetworkFacts) => ({
    message: 'what a table gives is used before it is quantized',
    span: facts.span,
    label: 'a real number: it has no width yet',
    related: facts.related,
    notes: [
      'a look-up table holds numbers of known widths, those of the quantizer that follows it',
      'write `quantize(table(…), at = table)`',
    ],
  }),
)

export const sharedShapesDiffer = define(
  'HGQ2106',
  'error',
  'a shared layer called with other shapes',
  (facts: NetworkFacts & { readonly name: string; readonly before: string; readonly now: string }) => ({
    message: `'${facts.name}' is shared, but this call needs other parameters than the first`,
    span: facts.span,
    label: `a shape of ${facts.now} here, ${facts.before} in the first call`,
    related: facts.related,
    notes: ['one set of parameters serves every call, so all calls need tensors of the same shape'],
  }),
)

export const shapeMismatch = define(
  'HGQ2107',
  'error',
  'shapes that an operation cannot join',
  (facts: NetworkFacts & { readonly message: string; readonly label: string; readonly rule: string }) => ({
    message: facts.message,
    span: facts.span,
    label: facts.label,
    related: facts.related,
    notes: [facts.rule],
  }),
  'Every operation has a rule for the shapes of its operands (the axis of the rows of data is not counted). Shapes are known ' +
    'before anything runs, so they are compared while the file is checked. Elementwise operations repeat axes of length 1 and ' +
    'align shapes at their last axis.',
)

export const constantTooFine = define(
  'HGQ2108',
  'error',
  'a constant that no short binary number is',
  (facts: NetworkFacts & { readonly value: number; readonly near: number }) => ({
    message: `${facts.value} is not a short binary number`,
    span: facts.span,
    label: 'meets data as it is, in every bit',
    related: facts.related,
    notes: [`${facts.near} is near and needs at most 16 bits`],
  }),
)

export const withOnShared = define(
  'HGQ2109',
  'error',
  'a quantizer for one call of a shared layer',
  (facts: NetworkFacts & { readonly name: string }) => ({
    message: `'${facts.name}' is shared, so its quantizers are those of where it is declared`,
    span: facts.span,
    label: 'this would concern one call alone',
    related: facts.related,
    notes: ['write the `with` in the `share` line'],
  }),
)

export const widthsNotTwo = define(
  'HGQ2110',
  'error',
  'a fixed-point type without exactly two widths',
  (facts: NetworkFacts & { readonly given: readonly string[] }) => ({
    message: 'a fixed-point type needs exactly two of `integer`, `fraction` and `magnitude`',
    span: facts.span,
    label: facts.given.length === 0 ? 'none is given' : `given: ${facts.given.join(', ')}`,
    related: facts.related,
    notes: [
      '`fixed(integer, fraction)` learns those two; `fixed(magnitude, integer)` learns magnitude = integer + fraction, and integer',
    ],
  }),
)

export const granularityOutside = define(
  'HGQ2111',
  'error',
  'widths along an axis that the tensor has not',
  (
    facts: NetworkFacts & {
      readonly axis: number
      readonly shape: string
      /** What is quantized: a place, `bias`; undefined for an input whose type is declared. */
      readonly place: string | undefined
      /** The entry of the quantizer that says how: `weight`, where the place falls back to it. */
      readonly entry: string | undefined
    },
  ) => ({
    message: `there is no axis ${facts.axis} to have widths of its own`,
    span: facts.span,
    label:
      facts.place === undefined ? `the input is ${facts.shape}` : `the tensor of \`${facts.place}\` is ${facts.shape}`,
    related: facts.related,
    notes: [
      'axes count from 0, or from -1 for the last; the rows of the data are no axis',
      ...(facts.entry === facts.place
        ? []
        : [
            `the quantizer has no \`${facts.place}\`, so its \`${facts.entry}\` stands for it: give it one, \`${facts.place} = fixed(…)\``,
          ]),
    ],
  }),
)

export const indexOutside = define(
  'HGQ2112',
  'error',
  'an index that a list has not',
  (facts: NetworkFacts & { readonly index: number; readonly length: number; readonly shown: string }) => ({
    message: `there is no item ${facts.index}`,
    span: facts.span,
    label: `${facts.shown} has ${facts.length === 1 ? '1 item' : `${facts.length} items`}`,
    related: facts.related,
    notes: facts.length === 0 ? [] : [`items are 0 to ${facts.length - 1}, or -1 for the last`],
  }),
)

export const divisionByZero = define('HGQ2113', 'error', 'a division by zero', (facts: NetworkFacts) => ({
  message: 'a division by zero',
  span: facts.span,
  label: 'this is 0',
  related: facts.related,
}))

export const axisTooShort = define(
  'HGQ2116',
  'error',
  'an axis without elements',
  (facts: NetworkFacts & { readonly length: number }) => ({
    message: `an axis cannot have length ${facts.length}`,
    span: facts.span,
    label: 'must be at least 1',
    related: facts.related,
  }),
)

export const outputDependsOnNoInput = define(
  'HGQ2114',
  'error',
  'an output that no input reaches',
  (facts: NetworkFacts & { readonly name: string }) => ({
    message: `the output '${facts.name}' depends on no input`,
    span: facts.span,
    label: 'the same for every event',
    related: facts.related,
  }),
)

export const tooLarge = define(
  'HGQ2115',
  'error',
  'more than a pipeline may unfold into',
  (facts: NetworkFacts & { readonly what: string; readonly limit: number }) => ({
    message: `${facts.what} is more than a pipeline may unfold into`,
    span: facts.span,
    label: `the limit is ${facts.limit}`,
    related: facts.related,
  }),
  'Evaluation always ends, but lists, loops and calls inside calls can unfold into more than any network needs. So there are ' +
    'limits: on the length of a list, on the elements of a tensor, and on the steps of evaluation.',
)

export const inputMeetsArithmetic = define(
  'HGQ2117',
  'error',
  'an input that meets arithmetic before any quantizer',
  (facts: NetworkFacts & { readonly name: string }) => ({
    message: `the input '${facts.name}' meets arithmetic before any quantizer`,
    span: facts.span,
    label: 'training would see more bits here than the hardware gets',
    related: facts.related,
    notes: [
      `declare its type, \`input ${facts.name}[…] as fixed(…)\`, or write \`quantize(${facts.name}, at = activation)\` there`,
    ],
  }),
)
