import { beginsTooLate, warmupFillsSchedule } from '../../diagnostics/messages/check-schedules.js'
import type { Span } from '../../source.js'
import { numberOf } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Value, ValueOf } from '../value.js'

/**
 * Checks that what a schedule or a controller begins with leaves something of it. `epochs` are those of the training: a
 * start as long as them is a warning, for a trial or the first of several pieces may be as short.
 */
export function checkWarmup(value: ValueOf<'built'>, epochs: Value | undefined, elaboration: Elaboration): void {
  const { name, arguments: given } = value
  const [warmup, over] = [given.get('warmup'), given.get('over')]
  switch (name) {
    case 'cosine':
      if (warmup !== undefined && over !== undefined) checkLeavesSome(warmup, over, elaboration)
      else checkBegins(value, 'warmup', 0, 'its first cycle', epochs, elaboration)
      return
    case 'geometric':
      if (over === undefined) checkBegins(value, 'hold', 0, 'its way to `to`', epochs, elaboration)
      return
    case 'pid':
      // The epoch after the warm-up is the first whose end moves the pressure.
      checkBegins(value, 'warmup', 1, 'to steer', epochs, elaboration)
      return
    default:
      return
  }
}

/** A warm-up is part of `over`. How epochs and steps compare is known only with the data. */
function checkLeavesSome(warmup: Value, over: Value, elaboration: Elaboration): void {
  if (warmup.kind !== 'quantity' || over.kind !== 'quantity' || warmup.dimension !== over.dimension) return
  if (warmup.value < over.value) return
  const { span } = warmup
  elaboration.report(warmupFillsSchedule({ warmup: shown(warmup), over: shown(over), span, end: over.span }))
}

/** Warns of a start, and `more` epochs, that are as long as the training. */
function checkBegins(
  { name, arguments: given, span }: ValueOf<'built'>,
  entry: 'warmup' | 'hold',
  more: number,
  what: string,
  epochs: Value | undefined,
  elaboration: Elaboration,
): void {
  const start = given.get(entry)
  const total = epochs === undefined ? undefined : numberOf(epochs)
  if (start?.kind !== 'quantity' || start.dimension !== 'epochs' || epochs === undefined || total === undefined) return
  if (start.value + more < total) return
  elaboration.warn(
    beginsTooLate({
      name,
      entry,
      start: shown(start),
      epochs: total,
      what,
      span: ownSpan(start, span, elaboration),
      training: epochs.span,
    }),
  )
}

/** Of an argument that a default of the prelude gave, the place of the call. */
function ownSpan(value: Value, call: Span, elaboration: Elaboration): Span {
  return value.span.file === elaboration.prelude.path ? call : value.span
}

function shown({ value, dimension }: ValueOf<'quantity'>): string {
  return `${value} ${value === 1 ? dimension.replace(/s$/, '') : dimension}`
}
