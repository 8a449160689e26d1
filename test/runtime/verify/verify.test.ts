import * as assert from 'uvu/assert'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import { lower } from '../../../compiler/lower/lower.js'
import { normalAt, randomKey } from '../../../compiler/numeric/random.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import type { Dataset, DatasetPart } from '../../../runtime/data/dataset.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { synthesizeWithYosys } from '../../../runtime/tools/yosys.js'
import { testVectors } from '../../../runtime/verify/test-vectors.js'
import { verifyDesign } from '../../../runtime/verify/verify.js'
import type { Design } from '../../../targets/design.js'
import { emitHls } from '../../../targets/hls/emit.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { emitVhdl } from '../../../targets/vhdl/emit.js'
import { type RandomNetwork, randomCalibrated } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const installed = {
  icarus: await toolVersion('icarus'),
  verilator: await toolVersion('verilator'),
  ghdl: await toolVersion('ghdl'),
}
const compiler = await findCppCompiler()

const test = suite('runtime/verify/verify')

interface Built {
  readonly calibrated: Calibrated
  readonly pipeline: Pipeline
  readonly graph: FixedGraph
  readonly design: Design
  readonly dataset: Dataset
}

function build(seed: number, network: RandomNetwork, stages?: number, emit = emitVerilog): Built {
  const calibrated = calibratedNetwork(seed, network)
  const lowered = lower(calibrated)
  if (!lowered.ok) throw new Error(lowered.error.message)
  const scheduled = schedule(optimize(lowered.value), { clockPeriodNs: 3, family: 'virtexuplus', stages })
  if (!scheduled.ok) throw new Error(scheduled.error.message)
  const pipeline = scheduled.value
  const design = emit(pipeline, {
    name: 'net',
    target: vu13p,
    templates,
    vectors: testVectors(pipeline.graph, 1, 20),
  })
  return { calibrated, pipeline, graph: pipeline.graph, design, dataset: randomDataset(seed, network.inputs) }
}

/** Ports saturate, whatever the quantizers behind them do. */
function calibratedNetwork(seed: number, network: RandomNetwork): Calibrated {
  const calibrated = randomCalibrated(seed, network)
  const inputs = new Map([...calibrated.inputs].map(([id, types]) => [id, { ...types, overflow: 'saturate' as const }]))
  return { ...calibrated, inputs }
}

/** Normal numbers that go beyond what the ports hold, so that ports saturate and quantizers wrap. */
function randomDataset(seed: number, inputs: number): Dataset {
  const part = (name: string, rows: number): DatasetPart => {
    const key = randomKey(seed, name)
    const values = Float32Array.from({ length: rows * inputs }, (_, index) => 4 * normalAt(key, index))
    return { rows, inputs: new Map([['x', values]]), targets: new Float32Array(rows) }
  }
  return {
    task: 'classification',
    inputs: [{ name: 'x', shape: [inputs], mean: new Float64Array(inputs), scale: new Float64Array(inputs).fill(1) }],
    classes: ['a', 'b'],
    unit: '',
    targetSize: 1,
    targetScale: new Float64Array(),
    parts: { train: part('train', 0), validation: part('validation', 60), test: part('test', 150) },
  }
}

const limits = { random: 200 }

test('random networks, cut into one stage to many, pass with the evaluator that is always there', async () => {
  for (let seed = 1; seed <= 24; seed++) {
    const network = {
      inputs: 1 + (seed % 7),
      hidden: seed % 3 === 0 ? [5, 4] : [6],
      outputs: 1 + (seed % 4),
      quantizeOutput: seed % 2 === 0,
    }
    const stages = seed % 5 === 0 ? undefined : 1 + (seed % 4)
    const built = build(seed, network, stages)
    const result = await verifyDesign({ ...built, seed, simulator: 'netlist', limits })
    assert.ok(result.ok, result.ok ? '' : `seed ${seed}: ${result.error.message}\n${result.error.notes.join('\n')}`)
    if (!result.ok) return
    assert.equal(result.value.inferred, { validation: 60, test: 150 })
    assert.is(
      result.value.vectors,
      Object.values(result.value.simulated).reduce((sum, rows) => sum + rows, 0),
    )
    assert.is(result.value.simulator.name, 'netlist')
  }
})

