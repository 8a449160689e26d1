import {
  argumentTwice,
  missingArguments,
  positionalAfterNamed,
  tensorNotFirst,
  tooManyArguments,
  unknownArgument,
} from '../diagnostics/messages/check-calls.js'
import { listExpected, mismatch } from '../diagnostics/messages/check-types.js'
import { meantBy } from '../habits.js'
import { hintForArgument } from '../hints.js'
import type { Span } from '../source.js'
import type { Expression, Identifier } from '../syntax/ast.js'
import { type Env, hasSyntaxErrorIn, report } from './context.js'
import { exampleOf } from './examples.js'
import { expectType } from './expressions/expression.js'
import { markUsed } from './expressions/mark-used.js'
import type { BoundArgument } from './result.js'
import type { Signature, SignatureParameter } from './signatures.js'

/** One value as it was written: an argument, an entry, or what is piped in. */
export interface Given {
  readonly name: Identifier | undefined
  readonly value: Expression
  readonly piped?: boolean
}

export interface Binding {
  readonly env: Env
  readonly signature: Signature
  readonly given: readonly Given[]
  /** How messages name what is called: `dense`, or `dataset` for entries. */
  readonly callee: string
  /** Where to say that something is missing. */
  readonly span: Span
  /** The whole of it: when the parser complained inside, nothing is said to be missing. */
  readonly whole: Span
  /** Where the callee is declared, unless that is the prelude. */
  readonly definition: Span | undefined
  /** Of a `share`: the first parameter stays open for the calls of what is shared. */
  readonly firstOpen: boolean
  /** Of a callee whose parameters could not be read in full: nothing is too much or missing then. */
  readonly unreadable?: boolean
  /** Parameters that are not missed although they are required: another one stands for them. */
  readonly replaced?: ReadonlySet<string>
  /** `entry` for the entries of a declaration. */
  readonly word: 'argument' | 'entry'
}

/**
 * Matches what is given to parameters and checks each value against its parameter's type: the one mechanism behind calls,
 * pipes, shares and the entries of declarations. The result has one element for each parameter, in their order.
 */
export function bindArguments(binding: Binding): readonly BoundArgument[] {
  const piped = binding.given.find((given) => given.piped === true)?.value
  const { values, unknown, twice, meant } = matchToParameters(binding)
  const { env, signature, callee } = binding
  const missing: SignatureParameter[] = []
  const before = env.module.diagnostics.length
  const bound = signature.parameters.map((parameter, index): BoundArgument => {
    const value = values.get(parameter)
    if (value === undefined) {
      const { name } = parameter.parameter.name
      const isOpen = (binding.firstOpen && index === 0) || binding.replaced?.has(name) === true
      if (parameter.required && !isOpen && !meant.has(name)) missing.push(parameter)
    } else if (twice.some((second) => second.parameter === parameter)) {
      // Which of the two is meant is open.
      markUsed(value, env)
    } else {
      const name = parameter.parameter.name
      expectType(value, parameter.type, env, {
        text: binding.word === 'entry' ? `'${name.name}' of a ${callee}` : `'${name.name}' of '${callee}'`,
        pipedInto: value === piped ? binding.span : undefined,
        definition: name.span.file === env.program.prelude.path ? undefined : name.span,
      })
    }
    return { parameter: parameter.parameter, value }
  })
  reportTensorNotFirst(binding, values, before)
  dropMisfitOfItems(binding, values, before)
  const names = missing.map((parameter) => parameter.parameter.name.name)
  if (binding.unreadable !== true) for (const name of unknown) reportUnknown(binding, name, names)
  for (const { parameter, span, first } of twice) {
    report(env, argumentTwice({ name: parameter.parameter.name.name, word: binding.word, span, first, missing: names }))
  }
  // An unknown name, or a second one, is most likely one of the missing ones; its message lists them.
  const isExplained = unknown.length + twice.length > 0
  const isUnsure = isExplained || binding.unreadable === true || hasSyntaxErrorIn(env.module, binding.whole)
  if (missing.length > 0 && !isUnsure) reportMissing(binding, missing)
  return bound
}

/** `dense(16, x)`: one message in place of those that neither fits. */
function reportTensorNotFirst(
  { env, signature, callee }: Binding,
  values: ReadonlyMap<SignatureParameter, Expression>,
  before: number,
): void {
  const [first, ...others] = signature.parameters
  const given = first?.type.kind === 'tensor' ? values.get(first) : undefined
  const tensor = others
    .flatMap((parameter) => (parameter.type.kind === 'tensor' ? [] : (values.get(parameter) ?? [])))
    .find((value) => env.module.types.get(value)?.kind === 'tensor')
  const { diagnostics } = env.module
  const misfits = [given, tensor].map((value) =>
    diagnostics.findIndex(
      ({ code, span }, index) =>
        index >= before && code === mismatch.code && span?.start === value?.span.start && span?.end === value?.span.end,
    ),
  )
  if (given === undefined || tensor === undefined || misfits.includes(-1)) return
  const kept = diagnostics.filter((_, index) => !misfits.includes(index))
  diagnostics.splice(0, diagnostics.length, ...kept)
  const text = env.module.text.slice(tensor.span.start, tensor.span.end)
  report(env, tensorNotFirst({ callee, tensor: text, span: tensor.span, first: given.span }))
}

