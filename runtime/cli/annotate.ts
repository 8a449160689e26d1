import type { Action, ActionKind } from '../../compiler/plan/action.js'
import { type Owner, ownerOf, startAddress } from '../../compiler/plan/addresses.js'
import { type SpanLookup, withSpans } from '../../compiler/plan/spans.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { budgetOutOfReach } from '../../lang/diagnostics/messages/budget.js'
import { sourceUnreadable } from '../../lang/diagnostics/messages/build.js'
import type { BuildSpec, NetworkSpec, Program } from '../../lang/program.js'
import type { Span } from '../../lang/source.js'
import { isStoreFailure } from './exit-code.js'

/**
 * Gives messages of actions the places in the text. The actions do not know them, because a place must not be part of a
 * key: moving a declaration would rebuild everything.
 */
export function annotator(program: Program): (action: Action, diagnostic: Diagnostic) => Diagnostic {
  return (action, diagnostic) => {
    const placed = withSpans(diagnostic, spansOf(program, action))
    if (placed.span !== undefined || isStoreFailure(placed)) return placed
    if (placed.code === sourceUnreadable.code) {
      const entry = action.kind === 'import' ? 'checkpoint' : 'source'
      return { ...placed, span: entrySpan(program, action, entry), label: 'named here' }
    }
    if (placed.code === budgetOutOfReach.code) return atMissedBound(program, action, placed)
    return atTraining(program, action, atTarget(program, action, placed))
  }
}

/** A message of a step of a training that names no place is about the training as a whole. */
function atTraining(program: Program, action: Action, diagnostic: Diagnostic): Diagnostic {
  const owner = ownerOf(action.address)
  if (diagnostic.span !== undefined || owner?.kind !== 'training') return diagnostic
  const { training: id } = owner
  const span = program.origins[`/trainings/${program.trainings.findIndex((training) => training.id === id)}`]
  return span === undefined ? diagnostic : { ...diagnostic, span, label: diagnostic.label ?? `of training '${id}'` }
}

/** A message about a design that names no place is about what its target asks for: with several targets, of one of them. */
function atTarget(program: Program, action: Action, diagnostic: Diagnostic): Diagnostic {
  const owner = ownerOf(action.address)
  if (owner?.kind !== 'build' || owner.target === null) return diagnostic
  const { target: name } = owner
  const index = program.targets.findIndex((target) => target.name === name)
  const written = (DECISIVE[action.kind] ?? []).map((entry) => program.origins[`/targets/${index}/${entry}`])
  const span = written.find((each) => each !== undefined)
  return span === undefined ? diagnostic : { ...diagnostic, span, label: diagnostic.label ?? `of target '${name}'` }
}

/** The entries of a target that decide whether an action succeeds; the first that is written is pointed at. */
const DECISIVE: Partial<Record<ActionKind, readonly string[]>> = {
  schedule: ['pipeline/levels', 'pipeline/stages', 'pipeline/latency', 'clockPeriodNs'],
  emit: ['language'],
  verify: ['language'],
  prove: ['language'],
  synthesize: ['device'],
}

function spansOf(program: Program, action: Action): SpanLookup {
  const network = networkOf(program, action)
  return {
    operation: (id) => network?.operations[id],
    entry: (name) => entrySpan(program, action, name),
  }
}

/** The network that an action is about, where that is certain. */
function networkOf(program: Program, action: Action): NetworkSpec | undefined {
  const owner = ownerOf(action.address)
  const trainings = owner?.kind === 'training' ? [owner.training] : (buildOf(program, owner)?.from ?? [])
  const networks = new Set(
    program.trainings.filter((training) => trainings.includes(training.id)).map((training) => training.network),
  )
  const [only, ...others] = networks
  return others.length > 0 ? undefined : program.networks.find((network) => network.id === only)
}

function buildOf(program: Program, owner: Owner | null): BuildSpec | undefined {
  return owner?.kind === 'build' ? program.builds.find(({ name }) => name === owner.build) : undefined
}

function entrySpan(program: Program, action: Action, entry: string): Span | undefined {
  const [pointer] = action.reads
  return program.origins[`${pointer}/${entry}`] ?? (pointer === undefined ? undefined : program.origins[pointer])
}

/**
 * The message that no network of a front meets the bounds, at the first one that it says is missed; where they choose a
 * network to start from, also for which training and of which.
 */
function atMissedBound(program: Program, action: Action, diagnostic: Diagnostic): Diagnostic {
  const build = buildOf(program, ownerOf(action.address))
  const index = program.trainings.findIndex(({ id }) => action.address === startAddress(id))
  const training = program.trainings[index]
  const within = training?.from?.within ?? build?.within ?? []
  const span = within.find((bound) => diagnostic.message.includes(`nearest: ${bound.quantity}`))?.span
  const asked = program.origins[`/trainings/${index}/from`]
  if (training?.from === undefined || asked === undefined) return { ...diagnostic, span }
  const text = `'${training.id}' starts from a network of '${training.from.training}'`
  return { ...diagnostic, span, related: [...diagnostic.related, { span: asked, text }] }
}
