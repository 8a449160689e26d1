// HGQ1xxx: how types and the shapes of inputs are written.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

/** A type with brackets behind it that hold no type: `tensor[16]`. */
interface Sized {
  readonly name: string
  /** `[16]`. */
  readonly brackets: Span
  /** `tensor[16]`. */
  readonly whole: Span
}

export const noElementType = define(
  'HGQ1029',
  'error',
  'a type that takes no element type',
  (facts: { readonly name: string; readonly span: Span; readonly nearest: string | undefined }) => ({
    message: `'${facts.name}' takes no type in brackets`,
    span: facts.span,
    label: "only 'list' and 'record' do",
    notes:
      facts.nearest !== undefined
        ? didYouMean(facts.nearest)
        : [
            facts.name === 'Optional'
              ? 'what may be left out has a type with a question mark: `int?`'
              : 'a list of ints is `list[int]`; a tensor has no shape in its type',
          ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const shapeInType = define('HGQ1038', 'error', 'a shape in the type of a tensor', (facts: Sized) => ({
  message: 'the type of a tensor says nothing of its shape',
  span: facts.brackets,
  label: 'remove this',
  notes: [
    'a layer takes tensors of any shape that its operations can join; `x.shape[-1]` is the size of the last axis of `x`',
    'the shape of what a network is given stands in its body, behind the name: `input x[16]`',
  ],
  fixes: replaceBy(facts.brackets, '', 'remove the shape'),
}))

export const lengthInType = define('HGQ1039', 'error', 'a length in the type of a list', (facts: Sized) => ({
  message: `the type of a ${facts.name} says what it holds, not how many`,
  span: facts.brackets,
  label: 'a type belongs in these brackets',
  notes: [`a ${facts.name} of ints, however many, is \`${facts.name}[int]\``],
}))

export const notAList = define('HGQ1040', 'error', 'brackets behind a type that is no list', (facts: Sized) => ({
  message: `'${facts.name}' takes nothing in brackets`,
  span: facts.brackets,
  label: 'only a list has items',
  notes: [`a list of them is \`list[${facts.name}]\``],
  fixes: replaceBy(facts.whole, `list[${facts.name}]`),
}))

export const foreignInput = define(
  'HGQ1042',
  'error',
  'an input as Keras has it',
  (facts: { readonly name: string; readonly span: Span; readonly meant: string | undefined }) => ({
    message: `the input '${facts.name}' is declared by a statement`,
    span: facts.span,
    label: `write '${facts.meant ?? `input ${facts.name}[16]`}'`,
    notes: ['a shape has no axis for the rows'],
    fixes: replaceBy(facts.span, facts.meant),
  }),
)

export const inputWithoutShape = define(
  'HGQ1041',
  'error',
  'an input without its shape',
  (facts: {
    readonly name: string
    /** What stands in the place of the shape, empty where nothing does. */
    readonly span: Span
    readonly isType: boolean
    /** The shape that was meant, as it is written: `[16]`. */
    readonly meant: string | undefined
  }) => ({
    message: `the input '${facts.name}' has no shape`,
    span: facts.span,
    label: `its shape stands in brackets behind its name: 'input ${facts.name}${facts.meant ?? '[16]'}'`,
    notes: facts.isType ? ['an input is a tensor without saying so'] : [],
    fixes: replaceBy(facts.span, facts.meant),
  }),
)

export const inputWithoutName = define(
  'HGQ1052',
  'error',
  'an input without its name',
  (facts: { readonly span: Span }) => ({
    message: 'this input has no name',
    span: facts.span,
    label: "a name stands before the shape: 'input x[16]'",
  }),
)
