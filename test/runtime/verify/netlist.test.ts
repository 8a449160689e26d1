import * as assert from 'uvu/assert'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { simulateWithIcarus } from '../../../runtime/tools/icarus.js'
import type { Simulation, SimulationRequest } from '../../../runtime/tools/simulation.js'
import { simulateWithVerilator } from '../../../runtime/tools/verilator.js'
import { simulateNetlist } from '../../../runtime/verify/netlist/simulate.js'
import type { Design, PortInterface } from '../../../targets/design.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { plainInterface } from '../../fixtures/interface.js'
import { suite } from '../../kit.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const icarus = await toolVersion('icarus')
const verilator = await toolVersion('verilator')

const test = suite('runtime/verify/netlist')

interface Signal {
  readonly name: string
  readonly width: number
  readonly signed: boolean
}

function port({ name, width }: Signal): PortInterface {
  const element = { k: 0 as const, i: width, f: 0, offset: 0, width, mean: 0, scale: 1 }
  return { name, shape: [], bits: width, elements: [element] }
}

/** A module with registered outputs, as a design. */
function designOf(
  inputs: readonly Signal[],
  outputs: readonly (Signal & { readonly text: string })[],
  body = '',
): Design {
  const declare = (kind: string, s: Signal): string =>
    `${kind} ${s.signed ? 'signed ' : ''}[${s.width - 1}:0] ${s.name}`
  const ports = [
    'input clk',
    ...inputs.map((s) => declare('input', s)),
    ...outputs.map((s) => declare('output reg', s)),
  ]
  const updates = outputs.map((s) => `    ${s.name} <= ${s.text};`)
  const text = `module m(${ports.join(', ')});\n${body}  always @(posedge clk) begin\n${updates.join('\n')}\n  end\nendmodule\n`
  return {
    language: 'verilog',
    top: 'm',
    files: [{ path: 'src/m.v', text }],
    sources: ['src/m.v'],
    latencyCycles: 1,
    interface: plainInterface('m', inputs.map(port), outputs.map(port)),
  }
}

const UNARY = ['-', '~', '+', '&', '|', '^', '~^', '~&', '!']
const BINARY = [
  '+',
  '-',
  '*',
  '&',
  '|',
  '^',
  '~^',
  '<<',
  '>>',
  '<<<',
  '>>>',
  '<',
  '<=',
  '==',
  '!=',
  '>=',
  '>',
  '&&',
  '||',
]

/** An expression with every rule of Verilog about width and signedness in it. */
function expression(random: TestRandom, signals: readonly Signal[], depth: number): string {
  const inner = (): string => expression(random, signals, depth - 1)
  if (depth === 0 || random.unit() < 0.1) {
    const { name, width } = random.pick(signals)
    const low = random.integer(0, width - 1)
    const texts = [
      name,
      name,
      name,
      `${name}[${random.integer(low, width - 1)}:${low}]`,
      `$signed(${name})`,
      `$unsigned(${name})`,
    ]
    texts.push(`${random.integer(1, 9)}'${random.pick(['d', 'sd'])}${random.integer(0, 1)}`)
    return random.pick(texts)
  }
  switch (random.integer(0, 5)) {
    case 0:
      return `(${random.pick(UNARY)}(${inner()}))`
    case 1:
      return `((${inner()}) ? (${inner()}) : (${inner()}))`
    case 2:
      return random.pick([`{${inner()}, ${inner()}}`, `{3{${inner()}}}`, `$signed({${inner()}, ${inner()}})`])
    default:
      return `((${inner()}) ${random.pick(BINARY)} (${inner()}))`
  }
}

interface Case {
  readonly design: Design
  readonly vectors: readonly bigint[]
}

