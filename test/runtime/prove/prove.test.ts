import * as assert from 'uvu/assert'
import type { FixedNode, Term } from '../../../compiler/fixed/graph.js'
import { DEFAULT_REGISTERS, type Pipeline } from '../../../compiler/schedule/pipeline.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { type Claim, specificationOf } from '../../../runtime/prove/claims.js'
import { type Layout, layoutOf } from '../../../runtime/prove/layout.js'
import { partsOf } from '../../../runtime/prove/levels.js'
import { coverageOf, type Proof } from '../../../runtime/prove/proof.js'
import { type ProofOptions, prove, type ReadNetlist } from '../../../runtime/prove/prove.js'
import { readNetlist } from '../../../runtime/prove/read/read-netlist.js'
import type { Design } from '../../../targets/design.js'
import { signalsOf } from '../../../targets/rtl/signals.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { productsWithBit, templates, vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

const test = suite('runtime/prove')

function emit(pipeline: Pipeline): Design {
  return emitVerilog(pipeline, { name: 'net', target: vu13p, templates })
}

/** The design with every text changed by `edit`. */
function edited(design: Design, edit: (text: string) => string): Design {
  return { ...design, files: design.files.map((file) => ({ ...file, text: edit(file.text) })) }
}

async function read(design: Design): Promise<ReadNetlist> {
  const netlist = await readNetlist(design)
  assert.ok(netlist.ok, netlist.ok ? '' : netlist.error.message)
  if (!netlist.ok) throw new Error('unread')
  return netlist.value
}

function run(pipeline: Pipeline, layout: Layout, netlist: ReadNetlist, options?: ProofOptions): Proof | Diagnostic {
  const result = prove(specificationOf(pipeline), layout, netlist, options)
  return result.ok ? result.value : result.error
}

/** The same, where the emitter says something else of its signals. */
function runClaimed(
  pipeline: Pipeline,
  netlist: ReadNetlist,
  said: (claim: Claim) => Claim | null,
): Proof | Diagnostic {
  const specification = specificationOf(pipeline)
  const claims = specification.claims.flatMap((claim) => said(claim) ?? [])
  const result = prove({ ...specification, claims }, layoutOf(emit(pipeline).interface), netlist)
  return result.ok ? result.value : result.error
}

function proofOf(result: Proof | Diagnostic): Proof {
  if ('code' in result) throw new Error(`${result.message}\n${result.notes.join('\n')}`)
  return result
}

function errorOf(result: Proof | Diagnostic): Diagnostic {
  if (!('code' in result)) throw new Error('was proven')
  return result
}

/** An unsigned input of four bits; with `sum` another one, and the sum of both. */
function unsigned(stages: number, sum: boolean): Pipeline {
  const input = { kind: 'input', port: 0, type: { k: 0, i: 4, f: 0 }, origin: 'x' } as const
  const interval = { low: 0n, high: 15n, fraction: 0 }
  const [left, right] = [0, 1].map((node) => ({ node, shift: 0, negate: false })) as [Term, Term]
  const nodes: FixedNode[] = [
    { ...input, element: 0, interval },
    { ...input, element: 1, interval },
    { kind: 'add', left, right, interval: { ...interval, high: 30n }, origin: 'dense[0]' },
  ].slice(0, sum ? 3 : 1) as FixedNode[]
  const inputs = sum ? [0, 1] : [0]
  return {
    graph: {
      nodes,
      inputs: [{ name: 'x', shape: [inputs.length], nodes: inputs }],
      outputs: [{ name: 'y', shape: [], nodes: [nodes.length - 1] }],
    },
    stageOf: nodes.map(() => 0),
    stages,
    registers: DEFAULT_REGISTERS,
    clockPeriodNs: 5,
    estimatedCriticalPathNs: 1,
    registerBits: 0,
  }
}

/** y = relu(a - 2 b) behind two stages. */
function small(): Pipeline {
  const bits = { k: 1, i: 3, f: 0 } as const
  const wide = { low: -8n, high: 7n, fraction: 0 }
  const nodes: FixedNode[] = [
    { kind: 'input', port: 0, element: 0, type: bits, interval: wide, origin: 'x' },
    { kind: 'input', port: 0, element: 1, type: bits, interval: wide, origin: 'x' },
    {
      kind: 'add',
      left: { node: 0, shift: 0, negate: false },
      right: { node: 1, shift: 1, negate: true },
      interval: { low: -22n, high: 23n, fraction: 0 },
      origin: 'dense[0]',
    },
    { kind: 'relu', node: 2, interval: { low: 0n, high: 23n, fraction: 0 }, origin: 'relu[0]' },
  ]
  return {
    graph: {
      nodes,
      inputs: [{ name: 'x', shape: [2], nodes: [0, 1] }],
      outputs: [{ name: 'y', shape: [], nodes: [3] }],
    },
    stageOf: [0, 0, 0, 1],
    stages: 2,
    registers: DEFAULT_REGISTERS,
    clockPeriodNs: 5,
    estimatedCriticalPathNs: 1,
    registerBits: 0,
  }
}

