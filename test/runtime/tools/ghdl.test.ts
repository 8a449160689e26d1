import * as assert from 'uvu/assert'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { simulateWithGhdl } from '../../../runtime/tools/ghdl.js'
import type { Design } from '../../../targets/design.js'
import { plainInterface } from '../../fixtures/interface.js'
import { suite } from '../../kit.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const ghdl = await toolVersion('ghdl')

const test = suite('runtime/tools/ghdl')

/** A register of eight bits behind a statement that gives the variable `y`. */
function design(statement: string): Design {
  const port = (name: string) => ({
    name,
    shape: [1],
    bits: 8,
    elements: [{ k: 0 as const, i: 8, f: 0, offset: 0, width: 8, mean: 0, scale: 1 }],
  })
  const text = `library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;
entity net is
  port (clk : in std_logic; x : in std_logic_vector(7 downto 0); y : out std_logic_vector(7 downto 0));
end entity;
architecture rtl of net is
begin
  process (clk)
  begin
    if rising_edge(clk) then
      ${statement}
    end if;
  end process;
end architecture;
`
  return {
    language: 'vhdl',
    top: 'net',
    files: [{ path: 'src/net.vhd', text }],
    sources: ['src/net.vhd'],
    latencyCycles: 1,
    interface: plainInterface('net', [port('x')], [port('y')]),
  }
}

function rows(count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, row) => BigInt((row * 37) % 256))
}

const tests: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'outputs come in order, whatever the number of processes',
    async () => {
      const net = design('y <= std_logic_vector(unsigned(x) + 3);')
      const inputs = rows(3500)
      for (const threads of [1, 3, 64]) {
        const result = await simulateWithGhdl({ design: net, inputs, threads })
        assert.ok(result.ok, result.ok ? '' : result.error.message)
        if (!result.ok) return
        assert.equal(
          result.value.outputs,
          inputs.map((x) => (x + 3n) % 256n),
        )
        assert.equal(result.value.simulator, { name: 'ghdl', version: ghdl })
      }
    },
  ],
  [
    'an undefined output bit is an error',
    async () => {
      const net = design(`y <= x; if x = x"25" then y(3) <= 'X'; end if;`)
      const result = await simulateWithGhdl({ design: net, inputs: rows(10) })
      assert.not.ok(result.ok)
      if (!result.ok) assert.match(result.error.message, /the outputs of vector 1 have undefined bits/)
    },
  ],
  [
    'what GHDL does not understand is told in its words',
    async () => {
      const result = await simulateWithGhdl({ design: design('y <= z;'), inputs: rows(2) })
      assert.not.ok(result.ok)
      if (result.ok) return
      assert.is(result.error.code, 'HGQ6102')
      assert.match(result.error.message, /net\.vhd:12:\d+:.*"z"/)
    },
  ],
  [
    'a design that fails while it runs is an error',
    async () => {
      const net = design('y <= x; assert x /= x"4a" report "that number" severity failure;')
      const result = await simulateWithGhdl({ design: net, inputs: rows(5) })
      assert.not.ok(result.ok)
      if (!result.ok) assert.match(`${result.error.message} ${result.error.notes.join(' ')}`, /that number/)
    },
  ],
]
for (const [name, body] of tests) {
  if (ghdl === null) test.skip(name, 'GHDL is not installed')
  else test(name, body)
}
