// HGQ1xxx: characters, comments, strings, numbers and units that the language has not.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

interface Place {
  readonly span: Span
}

const insert = (at: Span, text: string, title: string) => [{ title, edits: [{ span: at, text }] }]

export const foreignSymbol = define(
  'HGQ1009',
  'error',
  'a symbol of another language',
  (
    facts: Place & { readonly found: string; readonly meant: string | undefined; readonly note?: string | undefined },
  ) => ({
    message:
      facts.meant === undefined || facts.meant === ''
        ? `there is no '${facts.found}' here`
        : `there is no '${facts.found}'; write '${facts.meant.trim()}'`,
    span: facts.span,
    label:
      facts.meant === undefined
        ? 'what should stand here?'
        : facts.meant === ''
          ? 'remove it'
          : `write '${facts.meant.trim()}'`,
    notes: facts.note === undefined ? [] : [facts.note],
    fixes: replaceBy(facts.span, facts.meant, facts.meant === '' ? `remove '${facts.found}'` : undefined),
  }),
)

export const foreignComment = define(
  'HGQ1010',
  'error',
  'a comment that does not start with `//`',
  (
    facts: Place & {
      readonly start: string
      readonly replacement: string /** Never closed. */
      readonly isOpen?: boolean
    },
  ) => ({
    message: `comments start with '//', not '${facts.start}'`,
    span: facts.span,
    label: `write it with ${facts.replacement.startsWith('///') ? '///' : '//'} on each line`,
    notes: facts.isOpen === true ? ["no '*/' ends it, so the lines that follow are no part of it"] : [],
    fixes: replaceBy(facts.span, facts.replacement, 'make it a // comment'),
  }),
)

export const noModulo = define(
  'HGQ1011',
  'error',
  '`%` between two values',
  (facts: { readonly percent: Span; readonly span: Span | undefined; readonly isComment?: boolean }) => ({
    message: "there is no modulo operator; '%' means percent",
    span: facts.percent,
    label: facts.span === undefined ? "'%' stands behind a number only" : 'read as a percentage',
    related: facts.span === undefined ? [] : [{ span: facts.span, text: 'so nothing can follow it here' }],
    notes: facts.isComment === true ? ["a comment starts with '//'"] : [],
  }),
)

export const foreignQuotes = define(
  'HGQ1012',
  'error',
  'a string in other quotes than double ones',
  (
    facts: Place & {
      /** As it should be written, with its quotes. */
      readonly text: string
      readonly kind: 'double quotes' | 'straight double quotes' | 'one pair of double quotes'
    },
  ) => ({
    message: `strings stand in ${facts.kind}`,
    span: facts.span,
    label: `write ${facts.text}`,
    fixes: replaceBy(facts.span, facts.text, 'use double quotes'),
  }),
)

export const unclosedString = define(
  'HGQ1013',
  'error',
  'a string without its closing quote',
  (facts: Place & { readonly end: Span }) => ({
    message: 'this string is not closed on its line',
    span: facts.span,
    label: "a '\"' is missing",
    notes: ['a line end inside a string is written \\n'],
    fixes: insert(facts.end, '"', "insert '\"'"),
  }),
)

export const unopenedString = define(
  'HGQ1047',
  'error',
  'a string without its opening quote',
  (facts: Place & { readonly text: string }) => ({
    message: 'this string has no opening quote',
    span: facts.span,
    label: `write ${facts.text}`,
    fixes: replaceBy(facts.span, facts.text),
  }),
)

export const stringOverLines = define(
  'HGQ1048',
  'error',
  'a string over several lines',
  (facts: Place & { readonly text: string }) => ({
    message: 'a string stands on one line',
    span: facts.span,
    label: 'it ends here',
    notes: ['a line end inside a string is written \\n'],
    fixes: replaceBy(facts.span, facts.text),
  }),
)

export const unknownEscape = define(
  'HGQ1014',
  'error',
  'an unknown escape in a string',
  (facts: Place & { readonly escape: string }) => ({
    message: `'${facts.escape}' means nothing in a string`,
    span: facts.span,
    label: 'unknown escape',
    notes: ['known are \\n, \\t, \\r, \\", \\\\ and \\u{…}; a backslash itself is written \\\\'],
    fixes: replaceBy(facts.span, `\\${facts.escape}`),
  }),
)