const pipeline = small()
const design = emit(pipeline)
const layout = layoutOf(design.interface)
const reading = read(design)

test('random graphs of every kind of node are proven to the last', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = randomPipeline(seed, { inputs: 6, nodes: 80, stages: 3, widest: seed === 6 ? 70 : 40 })
    const emitted = emit(random)
    const proof = proofOf(run(random, layoutOf(emitted.interface), await read(emitted)))
    assert.equal(proof.left, [], `seed ${seed}`)
    const { parts, proven, levels } = coverageOf(proof)
    assert.is(proven, parts)
    assert.ok(parts >= signalsOf(random).size && levels.linear > 0)
  }
})

test('products with a bit are proven', async () => {
  const products = productsWithBit()
  const emitted = emit(products)
  const proof = proofOf(run(products, layoutOf(emitted.interface), await read(emitted)))
  assert.equal(proof.left, [])
  const { parts, proven } = coverageOf(proof)
  assert.ok(proven === parts && parts >= 3)
})

test('what is proven is counted by stage and by layer', async () => {
  const proof = proofOf(run(pipeline, layout, await reading))
  assert.equal(
    proof.stages.map(({ stage, levels }) => [stage, levels.linear, levels.structural]),
    [
      [0, 1, 2],
      [1, 0, 1],
    ],
  )
  assert.equal(
    proof.layers.map(({ layer }) => layer),
    ['x', 'dense[0]', 'relu[0]'],
  )
  assert.equal(proof.ranges, { rule: 4, affine: 0, sat: 0, vectors: 0 })
  assert.equal([proof.registers.structural, proof.outputs.structural], [2, 1])
})

test('a wrong operator is refuted with stage, signal, layer and values that show it', async () => {
  const wrong = edited(design, (text) => text.replace("n1, 1'd0}", "n1, 1'd1}"))
  const error = errorOf(run(pipeline, layout, await read(wrong)))
  assert.is(error.code, 'HGQ6204')
  assert.match(error.message, /stage0\.n2 should hold node 2 of 'dense\[0\]' in stage 1/)
  const [, expected, found] = /which is (-?\d+), and it holds (-?\d+)/.exec(error.message) ?? []
  const [, a, b] = /with n0 = (-?\d+), n1 = (-?\d+)/.exec(error.notes[0] ?? '') ?? []
  assert.is(Number(expected), Number(a) - 2 * Number(b))
  assert.is.not(expected, found)
})

test('text that computes the same in another way is proven as well', async () => {
  const rewrites: readonly (readonly [from: RegExp, to: string])[] = [
    [/assign n2 = (.*) - (.*);/, 'assign n2 = -($2 - $1);'],
    [/assign n2 = (.*) - (.*);/, "assign n2 = $1 + ~$2 + 6'd1;"],
    [/assign n3 = .*;/, 'assign n3 = n2[4:0] & {5{~n2[5]}};'],
    [/assign n3 = .*;/, 'assign n3 = n2 > 0 ? n2 : 0;'],
  ]
  for (const [from, to] of rewrites) {
    const other = edited(design, (text) => text.replace(from, to))
    assert.ok(other.files.some(({ text }, index) => text !== design.files[index]?.text))
    assert.is(coverageOf(proofOf(run(pipeline, layout, await read(other)))).levels.vectors, 0, to)
  }
})

test('a register that waits too long or holds something else is refuted', async () => {
  for (const edit of [
    (text: string) => text.replace('n3_q2 <= n3', 'n3_q2 <= ~n3'),
    (text: string) => text.replace('.n2(n2_q1)', '.n2(n2)'),
  ]) {
    const wrong = edited(design, edit)
    assert.is.not(wrong.files[2]?.text, design.files[2]?.text)
    assert.is(errorOf(run(pipeline, layout, await read(wrong))).code, 'HGQ6204')
  }
})

test('the falling edge, feedback and a net with two drivers are not understood', async () => {
  for (const edit of [
    (text: string) => text.replace('n3_q2 <= n3', 'n3_q2 <= n3_q2'),
    (text: string) => text.replace('posedge', 'negedge'),
    (text: string) => text.replace('assign n2 =', 'assign n2 = n2 ^'),
    (text: string) => text.replace('endmodule', '  assign n2 = n0 + n1;\nendmodule'),
  ]) {
    assert.is(errorOf(run(pipeline, layout, await read(edited(design, edit)))).code, 'HGQ6201')
  }
})

test('an interval that a value can leave is refuted with the value', async () => {
  const nodes = pipeline.graph.nodes.map((node) =>
    node.kind === 'add' ? { ...node, interval: { ...node.interval, high: 22n } } : node,
  )
  const error = errorOf(run({ ...pipeline, graph: { ...pipeline.graph, nodes } }, layout, await reading))
  assert.is(error.code, 'HGQ6206')
  assert.match(error.message, /node 2 of 'dense\[0\]' can be 23, which is not in \[-22, 22\]/)
})