test('without data inference is compared on random and corner vectors', async () => {
  const built = build(5, { inputs: 6, hidden: [8], outputs: 3 })
  const part: DatasetPart = { rows: 0, inputs: new Map([['x', new Float32Array()]]), targets: new Float32Array() }
  const dataset = { ...built.dataset, parts: { train: part, validation: part, test: part } }
  const request = { ...built, dataset, seed: 1, simulator: 'netlist', limits } as const
  const result = await verifyDesign(request)
  assert.ok(result.ok, result.ok ? '' : result.error.message)
  if (!result.ok) return
  const { inferred, simulated } = result.value
  assert.equal([inferred.random, inferred.corner], [simulated.random, simulated.corner])
  assert.equal([inferred.random, (inferred.corner ?? 0) > 0], [200, true])
  // Another network with the same ports.
  const other = calibratedNetwork(6, { inputs: 6, hidden: [8], outputs: 3 })
  const wrong = await verifyDesign({ ...request, calibrated: { ...other, inputs: built.calibrated.inputs } })
  assert.match(wrong.ok ? '' : wrong.error.message, 'random')
})

for (const simulator of ['icarus', 'verilator'] as const) {
  const name = `${simulator} gives the same evidence`
  if (installed[simulator] === null) test.skip(name, `${simulator} is not installed`)
  else {
    test(name, async () => {
      const built = build(8, { inputs: 6, hidden: [8], outputs: 3 })
      const [own, other] = [
        await verifyDesign({ ...built, seed: 1, simulator: 'netlist', limits }),
        await verifyDesign({ ...built, seed: 1, simulator, limits }),
      ]
      assert.ok(own.ok && other.ok, own.ok && !other.ok ? other.error.message : '')
      if (!own.ok || !other.ok) return
      assert.equal({ ...other.value, simulator: own.value.simulator }, own.value)
      assert.equal(other.value.simulator, { name: simulator, version: installed[simulator] })
    })
  }
}

const inVhdl = 'the same network in VHDL gives the same evidence'
if (installed.ghdl === null) test.skip(inVhdl, 'GHDL is not installed')
else {
  test(inVhdl, async () => {
    const network = { inputs: 6, hidden: [8], outputs: 3 }
    const [verilog, vhdl] = [
      await verifyDesign({ ...build(8, network), seed: 1, simulator: 'netlist', limits }),
      // No simulator is named: the one of the language is taken.
      await verifyDesign({ ...build(8, network, undefined, emitVhdl), seed: 1, limits, threads: 2 }),
    ]
    assert.ok(verilog.ok && vhdl.ok, verilog.ok && !vhdl.ok ? vhdl.error.message : '')
    if (!verilog.ok || !vhdl.ok) return
    assert.equal({ ...vhdl.value, simulator: verilog.value.simulator }, verilog.value)
    assert.equal(vhdl.value.simulator, { name: 'ghdl', version: installed.ghdl })
  })
}

for (const language of ['vitis', 'oneapi'] as const) {
  const name = `C++ of ${language} gives the same evidence`
  if (compiler === null) test.skip(name, 'there is no C++ compiler')
  else {
    test(name, async () => {
      const built = build(8, { inputs: 6, hidden: [8], outputs: 3 })
      const design = emitHls(built.pipeline, language, { name: 'net', target: vu13p, templates: packageTemplates })
      const [own, other] = [
        await verifyDesign({ ...built, seed: 1, simulator: 'netlist', limits }),
        await verifyDesign({ ...built, design, seed: 1, limits }),
      ]
      assert.ok(own.ok && other.ok, own.ok && !other.ok ? other.error.message : '')
      if (!own.ok || !other.ok) return
      assert.equal({ ...other.value, simulator: own.value.simulator }, own.value)
      assert.is(other.value.simulator.version, compiler.version)
    })
  }
}

test('synthesis finds the registers that the schedule counted: equal bits are registered once', async () => {
  for (const stages of [1, 2, 4]) {
    const { pipeline, design } = build(7, { inputs: 6, hidden: [8], outputs: 3 }, stages)
    const synthesized = await synthesizeWithYosys(design, 'virtexuplus')
    assert.ok(synthesized.ok)
    if (!synthesized.ok) return
    const { ff } = synthesized.value.report.resources
    // Synthesis also finds what is equal or constant for other reasons than wiring.
    assert.ok(Math.abs(ff - pipeline.registerBits) <= 0.03 * pipeline.registerBits, `${ff} ${pipeline.registerBits}`)
  }
})

