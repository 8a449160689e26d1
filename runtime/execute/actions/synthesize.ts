import { decodeCircuit } from '../../report/design-file.js'
import { encodeJson } from '../../report/report-file.js'
import { synthesizeWithYosys } from '../../tools/yosys.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly vendor: string
  readonly family: string
}

/** Circuit → numbers of cells. */
export const run: ActionFunction = async (task) => {
  const { family } = params<Params>(task)
  const report = await synthesizeWithYosys(decodeCircuit(input(task, 'circuit')), family)
  return report.ok ? { ok: true, value: new Map([['synthesis', encodeJson(report.value)]]) } : report
}
