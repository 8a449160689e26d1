// HGQ2xxx: names, types, units, arguments, shapes.
//
// One exported function per message, made by `define(code, severity, title, facts => text, explanation?)`, in the file of
// what it is about (`check-*.ts`). A new one gets the code after the greatest HGQ2xxx of all these files. Text is in the
// user's words, lower case, without a full stop, names in 'quotes'.
import './check-bodies.js'
import './check-calls.js'
import './check-entries.js'
import './check-names.js'
import './check-operators.js'
import './check-types.js'
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

export const unknownName = define(
  'HGQ2001',
  'error',
  'a name that nothing declares',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly nearest?: string | undefined
    /** Where `nearest` is defined, in the user's files. */
    readonly definition?: Span | undefined
    /** The one thing that would fit here and that nothing uses. */
    readonly unused?: { readonly name: string; readonly span: Span } | undefined
    /** A name of the standard library, and its module. */
    readonly exported?: { readonly name: string; readonly from: string } | undefined
    /** How what it stands for elsewhere is written here. */
    readonly hint?: string | undefined
    /** What could stand here: `a loss is one of …`. */
    readonly choices?: string | undefined
  }) => ({
    message: `nothing is named '${facts.name}'`,
    span: facts.span,
    label: 'unknown name',
    related: [
      ...(facts.definition === undefined
        ? []
        : [{ span: facts.definition, text: `'${facts.nearest}' is defined here` }]),
      ...(facts.unused === undefined
        ? []
        : [{ span: facts.unused.span, text: `'${facts.unused.name}' is defined here and never used` }]),
    ],
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.exported === undefined ? [] : [`did you mean '${facts.exported.name}' of "${facts.exported.from}"?`]),
      ...(facts.hint === undefined ? [] : [facts.hint]),
      ...(facts.choices === undefined ? [] : [facts.choices]),
    ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)
