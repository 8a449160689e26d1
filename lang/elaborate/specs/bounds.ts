import { metricWithoutData, wrongTask } from '../../diagnostics/messages/check-fit.js'
import { budgetNeverMet } from '../../diagnostics/messages/check-values.js'
import type { Bound, MetricSpec, ModelSource } from '../../program.js'
import type { Entry } from '../../syntax/ast.js'
import { checkNumbers, fraction, numberOf } from '../checks.js'
import type { Elaboration, Env } from '../context.js'
import { evaluate } from '../evaluate.js'
import type { Value, ValueOf } from '../value.js'
import { metricSpec } from './metric.js'
import { metricsFor, type Task } from './tasks.js'

/** A training or import, and what its data set is for; null where it has none. */
export interface Source {
  readonly spec: ModelSource
  readonly task: Task | null
}

/** The bounds of a budget on networks of `trainings`; without those that are wrong, which are reported. */
export function boundsOf(
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
