import {
  boundOfDesign,
  notTrainedHere,
  startsFromOtherNetwork,
  teacherOfOther,
} from '../../diagnostics/messages/check-lineage.js'
import type { DatasetSpec, NetworkOperation, QuantizerSpec, TrainingSpec } from '../../program.js'
import { formatShape } from '../../shape.js'
import type { Span } from '../../source.js'
import { numberOf } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { ExpandedNetwork } from '../network/expand.js'
import type { Arguments, Value, ValueOf } from '../value.js'
import { boundsOf, type Source } from './bounds.js'
import { type Task, taskOf } from './tasks.js'

/** What a training has from others. */
export type Lineage = Pick<TrainingSpec, 'from' | 'teacher'>

/** What tells of other trainings. */
export interface LineageParts {
  training(value: ValueOf<'declared'>): Source | undefined
  /** The network of a training that is known. */
  networkOf(training: TrainingSpec): ExpandedNetwork | undefined
}

/** A training, as far as it decides whether another one can be its origin or its teacher. */
export interface Heir {
  readonly entries: Arguments
  readonly network: ExpandedNetwork
  readonly dataset: DatasetSpec
  readonly loss: string
}

/** Where a training starts and who teaches it. Undefined, and reported, where that cannot be. */
export function lineageOf(heir: Heir, parts: LineageParts, elaboration: Elaboration): Lineage | undefined {
  const before = elaboration.failures
  const others = [heir.entries.get('from'), heir.entries.get('teacher')]
  // Of a training with a mistake it is told already.
  if (others.some((value) => value?.kind === 'declared' && parts.training(value) === undefined)) return undefined
  const from = startOf(heir, parts, elaboration)
  const teacher = teacherOf(heir, parts, elaboration)
  if (elaboration.failures > before) return undefined
  return { ...(from === undefined ? {} : { from }), ...(teacher === undefined ? {} : { teacher }) }
}

function startOf(heir: Heir, parts: LineageParts, elaboration: Elaboration): Lineage['from'] {
  const found = trainingNamed('from', heir.entries, parts, elaboration)
  if (found === undefined) return undefined
  const { spec, task, value } = found
  const network = parts.networkOf(spec)
  const difference = network === undefined ? undefined : stateDifference(heir.network, network)
  if (difference !== undefined) {
    const related = placed(heir.entries.get('model')?.span, 'the network of this training')
    elaboration.report(startsFromOtherNetwork({ name: spec.id, difference, span: value.span, related }))
  }
  const budget = heir.entries.get('within')
  const within = budget?.kind === 'declared' ? boundsOf(budget, [{ spec, task }], elaboration) : []
  for (const { quantity, metric, span } of within) {
    if (metric !== undefined || quantity === 'ebops') continue
    elaboration.report(
      boundOfDesign({ quantity, span, related: placed(budget?.span, 'chooses a network to start from') }),
    )
  }
  return { training: spec.id, within }
}

function teacherOf(
  { entries, dataset, loss }: Heir,
  parts: LineageParts,
  elaboration: Elaboration,
): Lineage['teacher'] {
  const found = trainingNamed('teacher', entries, parts, elaboration)
  if (found === undefined) return undefined
  const { spec, value } = found
  const facts = { name: spec.id, span: value.span }
  if (spec.dataset !== dataset.name) {
    const related = placed(entries.get('dataset')?.span, 'what this training learns from')
    elaboration.report(teacherOfOther({ ...facts, what: 'data set', theirs: spec.dataset, own: dataset.name, related }))
  } else if (taskOf(dataset) === 'classification' && spec.loss.kind !== loss) {
    const related = placed(entries.get('loss')?.span, 'the loss of this training')
    elaboration.report(teacherOfOther({ ...facts, what: 'loss', theirs: spec.loss.kind, own: loss, related }))
  }
  const distill = entries.get('distill')
  const share = distill === undefined ? undefined : numberOf(distill)
  if (share === undefined) throw new Error('the prelude gives `distill` a default')
  return { training: spec.id, distill: share }
}

function trainingNamed(
  entry: 'from' | 'teacher',
  entries: Arguments,
  parts: LineageParts,
  elaboration: Elaboration,
): { readonly spec: TrainingSpec; readonly task: Task | null; readonly value: Value } | undefined {
  const value = entries.get(entry)
  if (value?.kind !== 'declared') return undefined
  const source = parts.training(value)
  if (source === undefined) return undefined
  const { spec, task } = source
  if (!('checkpoint' in spec)) return { spec, task, value }
  const related = placed(value.declaration.name.span, 'declared here')
  elaboration.report(notTrainedHere({ name: spec.id, entry, span: value.span, related }))
  return undefined
}

function placed(span: Span | undefined, text: string): readonly { readonly span: Span; readonly text: string }[] {
  return span === undefined ? [] : [{ span, text }]
}

/** Why what one network remembers is not what the other remembers: parameters, statistics, and widths by their groups. */
function stateDifference(own: ExpandedNetwork, other: ExpandedNetwork): string | undefined {
  const [here, there] = [statesOf(own), statesOf(other)]
  for (const [path, what] of here) {
    const found = there.get(path)
    if (found === undefined) return `it has no '${path}'`
    if (found !== what) return `there '${path}' is ${found}, here ${what}`
  }
  const surplus = [...there.keys()].find((path) => !here.has(path))
  return surplus === undefined ? undefined : `its '${surplus}' is not in the network of this training`
}

function statesOf({ spec }: ExpandedNetwork): ReadonlyMap<string, string> {
  return new Map(
    spec.operations.flatMap((operation): [string, string][] =>
      operation.path === null ? [] : [[operation.path, stateText(operation)]],
    ),
  )
}

function stateText({ kind, shape, attributes }: NetworkOperation): string {
  if (kind !== 'quantize') return `of shape ${formatShape(shape)}`
  // The elaborator has made it; see `QuantizerSpec`.
  const { parametrization, granularity } = attributes.quantizer as QuantizerSpec
  const axes = granularity.map((axis) => (axis < 0 ? axis + shape.length : axis)).sort((a, b) => a - b)
  const groups =
    axes.length === shape.length
      ? 'each element'
      : axes.length === 0
        ? 'all elements'
        : `each index of axis ${axes.join(', ')}`
  const given = parametrization === 'kif' ? '`integer` and `fraction`' : '`magnitude` and `integer`'
  return `of shape ${formatShape(shape)}, with ${given} for ${groups}`
}
