// HGQ1xxx: what the text of a pipeline file must look like: the order of its words. Signs, strings and numbers are in
// `syntax-tokens.ts`, brackets in `syntax-brackets.ts`. One function per message; `check.ts` shows the pattern.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

interface Place {
  readonly span: Span
}

/** The empty place behind `span`. */
const behind = (span: Span): Span => ({ file: span.file, start: span.end, end: span.end })
const insert = (at: Span, text: string, title: string) => [{ title, edits: [{ span: at, text }] }]

export const unexpected = define(
  'HGQ1001',
  'error',
  'the text cannot be read here',
  (facts: Place & { readonly expected: string; readonly found: string; readonly notes?: readonly string[] }) => ({
    message: `expected ${facts.expected}, found ${facts.found}`,
    span: facts.span,
    label: `expected ${facts.expected}`,
    notes: facts.notes ?? [],
  }),
)

export const missingValue = define(
  'HGQ1002',
  'error',
  'a value is missing',
  (facts: Place & { readonly after: string; readonly found: string /** `+7`. */; readonly isPositive?: boolean }) => ({
    message: `a value is missing after ${facts.after}`,
    span: facts.span,
    label: `a value should stand here, not ${facts.found}`,
    notes: facts.isPositive === true ? ['a positive number has no sign'] : [],
  }),
)

export const missingSeparator = define(
  'HGQ1006',
  'error',
  'two items with nothing between them',
  (facts: { readonly previous: Span; readonly next: Span; readonly lineEndToo: boolean }) => ({
    message: facts.lineEndToo ? 'a comma or a line end is missing here' : 'a comma is missing here',
    span: behind(facts.previous),
    label: facts.lineEndToo ? 'put a comma here, or start a new line' : 'put a comma here',
    related: [{ span: facts.next, text: 'the next item starts here' }],
    fixes: insert(behind(facts.previous), ',', "insert ','"),
  }),
)

export const surplusComma = define('HGQ1058', 'error', 'a comma with nothing before it', (facts: Place) => ({
  message: 'nothing stands before this comma',
  span: facts.span,
  label: 'remove it',
  fixes: replaceBy(facts.span, '', "remove ','"),
}))

export const notAnEqualsSign = define(
  'HGQ1007',
  'error',
  'a name and its value are joined by something else than `=`',
  (facts: Place & { readonly name: string; readonly found: string }) => ({
    message: `'${facts.name}' takes its value after '=', not '${facts.found}'`,
    span: facts.span,
    label: "write '='",
    notes: facts.found === ':' ? ["':' stands before a type, '=' before a value"] : [],
    fixes: replaceBy(facts.span, facts.found === ':' ? ' =' : '=', "replace it by '='"),
  }),
)

export const missingEquals = define(
  'HGQ1008',
  'error',
  'a name and its value without `=`',
  (facts: Place & { readonly name: string; readonly at: Span }) => ({
    message: `'=' is missing between '${facts.name}' and its value`,
    span: facts.at,
    label: "'=' is expected here",
    fixes: insert(facts.at, ' =', "insert '='"),
  }),
)

