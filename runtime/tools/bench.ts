import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed } from '../../lang/diagnostics/messages/tools.js'
import { hexLines } from '../../targets/packing.js'
import { bitsOf } from '../../targets/ports.js'
import { ignoreMissing } from '../store/files.js'
import type { SimulationRequest } from './simulation.js'
import { sourceFiles } from './sources.js'
import { inTemporaryFolder, type TemporaryFile } from './temporary-folder.js'

/** The source around a design that feeds it `inputs.hex` and writes `outputs.hex`, for one language. */
export interface Bench {
  readonly file: string
  readonly text: string
}

/**
 * Writes the design, its vectors and a bench into a temporary folder, lets `run` simulate it there, and reads back what
 * the bench wrote. The folder is removed in the end. `names` are the source files in the order to read them.
 */
export async function withBench(
  request: SimulationRequest,
  tool: string,
  bench: Bench,
  run: (folder: string, names: readonly string[]) => Promise<Result<unknown>>,
): Promise<Result<readonly bigint[]>> {
  const { design, inputs } = request
  const sources = Object.entries(sourceFiles(design))
  const files: readonly TemporaryFile[] = [
    ...sources,
    [bench.file, bench.text],
    ['inputs.hex', hexLines(inputs, bitsOf(design.interface.inputs))],
  ]
  return inTemporaryFolder(request.scratch ?? tmpdir(), 'hgq-simulate-', files, async (folder) => {
    const ran = await run(folder, [...sources.map(([name]) => name), bench.file])
    if (!ran.ok) return ran
    return readOutputs(
      (await readFile(join(folder, 'outputs.hex'), 'utf8').catch(ignoreMissing)) ?? '',
      inputs.length,
      tool,
    )
  })
}

function readOutputs(text: string, vectors: number, tool: string): Result<readonly bigint[]> {
  const lines = text.split('\n').filter((line) => line !== '')
  const failed = (problem: string): Result<never> => ({
    ok: false,
    error: toolFailed({ tool, doing: 'simulating the design', problem, output: [] }),
  })
  const undefinedAt = lines.findIndex((line) => !/^[0-9a-f]+$/i.test(line))
  if (undefinedAt >= 0) return failed(`the outputs of vector ${undefinedAt} have undefined bits: ${lines[undefinedAt]}`)
  if (lines.length !== vectors) return failed(`it gave ${lines.length} outputs for ${vectors} vectors`)
  return { ok: true, value: lines.map((line) => BigInt(`0x${line}`)) }
}
