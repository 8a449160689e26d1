// HGQ2002 to 2029: what names mean, imports, and what is never used.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

interface Twice {
  readonly name: string
  readonly span: Span
  /** Where the name was introduced first. */
  readonly first: Span
}

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}

export const unknownModule = define(
  'HGQ2002',
  'error',
  'an import of a file that does not exist',
  (facts: {
    readonly specifier: string
    readonly span: Span
    readonly nearest: string | undefined
    readonly standard: readonly string[]
  }) => {
    const isStandard = facts.specifier.startsWith('std/')
    const isRelative = facts.specifier.startsWith('.')
    const known = facts.standard.filter((module) => module !== 'std/prelude')
    return {
      message: isStandard
        ? `the standard library has no module '${facts.specifier}'`
        : `there is no file '${facts.specifier}'`,
      span: facts.span,
      label: 'not found',
      notes: [
        ...didYouMean(facts.nearest),
        ...(isStandard ? [`it has ${list(known)}`] : []),
        ...(isStandard || isRelative ? [] : ['an import is "std/…", or "./…" relative to this file']),
      ],
      fixes: replaceBy(facts.span, facts.nearest === undefined ? undefined : `"${facts.nearest}"`),
    }
  },
)

export const notExported = define(
  'HGQ2003',
  'error',
  'an import of a name that the module does not have',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly path: string
    readonly nearest: string | undefined
    readonly names: readonly string[]
  }) => ({
    message: `'${facts.path}' exports no '${facts.name}'`,
    span: facts.span,
    label: 'not exported',
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.nearest === undefined && facts.names.length > 0 && facts.names.length <= 12
        ? [`it exports ${list(facts.names)}`]
        : []),
    ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const importOfPrivate = define(
  'HGQ2004',
  'error',
  'an import of a name that is not exported',
  (facts: { readonly name: string; readonly span: Span; readonly path: string; readonly declared: Span }) => ({
    message: `'${facts.name}' of '${facts.path}' is not exported`,
    span: facts.span,
    label: 'cannot be imported',
    related: [{ span: facts.declared, text: 'declared here without `export`' }],
    notes: [`write \`export\` before its declaration in '${facts.path}'`],
  }),
)

export const importCircle = define(
  'HGQ2005',
  'error',
  'imports that go round in a circle',
  (facts: { readonly span: Span; readonly paths: readonly string[]; readonly others: readonly Span[] }) => ({
    message: facts.paths.length === 2 ? 'a file cannot import itself' : 'these imports go round in a circle',
    span: facts.span,
    label: 'closes the circle',
    related: facts.others.map((span) => ({ span, text: 'imported here' })),
    notes: facts.paths.length === 2 ? [] : [facts.paths.join(' → '), 'move what both need into a third file'],
  }),
)

export const alreadyNamed = define(
  'HGQ2006',
  'error',
  'a name that is taken',
  (facts: Twice & { readonly isLocal?: boolean }) => ({
    message: `'${facts.name}' is taken`,
    span: facts.span,
    label: 'a second time',
    related: [{ span: facts.first, text: 'first here' }],
    notes:
      facts.isLocal === true
        ? []
        : ['names are unique in a file, whatever they name; an import can be renamed with `as`'],
  }),
)

export const shadowsFile = define('HGQ2007', 'error', 'a local name that hides one of the file', (facts: Twice) => ({
  message: `'${facts.name}' would hide what the file names so`,
  span: facts.span,
  label: 'choose another name',
  related: [{ span: facts.first, text: 'named here' }],
}))

export const alreadyLocal = define('HGQ2008', 'error', 'a second `let` of the same name', (facts: Twice) => ({
  message: `'${facts.name}' is already defined`,
  span: facts.span,
  label: 'a second `let`',
  related: [{ span: facts.first, text: 'first here' }],
  notes: [`to give it a new value write \`${facts.name} = …\` without \`let\``],
}))

export const memberName = define(
  'HGQ2009',
  'error',
  'a name that belongs to a member of an enumeration',
  (facts: { readonly name: string; readonly enumeration: string; readonly span: Span }) => ({
    message: `'${facts.name}' is a word of the language: one of the values of '${facts.enumeration}'`,
    span: facts.span,
    label: 'choose another name',
    notes: [`where a ${facts.enumeration} is expected, \`${facts.name}\` would mean two things`],
  }),
)

export const externOutsideLibrary = define(
  'HGQ2010',
  'error',
  '`extern` outside of the standard library',
  (facts: { readonly span: Span }) => ({
    message: 'only the standard library can declare `extern`',
    span: facts.span,
    label: 'nothing implements this',
    notes: ['a `layer` written in the language needs no `extern`'],
  }),
)

export const constantCircle = define(
  'HGQ2011',
  'error',
  'constants that depend on each other',
  (facts: { readonly name: string; readonly span: Span; readonly use: Span | undefined }) => ({
    message: `the value of '${facts.name}' depends on itself`,
    span: facts.span,
    label: 'has no value',
    related: facts.use === undefined ? [] : [{ span: facts.use, text: 'needed here' }],
  }),
)

export const recursion = define(
  'HGQ2012',
  'error',
  'a declaration that needs itself',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly steps: readonly { readonly span: Span; readonly name: string; readonly by: string }[]
    /** All of them are layers or architectures. */
    readonly calls: boolean
  }) => {
    const verb = facts.calls ? 'calls' : 'needs'
    return {
      message: `'${facts.name}' ${verb} itself${facts.steps.length === 0 ? '' : ' through others'}`,
      span: facts.span,
      label: facts.steps.length === 0 ? 'itself, without end' : 'this leads back to it',
      related: facts.steps.map((step) => ({ span: step.span, text: `'${step.by}' ${verb} '${step.name}' here` })),
      notes: [
        facts.calls
          ? 'layers expand before anything runs, so they cannot be recursive; repeat with `for i in 1..n`'
          : 'name another declaration here, one that does not need this one',
      ],
    }
  },
)

