import { argumentTwice } from '../../diagnostics/messages/check-calls.js'
import { missingFields, unknownField } from '../../diagnostics/messages/check-entries.js'
import { wrongRelation } from '../../diagnostics/messages/check-operators.js'
import { itemsDiffer } from '../../diagnostics/messages/check-types.js'
import { meantBy } from '../../habits.js'
import type { Entry, Expression, Identifier } from '../../syntax/ast.js'
import { commonType } from '../assign.js'
import { type Env, fail, hasSyntaxErrorIn, report } from '../context.js'
import { exampleOf } from '../examples.js'
import { typeText } from '../type-text.js'
import { listOf, optionsOf, type RecordField, type Type, unionOf, unknownType } from '../types.js'
import { expectType, inferType, type Purpose } from './expression.js'
import { markUsed } from './mark-used.js'

type ListExpression = Extract<Expression, { kind: 'list' }>
type RecordExpression = Extract<Expression, { kind: 'record' }>

/** A list; its items share one type, that of the list which is expected where one is. */
export function inferList(
  list: ListExpression,
  env: Env,
  expected: Type | undefined,
  purpose: Purpose | undefined,
): Type {
  const elements = optionsOf(expected ?? unknownType).flatMap((option) =>
    option.kind === 'list' ? [option.element] : [],
  )
  if (elements.length > 0) {
    const element = unionOf(elements)
    const item: Purpose = { text: `an item of ${purpose?.text ?? 'this list'}`, definition: purpose?.definition }
    for (const value of list.items) expectType(value, element, env, item)
    return listOf(element)
  }
  let common: Type = unknownType
  for (const [index, value] of list.items.entries()) {
    const type = inferType(value, env)
    const joined = commonType(common, type)
    if (joined === undefined) {
      const first = list.items[index - 1]?.span ?? list.span
      return fail(env, itemsDiffer({ span: value.span, type: typeText(type), first, firstType: typeText(common) }))
    }
    common = joined
  }
  return listOf(common)
}

/** A record; what it is for says which names it may have. */
export function inferRecord(
  record: RecordExpression,
  env: Env,
  expected: Type | undefined,
  purpose: Purpose | undefined,
): Type {
  const entries = uniqueEntries(record, env)
  for (const option of optionsOf(expected ?? unknownType)) {
    if (option.kind === 'map') {
      for (const entry of entries) {
        expectType(entry.value, option.element, env, { text: `'${entry.name.name}'`, definition: purpose?.definition })
      }
      return option
    }
    if (option.kind === 'record') return checkFields(record, entries, option, env, purpose)
  }
  // Of a record that cannot stand here, nobody wants to know what else is wrong inside.
  if (expected !== undefined && expected.kind !== 'unknown') {
    for (const entry of entries) markUsed(entry.value, env)
    const fields = entries.map((entry) => ({ name: entry.name.name, type: unknownType, optional: false }))
    return { kind: 'record', fields }
  }
  return {
    kind: 'record',
    fields: entries.map((entry) => ({ name: entry.name.name, type: inferType(entry.value, env), optional: false })),
  }
}

function uniqueEntries(record: RecordExpression, env: Env): readonly Entry[] {
  const first = new Map<string, Entry>()
  const unique: Entry[] = []
  for (const entry of record.entries) {
    if (entry.relation !== '=')
      report(env, wrongRelation({ name: entry.name.name, relation: entry.relation, span: entry.span }))
    const earlier = first.get(entry.name.name)
    if (earlier !== undefined && entry.name.name !== '') {
      report(
        env,
        argumentTwice({
          name: entry.name.name,
          word: 'entry',
          span: entry.name.span,
          first: earlier.name.span,
          missing: [],
        }),
      )
      markUsed(entry.value, env)
      continue
    }
    first.set(entry.name.name, entry)
    unique.push(entry)
  }
  return unique
}

function checkFields(
  record: RecordExpression,
  entries: readonly Entry[],
  expected: Extract<Type, { kind: 'record' }>,
  env: Env,
  purpose: Purpose | undefined,
): Type {
  const what = purpose?.text ?? 'this record'
  const unknown: Identifier[] = []
  for (const entry of entries) {
    const name = entry.name.name
    const field = expected.fields.find((candidate) => candidate.name === name)
    if (field === undefined) {
      markUsed(entry.value, env)
      if (name !== '') unknown.push(entry.name)
    } else {
      expectType(entry.value, field.type, env, { text: `'${name}' of ${what}`, definition: purpose?.definition })
    }
  }
  reportFields(record, expected, entries, unknown, what, env)
  return expected
}

/** Says which entries are unknown and which missing; an unknown one is most likely one of the missing. */
function reportFields(
  record: RecordExpression,
  expected: Extract<Type, { kind: 'record' }>,
  entries: readonly Entry[],
  unknown: readonly Identifier[],
  what: string,
  env: Env,
): void {
  const names = expected.fields.map((field) => field.name)
  const meant = unknown.map((name) => meantBy(name.name, names))
  const missing = expected.fields.filter((field) => isMissing(field, entries) && !meant.includes(field.name))
  const missingNames = missing.map((field) => field.name)
  for (const [index, { name, span }] of unknown.entries()) {
    report(env, unknownField({ name, span, what, names, nearest: meant[index], missing: missingNames }))
  }
  if (missing.length === 0 || unknown.length > 0 || hasSyntaxErrorIn(env.module, record.span)) return
  const examples = missing.map((field) => `${field.name} = ${exampleOf(field.name, field.type)}`)
  report(env, missingFields({ span: record.span, what, names: missingNames, examples }))
}

function isMissing(field: RecordField, entries: readonly Entry[]): boolean {
  return !field.optional && !entries.some((entry) => entry.name.name === field.name)
}