test('wraps are counted by quantizer', async () => {
  const built = build(11, { inputs: 4, hidden: [5], outputs: 2 })
  const result = await verifyDesign({ ...built, seed: 1, simulator: 'netlist', limits })
  assert.ok(result.ok)
  if (!result.ok) return
  const counted = Object.values(result.value.wrapsByQuantizer).reduce((sum, count) => sum + count, 0)
  assert.is(result.value.wraps, counted)
})

/** Changes the text of a design in one place; null where `from` does not occur. */
function damaged(design: Design, from: RegExp, to: string): Design | null {
  let done = false
  const files = design.files.map((file) => {
    if (done || !design.sources.includes(file.path) || !from.test(file.text)) return file
    done = true
    return { ...file, text: file.text.replace(from, to) }
  })
  return done ? { ...design, files } : null
}

const faults: readonly (readonly [string, RegExp, string])[] = [
  ['a sum made a difference', /(= [^;?]*) \+ /, '$1 - '],
  ['a difference made a sum', /(= [^;?]*) - (?!\d)/, '$1 + '],
  ['a sign extension made of zeros', /\{\{(\d+)\{n\d+\[\d+\]\}\}/, "{$1'd0"],
  ['a shift lost', /, (\d+)'d0\}/, ", {$1{1'b1}}}"],
  ['a bit of a cast taken from elsewhere', /(n\d+)\[(\d+):1\]/, '$1[$2-1:0]'],
  ['a register left out', /(n\d+)_q1 <= n\d+;/, '$1_q1 <= 0;'],
]

for (const [name, from, to] of faults) {
  test(`a fault in the text is found: ${name}`, async () => {
    for (let seed = 40; seed < 60; seed++) {
      const built = build(seed, { inputs: 5, hidden: [6], outputs: 4, pruned: 0 }, 2)
      const design = damaged(built.design, from, to)
      if (design === null) continue
      const result = await verifyDesign({ ...built, design, seed: 1, simulator: 'netlist', limits })
      // The fault may lie where it changes nothing; then another network shows it.
      if (result.ok) continue
      assert.is(result.error.code, 'HGQ6203')
      assert.match(result.error.message, /vector \d+, signal y\[\d+\]: the emulator gives \S+, netlist \S+$/)
      return
    }
    assert.unreachable('no network shows the fault')
  })
}

const vhdlFaults: readonly (readonly [string, RegExp, string])[] = [
  ['a sum made a difference', /(:= [^;]*) \+ /, '$1 - '],
  ['a sign extension made of zeros', /:= resize\((v\d+|n\d+), (\d+)\)/, ':= signed(resize(unsigned($1), $2))'],
  ['a shift lost', / & "0(0*)"/, ' & "1$1"'],
  ['a register left out', /(n\d+)_q1 <= n\d+;/, "$1_q1 <= (others => '0');"],
]

for (const [name, from, to] of vhdlFaults) {
  const title = `a fault in VHDL is found: ${name}`
  if (installed.ghdl === null) {
    test.skip(title, 'GHDL is not installed')
    continue
  }
  test(title, async () => {
    for (let seed = 40; seed < 60; seed++) {
      const built = build(seed, { inputs: 5, hidden: [6], outputs: 4, pruned: 0 }, 2, emitVhdl)
      const design = damaged(built.design, from, to)
      if (design === null) continue
      const result = await verifyDesign({ ...built, design, seed: 1, limits })
      // The fault may lie where it changes nothing; then another network shows it.
      if (result.ok) continue
      assert.is(result.error.code, 'HGQ6203', result.error.message)
      assert.match(result.error.message, /vector \d+, signal y\[\d+\]: the emulator gives \S+, ghdl \S+$/)
      return
    }
    assert.unreachable('no network shows the fault')
  })
}

test('an emulated graph that is not the network is found before anything is simulated', async () => {
  const built = build(3, { inputs: 4, hidden: [5], outputs: 2, pruned: 0 })
  const other = calibratedNetwork(3, { inputs: 4, hidden: [5], outputs: 2, pruned: 0 })
  for (const { values } of other.constants.values())
    for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) + 0.5
  const result = await verifyDesign({ ...built, calibrated: other, seed: 1, simulator: 'netlist', limits })
  assert.not.ok(result.ok)
  if (!result.ok) {
    assert.is(result.error.code, 'HGQ6202')
    assert.match(
      result.error.message,
      /in validation vector \d+, signal y\[\d\]: inference gives \S+, the emulator \S+$/,
    )
  }
})
