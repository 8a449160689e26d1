import {
  entryOfTraining,
  labelsAndTarget,
  labelsOrTarget,
  unitMissing,
  unitWithoutTarget,
} from '../diagnostics/messages/check-entries.js'
import { entryWithoutOther } from '../diagnostics/messages/check-lineage.js'
import { wrongRelation } from '../diagnostics/messages/check-operators.js'
import type { Entry, EntryDeclaration, Parameter } from '../syntax/ast.js'
import { bindArguments } from './arguments.js'
import { type Env, hasSyntaxErrorIn, report } from './context.js'
import { expectType } from './expressions/expression.js'
import { isPlaceName } from './places.js'
import { type BoundArgument, STANDARD_PLACES } from './result.js'
import { type Signature, signatureOf } from './signatures.js'
import { fixedPointType } from './types.js'

/** Checks the entries of a declaration against the `extern declaration` of its kind, as named arguments of a call. */
export function checkEntries(declaration: EntryDeclaration, env: Env): void {
  const schema = env.program.prelude.scope.schemas.get(declaration.kind)
  const signature = schema === undefined ? undefined : signatureOf(env.program, env.program.prelude, schema)
  if (schema === undefined || signature === undefined) return
  for (const entry of declaration.entries) {
    if (entry.relation !== '=')
      report(env, wrongRelation({ name: entry.name.name, relation: entry.relation, span: entry.span }))
  }
  const places = declaration.kind === 'quantizer' ? ownPlaces(declaration.entries, signature, env) : []
  const isPlaceEntry = (entry: Entry): boolean => places.some((place) => place.parameter.name === entry.name)
  const checkpoint = declaration.kind === 'train' ? entryNamed(declaration, 'checkpoint') : undefined
  if (checkpoint !== undefined) checkImport(declaration, checkpoint, env)
  const bound = bindArguments({
    env,
    signature,
    ...(checkpoint === undefined ? {} : { replaced: REPLACED }),
    given: declaration.entries
      .filter((entry) => !isPlaceEntry(entry))
      .map((entry) => ({ name: entry.name, value: entry.value })),
    callee: declaration.kind,
    span: declaration.name.span,
    whole: declaration.span,
    definition: undefined,
    firstOpen: false,
    word: 'entry',
  })
  env.module.calls.set(declaration, {
    callee: { kind: 'declaration', module: env.program.prelude.path, declaration: schema },
    arguments: [...bound, ...places],
    partial: false,
  })
  const isKnown = (entry: Entry): boolean => bound.some(({ parameter }) => parameter.name.name === entry.name.name)
  if (declaration.kind === 'train') checkLineage(declaration, env)
  if (declaration.kind === 'dataset') checkTarget(declaration, env, declaration.entries.every(isKnown))
}

/** What a checkpoint stands for, or can do without. */
const REPLACED: ReadonlySet<string> = new Set(['model', 'loss', 'epochs', 'dataset'])
/** What else there is to say of a network that is not trained here. */
const OF_IMPORTS: ReadonlySet<string> = new Set(['checkpoint', 'dataset', 'metric', 'seed'])

/** A network from a file is not trained: entries about training would have no effect. */
function checkImport(declaration: EntryDeclaration, checkpoint: Entry, env: Env): void {
  const schema = env.program.prelude.scope.schemas.get(declaration.kind)
  const known = new Set(schema?.parameters.map(({ name }) => name.name))
  for (const { name } of declaration.entries) {
    if (OF_IMPORTS.has(name.name) || !known.has(name.name)) continue
    report(env, entryOfTraining({ name: name.name, span: name.span, checkpoint: checkpoint.name.span }))
  }
}

/** Entries about another training need that one. */
function checkLineage(declaration: EntryDeclaration, env: Env): void {
  for (const [name, other, about] of [
    ['within', 'from', 'about the network to start from'],
    ['distill', 'teacher', "the teacher's share of what is learned"],
  ] as const) {
    const entry = entryNamed(declaration, name)
    if (entry === undefined || entryNamed(declaration, other) !== undefined) continue
    report(env, entryWithoutOther({ name, other, about, span: entry.name.span }))
  }
}

function entryNamed(declaration: EntryDeclaration, name: string): Entry | undefined {
  return declaration.entries.find((entry) => entry.name.name === name)
}

/** Entries of a quantizer for places that layers declare; they are no parameters of the schema. */
function ownPlaces(entries: readonly Entry[], signature: Signature, env: Env): readonly BoundArgument[] {
  const extra = new Map<string, BoundArgument>()
  for (const entry of entries) {
    const name = entry.name.name
    const isParameter =
      STANDARD_PLACES.has(name) || signature.parameters.some((parameter) => parameter.parameter.name.name === name)
    if (isParameter || extra.has(name) || !isPlaceName(name, env)) continue
    expectType(entry.value, fixedPointType, env, { text: `'${name}' of a quantizer` })
    const parameter: Parameter = {
      span: entry.name.span,
      name: entry.name,
      type: { kind: 'named_type', name: 'fixed_point', span: entry.name.span },
      doc: entry.doc,
    }
    extra.set(name, { parameter, value: entry.value })
  }
  return [...extra.values()]
}

/** A data set has labels (classification) or a target with its unit (regression), one of the two. */
function checkTarget(declaration: EntryDeclaration, env: Env, allKnown: boolean): void {
  const labels = entryNamed(declaration, 'labels')
  const target = entryNamed(declaration, 'target')
  const unit = entryNamed(declaration, 'unit')
  const name = declaration.name.name
  if (labels !== undefined && target !== undefined) {
    report(
      env,
      labelsAndTarget({ name, span: later(labels, target).name.span, other: earlier(labels, target).name.span }),
    )
  } else if (!allKnown || hasSyntaxErrorIn(env.module, declaration.span)) {
    return
  } else if (labels === undefined && target === undefined) {
    // Of an empty one it is told already what it lacks.
    if (declaration.entries.length === 0) return
    report(env, labelsOrTarget({ name, span: declaration.name.span }))
  } else if (target !== undefined && unit === undefined) {
    report(env, unitMissing({ span: target.name.span }))
  } else if (target === undefined && unit !== undefined) {
    report(env, unitWithoutTarget({ span: unit.name.span }))
  }
}

function earlier(a: Entry, b: Entry): Entry {
  return a.span.start <= b.span.start ? a : b
}

function later(a: Entry, b: Entry): Entry {
  return a.span.start <= b.span.start ? b : a
}
