import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { operandsOf } from '../../../compiler/fixed/nodes.js'
import type { ControlSpec } from '../../../lang/program.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { synthesizeWithYosys } from '../../../runtime/tools/yosys.js'
import { signalsOf } from '../../../targets/rtl/signals.js'
import { copiesOf, copyNames, readName, stagesOf } from '../../../targets/rtl/stage.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { checkTraffic, controlCases, designOf } from '../control-cases.js'
import { randomPipeline } from '../random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const installed = { icarus: await toolVersion('icarus'), verilator: await toolVersion('verilator') }

const test = suite('targets/verilog/control')
const SEED = 41

const stalls = `random stalls, resets and back-pressure lose, repeat and change nothing (Icarus, seed ${SEED})`
if (installed.icarus === null) test.skip(stalls, 'Icarus Verilog is not installed')
else {
  test(stalls, async () => {
    await fc.assert(
      fc.asyncProperty(controlCases, (each) => checkTraffic(emitVerilog, each, 'icarus')),
      { numRuns: 40, seed: SEED },
    )
  })
}

const verilated = 'Verilator sees the same of a handshake'
if (installed.verilator === null) test.skip(verilated, 'Verilator is not installed')
else {
  test(verilated, () =>
    checkTraffic(
      emitVerilog,
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
    fc.asyncProperty(controlCases, (each) => checkTraffic(emitVerilog, each, 'netlist')),
    { numRuns: 12, seed: SEED },
  )
})

test('copies of a register survive synthesis, each counted', async () => {
  const each = { seed: 10, stages: 3, registers: { inputs: false, outputs: true, layers: 1 } }
  const free: ControlSpec = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' }
  const plainDesign = designOf(emitVerilog, { ...each, control: free }).design
  const { design } = designOf(emitVerilog, { ...each, control: { ...free, fanOut: 1 } })
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
