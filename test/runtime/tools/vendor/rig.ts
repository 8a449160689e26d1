import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../../../lang/diagnostics/diagnostic.js'
import type { DeviceSpec } from '../../../../lang/program.js'
import { runVendorTool, type VendorRequest, type VendorResult } from '../../../../runtime/tools/vendor/run.js'
import { type Implementation, implementationOf } from '../../../../targets/implementation.js'
import { emitVerilog } from '../../../../targets/verilog/emit.js'
import { packageRoot } from '../../../paths.js'
import { templates, vu13p } from '../../../targets/fixtures.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

/** The folder of the scripts that stand in for the vendors' tools. */
export const standIns = join(packageRoot, 'test', 'fixtures', 'stand-ins')

/** Whether there is a tclsh, in which the stand-ins run the real scripts. */
export const hasTclsh = spawnSync('tclsh', [], { input: 'exit 0' }).status === 0

/** A design of three stages as the tools get it. */
export function implementationFor(device: Partial<DeviceSpec> = {}): Implementation {
  const pipeline = randomPipeline(3, { inputs: 6, nodes: 50, stages: 3 })
  const target = { device: { ...vu13p.device, ...device } }
  return implementationOf(emitVerilog(pipeline, { name: 'net', target, templates }))
}

export interface Run {
  readonly result: Result<VendorResult>
  readonly phases: readonly string[]
  readonly log: string
  readonly seconds: number
}

/**
 * Runs a stand-in with the behaviour that `common.tcl` explains; `look` sees the folder of the log and the scratch folder
 * before both go.
 */
export async function runStandIn(
  request: Pick<VendorRequest, 'tool' | 'implementation'> & Partial<VendorRequest>,
  behaviour: string | ((folder: string) => string) = '',
  look: (folder: string) => void = () => undefined,
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-vendor-'))
  const phases: string[] = []
  const log = join(folder, 'kept', `${request.tool.name}.log`)
  const begin = Date.now()
  const wanted = typeof behaviour === 'string' ? behaviour : behaviour(folder)
  if (wanted !== '') process.env.HGQ_STAND_IN = wanted
  try {
    const result = await runVendorTool({
      program: join(standIns, { vivado: 'vivado', quartus: 'quartus_sh', vitis_hls: 'vitis_hls' }[request.tool.name]),
      scratch: join(folder, 'scratch'),
      log,
      timeoutSeconds: 60,
      licenceWaitSeconds: 0,
      onPhase: (text) => phases.push(text),
      ...request,
    })
    look(folder)
    return { result, phases, log, seconds: (Date.now() - begin) / 1000 }
  } finally {
    delete process.env.HGQ_STAND_IN
    rmSync(folder, { recursive: true, force: true })
  }
}