export const unknownDeclaration = define(
  'HGQ1016',
  'error',
  'a kind of declaration that does not exist',
  (
    facts: Place & {
      readonly word: string
      readonly nearest?: string | undefined
      /** How it is said here, where no single word does. */
      readonly hint?: string | undefined
      readonly kinds: readonly string[]
    },
  ) => ({
    message: `there is no declaration '${facts.word}'`,
    span: facts.span,
    label: 'unknown kind of declaration',
    notes:
      facts.nearest === undefined ? [facts.hint ?? `kinds are ${facts.kinds.join(', ')}`] : didYouMean(facts.nearest),
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const reservedWord = define(
  'HGQ1017',
  'error',
  'a reserved word where a name must stand',
  (facts: Place & { readonly word: string; readonly expected: string }) => ({
    message: `'${facts.word}' is a word of the language and cannot be a name`,
    span: facts.span,
    label: `expected ${facts.expected}`,
    notes: ['reserved are let, for, in, if, else, return, true, false, and, or, not, with, as'],
  }),
)

export const missingVersion = define(
  'HGQ1019',
  'error',
  'a file that does not say its version',
  (facts: Place & { /** Whether it starts with what no pipeline has. */ readonly isStrange: boolean }) => ({
    message: "the file must start with the version of its language, 'hgq 1'",
    span: facts.span,
    label: facts.isStrange ? 'is this a pipeline?' : "'hgq 1' belongs above this line",
    fixes: facts.isStrange ? [] : insert({ ...facts.span, end: facts.span.start }, 'hgq 1\n\n', "insert 'hgq 1'"),
  }),
)

export type ForeignLanguage = 'JSON' | 'TOML' | 'YAML' | 'Python' | 'XML' | 'C++'

const OF_DATA =
  'what belongs together stands in braces behind a kind and a name: `dataset jets { source = csv("jets.csv") }`'
const OF_CODE = 'a network is declared, and layers follow each other by `|>`: `architecture tagger() { … }`'
const INSTEAD: Readonly<Record<ForeignLanguage, string>> = {
  JSON: OF_DATA,
  TOML: OF_DATA,
  YAML: OF_DATA,
  XML: OF_DATA,
  Python: OF_CODE,
  'C++': OF_CODE,
}

export const foreignFile = define(
  'HGQ1051',
  'error',
  'a file in another language',
  (facts: Place & { readonly language: ForeignLanguage }) => ({
    message: `this is ${facts.language}, and a pipeline has a language of its own`,
    span: facts.span,
    label: "a pipeline starts with 'hgq 1'",
    notes: [INSTEAD[facts.language]],
  }),
  'Nothing else is said of such a file. `examples/` and docs/language.md have whole pipelines to start from.',
)

export const unsupportedVersion = define(
  'HGQ1020',
  'error',
  'a version of the language that is not supported',
  (facts: Place & { readonly version: string }) => ({
    message: `version ${facts.version} of the language is not known to this program`,
    span: facts.span,
    label: 'this program reads version 1',
    notes: ['a newer version of hgq may read it'],
    fixes: replaceBy(facts.span, '1'),
  }),
)

export const parameterWithoutType = define(
  'HGQ1021',
  'error',
  'a parameter without a type',
  (facts: Place & { readonly name: string }) => ({
    message: `the parameter '${facts.name}' has no type`,
    span: facts.span,
    label: `write its type, such as '${facts.name}: int' or '${facts.name}: tensor'`,
  }),
)

export const chainedComparison = define(
  'HGQ1022',
  'error',
  'a chain of comparisons',
  (facts: Place & { readonly first: Span }) => ({
    message: 'comparisons and ranges cannot be chained',
    span: facts.span,
    label: 'a second one',
    related: [{ span: facts.first, text: 'the first one' }],
    notes: ["join two comparisons with 'and'"],
  }),
)

export const strayValue = define(
  'HGQ1023',
  'error',
  'a value that nothing uses',
  (facts: Place & { /** The name that goes into a layer here. */ readonly piped?: string | undefined }) => ({
    message: 'a value by itself does nothing',
    span: facts.span,
    label: "expected 'let', 'return', 'output' or a name with '='",
    notes:
      facts.piped === undefined
        ? ["layers follow each other by '|>', and the end is told: `output x |> dense(16) |> relu`"]
        : [`write \`${facts.piped} = ${facts.piped} |> …\`, or \`output ${facts.piped} |> …\` where it is the end`],
  }),
)

/** What to do instead. */
const LABELS: Readonly<Record<string, string>> = {
  if: "choose between values with 'condition ? a : b'",
  let: "an entry is written without 'let'; a constant stands outside of every declaration",
  for: 'only the body of a layer or an architecture has loops',
  while: "loops run over lists: 'for units in [64, 32] { … }'",
  with: "'with' follows its call at once: 'tagger() with per_parameter'",
}

export const misplacedStatement = define(
  'HGQ1024',
  'error',
  'a statement where it cannot stand',
  (facts: Place & { readonly word: string; readonly where: string }) => ({
    message: `'${facts.word}' cannot stand ${facts.where}`,
    span: facts.span,
    label: LABELS[facts.word] ?? 'not here',
  }),
)

export const nestedDeclaration = define(
  'HGQ1053',
  'error',
  'a declaration within another one',
  (facts: Place & { readonly word: string }) => ({
    message: `a declaration such as '${facts.word}' cannot stand within another one`,
    span: facts.span,
    label: "an entry belongs here: 'name = value'",
    notes: ["declarations stand side by side; is a '}' missing above?"],
  }),
)

export const boundByForeignSign = define(
  'HGQ1054',
  'error',
  'a bound with `:` or `==`',
  (facts: Place & { readonly name: string; readonly found: string }) => ({
    message: `a bound is written \`${facts.name} <= …\` or \`${facts.name} >= …\`, not with '${facts.found}'`,
    span: facts.span,
    label: "write '<=' or '>='",
  }),
)

/** What stands at the top of a file, though it belongs into a declaration; `closer` is the `}` before it, if there is one. */
function closedTooEarly(closer: Span | undefined): readonly { readonly span: Span; readonly text: string }[] {
  return closer === undefined ? [] : [{ span: closer, text: "the declaration ends here, by this '}'" }]
}

export const statementOutside = define(
  'HGQ1055',
  'error',
  'a statement outside of every layer and architecture',
  (facts: Place & { readonly word: string; readonly closer: Span | undefined }) => ({
    message: `'${facts.word}' stands outside of every layer and architecture`,
    span: facts.span,
    label: "it belongs between the '{' and '}' of one",
    related: closedTooEarly(facts.closer),
  }),
)

export const entryOutside = define(
  'HGQ1025',
  'error',
  'an entry outside of every declaration',
  (
    facts: Place & {
      readonly name: string
      /** The kind of declaration that `name = train { … }` was meant to be. */
      readonly kind?: string | undefined
      readonly closer?: Span | undefined
    },
  ) => ({
    message: `the entry '${facts.name}' stands outside of every declaration`,
    span: facts.span,
    label: "it belongs between the '{' and '}' of a declaration",
    related: closedTooEarly(facts.closer),
    notes: [
      facts.kind === undefined
        ? `a constant of the file is written 'let ${facts.name} = …'`
        : `a declaration is written '${facts.kind} ${facts.name} { … }'`,
    ],
  }),
)

export const unknownDirection = define(
  'HGQ1027',
  'error',
  'a metric that does not say which way is better',
  (facts: Place) => ({
    message: "a metric says 'higher' or 'lower' after its type",
    span: facts.span,
    label: "which one is better: 'higher' or 'lower'?",
  }),
)

export const unknownStatement = define(
  'HGQ1030',
  'error',
  'a kind of statement that does not exist',
  (facts: Place & { readonly word: string; readonly nearest: string }) => ({
    message: `there is no statement '${facts.word}'`,
    span: facts.span,
    label: 'unknown kind of statement',
    notes: didYouMean(facts.nearest),
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const typeOfValue = define(
  'HGQ1031',
  'error',
  'a type at a value',
  (facts: Place & { readonly what: 'an entry' | "a 'let'" }) => ({
    message: `${facts.what} takes no type; its value tells it`,
    span: facts.span,
    label: 'remove this',
    fixes: replaceBy(facts.span, '', 'remove the type'),
  }),
)

export const missingCallee = define(
  'HGQ1032',
  'error',
  'arguments without the name of what takes them',
  (facts: Place & { readonly next: Span }) => ({
    message: 'a name is missing before these arguments',
    span: facts.span,
    label: 'what should take them?',
    related: [{ span: facts.next, text: 'parentheses around a single value hold no such thing' }],
  }),
)

export const strictBound = define(
  'HGQ1035',
  'error',
  'a bound with `<` or `>`',
  (facts: Place & { readonly found: string; readonly meant: string }) => ({
    message: `a bound is written with '${facts.meant}', not '${facts.found}'`,
    span: facts.span,
    label: `write '${facts.meant}'`,
    fixes: replaceBy(facts.span, facts.meant),
  }),
)
