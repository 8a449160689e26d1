import { designGoals } from '../../compiler/plan/goals.js'
import type { PlanOptions } from '../../compiler/plan/options.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { toolMissing, toolUnusable } from '../../lang/diagnostics/messages/tools.js'
import type { Program } from '../../lang/program.js'
import type { Span } from '../../lang/source.js'
import type { HgqConfig } from '../config/define-config.js'
import { findTool, type Installation } from '../tools/discover.js'
import { VENDOR_TOOLS } from '../tools/vendor/tools.js'

export type InstalledTools = Readonly<Partial<Record<string, Installation>>>

type Tool = keyof NonNullable<HgqConfig['tools']>

/**
 * The tools that the targets of a plan name, a Yosys that the configuration names, and where there is one, the GHDL that reads
 * VHDL for the proof. Looked for before anything runs: a tool that is missing is an error now, not after hours of training.
 */
export async function installedTools(
  program: Program,
  selection: Pick<PlanOptions, 'builds' | 'targets'>,
  config: HgqConfig,
): Promise<Result<InstalledTools, readonly Diagnostic[]>> {
  const wanted = new Map<Tool, Span | undefined>()
  const goals = designGoals(program, selection)
  if (config.tools?.yosys !== undefined && goals.length > 0) wanted.set('yosys', undefined)
  for (const { target } of goals) {
    if (target.tool === 'yosys' || wanted.has(target.tool)) continue
    wanted.set(target.tool, program.origins[`/targets/${program.targets.indexOf(target)}/tool`])
  }
  const installed: Partial<Record<string, Installation>> = {}
  const errors: Diagnostic[] = []
  for (const [tool, span] of wanted) {
    const path = config.tools?.[tool]
    const found = await findTool(tool, path)
    if (typeof found !== 'string') installed[tool] = found
    else errors.push(unusable(tool, found, path, span))
  }
  // Nothing fails without it: what it would read is not proven then.
  if (goals.some(({ target }) => target.language === 'vhdl')) {
    const ghdl = await findTool('ghdl')
    if (typeof ghdl !== 'string') installed.ghdl = ghdl
  }
  return errors.length === 0 ? { ok: true, value: installed } : { ok: false, error: errors }
}

function unusable(
  tool: Tool,
  state: 'missing' | 'silent',
  path: string | undefined,
  span: Span | undefined,
): Diagnostic {
  const { title, purpose } =
    tool === 'yosys'
      ? { title: 'Yosys', purpose: { infinitive: 'estimate the resources of the design' } }
      : VENDOR_TOOLS[tool]
  if (path === undefined && state === 'missing') {
    const cure = `install it, put it on the PATH, or say where it is: tools: { ${tool}: '/…' } in hgq.config.ts; 'tool = yosys' needs none`
    return toolMissing({ tool: title, purpose: purpose.infinitive, cure, span })
  }
  const reason = state === 'missing' ? 'there is no such program' : 'it does not say its version'
  return toolUnusable({ tool: title, path: path ?? 'the one on the PATH', reason, span })
}
