// HGQ2080 to 2099: the statements of layers and architectures.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'

interface Owner {
  readonly name: string
  readonly span: Span
}

export const returnMissing = define('HGQ2080', 'error', 'a layer without a result', (facts: Owner) => ({
  message: `the layer '${facts.name}' returns nothing`,
  span: facts.span,
  label: 'no `return`',
  notes: ['end it with `return` and the tensor it gives'],
}))

/** `output = x` is meant as a statement. */
function howToDefine(name: string): string {
  return name === 'output' || name === 'return'
    ? `the result is told without '=': \`${name} x\`, or with a name of its own: \`output score = x\``
    : `to define it write \`let ${name} = …\``
}

export const inputMissing = define(
  'HGQ2081',
  'error',
  'an architecture without an input',
  (facts: Owner & { readonly isEmpty: boolean }) => ({
    message: `the architecture '${facts.name}' has no input${facts.isEmpty ? ' and no output' : ''}`,
    span: facts.span,
    label: facts.isEmpty ? 'empty' : 'no `input`',
    notes: [
      'begin it with `input x[16]`, a name and a shape',
      ...(facts.isEmpty ? ['end it with `output` and a tensor'] : []),
    ],
  }),
)

export const outputMissing = define('HGQ2082', 'error', 'an architecture without an output', (facts: Owner) => ({
  message: `the architecture '${facts.name}' has no output`,
  span: facts.span,
  label: 'no `output`',
  notes: ['end it with `output` and a tensor'],
}))

export const wrongBody = define(
  'HGQ2083',
  'error',
  'a statement in the wrong kind of body',
  (facts: {
    readonly what: 'return' | 'input' | 'output'
    readonly span: Span
    readonly owner: 'layer' | 'architecture'
    readonly ownerSpan: Span
  }) => ({
    message:
      facts.what === 'return'
        ? 'an architecture has outputs; only a layer returns'
        : `a layer takes its tensors as parameters and returns one; \`${facts.what}\` belongs into an architecture`,
    span: facts.span,
    label:
      facts.what === 'return'
        ? 'write `output` instead'
        : facts.what === 'output'
          ? 'write `return` instead'
          : 'make it a parameter: `x: tensor`',
    related: [{ span: facts.ownerSpan, text: `this is ${facts.owner === 'layer' ? 'a layer' : 'an architecture'}` }],
    fixes:
      facts.what === 'input'
        ? []
        : [
            {
              title: `write \`${facts.what === 'return' ? 'output' : 'return'}\``,
              edits: [
                {
                  span: { file: facts.span.file, start: facts.span.start, end: facts.span.start + facts.what.length },
                  text: facts.what === 'return' ? 'output' : 'return',
                },
              ],
            },
          ],
  }),
)

export const inLoop = define(
  'HGQ2084',
  'error',
  'a statement that cannot stand in a loop',
  (facts: { readonly what: string; readonly span: Span }) => ({
    message: `\`${facts.what}\` cannot stand in a loop`,
    span: facts.span,
    label: 'move it out of the loop',
  }),
)

export const afterReturn = define(
  'HGQ2085',
  'error',
  'a statement after the end',
  (facts: { readonly span: Span; readonly returned: Span }) => ({
    message: 'this comes after `return` and is never reached',
    span: facts.span,
    label: 'never reached',
    related: [{ span: facts.returned, text: 'the layer ends here' }],
  }),
)

export const assignToUnknown = define(
  'HGQ2086',
  'error',
  'a new value for a name that has none',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly definition: Span | undefined
    readonly nearest: string | undefined
    /** The one name before it that nothing uses. */
    readonly unused: { readonly name: string; readonly span: Span } | undefined
  }) => ({
    message: `'${facts.name}' is not defined here, so it cannot get a new value`,
    span: facts.span,
    label: facts.definition === undefined ? 'first time' : 'not here',
    related: [
      ...(facts.definition === undefined ? [] : [{ span: facts.definition, text: 'defined here' }]),
      ...(facts.unused === undefined
        ? []
        : [{ span: facts.unused.span, text: `'${facts.unused.name}' is defined here and not used yet` }]),
    ],
    notes: [...didYouMean(facts.nearest), ...(facts.definition === undefined ? [howToDefine(facts.name)] : [])],
    fixes:
      facts.definition === undefined && facts.name !== 'output'
        ? [{ title: 'define it with `let`', edits: [{ span: { ...facts.span, end: facts.span.start }, text: 'let ' }] }]
        : [],
  }),
)

export const cannotRebind = define(
  'HGQ2087',
  'error',
  'a new value for what keeps its value',
  (facts: {
    readonly name: string
    readonly role: 'share' | 'loop'
    readonly span: Span
    readonly definition: Span
  }) => ({
    message: `'${facts.name}' cannot get a new value: it is ${facts.role === 'share' ? 'a shared layer' : 'the variable of a loop'}`,
    span: facts.span,
    label: 'new value',
    related: [{ span: facts.definition, text: 'defined here' }],
  }),
)

export const outputName = define(
  'HGQ2088',
  'error',
  'outputs that need names of their own',
  (facts: { readonly span: Span; readonly first: Span | undefined; readonly name: string | undefined }) => ({
    message:
      facts.name === undefined ? 'with several outputs each needs a name' : `there is a port '${facts.name}' already`,
    span: facts.span,
    label: facts.name === undefined ? 'no name' : 'a second time',
    related: facts.first === undefined ? [] : [{ span: facts.first, text: 'first here' }],
    notes:
      facts.name === undefined
        ? ['write `output logits = …`']
        : ['inputs and outputs become ports of the hardware, so their names differ'],
  }),
)

export const placeNameTaken = define(
  'HGQ2089',
  'error',
  'a place that exists already',
  (facts: { readonly name: string; readonly span: Span; readonly first: Span | undefined }) => ({
    message: `there is a place '${facts.name}' already`,
    span: facts.span,
    label: 'choose another name',
    related: facts.first === undefined ? [] : [{ span: facts.first, text: 'first here' }],
  }),
)

export const cannotShare = define(
  'HGQ2090',
  'error',
  'something that cannot be shared',
  (facts: {
    readonly name: string
    readonly why: 'no layer' | 'shared already' | 'no tensor first'
    readonly span: Span
    /** Where it is declared; of a layer without a tensor first, its first parameter. */
    readonly definition: Span | undefined
  }) => {
    const texts = {
      'no layer': ['it is no layer', 'only layers have parameters to share', 'declared here'],
      'shared already': ['it is shared already', `call '${facts.name}' itself`, 'shared here'],
      'no tensor first': [
        'its first parameter is no tensor',
        'a shared layer is called with one tensor, its first argument',
        'a tensor must come first',
      ],
    } as const
    const [reason, label, definition] = texts[facts.why]
    return {
      message: `'${facts.name}' cannot be shared: ${reason}`,
      span: facts.span,
      label,
      related: facts.definition === undefined ? [] : [{ span: facts.definition, text: definition }],
    }
  },
)

export const notAList = define(
  'HGQ2091',
  'error',
  'a loop over what is no list',
  (facts: { readonly span: Span; readonly type: string; readonly count: string | undefined }) => ({
    message: `\`for\` goes through a list or a range, and this is ${facts.type}`,
    span: facts.span,
    label: `this is ${facts.type}`,
    notes: facts.count === undefined ? [] : [`to count write \`1..${facts.count}\``],
    fixes: replaceBy(facts.span, facts.count === undefined ? undefined : `1..${facts.count}`),
  }),
)
