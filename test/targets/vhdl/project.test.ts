import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { DEFAULT_REGISTERS } from '../../../compiler/schedule/pipeline.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { runTool, type ToolOutput } from '../../../runtime/tools/process.js'
import { testVectors } from '../../../runtime/verify/test-vectors.js'
import type { Design } from '../../../targets/design.js'
import { emitVhdl } from '../../../targets/vhdl/emit.js'
import { suite } from '../../kit.js'
import { templates, textOf, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const ghdl = await toolVersion('ghdl')

const test = suite('targets/vhdl/project')

const VECTORS = 100

function project(seed = 3): Design {
  const pipeline = randomPipeline(seed, { inputs: 6, nodes: 50, stages: 3 })
  const vectors = testVectors(pipeline.graph, 1, VECTORS)
  return emitVhdl(pipeline, { name: 'net', target: vu13p, templates, vectors })
}

/** An input from 0 to `input` that nothing reads, and an output that is always `output`; 0 stands for no bits at all. */
function constants(input: bigint, output: bigint): Design {
  const width = input === 0n ? 0 : 3
  const graph: FixedGraph = {
    nodes: [
      {
        kind: 'input',
        port: 0,
        element: 0,
        type: { k: 0, i: width, f: 0 },
        interval: { low: 0n, high: input, fraction: 0 },
        origin: '',
      },
      { kind: 'constant', interval: { low: output, high: output, fraction: 0 }, origin: '' },
    ],
    inputs: [{ name: 'x', shape: [1], nodes: [0] }],
    outputs: [{ name: 'y', shape: [1], nodes: [1] }],
  }
  const pipeline = {
    graph,
    stageOf: [0, 0],
    stages: 2,
    registers: DEFAULT_REGISTERS,
    clockPeriodNs: 5,
    estimatedCriticalPathNs: 1,
    registerBits: 0,
  }
  return emitVhdl(pipeline, { name: 'net', target: vu13p, templates, vectors: testVectors(graph, 1, 10) })
}

test('a project has everything that is needed to simulate and build it', () => {
  const design = project()
  assert.is(design.language, 'vhdl')
  assert.equal(
    design.files.map((file) => file.path),
    [
      ...design.sources,
      'interface.json',
      'sim/tb_net.vhd',
      'tb_data/inputs.hex',
      'tb_data/expected.hex',
      'constraints/net.xdc',
      'build_vivado.tcl',
      'README.md',
    ],
  )
  for (const path of design.sources) assert.match(path, /^src\/net(_stage\d+)?\.vhd$/)
  assert.is(design.sources.at(-1), 'src/net.vhd')
  for (const { path, text } of design.files) {
    assert.ok(text.endsWith('\n'), path)
    assert.not.match(text, /undefined|NaN|\[object|&quot;|&lt;|\{\{ |\{%/, path)
    assert.not.match(text, /[ \t]\n|\n\n\n/, path)
  }
})

test('Vivado is told that the sources are VHDL-2008, stages first', () => {
  const design = project()
  const read = textOf(design, 'build_vivado.tcl')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('read_v'))
  assert.equal(
    read,
    design.sources.map((path) => `read_vhdl -vhdl2008 ${path}`),
  )
})

test('the README speaks of VHDL alone', () => {
  const readme = textOf(project(), 'README.md')
  assert.match(readme, '| `src/net.vhd` | the top entity: registers between the stages |')
  assert.not.match(readme, /verilog|yosys|\.v\b/i)
})

/** Compiles and runs the test bench of a project as its README says. */
async function simulateProject(design: Design): Promise<Result<ToolOutput>> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-project-'))
  try {
    for (const { path, text } of design.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    let result: Result<ToolOutput> = { ok: true, value: { stdout: '', stderr: '' } }
    const commands = [...textOf(design, 'README.md').matchAll(/^ {4}(ghdl .*)$/gm)].map((match) => match[1] ?? '')
    assert.is(commands.length, 2)
    for (const command of commands) {
      const [program = '', ...rest] = command.split(' ')
      const purpose = { infinitive: 'simulate', gerund: 'simulating' }
      result = await runTool({ tool: 'GHDL', program, arguments: rest, folder, purpose, timeoutSeconds: 120 })
      if (!result.ok) return result
    }
    return result
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The project with other contents of a file. */
function changed(design: Design, path: string, change: (lines: string[]) => readonly string[]): Design {
  const files = design.files.map((file) =>
    file.path === path ? { ...file, text: change(file.text.split('\n')).join('\n') } : file,
  )
  return { ...design, files }
}

function flipped(line: string): string {
  return `${line.slice(0, -1)}${line.at(-1) === '0' ? '1' : '0'}`
}

const benches: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'the test bench passes on the design',
    async () => {
      const result = await simulateProject(project())
      assert.ok(result.ok, result.ok ? '' : result.error.message)
      if (result.ok) assert.match(result.value.stdout, /PASS: \d+ vectors/)
    },
  ],
  [
    'the test bench of a design without inputs or outputs passes',
    async () => {
      for (const [input, output] of [
        [0n, 7n],
        [7n, 0n],
        [0n, 0n],
      ] as const) {
        const result = await simulateProject(constants(input, output))
        assert.ok(result.ok, result.ok ? '' : result.error.message)
      }
    },
  ],
  [
    'the test bench fails on wrong outputs, names the first vector and counts them',
    async () => {
      const design = changed(project(), 'tb_data/expected.hex', (lines) =>
        lines.map((line, index) => (index === 7 || index === 40 ? flipped(line) : line)),
      )
      const result = await simulateProject(design)
      assert.not.ok(result.ok)
      if (result.ok) return
      const said = `${result.error.message}\n${result.error.notes.join('\n')}`
      assert.match(said, /vector 7: expected [0-9A-F]+, got [0-9A-F]+/)
      assert.match(said, /FAIL: 2 of \d+ vectors differ/)
    },
  ],
  [
    'the test bench fails on a design that is wrong',
    async () => {
      const design = changed(project(), 'src/net.vhd', (lines) => {
        const at = lines.findIndex((line) => /^ {6}n\d+_q3 <= n\d+/.test(line))
        return lines.map((line, index) => (index === at ? line.replace(/<= .*;/, "<= (others => '1');") : line))
      })
      assert.not.ok((await simulateProject(design)).ok)
    },
  ],
  [
    'the test bench fails on vectors that are no numbers or too few',
    async () => {
      const wrong = changed(project(), 'tb_data/expected.hex', (lines) =>
        lines.map((line, index) => (index === 3 ? `z${line.slice(1)}` : line)),
      )
      const result = await simulateProject(wrong)
      assert.not.ok(result.ok)
      if (!result.ok) assert.match(result.error.notes.join('\n'), /tb_data\/expected\.hex, line 4 is no number/)
      const few = changed(project(), 'tb_data/inputs.hex', (lines) => [...lines.slice(0, 5), ''])
      assert.not.ok((await simulateProject(few)).ok)
    },
  ],
]
for (const [name, body] of benches) {
  if (ghdl === null) test.skip(name, 'GHDL is not installed')
  else test(name, body)
}
