import { tmpdir } from 'node:os'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { Pipeline } from '../../../../compiler/schedule/pipeline.js'
import { specificationOf } from '../../../../runtime/prove/claims.js'
import { layoutOf } from '../../../../runtime/prove/layout.js'
import { coverageOf } from '../../../../runtime/prove/proof.js'
import { prove } from '../../../../runtime/prove/prove.js'
import { readVhdlNetlist } from '../../../../runtime/prove/read/read-netlist.js'
import { findTool } from '../../../../runtime/tools/discover.js'
import type { Design } from '../../../../targets/design.js'
import { emitVhdl } from '../../../../targets/vhdl/emit.js'
import { pipelineOf } from '../../../fixtures/pipeline.js'
import { suite } from '../../../kit.js'
import { controlCases } from '../../../targets/control-cases.js'
import { templates, vu13p } from '../../../targets/fixtures.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const ghdl = await findTool('ghdl')
const test = suite('runtime/prove/read/vhdl')
const SEED = 31

async function readingOf(design: Design) {
  if (typeof ghdl === 'string') throw new Error('GHDL is not installed')
  const read = await readVhdlNetlist(design, { ghdl, scratch: tmpdir() })
  if (!read.ok) throw new Error(`${read.error.message} ${read.error.notes.join(' ')}`)
  return read.value
}

/** How many parts a proof has, all of them proven; or what is wrong. */
async function partsOf(pipeline: Pipeline, design: Design, fanOut?: number): Promise<number | string> {
  const instance = design.interface.control.handshake === null ? undefined : 'core'
  const specification = specificationOf(pipeline, { fanOut, instance })
  const proof = prove(specification, layoutOf(design.interface), await readingOf(design))
  if (!proof.ok) return `${proof.error.code} ${proof.error.message}`
  assert.is(coverageOf(proof.value).levels.vectors, 0)
  return coverageOf(proof.value).parts
}

/** The design that shows one node of a graph, and what its proof says when its text is changed. */
function emittedOf(builder: FixedGraphBuilder, node: number) {
  builder.output('y', [1], [node])
  const pipeline = pipelineOf(builder.finish(), { clockPeriodNs: 5, family: 'virtexuplus', stages: 1 })
  const design = emitVhdl(pipeline, { name: 'net', target: vu13p, templates })
  return {
    parts: (edit = (text: string): string => text) => partsOf(pipeline, edited(design, edit)),
  }
}

function edited(design: Design, edit: (text: string) => string): Design {
  return { ...design, files: design.files.map((file) => ({ ...file, text: edit(file.text) })) }
}

if (typeof ghdl === 'string') test.skip('VHDL is proven', 'GHDL is not installed')
else {
  test(`VHDL with any control and any registers is proven to the last (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(controlCases, async ({ seed, stages, registers, control }) => {
        const pipeline = randomPipeline(seed, { inputs: 5, nodes: 60, stages, widest: 40, registers })
        const design = emitVhdl(pipeline, { name: 'net', target: vu13p, templates, control })
        assert.type(await partsOf(pipeline, design, control.fanOut), 'number')
      }),
      { numRuns: 8, seed: SEED },
    )
  })

  test('what GHDL writes of wide constants and of negative factors in wide products is read as it is meant', async () => {
    for (const [seed, stages] of [
      [6, 3],
      [95, 4],
      [113, 2],
    ] as const) {
      const pipeline = randomPipeline(seed, { inputs: 6, nodes: 80, stages, widest: 40 })
      assert.type(await partsOf(pipeline, emitVhdl(pipeline, { name: 'net', target: vu13p, templates })), 'number')
    }
  })

  test('ports that are called as Verilog or GHDL call something else are read', async () => {
    const pipeline = randomPipeline(3, { inputs: 4, nodes: 20, stages: 3, widest: 24 })
    const named = <T>(ports: readonly T[], names: readonly string[]): T[] =>
      ports.map((port, index) => ({ ...port, name: names[index] ?? '' }))
    const { graph } = pipeline
    const inputs = named(graph.inputs, ['Wire', 'always'])
    const outputs = named(graph.outputs, ['stage0_n5', 'n5_o'])
    const renamed = { ...pipeline, graph: { ...graph, inputs, outputs } }
    assert.type(await partsOf(renamed, emitVhdl(renamed, { name: 'NetTop', target: vu13p, templates })), 'number')
  })

  test('an entry of a table that is wrong is refused with the value that shows it', async () => {
    const builder = new FixedGraphBuilder()
    const type = { k: 0, i: 3, f: 0 } as const
    let [value = 0] = builder.input('x', [1], [type])
    // So many operations in between that a simulation is asked before the whole graph is looked at.
    for (let step = 0; step < 6; step++)
      value = builder.cast(builder.add(plain(value), plain(builder.constant(3n))), type)
    // Of so few entries GHDL makes a choice between parallel ones.
    const entries = [0, 5, 10, 15, 4, 9, 14, 3]
    const design = emittedOf(builder, builder.lookup(value, { table: { low: 0, entries }, grid: 0, fraction: 0 }))
    assert.type(await design.parts(), 'number')
    assert.match(
      String(await design.parts((text) => text.replace('4 => "0100"', '4 => "0101"'))),
      /^HGQ6204 .* should hold node \d+ .*, which is 4, and it holds 5/,
    )
  })

  test('what a choice leaves undefined is refused, though what is made of it may be right', async () => {
    const builder = new FixedGraphBuilder()
    const type = { k: 1, i: 3, f: 0 } as const
    const [x = 0, y = 0] = builder.input('x', [2], [type, type])
    const design = emittedOf(builder, builder.select(builder.less(x, y), builder.relu(x), builder.relu(y)))
    assert.type(await design.parts(), 'number')
    assert.match(
      String(await design.parts((text) => text.replace(/ else v\d+ := "0"; end if/, ' end if'))),
      /^HGQ620[14]/,
    )
  })

  test('a wrong operator, a wrong enable and a wrong order are refused', async () => {
    const pipeline = randomPipeline(5, { inputs: 6, nodes: 80, stages: 2, widest: 24 })
    const emit = (control: object): Design => {
      const free = { reset: 'synchronous', resetData: true, clockEnable: false, handshake: 'none' } as const
      return emitVhdl(pipeline, { name: 'net', target: vu13p, templates, control: { ...free, ...control } })
    }
    const wrong: readonly (readonly [control: object, from: RegExp | string, to: string, said: RegExp])[] = [
      [{}, /(v\d+ := .*) \+ /, '$1 - ', /^HGQ6204/],
      [{ clockEnable: true }, "elsif ce = '1' then", 'else', /^HGQ6207 .* should keep its value while 'ce' is low/],
      [
        { handshake: 'valid' },
        "valid <= (others => '0')",
        "valid <= (others => '1')",
        /^HGQ6207 .*'valid' should be 0 after an edge/,
      ],
      [{ handshake: 'valid_ready' }, 'gone <= some and out_ready', 'gone <= some', /^HGQ6207 .*'free' should lose/],
    ]
    for (const [control, from, to, said] of wrong) {
      const design = emit(control)
      const other = edited(design, (text) => text.replace(from, to))
      assert.ok(
        other.files.some(({ text }, index) => text !== design.files[index]?.text),
        String(from),
      )
      assert.match(String(await partsOf(pipeline, other)), said)
    }
  })
}