function randomDesign(seed: number, inputCount: number, outputCount: number): Case {
  const random = new TestRandom(seed)
  const width = (): number => (random.unit() < 0.7 ? random.integer(1, 12) : random.integer(13, 70))
  const signal = (name: string): Signal => ({ name, width: width(), signed: random.unit() < 0.5 })
  const inputs = Array.from({ length: inputCount }, (_, index) => signal(`x${index}`))
  const outputs = Array.from({ length: outputCount }, (_, index) => {
    return { ...signal(`y${index}`), text: expression(random, inputs, random.integer(1, 4)) }
  })
  const bits = inputs.reduce((sum, { width }) => sum + width, 0)
  const vectors = Array.from({ length: 64 }, (_, index) => {
    if (index < 2) return index === 0 ? 0n : (1n << BigInt(bits)) - 1n
    let vector = 0n
    for (let bit = 0; bit < bits; bit += 16) vector = (vector << 16n) | BigInt(random.integer(0, 65535))
    return BigInt.asUintN(bits, vector)
  })
  return { design: designOf(inputs, outputs), vectors }
}

async function compare(
  { design, vectors }: Case,
  reference: (request: SimulationRequest) => Promise<Result<Simulation>>,
): Promise<void> {
  const expected = await reference({ design, inputs: vectors })
  const found = await simulateNetlist({ design, inputs: vectors })
  assert.ok(expected.ok, expected.ok ? '' : expected.error.message)
  assert.ok(found.ok, found.ok ? '' : found.error.message)
  if (!found.ok || !expected.ok) return
  for (let vector = 0; vector < vectors.length; vector++) {
    const differing = (found.value.outputs[vector] ?? 0n) ^ (expected.value.outputs[vector] ?? 0n)
    assert.is(differing, 0n, `vector ${vector}, bits ${differing.toString(2)}\n${design.files[0]?.text}`)
  }
}

const withVerilator = 'the netlist evaluator and Verilator agree on random expressions'
if (verilator === null) test.skip(withVerilator, 'Verilator is not installed')
else test(withVerilator, () => compare(randomDesign(1, 12, 200), simulateWithVerilator))

// Seeds are fixed: on some expressions that mix signed and unsigned comparisons Icarus 11 disagrees with all others.
const withIcarus = 'the netlist evaluator and Icarus agree on random expressions'
if (icarus === null) test.skip(withIcarus, 'Icarus Verilog is not installed')
else {
  test(withIcarus, async () => {
    for (let seed = 1; seed <= 12; seed++) await compare(randomDesign(seed, 4, 24), simulateWithIcarus)
  })
}

const a: Signal = { name: 'a', width: 4, signed: true }

test('registers delay by a cycle each, over the borders of blocks of cycles', async () => {
  const y = { name: 'y', width: 4, signed: false, text: 'held' }
  const design = designOf([a], [y], '  reg [3:0] held;\n  always @(posedge clk) held <= a;\n')
  const inputs = Array.from({ length: 1000 }, (_, index) => BigInt((index * 7) % 16))
  const result = await simulateNetlist({ design: { ...design, latencyCycles: 2 }, inputs })
  assert.ok(result.ok)
  if (result.ok) assert.equal(result.value.outputs, inputs)
})

test('an undriven bit is an error, not a zero', async () => {
  const y = { name: 'y', width: 4, signed: false, text: 'a + loose' }
  const result = await simulateNetlist({ design: designOf([a], [y], '  wire [3:0] loose;\n'), inputs: [1n] })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.code, 'HGQ6201')
})

test('feedback is an error', async () => {
  const y = { name: 'y', width: 4, signed: false, text: 'y + a' }
  const result = await simulateNetlist({ design: designOf([a], [y]), inputs: [1n] })
  assert.not.ok(result.ok)
  if (!result.ok) assert.match(result.error.message, /feeds a value back/)
})

test('text that is not Verilog is an error that quotes Yosys', async () => {
  const y = { name: 'y', width: 4, signed: false, text: 'a +* 3 b' }
  const result = await simulateNetlist({ design: designOf([a], [y]), inputs: [1n] })
  assert.not.ok(result.ok)
  if (!result.ok) {
    assert.is(result.error.code, 'HGQ6102')
    assert.match(result.error.message, /m\.v:3/)
  }
})
