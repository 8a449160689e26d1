import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ControlSpec } from '../../../lang/program.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { runTool } from '../../../runtime/tools/process.js'
import { simulate } from '../../../runtime/verify/simulate.js'
import type { Design } from '../../../targets/design.js'
import { emitVhdl } from '../../../targets/vhdl/emit.js'
import { suite } from '../../kit.js'
import { checkTraffic, controlCases, designOf } from '../control-cases.js'
import { textOf } from '../fixtures.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const ghdl = await toolVersion('ghdl')

const test = suite('targets/vhdl/control')
const SEED = 43

function withGhdl(name: string, body: () => Promise<void>): void {
  if (ghdl === null) test.skip(name, 'GHDL is not installed')
  else test(name, body)
}

const WAITING: ControlSpec = { reset: 'synchronous', resetData: false, clockEnable: false, handshake: 'valid_ready' }
const REGISTERS = { inputs: false, outputs: true, layers: 1 }

withGhdl(`random stalls, resets and back-pressure lose, repeat and change nothing (GHDL, seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(controlCases, (each) => checkTraffic(emitVhdl, each, 'ghdl')),
    { numRuns: 24, seed: SEED },
  )
})

withGhdl('what a handshake loses, repeats or lets through too early is found', async () => {
  const { design, inputs, expected } = designOf(emitVhdl, {
    seed: 7,
    stages: 3,
    registers: REGISTERS,
    control: WAITING,
  })
  for (const [from, to] of [
    // Takes what has no place.
    ["ready <= '0';\n      if free_next /= 0 then", "ready <= '1';\n      if free_next /= 0 then"],
    // Shows an output again.
    ['head <= head + 1', 'head <= head'],
    // Says valid a cycle early.
    ['arrived <= valid(2)', 'arrived <= valid(1)'],
  ] as const) {
    const damaged = edited(design, 'src/net_stream.vhd', from, to)
    const result = await simulate({ design: damaged, inputs }, 'ghdl')
    assert.ok(!result.ok || result.value.outputs.some((row, at) => row !== expected[at]), to)
  }
})

withGhdl('where nobody waits, latency is as stated and no cycle is lost', async () => {
  for (const handshake of ['valid', 'valid_ready'] as const) {
    for (const registers of [REGISTERS, { inputs: false, outputs: false, layers: 2 }]) {
      const each = { seed: 9, stages: 3, registers, control: { ...WAITING, handshake } }
      const { design } = designOf(emitVhdl, each)
      const core = registers.outputs ? 3 : 2 * registers.layers
      assert.is(design.latencyCycles, core + (handshake === 'valid_ready' ? 1 : 0))
      assert.is(await counted(design), `first ${design.latencyCycles}, then 40 of 40`)
    }
  }
})

withGhdl('copies of registers say that they are to be kept, and the README names the handshake', async () => {
  const { design } = designOf(emitVhdl, {
    seed: 10,
    stages: 3,
    registers: REGISTERS,
    control: { ...WAITING, fanOut: 1 },
  })
  const core = textOf(design, 'src/net.vhd')
  const copies = [...core.matchAll(/signal (\w+_c\d+) :/g)].map((match) => match[1])
  assert.ok(copies.length > 1)
  for (const name of copies) assert.match(core, `attribute keep of ${name} : signal is "true";`)
  assert.match(textOf(design, 'README.md'), '| `src/net_stream.vhd` | the top entity: handshake |')
})

withGhdl('the test bench of a project passes with every kind of control', async () => {
  for (const control of [
    { reset: 'asynchronous', resetData: true, clockEnable: true, handshake: 'none' },
    { reset: 'synchronous', resetData: false, clockEnable: true, handshake: 'valid' },
    WAITING,
  ] as const) {
    const { design } = designOf(emitVhdl, { seed: 3, stages: 3, registers: REGISTERS, control })
    const output = await run(design, new Map(), `sim/tb_${design.top}.vhd`, `tb_${design.top}`)
    assert.match(output, /PASS: \d+ vectors/)
  }
})

/** Always something to take, always somebody to take it: when the first output comes, and how many of the next cycles have one. */
function counted(design: Design): Promise<string> {
  const { control, inputs, outputs } = design.interface
  const ports = [...inputs, ...outputs].filter(({ bits }) => bits > 0)
  const signals = ports.map(({ name, bits }) => `signal p_${name} : std_logic_vector(${bits - 1} downto 0);`)
  const zeros = inputs.filter(({ bits }) => bits > 0).map(({ name }) => `p_${name} <= (others => '0');`)
  const ready = control.handshake?.kind === 'valid_ready'
  const connections = [
    'clk => clk',
    'rst => rst',
    "in_valid => '1'",
    ...(ready ? ["out_ready => '1'", 'in_ready => in_ready'] : []),
    'out_valid => out_valid',
    ...ports.map(({ name }) => `${name} => p_${name}`),
  ]
  const text = `library ieee;
use ieee.std_logic_1164.all;
entity count is end entity;
architecture bench of count is
  signal clk : std_logic := '0';
  signal rst : std_logic := '1';
  signal in_ready : std_logic${ready ? '' : " := '1'"};
  signal out_valid : std_logic;
  ${signals.join('\n  ')}
begin
  ${zeros.join('\n  ')}
  dut : entity work.${design.top} port map (${connections.join(', ')});
  process
    variable taken, first, found : integer := -1;
  begin
    for cycle in 0 to 200 loop
      if cycle = 3 then
        rst <= '0';
      end if;
      wait for 1 ns;
      if rst = '0' and in_ready = '1' and taken < 0 then
        taken := cycle;
      end if;
      if rst = '0' and out_valid = '1' and first < 0 then
        first := cycle;
        found := 0;
      elsif first >= 0 and cycle <= first + 40 and out_valid = '1' then
        found := found + 1;
      end if;
      clk <= '1';
      wait for 1 ns;
      clk <= '0';
    end loop;
    report "first " & integer'image(first - taken) & ", then " & integer'image(found) & " of 40";
    wait;
  end process;
end architecture;
`
  const file = 'sim/count.vhd'
  return run(design, new Map([[file, text]]), file, 'count').then(
    (output) => /first -?\d+, then \d+ of 40/.exec(output)?.[0] ?? output,
  )
}

async function run(design: Design, more: ReadonlyMap<string, string>, bench: string, entity: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-vhdl-'))
  try {
    for (const name of ['src', 'sim', 'tb_data']) await mkdir(join(folder, name))
    const files = [...design.files, ...[...more].map(([path, text]) => ({ path, text }))]
    for (const { path, text } of files) {
      if (path.includes('/') && /^(src|sim|tb_data)\//.test(path)) await writeFile(join(folder, path), text)
    }
    const common = {
      tool: 'GHDL',
      program: 'ghdl',
      folder,
      purpose: { infinitive: 'simulate the design', gerund: `simulating ${basename(bench)}` },
      timeoutSeconds: 60,
    }
    const analysed = await runTool({ ...common, arguments: ['-a', '--std=08', ...design.sources, bench] })
    if (!analysed.ok) throw new Error(`${analysed.error.message} ${analysed.error.notes.join(' ')}`)
    const ran = await runTool({
      ...common,
      arguments: ['--elab-run', '--std=08', entity, '--ieee-asserts=disable'],
    })
    if (!ran.ok) throw new Error(`${ran.error.message} ${ran.error.notes.join(' ')}`)
    return ran.value.stdout + ran.value.stderr
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function edited(design: Design, path: string, from: string, to: string): Design {
  assert.ok(textOf(design, path).includes(from), from)
  const files = design.files.map((file) => (file.path === path ? { ...file, text: file.text.replace(from, to) } : file))
  return { ...design, files }
}
