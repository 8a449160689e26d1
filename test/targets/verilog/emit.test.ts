import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { runTool } from '../../../runtime/tools/process.js'
import { simulate } from '../../../runtime/verify/simulate.js'
import type { Design } from '../../../targets/design.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { finerTerms, pipelineOf, productsWithBit, smallPipeline, templates, textOf, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'
import { firstDifference } from '../simulated.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const installed = { icarus: await toolVersion('icarus'), verilator: await toolVersion('verilator') }

const test = suite('targets/verilog/emit')

function emit(pipeline: Pipeline): Design {
  return emitVerilog(pipeline, { name: 'random net', target: vu13p, templates })
}

test('random graphs of every kind of node mean in Verilog what they mean as graphs', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const pipeline = randomPipeline(seed, { inputs: 6, nodes: 60, stages: 1 + (seed % 4) })
    assert.is(await firstDifference(pipeline, emit(pipeline), 50, seed, 'netlist'), null)
  }
})

test('values wider than 53 bits stay exact', async () => {
  for (let seed = 101; seed <= 110; seed++) {
    const pipeline = randomPipeline(seed, { inputs: 8, nodes: 80, stages: 2, widest: 160 })
    assert.is(await firstDifference(pipeline, emit(pipeline), 50, seed, 'netlist'), null)
  }
})

test('a sum is exact where its terms lie on a finer grid than itself', async () => {
  const pipeline = finerTerms()
  assert.is(await firstDifference(pipeline, emit(pipeline), 40, 1, 'netlist'), null)
})

test('a product with a bit is a choice, and no multiplier', async () => {
  const pipeline = productsWithBit()
  const design = emit(pipeline)
  assert.not.match(textOf(design, design.sources[0] ?? ''), / \* (?!2\^)/)
  assert.is(await firstDifference(pipeline, design, 40, 1, 'netlist'), null)
})

for (const simulator of ['icarus', 'verilator'] as const) {
  const name = `${simulator} agrees on random graphs`
  if (installed[simulator] === null) {
    test.skip(name, `${simulator} is not installed`)
    continue
  }
  test(name, async () => {
    const graphs = simulator === 'icarus' ? 12 : 1
    for (let seed = 201; seed < 201 + graphs; seed++) {
      const pipeline = randomPipeline(seed, { inputs: 6, nodes: 90, stages: 3, widest: 70 })
      assert.is(await firstDifference(pipeline, emit(pipeline), 60, seed, simulator), null)
    }
  })
}

const lint = 'the linter of Verilator has nothing to say but that bits are unused'
if (installed.verilator === null) test.skip(lint, 'Verilator is not installed')
else {
  test(lint, async () => {
    const design = emit(randomPipeline(9, { inputs: 8, nodes: 120, stages: 3 }))
    const folder = await mkdtemp(join(tmpdir(), 'hgq-lint-'))
    try {
      const names: string[] = []
      for (const { path, text } of design.files.filter((file) => design.sources.includes(file.path))) {
        names.push(basename(path))
        await writeFile(join(folder, basename(path)), text)
      }
      const result = await runTool({
        tool: 'Verilator',
        program: 'verilator',
        arguments: ['--lint-only', '-Wall', '-Wno-UNUSED', '--top-module', design.top, ...names],
        folder,
        purpose: { infinitive: 'lint', gerund: 'linting' },
        timeoutSeconds: 120,
      })
      assert.ok(result.ok, result.ok ? '' : result.error.notes.join('\n'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

test('the same pipeline gives the same text', () => {
  assert.equal(
    emit(randomPipeline(5, { inputs: 6, nodes: 60, stages: 3 })),
    emit(randomPipeline(5, { inputs: 6, nodes: 60, stages: 3 })),
  )
})

test('ports and the module have names that Verilog allows', () => {
  const { interface: ports, top } = emit(randomPipeline(5, { inputs: 6, nodes: 60, stages: 3 }))
  assert.is(top, 'random_net')
  assert.equal(
    ports.inputs.map((port) => port.name),
    ['left', 'reg_port'],
  )
  assert.equal(
    ports.outputs.map((port) => port.name),
    ['sums', 'n0_port'],
  )
})

test('a design whose outputs are all pruned has no output bus, and says so', async () => {
  const zero = { low: 0n, high: 0n, fraction: 0 }
  const graph: FixedGraph = {
    nodes: [
      {
        kind: 'input',
        port: 0,
        element: 0,
        type: { k: 1, i: 2, f: 1 },
        interval: { low: -8n, high: 7n, fraction: 1 },
        origin: '',
      },
      { kind: 'constant', interval: zero, origin: '' },
    ],
    inputs: [{ name: 'x', shape: [1], nodes: [0] }],
    outputs: [{ name: 'y', shape: [1], nodes: [1] }],
  }
  const design = emit(pipelineOf(graph))
  assert.is(design.interface.outputs[0]?.bits, 0)
  assert.not.match(textOf(design, 'src/random_net.v'), /output wire/)
  const result = await simulate({ design, inputs: [1n, 2n] }, 'netlist')
  assert.ok(result.ok)
  if (result.ok) assert.equal(result.value.outputs, [0n, 0n])
})

test('the text reads as a person would write it', () => {
  assert.is(textOf(emit(smallPipeline()), 'src/random_net_stage0.v'), SMALL_STAGE)
})

const SMALL_STAGE = `// Stage 1 of 1: combinational.
// Signal n<id> is node <id> of the fixed-point graph: an integer that stands for integer * 2^-f. The comment behind it
// gives the range of the real value and the grid. Every operator gets operands of the width of its result.
module random_net_stage0 (
  input  wire signed [7:0] n0,
  input  wire [2:0] n1,
  output wire [2:0] n4
);

  // dense[0]
  wire signed [9:0] n2 = {{2{n0[7]}}, n0} - {2'd0, n1, 5'd0}; // [-22, 7.9375] step 2^-4

  // relu[0]
  wire [6:0] n3 = n2[9] ? 7'd0 : n2[6:0]; // [0, 7.9375] step 2^-4

  // relu[0]/q
  assign n4 = n3[5:3]; // [0, 3.5] step 2^-1

endmodule
`
