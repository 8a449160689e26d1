import { join } from 'node:path'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { timingMissed } from '../../../lang/diagnostics/messages/tools.js'
import { decodeCircuit, decodeImplementation } from '../../report/design-file.js'
import { encodeJson } from '../../report/report-file.js'
import { runVendorTool } from '../../tools/vendor/run.js'
import type { VendorToolName } from '../../tools/vendor/tool.js'
import { VENDOR_TOOLS } from '../../tools/vendor/tools.js'
import { synthesizeWithYosys } from '../../tools/yosys.js'
import { packContents } from '../container.js'
import { input, params } from '../inputs.js'
import { installationOf } from '../installation.js'
import type { ActionFunction, Outputs, Task, TaskEvents } from '../task.js'

type Params =
  | { readonly tool: 'yosys'; readonly vendor: string; readonly family: string; readonly version?: string }
  | { readonly tool: VendorToolName; readonly version: string }

/** Circuit → numbers of cells, estimated by Yosys; or sources, constraints and script → what a vendor's tool measures. */
export const run: ActionFunction = (task, events) => {
  const read = params<Params>(task)
  return read.tool === 'yosys' ? estimate(task, read.family, read.version) : implement(task, events, read.tool)
}

async function estimate(task: Task, family: string, version: string | undefined): Promise<Result<Outputs>> {
  const { scratch, tools } = task.settings
  const { timeoutSeconds } = tools
  const system = version === undefined ? undefined : { ...installationOf(task, 'yosys'), scratch }
  const circuit = decodeCircuit(input(task, 'circuit'))
  const result = await synthesizeWithYosys(circuit, family, { system, timeoutSeconds })
  return result.ok ? { ok: true, value: new Map([['synthesis', encodeJson(result.value)]]) } : result
}

async function implement(task: Task, events: TaskEvents, name: VendorToolName): Promise<Result<Outputs>> {
  const { scratch, tools } = task.settings
  const tool = VENDOR_TOOLS[name]
  const result = await runVendorTool({
    tool,
    program: installationOf(task, name).program,
    implementation: decodeImplementation(input(task, 'implementation')),
    scratch,
    // The planner says so; it is no part of the key.
    log: join(tools.results, String(task.hints.folder), name, `${name}.log`),
    timeoutSeconds: tools.timeoutSeconds,
    licenceWaitSeconds: tools.licenceWaitSeconds,
    onPhase: (text) => events.onProgress({ fraction: null, text }),
  })
  if (!result.ok) return result
  const { report, files } = result.value
  const { timing } = report
  if (timing !== null && timing.slack_ns < 0) {
    const { slack_ns, period_ns, fmax_mhz } = timing
    events.onMessage(timingMissed({ tool: tool.title, slackNs: slack_ns, periodNs: period_ns, fmaxMhz: fmax_mhz }))
  }
  return {
    ok: true,
    value: new Map([
      ['measured', encodeJson(report)],
      ['files', packContents(files)],
    ]),
  }
}