export const missingImport = define(
  'HGQ2013',
  'error',
  'a name of the standard library that is not imported',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly from: string
    readonly insertion: { readonly span: Span; readonly text: string }
    /** The import of that module, where there is one. */
    readonly statement: Span | undefined
  }) => ({
    message: `'${facts.name}' is not imported`,
    span: facts.span,
    label: `'${facts.from}' has it`,
    related: facts.statement === undefined ? [] : [{ span: facts.statement, text: 'not among these' }],
    notes: [`add \`import "${facts.from}" { ${facts.name} }\``],
    fixes: [{ title: `import '${facts.name}' from '${facts.from}'`, edits: [facts.insertion] }],
  }),
)

export const usedTooEarly = define(
  'HGQ2014',
  'error',
  'a local name before its definition',
  (facts: { readonly name: string; readonly span: Span; readonly definition: Span }) => ({
    message: `'${facts.name}' has no value yet`,
    span: facts.span,
    label: 'used too early',
    related: [{ span: facts.definition, text: 'defined here' }],
  }),
)

export const outsideItsLoop = define(
  'HGQ2015',
  'error',
  'a name that lives in a loop, used outside of it',
  (facts: { readonly name: string; readonly span: Span; readonly definition: Span }) => ({
    message: `'${facts.name}' lives only inside its loop`,
    span: facts.span,
    label: 'outside of the loop',
    related: [{ span: facts.definition, text: 'defined here' }],
    notes: ['define it with `let` before the loop and give it a new value inside'],
  }),
)

export const unknownMember = define(
  'HGQ2016',
  'error',
  'a word that is none of those expected',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly what: string
    readonly members: readonly string[]
    readonly nearest: string | undefined
  }) => ({
    message: `'${facts.name}' is no ${facts.what}`,
    span: facts.span,
    label: `expected ${facts.what}`,
    notes: [...didYouMean(facts.nearest), `one of ${list(facts.members)}`],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const unknownText = define(
  'HGQ2017',
  'error',
  'a name where a text is expected',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `nothing is named '${facts.name}'`,
    span: facts.span,
    label: 'unknown name; a string is expected here',
    notes: [`a string stands in quotes: "${facts.name}"`],
    fixes: replaceBy(facts.span, `"${facts.name}"`),
  }),
)

export const wordOutOfPlace = define(
  'HGQ2021',
  'error',
  'a word of the language where it means nothing',
  (facts: { readonly name: string; readonly span: Span; readonly owner: string }) => ({
    message: `'${facts.name}' means something only where a ${facts.owner} is expected`,
    span: facts.span,
    label: 'not here',
  }),
)

export const unusedImport = define(
  'HGQ2018',
  'warning',
  'an import that is never used',
  (facts: { readonly name: string; readonly span: Span; readonly edit: Span }) => ({
    message: `'${facts.name}' is imported but never used`,
    span: facts.span,
    label: 'unused',
    fixes: [{ title: `remove '${facts.name}'`, edits: [{ span: facts.edit, text: '' }] }],
  }),
)

export const unusedLet = define(
  'HGQ2019',
  'warning',
  'a value that is never used',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `the value of '${facts.name}' is never used`,
    span: facts.span,
    label: 'unused',
  }),
)

export const unusedDeclaration = define(
  'HGQ2020',
  'hint',
  'a declaration that is never used',
  (facts: { readonly name: string; readonly kind: string; readonly span: Span }) => ({
    message: `'${facts.name}', ${facts.kind}, is never used`,
    span: facts.span,
    label: 'unused',
  }),
)
