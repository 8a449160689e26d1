import { metricWithoutData, sourceWithoutData, wrongTask } from '../../diagnostics/messages/check-fit.js'
import { budgetNeverMet, namedTwice, outOfRange } from '../../diagnostics/messages/check-values.js'
import type { Bound, BuildSpec, MetricSpec, ModelSource, TargetSpec } from '../../program.js'
import type { Span } from '../../source.js'
import type { Entry } from '../../syntax/ast.js'
import { entriesOf } from '../call.js'
import { atLeastOne, checkNumbers, fraction, numberOf } from '../checks.js'
import type { Elaboration, Env } from '../context.js'
import { evaluate } from '../evaluate.js'
import type { Traced } from '../origins.js'
import { hasFailed, itemsOf, type Value, type ValueOf } from '../value.js'
import { metricSpec } from './metric.js'
import { metricsFor, type Task } from './tasks.js'

/** A training or import, and what its data set is for; null where it has none. */
interface Source {
  readonly spec: ModelSource
  readonly task: Task | null
}

/** What a build needs from the rest of the Program. */
export interface BuildParts {
  training(value: ValueOf<'declared'>): Source | undefined
  target(value: ValueOf<'declared'>): TargetSpec | undefined
}

/** A build with its trainings, bounds and targets. Undefined, and reported, where something is wrong. */
export function buildSpec(
  build: ValueOf<'declared'>,
  parts: BuildParts,
  elaboration: Elaboration,
): Traced<BuildSpec> | undefined {
  const entries = entriesOf(build, elaboration)
  const before = elaboration.failures
  const from = entries.get('from')
  const fromValues = from === undefined ? [] : (itemsOf(from) ?? [from])
  const trainings = fromValues.map((value) => (value.kind === 'declared' ? parts.training(value) : undefined))
  const targetValues = itemsOf(entries.get('targets') ?? build) ?? []
  const targets = targetValues.map((value) => (value.kind === 'declared' ? parts.target(value) : undefined))
  checkNumbers(entries, { tries: atLeastOne }, elaboration)
  if (from?.kind === 'list' && from.items.length === 0)
    elaboration.report(
      outOfRange({ what: '`from`', shown: '[]', rule: 'needs at least one training', span: from.span }),
    )
  reportTwice(
    fromValues,
    trainings.map((training) => training?.spec.id),
    '`from`',
    elaboration,
  )
  reportTwice(
    targetValues,
    targets.map((target) => target?.name),
    '`targets`',
    elaboration,
  )
  if (trainings.length > 1) reportWithoutData(fromValues, trainings, elaboration)
  for (const value of entries.values()) if (hasFailed(value)) return undefined
  const known = trainings.filter((training) => training !== undefined)
  const budget = entries.get('within')
  const within = budget?.kind === 'declared' ? boundsOf(budget, known, elaboration) : []
  const whole = known.length === trainings.length && targets.every((target) => target !== undefined)
  if (!whole || elaboration.failures > before) return undefined
  const tries = entries.get('tries')
  return {
    spec: {
      name: build.declaration.name.name,
      doc: build.declaration.doc,
      from: known.map((training) => training.spec.id),
      within,
      targets: targets.flatMap((target) => (target === undefined ? [] : [target.name])),
      tries: tries?.kind === 'number' ? tries.value : 1,
    },
    traces: new Map<string, Value | Span>([['', build.declaration.span], ...entries]),
  }
}

/** What is measured on nothing has no place on a front. */
function reportWithoutData(
  values: readonly Value[],
  trainings: readonly (Source | undefined)[],
  elaboration: Elaboration,
): void {
  for (const [index, training] of trainings.entries()) {
    const value = values[index]
    if (training?.task !== null || value === undefined) continue
    elaboration.report(sourceWithoutData({ name: training.spec.id, span: value.span }))
  }
}

function reportTwice(
  values: readonly Value[],
  names: readonly (string | undefined)[],
  where: string,
  elaboration: Elaboration,
): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    const span = values[index]?.span
    const firstSpan = values[first]?.span
    if (name === undefined || first === index || span === undefined || firstSpan === undefined) continue
    elaboration.report(namedTwice({ name, where, span, first: firstSpan }))
  }
}