export const unknownUnit = define(
  'HGQ1015',
  'error',
  'an unknown unit',
  (
    facts: Place & {
      readonly unit: string
      readonly nearest?: string | undefined
      readonly units: readonly string[]
      /** What to write of what has no unit. */
      readonly hint?: string | undefined
    },
  ) => ({
    message: `there is no unit '${facts.unit}'`,
    span: facts.span,
    label: 'unknown unit',
    notes:
      facts.hint !== undefined
        ? [facts.hint]
        : facts.nearest === undefined
          ? [`units are ${facts.units.join(', ')}`]
          : didYouMean(facts.nearest),
    fixes: replaceBy(facts.span, facts.hint === undefined ? facts.nearest : undefined),
  }),
)

export const unknownCharacter = define(
  'HGQ1018',
  'error',
  'a character that means nothing',
  (facts: Place & { readonly text: string }) => ({
    message: `'${facts.text}' means nothing here`,
    span: facts.span,
    label: 'remove it',
    fixes: replaceBy(facts.span, '', 'remove it'),
  }),
)

export const invisibleCharacter = define(
  'HGQ1057',
  'error',
  'a character that cannot be seen',
  (facts: Place & { readonly found: string; readonly within: string | undefined }) => {
    const code = (facts.found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return {
      message: `${facts.within === undefined ? 'here' : `within '${facts.within}'`} stands a character that cannot be seen, U+${code}`,
      span: facts.span,
      label: 'remove it',
      notes: ['such characters come along with text that is copied from a web page or a document'],
      fixes: replaceBy(facts.span, '', 'remove it'),
    }
  },
)

export const foreignLetters = define(
  'HGQ1049',
  'error',
  'a name with letters that names have not',
  (facts: Place & { readonly name: string }) => ({
    message: `'${facts.name}' cannot be a name`,
    span: facts.span,
    label: "a name has the letters a to z, digits and '_'",
    notes: ['other letters may stand in strings and comments'],
  }),
)

export const surplusBehindWith = define(
  'HGQ1050',
  'error',
  'something between `with` and the quantizer',
  (facts: Place & { readonly found: string }) => ({
    message: `no '${facts.found}' stands between 'with' and the quantizer`,
    span: facts.span,
    label: 'remove it',
    notes: ['the quantizer follows at once: `tagger() with per_parameter`'],
    fixes: replaceBy(facts.span, '', `remove '${facts.found}'`),
  }),
)

export const malformedNumber = define(
  'HGQ1026',
  'error',
  'a number that cannot be read',
  (facts: Place & { readonly text: string; readonly nearest?: string | undefined; readonly rule: string }) => ({
    message: `'${facts.text}' is not a number`,
    span: facts.span,
    label: facts.rule,
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const quotedName = define(
  'HGQ1036',
  'error',
  'a name in quotes',
  (facts: Place & { readonly name: string; readonly what: 'entry' | 'entry with a colon' | 'declaration' }) => {
    const text = facts.what === 'entry with a colon' ? `${facts.name} =` : facts.name
    return {
      message: {
        entry: "the name before '=' stands without quotes",
        'entry with a colon': "the name of an entry stands without quotes, and '=' follows it",
        declaration: 'the name of a declaration stands without quotes',
      }[facts.what],
      span: facts.span,
      label: `write ${text}`,
      fixes: /^[A-Za-z_]\w*$/.test(facts.name) ? replaceBy(facts.span, text) : [],
    }
  },
)

export const stringPrefix = define(
  'HGQ1043',
  'error',
  'a letter before a string',
  (facts: Place & { readonly prefix: string }) => ({
    message: `a string has no '${facts.prefix}' before it`,
    span: facts.span,
    label: 'remove it',
    notes: /f/i.test(facts.prefix) ? ['nothing is put into a string: it is taken as it stands'] : [],
    fixes: replaceBy(facts.span, '', `remove '${facts.prefix}'`),
  }),
)

export const nameWithDigit = define(
  'HGQ1044',
  'error',
  'a name that starts with a digit',
  (facts: Place & { readonly name: string }) => ({
    message: `'${facts.name}' is no name, for it starts with a digit`,
    span: facts.span,
    label: "a name starts with a letter or '_'",
  }),
)

export const foreignFixed = define(
  'HGQ1045',
  'error',
  'a fixed-point type of C++',
  (facts: Place & { readonly meant: string }) => ({
    message: `a fixed-point type is written by 'fixed'`,
    span: facts.span,
    label: `write ${facts.meant}`,
    notes: ['bits are counted before and behind the point, without that of the sign'],
    fixes: replaceBy(facts.span, facts.meant),
  }),
)

export const notText = define('HGQ1037', 'error', 'a file that is no text', (facts: { readonly file: string }) => ({
  message: `${facts.file} is no text, so it is no pipeline`,
  notes: ['data are named in the `source` of a `dataset`', 'a pipeline is saved as UTF-8; UTF-16 is read as no text'],
}))
