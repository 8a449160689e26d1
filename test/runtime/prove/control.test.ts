import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import type { ControlSpec } from '../../../lang/program.js'
import { specificationOf } from '../../../runtime/prove/claims.js'
import { layoutOf } from '../../../runtime/prove/layout.js'
import { coverageOf, type Proof } from '../../../runtime/prove/proof.js'
import { prove } from '../../../runtime/prove/prove.js'
import { readNetlist } from '../../../runtime/prove/read/read-netlist.js'
import type { Design } from '../../../targets/design.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { injectControlFaults } from '../../fixtures/faults/inject-control.js'
import { VERILOG } from '../../fixtures/faults/languages.js'
import { suite } from '../../kit.js'
import { type ControlCase, controlCases } from '../../targets/control-cases.js'
import { templates, vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

const test = suite('runtime/prove/control')
const SEED = 20

interface Emitted {
  readonly pipeline: Pipeline
  readonly design: Design
  readonly control: ControlSpec
}

function emitted({ seed, stages, registers, control }: ControlCase): Emitted {
  const pipeline = randomPipeline(seed, { inputs: 5, nodes: 40, stages, widest: 24, registers })
  return { pipeline, control, design: emitVerilog(pipeline, { name: 'net', target: vu13p, templates, control }) }
}

/** The proof of a design, or the code and message of what is wrong. */
async function proofOf(
  { pipeline, control, design }: Emitted,
  edit = (text: string): string => text,
): Promise<Proof | string> {
  const files = design.files.map((file) => ({ ...file, text: edit(file.text) }))
  const netlist = await readNetlist({ ...design, files })
  if (!netlist.ok) throw new Error(netlist.error.message)
  const instance = control.handshake === 'none' ? undefined : 'core'
  const proof = prove(
    specificationOf(pipeline, { fanOut: control.fanOut, instance }),
    layoutOf(design.interface),
    netlist.value,
  )
  return proof.ok ? proof.value : `${proof.error.code} ${proof.error.message}`
}

/** Code and message of what is wrong about a design that was changed. */
async function refusalOf(each: Emitted, edit: (text: string) => string): Promise<string> {
  assert.ok(
    each.design.files.some(({ text }) => edit(text) !== text),
    'nothing was changed',
  )
  const proof = await proofOf(each, edit)
  return typeof proof === 'string' ? proof : 'was proven'
}

const PLAIN = { seed: 12, stages: 3, registers: { inputs: false, outputs: true, layers: 1 } }
const FREE: ControlSpec = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' }

test(`designs with any control and any registers are proven to the last (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(controlCases, fc.boolean(), async (each, inputs) => {
      const proof = await proofOf(emitted({ ...each, registers: { ...each.registers, inputs } }))
      assert.type(proof, 'object', String(proof))
      if (typeof proof === 'string') return
      assert.equal(proof.left, [])
      const { parts, proven } = coverageOf(proof)
      assert.is(proven, parts)
    }),
    { numRuns: 8, seed: SEED },
  )
})

test(`faults in control that show at the ports are all refused (seed ${SEED})`, async () => {
  const all = await injectControlFaults(VERILOG, 8, SEED)
  assert.is(all.filter(({ shown }) => shown !== null).length, 8)
  for (const { fault, shown, refusal, seed } of all) {
    if (shown !== null) assert.is.not(refusal, null, `design ${seed}, ${fault.text}`)
  }
  assert.ok(all.some(({ refusal }) => refusal?.startsWith('HGQ6207')))
})

test('what is wrong is said of the register and the port', async () => {
  const enabled = emitted({ ...PLAIN, control: { ...FREE, reset: 'synchronous', resetData: true, clockEnable: true } })
  const wrong: readonly (readonly [from: RegExp, to: string, said: RegExp])[] = [
    [/end else if \(ce\) begin/, 'end else begin', /^HGQ6207 .*'n\d+_q1' should keep its value while 'ce' is low/],
    [/(n\d+_q1) <= (\d+)'d0;/, "$1 <= $2'd1;", /^HGQ6207 .*'n\d+_q1' should be 0 after an edge at which 'rst' is high/],
    [/if \(rst\) begin/, 'if (rst && ce) begin', /^HGQ6207 .*should be 0 after an edge at which 'rst' is high/],
    [/(n\d+_q1) <= (n\d+);/, '$1 <= ~$2;', /^HGQ6204 .*n\d+_q1 should hold node/],
  ]
  for (const [from, to, said] of wrong) assert.match(await refusalOf(enabled, (text) => text.replace(from, to)), said)
})

test('a reset that is stated to be asynchronous and is none is refused, and the other way round', async () => {
  for (const [reset, from, to] of [
    ['asynchronous', 'posedge clk or posedge rst', 'posedge clk'],
    ['synchronous', 'posedge clk', 'posedge clk or posedge rst'],
  ] as const) {
    const each = emitted({ ...PLAIN, control: { ...FREE, reset, resetData: true } })
    assert.match(
      await refusalOf(each, (text) => text.replaceAll(from, to)),
      /^HGQ6207 .* should be 0 (while|after an edge)/,
    )
  }
})

test('a queue that loses, doubles or hides an output is refused', async () => {
  const each = emitted({ ...PLAIN, control: { ...FREE, reset: 'synchronous', handshake: 'valid_ready' } })
  const wrong: readonly (readonly [from: string, to: string, said: RegExp])[] = [
    ['valid[1:0], taken', 'valid[1:0], in_valid', /bit 0 of 'valid' should be high when what is in the core/],
    ['arrived = valid[2]', 'arrived = valid[1]', /'waiting' should count up when an output arrives/],
    ["free <= 3'd5", "free <= 3'd6", /'free' should be 5 after an edge at which 'rst' is high/],
    ['places[tail] <= computed', 'places[head] <= computed', /what arrives should be written to place 'tail'/],
    ['if (arrived) places', 'if (arrived && !gone) places', /a place should be written when an output arrives/],
    ['shown = places[head]', 'shown = places[tail]', /the outputs should show place 'head'/],
    ['if (gone) head', 'if (arrived) head', /'head' should be the place after the one that an output is gone from/],
    ['some <= waiting_next != ', 'some <= waiting != ', /'some' should be high when an output waits/],
    ['ready <= free_next != ', 'ready <= free != ', /'ready' should be high when a place is free/],
    ['gone = out_valid && out_ready', 'gone = out_valid', /'free' should lose a place when an input is taken/],
    ['in_ready = ready', "in_ready = 1'b1", /'in_ready' should be what 'ready' is/],
  ]
  for (const [from, to, said] of wrong) {
    const proof = await refusalOf(each, (text) => text.replace(from, to))
    assert.match(proof, /^HGQ6207/, from)
    assert.match(proof, said)
  }
})

test('a pipeline that moves only while an output arrives is refused', async () => {
  const each = emitted({ ...PLAIN, control: { ...FREE, reset: 'synchronous', handshake: 'valid_ready' } })
  const refusal = await refusalOf(each, (text) =>
    text.includes('module net (')
      ? text
          .replace('input  wire clk,', 'input  wire clk,\n  input  wire go,')
          .replaceAll('always @(posedge clk) begin', 'always @(posedge clk) if (go) begin')
      : text.replace('.clk(clk),', '.clk(clk),\n    .go(arrived),'),
  )
  assert.match(refusal, /^HGQ620[14]/)
})

test('a copy of a register that holds another value is refused', async () => {
  const each = emitted({ ...PLAIN, control: { ...FREE, fanOut: 1 } })
  assert.type(await proofOf(each), 'object')
  const wrong = await refusalOf(each, (text) => text.replace(/(n(\d+)_q\d+_c1) <= (\w+);/, '$1 <= ~$3;'))
  assert.match(wrong, /^HGQ6204 .*_c1 should hold node/)
})
