import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { ControlSpec } from '../../../lang/program.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { runTool, type ToolOutput } from '../../../runtime/tools/process.js'
import { runYosysScript } from '../../../runtime/tools/yosys-engine.js'
import { testVectors } from '../../../runtime/verify/test-vectors.js'
import { FREE_RUNNING } from '../../../targets/control.js'
import type { Design } from '../../../targets/design.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { templates, textOf, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const icarus = await toolVersion('icarus')

const test = suite('targets/verilog/project')

function project(seed = 3, control: ControlSpec = FREE_RUNNING): Design {
  const pipeline = randomPipeline(seed, { inputs: 6, nodes: 50, stages: 3 })
  return emitVerilog(pipeline, {
    name: 'net',
    target: vu13p,
    templates,
    control,
    scaling: { inputs: { left: { mean: [1, 2, 3], scale: [0.5, 0.5, 2] } }, outputs: {} },
    vectors: testVectors(pipeline.graph, 1, 100),
  })
}

test('a project has everything that is needed to simulate and build it', () => {
  const design = project()
  assert.equal(
    design.files.map((file) => file.path),
    [
      ...design.sources,
      'interface.json',
      'sim/tb_net.v',
      'tb_data/inputs.hex',
      'tb_data/expected.hex',
      'constraints/net.xdc',
      'build_vivado.tcl',
      'build_yosys.ys',
      'README.md',
    ],
  )
  for (const path of design.sources) assert.match(path, /^src\/net(_stage\d+)?\.v$/)
  for (const { path, text } of design.files) {
    assert.ok(text.endsWith('\n'), path)
    assert.not.match(text, /undefined|NaN|\[object|&quot;|&lt;|\{\{ |\{%/, path)
    assert.not.match(text, /[ \t]\n|\n\n\n/, path)
  }
})

test('a handshake is a module of its own around a core that has none', () => {
  const waiting: ControlSpec = { reset: 'synchronous', resetData: false, clockEnable: false, handshake: 'valid_ready' }
  const [free, design] = [project(3), project(3, waiting)]
  assert.is(design.top, 'net_stream')
  assert.is(textOf(design, 'src/net.v'), textOf(free, 'src/net.v'))
  assert.is(design.sources.at(-1), 'src/net_stream.v')
  assert.is(design.latencyCycles, free.latencyCycles + 1)
  assert.equal(design.interface.control.handshake?.core, { module: 'net', latencyCycles: free.latencyCycles })
  const readme = textOf(design, 'README.md')
  for (const port of ['rst', 'in_valid', 'in_ready', 'out_valid', 'out_ready']) assert.match(readme, `\`${port}\``)
  assert.match(readme, 'It clears what says which data are valid, not the data.')
  assert.match(textOf(design, 'constraints/net_stream.xdc'), /set_output_delay .*\[get_ports out_valid\]/)
  for (const { path, text } of design.files) assert.not.match(text, /[ \t]\n|\n\n\n|undefined/, path)
})

test('interface.json is the interface, with its scaling', () => {
  const design = project()
  const parsed = JSON.parse(textOf(design, 'interface.json'))
  assert.equal(parsed, design.interface)
  assert.equal(
    parsed.inputs[0].elements.map((element: { mean: number }) => element.mean),
    [1, 2, 3],
  )
  assert.equal(parsed.outputs[0].elements[0].scale, 1)
})

test('constraints and scripts carry the clock, the part and the family', () => {
  const design = project()
  assert.match(textOf(design, 'constraints/net.xdc'), 'create_clock -name clk -period 2.5 [get_ports clk]')
  assert.match(textOf(design, 'build_vivado.tcl'), 'array set option {part xcvu13p-flga2577-2-e ')
  assert.match(
    textOf(design, 'build_yosys.ys'),
    'synth_xilinx -family xcup -top net -flatten -noiopad -noclkbuf -nodsp -nobram',
  )
})

test('a device of another vendor gets no Vivado script, and none of Yosys where it has no flow', () => {
  const pipeline = randomPipeline(3, { inputs: 6, nodes: 50, stages: 3 })
  const device = { ...vu13p.device, vendor: 'altera', family: 'stratixv', part: '5SGXEA7' }
  const design = emitVerilog(pipeline, { name: 'net', target: { ...vu13p, device }, templates })
  const paths = design.files.map((file) => file.path)
  assert.equal(paths.slice(design.sources.length), [
    'interface.json',
    'constraints/net.sdc',
    'build_quartus.tcl',
    'README.md',
  ])
  const readme = textOf(design, 'README.md')
  assert.not.match(readme, /vivado|yosys|iverilog|\n\n\n/i)
  assert.match(
    readme,
    /expected\.\nThat is a guess: no delays of 5SGXEA7 were at hand, and those of AMD 7 series stand in/,
  )
})

test('the Yosys script names files that exist, in an order that works', async () => {
  const design = project()
  const script = textOf(design, 'build_yosys.ys')
    .split('\n')
    .filter((line) => line.startsWith('read_verilog'))
  assert.equal(
    script,
    design.sources.map((path) => `read_verilog ${path}`),
  )
  const files = Object.fromEntries(design.sources.map((path) => [path.replace('src/', ''), textOf(design, path)]))
  const read = script.join('; ').replaceAll('src/', '')
  const result = await runYosysScript({
    script: `${read}; hierarchy -check -top net; check -assert`,
    files,
    outputs: [],
    doing: 'reading',
  })
  assert.ok(result.ok, result.ok ? '' : result.error.message)
})

/** Compiles and runs the test bench of a project as its README says. */
async function simulateProject(design: Design): Promise<Result<ToolOutput>> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-project-'))
  try {
    for (const { path, text } of design.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const line = /^ {4}(iverilog .*) && (vvp .*)$/m.exec(textOf(design, 'README.md'))
    const run = (command: string): Promise<Result<ToolOutput>> => {
      const [program = '', ...rest] = command.split(' ')
      const purpose = { infinitive: 'simulate', gerund: 'simulating' }
      return runTool({ tool: 'Icarus', program, arguments: rest, folder, purpose, timeoutSeconds: 120 })
    }
    const compiled = await run(line?.[1] ?? '')
    return compiled.ok ? await run(line?.[2] ?? '') : compiled
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const benches = [
  'the test bench passes on the design',
  'the test bench fails on wrong outputs, and names the vector',
] as const
if (icarus === null) for (const name of benches) test.skip(name, 'Icarus Verilog is not installed')
else {
  test(benches[0], async () => {
    const controls: readonly ControlSpec[] = [
      FREE_RUNNING,
      { reset: 'asynchronous', resetData: true, clockEnable: true, handshake: 'none' },
      { reset: 'synchronous', resetData: false, clockEnable: true, handshake: 'valid' },
      { reset: 'synchronous', resetData: false, clockEnable: false, handshake: 'valid_ready' },
    ]
    for (const control of controls) {
      const result = await simulateProject(project(3, control))
      assert.ok(result.ok, result.ok ? '' : `${result.error.message} ${result.error.notes.join(' ')}`)
      if (result.ok) assert.match(result.value.stdout, /PASS: \d+ vectors/)
    }
  })
  test(benches[1], async () => {
    const design = project()
    const expected = textOf(design, 'tb_data/expected.hex').split('\n')
    const digit = expected[7]?.at(-1) === '0' ? '1' : '0'
    expected[7] = `${expected[7]?.slice(0, -1)}${digit}`
    const files = design.files.map((file) =>
      file.path === 'tb_data/expected.hex' ? { ...file, text: expected.join('\n') } : file,
    )
    const result = await simulateProject({ ...design, files })
    assert.not.ok(result.ok)
    if (!result.ok)
      assert.match(
        `${result.error.message}\n${result.error.notes.join('\n')}`,
        /FAIL: vector 7|differs from its expected outputs/,
      )
  })
}
