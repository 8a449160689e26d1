// HGQ2xxx: names, types, units, arguments, shapes.
//
// One exported function per message, made by `define(code, severity, title, facts => text, explanation?)`. Append yours
// below with the next free code. Text is in the user's words, lower case, without a full stop, names in 'quotes'.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

export const unknownName = define(
  'HGQ2001',
  'error',
  'a name that nothing declares',
  (facts: { readonly name: string; readonly span: Span; readonly nearest?: string | undefined }) => ({
    message: `nothing is named '${facts.name}'`,
    span: facts.span,
    label: 'unknown name',
    notes: didYouMean(facts.nearest),
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)
