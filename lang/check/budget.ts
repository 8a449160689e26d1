import {
  boundOnBetterSide,
  boundsMissing,
  boundTwice,
  unknownBound,
  wrongBoundRelation,
} from '../diagnostics/messages/check-entries.js'
import { meantBy } from '../habits.js'
import type { Entry, EntryDeclaration } from '../syntax/ast.js'
import { isFraction } from './assign.js'
import { type Env, hasSyntaxErrorIn, report } from './context.js'
import { expectType, inferType } from './expressions/expression.js'
import { reportMismatch } from './mismatch.js'
import { BOUND_QUANTITIES, type BoundQuantity } from './result.js'
import { signatureOf } from './signatures.js'
import { intType, optionsOf, quantityOf, type Type, unionOf } from './types.js'

const QUANTITY_TYPES: Readonly<Record<BoundQuantity, Type>> = {
  ebops: unionOf([intType, quantityOf('count')]),
  lut: unionOf([intType, quantityOf('fraction')]),
  ff: unionOf([intType, quantityOf('fraction')]),
  dsp: unionOf([intType, quantityOf('fraction')]),
  bram: unionOf([intType, quantityOf('fraction')]),
  latency: quantityOf('time'),
  interval: intType,
  clock: quantityOf('frequency'),
}

/** Checks that each bound is about something measured, with a value of its dimension. */
export function checkBudget(declaration: EntryDeclaration, env: Env): void {
  const seen = new Map<string, Entry>()
  for (const entry of declaration.entries) {
    if (entry.relation === '=' && isMeasured(entry.name.name, env))
      report(env, wrongBoundRelation({ name: entry.name.name, span: entry.span, value: entry.value.span }))
    checkBound(entry, env)
    const key = `${entry.name.name} ${entry.relation}`
    const first = seen.get(key)
    if (first !== undefined && entry.name.name !== '') reportTwice(entry, first, env)
    else seen.set(key, entry)
  }
  if (declaration.entries.length === 0 && !hasSyntaxErrorIn(env.module, declaration.span)) {
    report(env, boundsMissing({ name: declaration.name.name, span: declaration.name.span }))
  }
}

function isMeasured(name: string, env: Env): boolean {
  return BOUND_QUANTITIES.some((quantity) => quantity === name) || env.program.prelude.scope.metrics.has(name)
}

function reportTwice(entry: Entry, first: Entry, env: Env): void {
  report(
    env,
    boundTwice({ name: entry.name.name, relation: entry.relation, span: entry.name.span, first: first.name.span }),
  )
}

function checkBound(entry: Entry, env: Env): void {
  const { name } = entry.name
  const purpose = { text: `a bound on '${name}'` }
  const quantity = BOUND_QUANTITIES.find((candidate) => candidate === name)
  if (quantity !== undefined) {
    const found = expectType(entry.value, QUANTITY_TYPES[quantity], env, purpose)
    const options = optionsOf(found)
    // A number alone does not say whether it is of cells or of a device.
    if (options.some(isFraction) && !options.every(isFraction))
      reportMismatch({ expression: entry.value, found, expected: quantityOf('fraction'), env, purpose })
    env.module.references.set(entry.name, { kind: 'bound', quantity, ofDevice: options.every(isFraction) })
    return
  }
  const { prelude } = env.program
  const metric = prelude.scope.metrics.get(name)
  if (metric !== undefined) {
    env.module.references.set(entry.name, { kind: 'metric', module: prelude.path, declaration: metric })
    const result = signatureOf(env.program, prelude, metric)?.result
    if (result !== undefined) expectType(entry.value, result, env, purpose)
    const { better } = metric
    if (hasSyntaxErrorIn(env.module, entry.span)) return
    if ((better === 'higher' && entry.relation === '<=') || (better === 'lower' && entry.relation === '>='))
      report(env, boundOnBetterSide({ name, better, span: entry.span }))
    return
  }
  inferType(entry.value, env)
  if (name === '') return
  const known = [...BOUND_QUANTITIES, ...prelude.scope.metrics.keys()]
  report(env, unknownBound({ name, span: entry.name.span, nearest: meantBy(name, known), known }))
}
