import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { operandsOf } from '../../../compiler/fixed/nodes.js'
import type { ControlSpec } from '../../../lang/program.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { synthesizeWithYosys } from '../../../runtime/tools/yosys.js'
import { simulate } from '../../../runtime/verify/simulate.js'
import { testVectors } from '../../../runtime/verify/test-vectors.js'
import type { Design } from '../../../targets/design.js'
import { packRows } from '../../../targets/packing.js'
import { signalsOf } from '../../../targets/rtl/signals.js'
import { copiesOf, copyNames, readName, stagesOf } from '../../../targets/rtl/stage.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const installed = { icarus: await toolVersion('icarus'), verilator: await toolVersion('verilator') }

const test = suite('targets/verilog/control')
const SEED = 41

interface Case {
  readonly seed: number
  readonly stages: number
  readonly registers: { readonly inputs: boolean; readonly outputs: boolean; readonly layers: number }
  readonly control: ControlSpec
}

const controls = fc
  .record({
    reset: fc.constantFrom('none', 'synchronous', 'asynchronous'),
    resetData: fc.boolean(),
    clockEnable: fc.boolean(),
    handshake: fc.constantFrom('none', 'valid', 'valid_ready'),
    fanOut: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map((each): ControlSpec => {
    const reset = each.handshake !== 'none' && each.reset === 'none' ? 'synchronous' : each.reset
    const resetData = reset !== 'none' && (each.resetData || each.handshake === 'none')
    const clockEnable = each.clockEnable && each.handshake !== 'valid_ready'
    const fanOut = each.fanOut === undefined ? {} : { fanOut: each.fanOut }
    return { reset, resetData, clockEnable, handshake: each.handshake, ...fanOut } as ControlSpec
  })

const cases: fc.Arbitrary<Case> = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  stages: fc.integer({ min: 1, max: 5 }),
  registers: fc.record({ inputs: fc.constant(false), outputs: fc.boolean(), layers: fc.integer({ min: 1, max: 2 }) }),
  control: controls,
})

function designOf({ seed, stages, registers, control }: Case): {
  design: Design
  expected: readonly bigint[]
  inputs: readonly bigint[]
} {
  const pipeline = randomPipeline(seed, { inputs: 5, nodes: 40, stages, registers })
  const vectors = testVectors(pipeline.graph, seed, 60)
  const design = emitVerilog(pipeline, { name: 'net', target: vu13p, templates, control, vectors })
  const rows = (side: 'inputs' | 'outputs'): readonly bigint[] => {
    const columns = pipeline.graph[side].map((port) => vectors[side].get(port.name) ?? new Float64Array())
    return packRows(design.interface[side], columns, vectors.rows)
  }
  return { design, inputs: rows('inputs'), expected: rows('outputs') }
}

async function check(each: Case, simulator: 'icarus' | 'verilator' | 'netlist'): Promise<void> {
  const { design, inputs, expected } = designOf(each)
  const result = await simulate({ design, inputs }, simulator)
  assert.ok(result.ok, result.ok ? '' : `${result.error.message} ${result.error.notes.join(' ')}`)
  if (result.ok) assert.equal(result.value.outputs, expected)
}

const stalls = `random stalls, resets and back-pressure lose, repeat and change nothing (Icarus, seed ${SEED})`
if (installed.icarus === null) test.skip(stalls, 'Icarus Verilog is not installed')
else {
  test(stalls, async () => {
    await fc.assert(
      fc.asyncProperty(cases, (each) => check(each, 'icarus')),
      { numRuns: 40, seed: SEED },
    )
  })
}

const verilated = 'Verilator sees the same of a handshake'
if (installed.verilator === null) test.skip(verilated, 'Verilator is not installed')
else {
  test(verilated, () =>
    check(
      {
        seed: 7,
        stages: 4,
        registers: { inputs: false, outputs: true, layers: 1 },
        control: { reset: 'asynchronous', resetData: false, clockEnable: false, handshake: 'valid_ready', fanOut: 2 },
      },
      'verilator',
    ),
  )
}

test(`without a simulator the core is evaluated as it stands (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(cases, (each) => check(each, 'netlist')),
    { numRuns: 12, seed: SEED },
  )
})

test('copies of a register survive synthesis, each counted', async () => {
  const each = { seed: 12, stages: 3, registers: { inputs: false, outputs: true, layers: 1 } }
  const free: ControlSpec = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' }
  const plainDesign = designOf({ ...each, control: free }).design
  const { design } = designOf({ ...each, control: { ...free, fanOut: 1 } })
  const top = design.files.find((file) => file.path === 'src/net.v')?.text ?? ''
  const copies = [...top.matchAll(/^ {2}\(\* keep = "true", dont_merge \*\) reg (?:signed )?\[(\d+):0\] \w+_c\d+;$/gm)]
  assert.ok(copies.length > 1)
  const bits = copies.reduce((sum, copy) => sum + Number(copy[1]) + 1, 0)
  const few = await synthesizeWithYosys(plainDesign, 'virtexuplus')
  const many = await synthesizeWithYosys(design, 'virtexuplus')
  assert.ok(few.ok && many.ok)
  if (few.ok && many.ok) assert.is(many.value.report.resources.ff, (few.value.report.resources.ff ?? 0) + bits)
})

test(`no copy of a register has more readers than asked for (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 4 }), (seed, fanOut) => {
      const pipeline = randomPipeline(seed, { inputs: 5, nodes: 60, stages: 3 })
      const signals = signalsOf(pipeline)
      for (const stage of stagesOf('net', pipeline.stages, signals, fanOut)) {
        const readers = new Map<string, number>()
        for (const { id, node } of stage.computed) {
          for (const operand of new Set(operandsOf(node))) {
            const signal = signals.get(operand)
            if (signal === undefined || signal.stage === stage.index) continue
            const name = readName(stage, id, operand)
            readers.set(name, (readers.get(name) ?? 0) + 1)
          }
        }
        for (const signal of stage.inputs.filter((input) => input.stage < stage.index)) {
          const counts = copyNames(signal.name, copiesOf(stage, signal)).map((name) => readers.get(name) ?? 0)
          assert.ok(
            counts.every((count) => count > 0 && count <= fanOut),
            `${seed} ${counts}`,
          )
        }
      }
    }),
    { numRuns: 60, seed: SEED },
  )
})
