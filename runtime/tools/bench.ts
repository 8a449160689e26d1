import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed } from '../../lang/diagnostics/messages/tools.js'
import type { Design, PortInterface } from '../../targets/design.js'
import { hexLines } from '../../targets/packing.js'
import { trafficPorts, trafficText } from '../../targets/verilog/traffic.js'
import { inputBits, outputBits, type SimulationRequest } from './simulation.js'
import { sourceFiles } from './sources.js'

/** Names of the files of a bench, beside the design's own. */
export const BENCH = 'hgq_bench.v'
export const BENCH_MODULE = 'hgq_bench'

/**
 * Writes the design, its vectors and a bench into a temporary folder, lets `run` simulate it there, and reads back what
 * the bench wrote. The folder is removed in the end. `names` are the source files in the order to read them.
 */
export async function withBench(
  request: SimulationRequest,
  tool: string,
  run: (folder: string, names: readonly string[]) => Promise<Result<unknown>>,
): Promise<Result<readonly bigint[]>> {
  const { design, inputs } = request
  const parent = request.scratch ?? tmpdir()
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'hgq-simulate-'))
  try {
    const sources = sourceFiles(design)
    for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text)
    await writeFile(join(folder, BENCH), benchText(design, inputs.length))
    await writeFile(join(folder, 'inputs.hex'), hexLines(inputs, inputBits(design)))
    const ran = await run(folder, [...Object.keys(sources), BENCH])
    if (!ran.ok) return ran
    return readOutputs(await readFile(join(folder, 'outputs.hex'), 'utf8').catch(() => ''), inputs.length, tool)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readOutputs(text: string, vectors: number, tool: string): Result<readonly bigint[]> {
  const lines = text.split('\n').filter((line) => line !== '')
  const failed = (problem: string): Result<never> => ({
    ok: false,
    error: toolFailed({ tool, doing: 'simulating the design', problem, output: [] }),
  })
  const undefinedAt = lines.findIndex((line) => !/^[0-9a-f]+$/.test(line))
  if (undefinedAt >= 0) return failed(`the outputs of vector ${undefinedAt} have undefined bits: ${lines[undefinedAt]}`)
  if (lines.length !== vectors) return failed(`it gave ${lines.length} outputs for ${vectors} vectors`)
  return { ok: true, value: lines.map((line) => BigInt(`0x${line}`)) }
}

/**
 * A module that feeds the vectors and writes the outputs to `outputs.hex`, one line for each that the design gives; whoever
 * instantiates it makes the clock. Simulators differ only in that.
 */
function benchText(design: Design, vectors: number): string {
  const width = Math.max(1, inputBits(design))
  const got = Math.max(1, outputBits(design))
  const data = [...connect(design.interface.inputs, 'driven'), ...connect(design.interface.outputs, 'got')]
  return `module ${BENCH_MODULE} (input wire clk);
  localparam VECTORS = ${vectors};
  reg [${width - 1}:0] vectors [0:VECTORS-1];
  reg [${width - 1}:0] driven;
  wire [${got - 1}:0] got;
  integer file;
${trafficText(design.interface, width)}
  ${design.top} dut (${[...trafficPorts(design.interface), ...data].join(', ')});
  initial begin
    $readmemh("inputs.hex", vectors);
    file = $fopen("outputs.hex", "w");
  end
  task take_output;
    begin
${writes(got)}
    end
  endtask
  task finish;
    begin
      $fclose(file);
      $finish;
    end
  endtask
endmodule
`
}

/** Verilator prints at most 8192 bits at a time; pieces of whole hexadecimal digits print as one number. */
function writes(bits: number): string {
  const lines: string[] = []
  for (let high = bits; high > 0; ) {
    const low = Math.max(0, Math.ceil(high / 4) * 4 - 4096)
    lines.push(`      $fwrite(file, "%h${low === 0 ? '\\n' : ''}", got[${high - 1}:${low}]);`)
    high = low
  }
  return lines.join('\n')
}

function connect(ports: readonly PortInterface[], signal: string): readonly string[] {
  let low = 0
  return ports
    .filter((port) => port.bits > 0)
    .map((port) => {
      const text = `.${port.name}(${signal}[${low + port.bits - 1}:${low}])`
      low += port.bits
      return text
    })
}
