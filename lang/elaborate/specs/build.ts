import { sourceWithoutData } from '../../diagnostics/messages/check-fit.js'
import { namedTwice, outOfRange } from '../../diagnostics/messages/check-values.js'
import type { BuildSpec, TargetSpec } from '../../program.js'
import type { Span } from '../../source.js'
import { entriesOf } from '../call.js'
import { atLeastOne, checkNumbers } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Traced } from '../origins.js'
import { hasFailed, itemsOf, type Value, type ValueOf } from '../value.js'
import { boundsOf, type Source } from './bounds.js'

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
