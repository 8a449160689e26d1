import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { type Report, type Resources, type Timing, timingOf } from '../report.js'
import { countIn, missing, numberIn } from '../report-text.js'

const TOOL = 'Quartus'

/** Texts of the reports that `build_quartus.tcl` leaves in `quartus/`. */
export interface QuartusReports {
  /** `TOP.fit.summary`: `Logic utilization (in ALMs) : 2,657 / 427,200 ( < 1 % )`, one line each. */
  readonly fit: string
  /** `TOP.sta.summary`: `Type  : Slow 900mV 100C Model Setup 'clk'`, `Slack : -0.414`, `TNS   : …`, per corner. */
  readonly timing: string
}

/**
 * The report of a run of Quartus Prime, Standard or Pro. The period of the clock is what the constraints asked for: the
 * summaries do not repeat it.
 */
export function quartusReport(
  reports: QuartusReports,
  clock: { readonly name: string; readonly periodNs: number },
): Result<Report> {
  const fields = fieldsOf(reports.fit)
  const status = fields.get('Fitter Status')
  if (status === undefined) return missing(TOOL, "'Fitter Status'")
  if (!status.startsWith('Successful')) return missing(TOOL, `successful fit: its status is '${status}'`)
  const version = /^(\d[\w.]*)/.exec(fields.get('Quartus Prime Version') ?? '')?.[1]
  const part = fields.get('Device')
  if (version === undefined) return missing(TOOL, "'Quartus Prime Version'")
  if (part === undefined) return missing(TOOL, "'Device'")
  const resources = resourcesOf(fields)
  if (!resources.ok) return resources
  const timing = timingFrom(reports.timing, clock)
  if (!timing.ok) return timing
  return {
    ok: true,
    value: {
      tool: { name: 'quartus', version },
      part,
      stage: 'routed',
      estimate: false,
      resources: resources.value,
      timing: timing.value,
      latency: null,
      power: null,
    },
  }
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const found = /^\s*([^:]+?)\s*:\s*(.*?)\s*$/.exec(line)
    if (found?.[1] !== undefined && !fields.has(found[1])) fields.set(found[1], found[2] ?? '')
  }
  return fields
}

function resourcesOf(fields: ReadonlyMap<string, string>): Result<Resources> {
  const count = (...names: readonly string[]): number | undefined => {
    const name = names.find((each) => fields.has(each))
    return name === undefined ? undefined : countIn(fields.get(name))
  }
  const total = count('Logic utilization (in ALMs)')
  const ff = count('Total dedicated logic registers', 'Total registers')
  const dsp = count('Total DSP Blocks')
  const blocks = count('Total RAM Blocks')
  const kilobits = blockKilobits(fields.get('Family') ?? '')
  if (total === undefined) return missing(TOOL, "'Logic utilization (in ALMs)'")
  if (ff === undefined) return missing(TOOL, "'Total registers'")
  if (dsp === undefined) return missing(TOOL, "'Total DSP Blocks'")
  if (blocks === undefined) return missing(TOOL, "'Total RAM Blocks'")
  if (kilobits === undefined)
    return missing(TOOL, `family whose memory blocks are known: it is '${fields.get('Family')}'`)
  const lut = { unit: 'ALM' as const, total, logic: null, memory: null }
  return { ok: true, value: { lut, ff, dsp, bram: { blocks, kilobits }, uram: null, carry: null } }
}

/** Cyclone V and Arria V GX have M10K blocks; Stratix V, Arria 10 and what came after have M20K. */
function blockKilobits(family: string): 20 | 10 | undefined {
  if (/^(Cyclone V|Arria V)( |$)/.test(family)) return 10
  return /^(Stratix|Arria 10|Cyclone 10 GX|Agilex)/.test(family) ? 20 : undefined
}

/** The worst corner decides. Only set-up and hold of `clock` count. */
function timingFrom(text: string, clock: { readonly name: string; readonly periodNs: number }): Result<Timing> {
  const slacks = { Setup: [] as number[], Hold: [] as number[] }
  for (const [, type = '', slack = ''] of text.matchAll(/^Type\s*:\s*(.*?)\s*\r?\nSlack\s*:\s*(\S+)/gm)) {
    const found = /\b(Setup|Hold) '(.*)'$/.exec(type)
    if (found === null || found[2] !== clock.name) continue
    const value = numberIn(slack)
    if (value === undefined) return missing(TOOL, `slack of '${type}': it is '${slack}'`)
    slacks[found[1] === 'Setup' ? 'Setup' : 'Hold'].push(value)
  }
  if (slacks.Setup.length === 0) return missing(TOOL, `set-up of clock '${clock.name}' in its timing summary`)
  const hold = slacks.Hold.length === 0 ? null : Math.min(...slacks.Hold)
  return { ok: true, value: timingOf(clock.periodNs, Math.min(...slacks.Setup), hold) }
}
