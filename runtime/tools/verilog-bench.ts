import type { PortInterface } from '../../targets/design.js'
import { bitsOf, withBits } from '../../targets/ports.js'
import { connections, traffic } from '../../targets/verilog/traffic.js'
import type { Bench } from './bench.js'
import type { SimulationRequest } from './simulation.js'

/** What the module of the bench is called. */
export const BENCH_MODULE = 'hgq_bench'

/**
 * A module that feeds the vectors and writes the outputs to `outputs.hex`, one line for each that the design gives; whoever
 * instantiates it makes the clock. Simulators differ only in that.
 */
export function verilogBench({ design, inputs }: SimulationRequest): Bench {
  const vectors = inputs.length
  const width = Math.max(1, bitsOf(design.interface.inputs))
  const pruned = bitsOf(design.interface.outputs) === 0
  const got = Math.max(1, bitsOf(design.interface.outputs))
  const ports = [
    ...connections(design.interface),
    ...connect(design.interface.inputs, 'driven'),
    ...connect(design.interface.outputs, 'got'),
  ]
  const { declarations, statements } = traffic(design.interface, vectors)
  const text = `module ${BENCH_MODULE} (input wire clk);
  reg [${width - 1}:0] vectors [0:${vectors - 1}];
  reg [${width - 1}:0] driven;
  wire [${got - 1}:0] got${pruned ? " = 1'b0" : ''};
  integer file;
${declarations}
  ${design.top} dut (${ports.join(', ')});
  initial begin
    $readmemh("inputs.hex", vectors);
    file = $fopen("outputs.hex", "w");
  end
${statements}
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
  return { file: 'hgq_bench.v', text }
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
  return withBits(ports).map((port) => {
    const text = `.${port.name}(${signal}[${low + port.bits - 1}:${low}])`
    low += port.bits
    return text
  })
}
