import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { FixedGraph, FixedNode } from '../../../compiler/fixed/graph.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { runTool, type ToolOutput } from '../../../runtime/tools/process.js'
import { simulate } from '../../../runtime/verify/simulate.js'
import type { Design } from '../../../targets/design.js'
import { emitVhdl } from '../../../targets/vhdl/emit.js'
import { suite } from '../../kit.js'
import { finerTerms, pipelineOf, productsWithBit, smallPipeline, templates, textOf, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'
import { firstDifference } from '../simulated.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const ghdl = await toolVersion('ghdl')

const test = suite('targets/vhdl/emit')

function withGhdl(name: string, body: () => Promise<void>): void {
  if (ghdl === null) test.skip(name, 'GHDL is not installed')
  else test(name, body)
}

function emit(pipeline: Pipeline): Design {
  return emitVhdl(pipeline, { name: 'random net', target: vu13p, templates })
}

withGhdl('random graphs of every kind of node mean in VHDL what they mean as graphs', async () => {
  for (let seed = 1; seed <= 24; seed++) {
    const pipeline = randomPipeline(seed, { inputs: 6, nodes: 60, stages: 1 + (seed % 4) })
    assert.is(await firstDifference(pipeline, emit(pipeline), 50, seed, 'ghdl'), null)
  }
})

withGhdl('values wider than any integer type stay exact', async () => {
  for (let seed = 101; seed <= 108; seed++) {
    const pipeline = randomPipeline(seed, { inputs: 8, nodes: 80, stages: 2, widest: 160 })
    assert.is(await firstDifference(pipeline, emit(pipeline), 50, seed, 'ghdl'), null)
  }
})

withGhdl('a sum is exact where its terms lie on a finer grid than itself', async () => {
  const pipeline = finerTerms()
  assert.is(await firstDifference(pipeline, emit(pipeline), 40, 1, 'ghdl'), null)
})

withGhdl('a product with a bit is a choice, and no multiplier', async () => {
  const pipeline = productsWithBit()
  const design = emit(pipeline)
  assert.not.match(textOf(design, design.sources[0] ?? ''), / \* (?!2\^)/)
  assert.is(await firstDifference(pipeline, design, 40, 1, 'ghdl'), null)
})

withGhdl('what is synthesized from the text is the same function', async () => {
  for (let seed = 301; seed <= 304; seed++) {
    const random = randomPipeline(seed, { inputs: 6, nodes: 60, stages: 2, widest: 70 })
    // GHDL writes the names of ports as they are, and `reg` is a word of Verilog.
    const inputs = random.graph.inputs.map((port, index) => ({ ...port, name: `x${index}` }))
    const pipeline = { ...random, graph: { ...random.graph, inputs } }
    assert.is(await firstDifference(pipeline, await synthesized(emit(pipeline)), 50, seed, 'netlist'), null)
  }
})

/** The design as the netlist that GHDL makes of it, in Verilog. */
async function synthesized(design: Design): Promise<Design> {
  const text = await inFolder(design, async (folder, names) => {
    const analysed = await runGhdl(folder, ['-a', '--std=08', ...names])
    assert.ok(analysed.ok, analysed.ok ? '' : analysed.error.notes.join('\n'))
    const made = await runGhdl(folder, ['--synth', '--std=08', '--out=verilog', design.top])
    assert.ok(made.ok, made.ok ? '' : made.error.notes.join('\n'))
    return made.ok ? made.value.stdout : ''
  })
  return { ...design, language: 'verilog', files: [{ path: 'net.v', text }], sources: ['net.v'] }
}

async function inFolder<T>(design: Design, use: (folder: string, names: readonly string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-vhdl-'))
  try {
    const files = design.files.filter((file) => design.sources.includes(file.path))
    for (const { path, text } of files) await writeFile(join(folder, basename(path)), text)
    return await use(
      folder,
      design.sources.map((path) => basename(path)),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function runGhdl(folder: string, args: readonly string[]): Promise<Result<ToolOutput>> {
  const purpose = { infinitive: 'test', gerund: 'testing' }
  return runTool({ tool: 'GHDL', program: 'ghdl', arguments: args, folder, purpose, timeoutSeconds: 120 })
}

withGhdl('the compiler has no warning for the text', async () => {
  const design = emit(randomPipeline(9, { inputs: 8, nodes: 120, stages: 3 }))
  await inFolder(design, async (folder, names) => {
    const analysed = await runGhdl(folder, ['-a', '--std=08', '--warn-error', ...names])
    assert.ok(analysed.ok, analysed.ok ? '' : analysed.error.notes.join('\n'))
    if (analysed.ok) assert.is(analysed.value.stderr, '')
  })
})

withGhdl('ports may be called as they like', async () => {
  // Reserved words and what the text itself calls by its name, in one design.
  const source = await readFile(new URL('../../../targets/vhdl/names.js', import.meta.url), 'utf8')
  const words = [...source.matchAll(/[`']([a-z_0-9\s]{40,})[`']/g)].flatMap((match) => (match[1] ?? '').split(/\s+/))
  assert.ok(words.length > 100)
  const names = [
    ...words,
    'n0',
    'N1',
    'n0_q1',
    'stage0',
    'v2',
    'Clk',
    'random_net',
    'Random_Net',
    'x',
    'X',
    'a__b',
    '_',
  ]
  const pipeline = passing(names)
  assert.is(await firstDifference(pipeline, emit(pipeline), 5, 1, 'ghdl'), null)
})

/** One input and one output of each name, unchanged. */
function passing(names: readonly string[]): Pipeline {
  const nodes = names.map((_, port): FixedNode => {
    const interval = { low: -8n, high: 7n, fraction: 1 }
    return { kind: 'input', port, element: 0, type: { k: 1, i: 2, f: 1 }, interval, origin: '' }
  })
  const ports = names.map((name, id) => ({ name, shape: [1], nodes: [id] }))
  const graph: FixedGraph = { nodes, inputs: ports, outputs: ports }
  return pipelineOf(graph)
}

withGhdl('a design whose outputs are all pruned has no output bus, and one of constants drives them', async () => {
  const input: FixedNode = {
    kind: 'input',
    port: 0,
    element: 0,
    type: { k: 1, i: 2, f: 1 },
    interval: { low: -8n, high: 7n, fraction: 1 },
    origin: '',
  }
  const constant = (value: bigint): FixedNode => ({
    kind: 'constant',
    interval: { low: value, high: value, fraction: 0 },
    origin: '',
  })
  const graphOf = (value: bigint): FixedGraph => ({
    nodes: [input, constant(value)],
    inputs: [{ name: 'x', shape: [1], nodes: [0] }],
    outputs: [{ name: 'y', shape: [2], nodes: [1, 1] }],
  })
  const pruned = emit(pipelineOf(graphOf(0n)))
  assert.is(pruned.interface.outputs[0]?.bits, 0)
  assert.not.match(textOf(pruned, 'src/random_net.vhd'), /out std_logic_vector/)
  assert.equal(await outputs(pruned, [1n, 2n]), [0n, 0n])
  assert.equal(await outputs(emit(pipelineOf(graphOf(-3n))), [1n, 2n]), [0b101101n, 0b101101n])
})

async function outputs(design: Design, inputs: readonly bigint[]): Promise<readonly bigint[]> {
  const result = await simulate({ design, inputs }, 'ghdl')
  assert.ok(result.ok, result.ok ? '' : result.error.message + result.error.notes.join('\n'))
  return result.ok ? result.value.outputs : []
}

test('the same pipeline gives the same text', () => {
  const pipeline = (): Pipeline => randomPipeline(5, { inputs: 6, nodes: 60, stages: 3 })
  assert.equal(emit(pipeline()), emit(pipeline()))
})

test('the text reads as a person would write it', () => {
  const design = emit(smallPipeline())
  assert.is(textOf(design, 'src/random_net_stage0.vhd'), SMALL_STAGE)
  assert.is(textOf(design, 'src/random_net.vhd'), SMALL_TOP)
})

const SMALL_STAGE = `-- Stage 1 of 1: combinational.
-- Signal n<id> or variable v<id> is node <id> of the fixed-point graph: an integer that stands for integer * 2^-f. The
-- comment behind it gives the range of the real value and the grid. Sums have operands of the width of their result.
library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;

entity random_net_stage0 is
  port (
    n0 : in  signed(7 downto 0);
    n1 : in  unsigned(2 downto 0);
    n4 : out unsigned(2 downto 0)
  );
end entity random_net_stage0;

architecture rtl of random_net_stage0 is
begin
  process (all)
    variable v2 : signed(9 downto 0);
    variable v3 : unsigned(6 downto 0);
  begin
    -- dense[0]
    v2 := resize(n0, 10) - (signed(resize(n1, 5)) & "00000"); -- [-22, 7.9375] step 2^-4

    -- relu[0]
    if v2(9) = '1' then v3 := "0000000"; else v3 := unsigned(v2(6 downto 0)); end if; -- [0, 7.9375] step 2^-4

    -- relu[0]/q
    n4 <= v3(5 downto 3); -- [0, 3.5] step 2^-1
  end process;
end architecture rtl;
`

const SMALL_TOP = `-- random_net: a new input every clock cycle, its output 1 cycle later.
-- There is no reset: what is in the pipeline when the clock starts leaves it.
-- Each bus holds its elements back to back, element 0 at the lowest bits; interface.json gives their types.
library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;

entity random_net is
  port (
    clk : in  std_logic;
    x : in  std_logic_vector(10 downto 0);
    y : out std_logic_vector(2 downto 0)
  );
end entity random_net;

architecture rtl of random_net is
  signal n0 : signed(7 downto 0);
  signal n1 : unsigned(2 downto 0);
  signal n4 : unsigned(2 downto 0);
  signal n4_q1 : unsigned(2 downto 0);
begin
  -- Elements of x
  n0 <= signed(x(7 downto 0)); -- x[0] in [-8, 7.9375] step 2^-4
  n1 <= unsigned(x(10 downto 8)); -- x[1] in [0, 7] step 2^0

  -- Stage 1
  stage0 : entity work.random_net_stage0 port map (
    n0 => n0,
    n1 => n1,
    n4 => n4
  );
  process (clk)
  begin
    if rising_edge(clk) then
      n4_q1 <= n4;
    end if;
  end process;

  y <= std_logic_vector(n4_q1); -- y
end architecture rtl;
`
