import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { verilogTemplates } from '../../../runtime/tools/templates.js'
import { synthesizeWithYosys } from '../../../runtime/tools/yosys.js'
import { yosysFlow } from '../../../targets/families.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'

export interface Cells {
  readonly lut: number
  readonly ff: number
}

const FAMILY = 'virtexuplus'

/** The pipeline's circuit, counted by the Yosys of the package, or by the one that is installed; null where it is not. */
export async function cellsOf(pipeline: Pipeline, yosys: 'package' | 'system'): Promise<Cells | null> {
  const device = { part: 'xcvu13p-flga2577-2-e', vendor: 'xilinx', family: FAMILY } as const
  const design = emitVerilog(pipeline, { name: 'top', target: { device }, templates: verilogTemplates })
  if (yosys === 'system') return withSystemYosys(design)
  const report = await synthesizeWithYosys(design, FAMILY)
  if (!report.ok) throw new Error(report.error.message)
  return report.value
}

function withSystemYosys(design: ReturnType<typeof emitVerilog>): Cells | null {
  const flow = yosysFlow(FAMILY)
  if (flow === null || spawnSync('yosys', ['-V']).status !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'hgq-passes-'))
  try {
    for (const { path, text } of design.files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const script = `read_verilog ${design.sources.join(' ')}; ${flow.command(design.top)}; tee -q -o cells.txt stat`
    const run = spawnSync('yosys', ['-q', '-p', script], { cwd: folder, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(run.stderr)
    const text = readFileSync(join(folder, 'cells.txt'), 'utf8')
    const count = (pattern: RegExp): number =>
      [...text.matchAll(/^ +(\w+) +(\d+)$/gm)].reduce(
        (sum, [, type = '', number]) => sum + (pattern.test(type) ? Number(number) : 0),
        0,
      )
    return { lut: count(flow.count.lut), ff: count(flow.count.ff) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