test('ports that are not as stated, and signals that are missing, are errors', async () => {
  const netlist = await reading
  const [x] = layout.inputs
  assert.ok(x)
  if (x === undefined) return
  const moved = x.elements.map((element, index) => ({ ...element, offset: 4 * (1 - index) }))
  const wrong: readonly Layout[] = [
    { ...layout, latencyCycles: 3 },
    { ...layout, clock: 'y' },
    { ...layout, inputs: [{ ...x, bits: 9 }] },
    { ...layout, inputs: [{ ...x, elements: moved }] },
  ]
  for (const each of wrong) assert.is(errorOf(run(pipeline, each, netlist)).code, 'HGQ6205')
  const unnamed = { ...netlist, module: { ...netlist.module, netnames: {} } }
  assert.match(errorOf(run(pipeline, layout, unnamed)).message, /there is no signal 'n0'/)
})

test('without effort what a search would prove is left to the vectors, the same every time', async () => {
  const hard = randomPipeline(121, { inputs: 4, nodes: 80, stages: 3, widest: 30 })
  const emitted = emit(hard)
  const [stated, found] = [layoutOf(emitted.interface), await read(emitted)]
  const proofs = [1, 2].map(() => proofOf(run(hard, stated, found, { effort: 0 })))
  assert.equal(proofs[0], proofs[1])
  const left = proofs[0]?.nodes.vectors ?? 0
  assert.ok(left > 0)
  assert.is(proofs[0]?.left.length, left)
  const proof = proofOf(run(hard, stated, found))
  assert.is(proof.nodes.vectors, 0)
  assert.ok(proof.nodes.sat >= left)
})

test('a clock enable that is held is no part of the function', async () => {
  const enabled = edited(design, (text) =>
    text
      .replace('input  wire clk', 'input  wire clk,\n  input  wire enable')
      .replaceAll('always @(posedge clk) begin', 'always @(posedge clk) if (enable) begin'),
  )
  const stated: Layout = { ...layout, control: { ...layout.control, clockEnable: { port: 'enable' } } }
  const found = await read(enabled)
  const proof = proofOf(run(pipeline, stated, found))
  assert.equal(coverageOf(proof).levels.vectors, 0)
  assert.is(partsOf(proof.control), partsOf(proof.registers))
  // Where nothing is said of it, it may stop a value.
  assert.is(errorOf(run(pipeline, layout, found)).code, 'HGQ6201')
})

test('a signal that is declared and said to be narrower than its interval is no proof, whatever the rest says', async () => {
  const sum = unsigned(1, true)
  const narrow = edited(emit(sum), (text) => text.replaceAll(/\[4:0\] (n2(_q1)?)\b/g, '[3:0] $1'))
  assert.is(narrow.files.filter(({ text }) => text.includes('[3:0] n2')).length, 2)
  const said = (claim: Claim): Claim => (claim.node === 2 ? { ...claim, width: 4 } : claim)
  const error = errorOf(runClaimed(sum, await read(narrow), said))
  assert.is(error.code, 'HGQ6205')
  assert.match(error.message, /'stage0.n2' .* an unsigned number of 4 bits, and its interval takes .* of 5 bits/)
})

test('a sign that the interval does not have, and a width beyond it, are refused', async () => {
  for (const said of [
    (claim: Claim) => ({ ...claim, signed: !claim.signed }),
    (claim: Claim) => (claim.signal === 'n3_q2' ? { ...claim, signed: true } : claim),
    (claim: Claim) => (claim.node === 2 ? { ...claim, width: 7 } : claim),
  ]) {
    const error = errorOf(runClaimed(pipeline, await reading, said))
    assert.is(error.code, 'HGQ6205')
    assert.match(error.message, /its interval takes/)
  }
})

test('a constant without a single value is refused', async () => {
  const sum = unsigned(1, true)
  const nodes = sum.graph.nodes.map((node): FixedNode => {
    return node.kind === 'add' ? { kind: 'constant', interval: node.interval, origin: node.origin } : node
  })
  const graph = { ...sum.graph, nodes }
  const emitted = emit(sum)
  const error = errorOf(run({ ...sum, graph }, layoutOf(emitted.interface), await read(emitted)))
  assert.is(error.code, 'HGQ6205')
  assert.match(error.message, /node 2 of 'dense\[0\]' is a constant without a single value/)
})

test('an input stands at its port in the first stage alone; later a register has to hold it', async () => {
  const delayed = unsigned(3, false)
  proofOf(runClaimed(delayed, await read(emit(delayed)), (claim) => claim))
  const bare = await read(edited(emit(delayed), (text) => text.replace('n0_q3 /*', 'n0 /*')))
  const late = (claim: Claim): Claim | null => (claim.time === 0 ? { ...claim, time: 3, stage: 3 } : null)
  const error = errorOf(runClaimed(delayed, bare, late))
  assert.is(error.code, 'HGQ6205')
  assert.match(error.message, /'n0' is said to hold input node 0 in stage 4, and no register holds it before/)
  // With every earlier time claimed as well, the wire is no register.
  const wires = errorOf(runClaimed(delayed, bare, (claim) => ({ ...claim, signal: 'n0' })))
  assert.is(wires.code, 'HGQ6204')
})
