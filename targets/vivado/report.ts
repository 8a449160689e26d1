import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { Report } from '../report.js'
import { vivadoPower } from './power.js'
import { vivadoTiming } from './timing.js'
import { vivadoHead, vivadoUtilization } from './utilization.js'

/** Texts of the reports that `build_vivado.tcl` writes. */
export interface VivadoReports {
  /** `report_utilization`. */
  readonly utilization: string
  /** `report_timing_summary`. */
  readonly timing: string
  /** `report_power`; null where it was not asked for. */
  readonly power: string | null
}

/** The report of a run of Vivado. `clock` is the name of the clock in the constraints. */
export function vivadoReport(reports: VivadoReports, clock: string): Result<Report> {
  const head = vivadoHead(reports.utilization)
  if (!head.ok) return head
  const resources = vivadoUtilization(reports.utilization)
  if (!resources.ok) return resources
  const timing = vivadoTiming(reports.timing, clock)
  if (!timing.ok) return timing
  const power = reports.power === null ? null : vivadoPower(reports.power)
  if (power !== null && !power.ok) return power
  const { version, part, stage } = head.value
  return {
    ok: true,
    value: {
      tool: { name: 'vivado', version },
      part,
      stage,
      estimate: false,
      resources: resources.value,
      timing: timing.value,
      latency: null,
      power: power === null ? null : power.value,
    },
  }
}