function boundsOf(
  budget: ValueOf<'declared'>,
  trainings: readonly Source[],
  elaboration: Elaboration,
): readonly Bound[] {
  const env: Env = {
    elaboration,
    module: budget.module,
    locals: new Map(budget.parameters),
    frames: [],
    body: undefined,
  }
  return budget.declaration.entries.flatMap((entry) => boundOf(entry, trainings, env) ?? [])
}

function boundOf(entry: Entry, trainings: readonly Source[], env: Env): Bound | undefined {
  const { elaboration, module } = env
  const reference = module.references.get(entry.name)
  const value = evaluate(entry.value, env)
  const limit = numberOf(value)
  if (limit === undefined || entry.relation === '=') return undefined
  const { relation, span } = entry
  switch (reference?.kind) {
    case 'bound': {
      const { quantity, ofDevice } = reference
      if (ofDevice) return shareOf(entry, quantity, value, elaboration)
      // The language writes a clock as a period too.
      const asClock = quantity === 'clock' && value.kind === 'quantity' && value.dimension === 'time'
      const bound: Bound = asClock
        ? { quantity, relation: relation === '<=' ? '>=' : '<=', value: 1000 / limit, span }
        : { quantity, relation, value: limit, span }
      return canBeKept(bound, entry, env, { lowest: quantity === 'interval' ? 1 : 0 }) ? bound : undefined
    }
    case 'metric': {
      const name = reference.declaration.name.name
      if (trainings.some(({ task }) => task === null)) {
        elaboration.report(metricWithoutData({ metric: name, span: entry.name.span, related: [] }))
        return undefined
      }
      const odd = trainings.find(({ task }) => task !== null && !metricsFor(task).includes(name))
      if (odd !== undefined && odd.task !== null) {
        const facts = {
          what: 'metric',
          name,
          task: odd.task,
          instead: metricsFor(odd.task),
          span: entry.name.span,
          related: [],
        }
        elaboration.report(wrongTask(facts))
        return undefined
      }
      const bare: ValueOf<'metric'> = {
        kind: 'metric',
        declaration: reference.declaration,
        arguments: new Map(),
        span: entry.name.span,
      }
      const metric = metricOfTrainings(name, trainings) ?? metricSpec(bare, elaboration)
      if (metric === undefined) return undefined
      const bound: Bound = { quantity: name, relation, value: limit, metric, span }
      const isFraction =
        reference.declaration.result?.kind === 'named_type' && reference.declaration.result.name === 'fraction'
      return canBeKept(bound, entry, env, isFraction ? { lowest: 0, highest: 1 } : { lowest: 0 }) ? bound : undefined
    }
    default:
      return undefined
  }
}

/** A bound in percent of what a device has. */
function shareOf(entry: Entry, quantity: string, value: Value, elaboration: Elaboration): Bound | undefined {
  const { relation, span } = entry
  const values = new Map([[quantity, value]])
  const limit = numberOf(value)
  if (limit === undefined || relation === '=' || !checkNumbers(values, { [quantity]: fraction }, elaboration))
    return undefined
  return { quantity, relation, value: limit, ofDevice: true, span }
}

/** The trainings' own metric of this name where they agree on its arguments: `resolution` then means theirs. */
function metricOfTrainings(name: string, trainings: readonly { readonly spec: ModelSource }[]): MetricSpec | undefined {
  const [first] = trainings
  if (first === undefined || first.spec.metric?.kind !== name) return undefined
  const same = trainings.every(({ spec }) => JSON.stringify(spec.metric) === JSON.stringify(first.spec.metric))
  return same ? first.spec.metric : undefined
}

/** No quantity is below 0, no interval below a cycle, and no fraction above 100 %. */
function canBeKept(
  bound: Bound,
  entry: Entry,
  env: Env,
  { lowest, highest = Number.POSITIVE_INFINITY }: { readonly lowest: number; readonly highest?: number },
): boolean {
  const { quantity, relation, value } = bound
  const why =
    relation === '<=' && value < lowest
      ? `it is never below ${lowest}`
      : relation === '>=' && value > highest
        ? 'it is never above 100 %'
        : undefined
  if (why === undefined) return true
  const shown = env.module.text.slice(entry.value.span.start, entry.value.span.end)
  env.elaboration.report(budgetNeverMet({ quantity, relation, shown, why, span: entry.span }))
  return false
}
