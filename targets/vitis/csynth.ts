import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { type Latency, type Report, timingOf } from '../report.js'
import { countIn, missing, numberIn } from '../report-text.js'
import { elementAt, parseXml } from './xml.js'

const TOOL = 'Vitis HLS'

/**
 * The report of high-level synthesis, `csynth.xml` of the top function: what the tool expects before logic synthesis, so
 * an estimate (LUT counts may be twice what is placed). Cycles are read as numbers, not from the printed times, which
 * change from ns to us as they grow. Memory is counted in blocks of 18 kb, two of which make one of 36 kb.
 */
export function csynthReport(xml: string): Result<Report> {
  const root = parseXml(xml)
  if (root === null) return missing(TOOL, 'XML that is complete', 'csynth.xml')
  const text = (...path: readonly string[]): string | undefined => elementAt(root, path)?.text
  const version = /^(\d[\w.]*)/.exec(text('ReportVersion', 'Version') ?? '')?.[1]
  const part = text('UserAssignments', 'Part')
  const period = numberIn(text('UserAssignments', 'TargetClockPeriod') ?? '')
  const estimated = numberIn(text('PerformanceEstimates', 'SummaryOfTimingAnalysis', 'EstimatedClockPeriod') ?? '')
  if (version === undefined) return missing(TOOL, "'ReportVersion'", 'csynth.xml')
  if (part === undefined || part === '') return missing(TOOL, "'Part'", 'csynth.xml')
  if (period === undefined) return missing(TOOL, "'TargetClockPeriod'", 'csynth.xml')
  if (estimated === undefined) return missing(TOOL, "'EstimatedClockPeriod'", 'csynth.xml')
  const area = (name: string): number | undefined => countIn(text('AreaEstimates', 'Resources', name))
  const lut = area('LUT')
  const ff = area('FF')
  const dsp = area('DSP') ?? area('DSP48E')
  const halves = area('BRAM_18K')
  if (lut === undefined) return missing(TOOL, "'LUT' among its resources", 'csynth.xml')
  if (ff === undefined) return missing(TOOL, "'FF' among its resources", 'csynth.xml')
  if (dsp === undefined) return missing(TOOL, "'DSP' among its resources", 'csynth.xml')
  if (halves === undefined) return missing(TOOL, "'BRAM_18K' among its resources", 'csynth.xml')
  const latency = latencyOf((name) => text('PerformanceEstimates', 'SummaryOfOverallLatency', name))
  if (!latency.ok) return latency
  return {
    ok: true,
    value: {
      tool: { name: 'vitis_hls', version },
      part,
      stage: 'csynth',
      estimate: true,
      resources: {
        lut: { unit: 'LUT6', total: lut, logic: null, memory: null },
        ff,
        dsp,
        bram: { blocks: halves / 2, kilobits: 36 },
        uram: area('URAM') ?? null,
        carry: null,
      },
      // Rounded as the tool rounds: to a thousandth of a nanosecond.
      timing: timingOf(period, Math.round((period - estimated) * 1000) / 1000, null),
      latency: latency.value,
      power: null,
    },
  }
}

/** A loop without a known bound has the latency `undef`, which no fully unrolled network has: an error. */
function latencyOf(text: (name: string) => string | undefined): Result<Latency> {
  const min_cycles = countIn(text('Best-caseLatency'))
  const max_cycles = countIn(text('Worst-caseLatency'))
  const min_interval = countIn(text('Interval-min'))
  const max_interval = countIn(text('Interval-max'))
  if (min_cycles === undefined || max_cycles === undefined) return missing(TOOL, 'latency in cycles', 'csynth.xml')
  if (min_interval === undefined || max_interval === undefined) return missing(TOOL, 'interval in cycles', 'csynth.xml')
  return { ok: true, value: { min_cycles, max_cycles, min_interval, max_interval } }
}
