import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed } from '../../lang/diagnostics/messages/tools.js'
import { flavourOf, type HlsLanguage } from '../../targets/hls/flavour.js'
import { compileCpp } from './cpp.js'
import { benchText, GIVEN, GOT } from './hls-bench.js'
import { type HlsHeaders, hlsHeaders } from './hls-headers.js'
import { decodeOutputs, encodeInputs } from './hls-words.js'
import { runTool } from './process.js'
import { SIMULATING, type Simulation, type SimulationRequest } from './simulation.js'
import { sourceFiles } from './sources.js'
import { inTemporaryFolder, type TemporaryFile } from './temporary-folder.js'

const BENCH = 'hgq_bench.cpp'
const PROGRAM = 'hgq_bench'

/**
 * Runs C++ for high-level synthesis as a program: compiled with the vendor's types where they are installed, else with
 * the stand-ins. All vectors in one process, every bit of every element in and out.
 */
export async function simulateHls(
  request: SimulationRequest,
  language: HlsLanguage,
  headers: HlsHeaders = hlsHeaders(language),
): Promise<Result<Simulation>> {
  const { design, inputs, signal } = request
  const timeoutSeconds = request.timeoutSeconds ?? 1200
  const sources = Object.entries(sourceFiles(design))
  const files: readonly TemporaryFile[] = [
    ...sources,
    [BENCH, benchText(design, inputs.length, flavourOf(language))],
    [GIVEN, encodeInputs(design.interface.inputs, inputs)],
  ]
  return inTemporaryFolder(request.scratch ?? tmpdir(), 'hgq-simulate-', files, async (folder) => {
    const compiled = await compileCpp({
      folder,
      sources: [...sources.map(([name]) => name).filter((name) => name.endsWith('.cpp')), BENCH],
      program: PROGRAM,
      includes: ['.', headers.folder],
      timeoutSeconds,
      signal,
    })
    if (!compiled.ok) return compiled
    const { name, version } = compiled.value
    const ran = await runTool({
      tool: name,
      program: join(folder, PROGRAM),
      arguments: [],
      folder,
      purpose: { ...SIMULATING, gerund: 'running the compiled design' },
      timeoutSeconds,
      signal,
    })
    if (!ran.ok) return ran
    const outputs = decodeOutputs(design.interface.outputs, await readFile(join(folder, GOT)), inputs.length)
    if (typeof outputs === 'string') {
      return {
        ok: false,
        error: toolFailed({ tool: name, doing: 'running the compiled design', problem: outputs, output: [] }),
      }
    }
    return { ok: true, value: { simulator: { name: `${name}, ${headers.origin}`, version }, outputs } }
  })
}
