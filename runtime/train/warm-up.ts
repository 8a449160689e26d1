import { entrySpan } from '../../compiler/plan/spans.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { warmupCutShort } from '../../lang/diagnostics/messages/check-schedules.js'
import type { Plain, Schedule } from '../../lang/program.js'
import { duration } from './schedule.js'
import type { TrainingSettings } from './train.js'

/**
 * Warns of warm-ups that take all of their schedules, where one is in epochs and the other in steps: only the data say how
 * they compare. Said once, by the segment that begins the training.
 */
export function warmupsCutShort(
  { optimizer, pressure, epochs }: Pick<TrainingSettings, 'optimizer' | 'pressure' | 'epochs'>,
  stepsPerEpoch: number,
): readonly Diagnostic[] {
  if (epochs.from > 0) return []
  // What an optimiser has for a rate is a number or a schedule, as the prelude declares it.
  const entries: Readonly<Record<string, Schedule | undefined>> = {
    'optimizer/rate': optimizer.rate as Schedule,
    'optimizer/width_rate': optimizer.width_rate as Schedule | undefined,
    pressure,
  }
  return Object.entries(entries).flatMap(([path, schedule]) => {
    if (typeof schedule !== 'object' || schedule.kind !== 'cosine') return []
    if (unitOf(schedule.warmup) === unitOf(schedule.over)) return []
    const [warmup, over] = [duration(schedule, 'warmup', stepsPerEpoch), duration(schedule, 'over', stepsPerEpoch)]
    if (warmup === undefined || over === undefined || warmup < over) return []
    return warmupCutShort({
      entry: path.replace(/^.*\//, ''),
      warmup,
      over,
      perEpoch: stepsPerEpoch,
      to: Number(schedule.to),
      span: entrySpan(`${path}/warmup`),
    })
  })
}

/** `epochs` or `steps`. */
function unitOf(duration: Plain | undefined): string | undefined {
  return typeof duration === 'object' && duration !== null ? Object.keys(duration)[0] : undefined
}