/** `tagger(64, 32)` for `tagger([64, 32])`: that there are too many is said, with the cure; not that the first is no list. */
function dropMisfitOfItems({ env, signature, given }: Binding, values: Matched['values'], before: number): void {
  const first = signature.parameters[0]
  if (first === undefined || !takesItems(signature, given)) return
  const span = values.get(first)?.span
  const { diagnostics } = env.module
  const kept = diagnostics.filter(
    (each, index) => index < before || each.code !== listExpected.code || each.span?.start !== span?.start,
  )
  diagnostics.splice(0, diagnostics.length, ...kept)
}

/** Whether more values are given than there are parameters, to the only one, which takes a list. */
function takesItems({ parameters }: Signature, given: readonly Given[]): boolean {
  const [only] = parameters
  return parameters.length === 1 && only?.type.kind === 'list' && given.length > 1
}

interface Matched {
  readonly values: ReadonlyMap<SignatureParameter, Expression>
  /** Names that no parameter has. */
  readonly unknown: readonly Identifier[]
  /** Parameters that are given a second time, at `span`. */
  readonly twice: readonly { readonly parameter: SignatureParameter; readonly span: Span; readonly first: Span }[]
  /** Parameters whose names were misspelt: they are wrong already, not missing. */
  readonly meant: ReadonlySet<string>
}

function matchToParameters(binding: Binding): Matched {
  const { env, signature } = binding
  const values = new Map<SignatureParameter, Expression>()
  const unknown: Identifier[] = []
  const twice: Matched['twice'][number][] = []
  const meant = new Set<string>()
  const givenAt = new Map<SignatureParameter, Span>()
  const positional = binding.firstOpen ? signature.parameters.slice(1) : signature.parameters
  let position = 0
  let named: Identifier | undefined
  for (const given of binding.given) {
    let parameter: SignatureParameter | undefined
    if (given.name === undefined) {
      if (named !== undefined) {
        const { span } = given.value
        const isFraction = /^\d,\d/.test(env.module.text.slice(span.start - 2, span.start + 1))
        report(env, positionalAfterNamed({ span, named: named.span, isFraction }))
      }
      parameter = positional[position++]
      if (named !== undefined && parameter !== undefined && values.has(parameter)) {
        // Which one it is for is asked already.
        for (const name of namesOf(signature)) meant.add(name)
        markUsed(given.value, env)
        continue
      }
      if (parameter === undefined) reportTooMany(binding, given, position)
    } else {
      named = given.name
      parameter = signature.parameters.find((candidate) => candidate.parameter.name.name === given.name?.name)
      if (parameter === undefined && given.name.name !== '') unknown.push(given.name)
    }
    if (parameter === undefined) {
      markUsed(given.value, env)
      continue
    }
    const first = givenAt.get(parameter)
    if (first !== undefined) {
      twice.push({ parameter, span: given.name?.span ?? given.value.span, first })
      markUsed(given.value, env)
      continue
    }
    values.set(parameter, given.value)
    givenAt.set(parameter, given.name?.span ?? given.value.span)
  }
  for (const name of unknown) {
    const found = meantBy(name.name, namesOf(signature))
    if (found !== undefined) meant.add(found)
  }
  return { values, unknown, twice, meant }
}

function namesOf(signature: Signature): readonly string[] {
  return signature.parameters.map((parameter) => parameter.parameter.name.name)
}

function reportUnknown(binding: Binding, name: Identifier, missing: readonly string[]): void {
  const names = namesOf(binding.signature)
  report(
    binding.env,
    unknownArgument({
      name: name.name,
      span: name.span,
      word: binding.word,
      callee: binding.callee,
      nearest: meantBy(name.name, names),
      hint: hintForArgument(name.name),
      names,
      missing,
      definition: binding.definition,
    }),
  )
}

function reportTooMany(binding: Binding, given: Given, position: number): void {
  const possible = binding.signature.parameters.length - (binding.firstOpen ? 1 : 0)
  // One message for the first that is too many.
  if (position !== possible + 1 || binding.unreadable === true) return
  report(
    binding.env,
    tooManyArguments({
      callee: binding.callee,
      span: given.piped === true ? binding.span : given.value.span,
      possible,
      isList: takesItems(binding.signature, binding.given),
      piped: binding.given.some((other) => other.piped === true),
      parameters: binding.signature.parameters.map((parameter) => parameter.parameter.name.name),
      definition: binding.definition,
    }),
  )
}

function reportMissing(binding: Binding, missing: readonly SignatureParameter[]): void {
  report(
    binding.env,
    missingArguments({
      callee: binding.callee,
      word: binding.word,
      span: binding.span,
      names: missing.map((parameter) => parameter.parameter.name.name),
      examples: missing.map(
        (parameter) => `${parameter.parameter.name.name} = ${exampleOf(parameter.parameter.name.name, parameter.type)}`,
      ),
      definition: binding.definition,
    }),
  )
}
