import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { Power } from '../report.js'
import { missing, numberIn, tableRows } from '../report-text.js'

/** Power from `report_power`. Without recorded activity it is a guess of the tool; what it is worth its text says. */
export function vivadoPower(text: string): Result<Power> {
  const rows = tableRows(text, '|')
  const watts = (name: string): number | undefined => {
    const cell = rows.get(name)?.[0]
    // Less than the last digit that is printed: `<0.001`.
    return cell?.startsWith('<') === true ? 0 : numberIn(cell ?? '')
  }
  const total_w = watts('Total On-Chip Power (W)')
  const dynamic_w = watts('Dynamic (W)')
  const static_w = watts('Device Static (W)')
  if (total_w === undefined) return missing('Vivado', "'Total On-Chip Power (W)'")
  if (dynamic_w === undefined) return missing('Vivado', "'Dynamic (W)'")
  if (static_w === undefined) return missing('Vivado', "'Device Static (W)'")
  return { ok: true, value: { total_w, dynamic_w, static_w } }
}
