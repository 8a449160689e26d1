import type { PortInterface } from '../../targets/design.js'
import { bitsOf, withBits } from '../../targets/ports.js'
import { connections, traffic } from '../../targets/vhdl/traffic.js'
import type { Bench } from './bench.js'
import type { SimulationRequest } from './simulation.js'

/** What the entity of the bench is called. */
export const BENCH_ENTITY = 'hgq_bench'

/**
 * One process that makes the clock, feeds the vectors and writes an output for each that the design gives. Nothing else runs
 * beside the design: the simulator's time is what each signal's change costs.
 */
export function vhdlBench({ design, inputs }: SimulationRequest): Bench {
  const given = bitsOf(design.interface.inputs)
  const got = bitsOf(design.interface.outputs)
  const ports = [
    ...connections(design.interface),
    ...connect(design.interface.inputs, 'driven'),
    ...connect(design.interface.outputs, 'got'),
  ]
  const { declarations, variables, statements } = traffic(design.interface, inputs.length)
  const text = `library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;
use std.textio.all;
entity ${BENCH_ENTITY} is
end entity;
architecture bench of ${BENCH_ENTITY} is
  constant HALF : time := 1 ns;
  signal clk : std_logic := '1';
  signal driven : std_logic_vector(${Math.max(1, given) - 1} downto 0);
  signal got : std_logic_vector(${Math.max(1, got) - 1} downto 0)${got === 0 ? " := (others => '0')" : ''};
${declarations}
begin
  dut : entity work.${design.top} port map (${ports.join(', ')});
  process
    file inputs : text open read_mode is "inputs.hex";
    file outputs : text open write_mode is "outputs.hex";
    variable row : line;
    variable vector : std_logic_vector(driven'range);
${variables}
    procedure load is
    begin
      readline(inputs, row);
      hread(row, vector);
    end procedure;
    procedure take_output is
    begin
      hwrite(row, got);
      writeline(outputs, row);
    end procedure;
  begin
${statements}
    wait;
  end process;
end architecture;
`
  return { file: 'hgq_bench.vhd', text }
}

function connect(ports: readonly PortInterface[], signal: string): readonly string[] {
  let low = 0
  return withBits(ports).map((port) => {
    const text = `${port.name} => ${signal}(${low + port.bits - 1} downto ${low})`
    low += port.bits
    return text
  })
}
