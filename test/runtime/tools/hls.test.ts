import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { hlsHeaders, STANDINS } from '../../../runtime/tools/hls-headers.js'
import { decodeOutputs, encodeInputs } from '../../../runtime/tools/hls-words.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { checkDesign } from '../../../runtime/verify/check-design.js'
import { randomVectors } from '../../../runtime/verify/vectors.js'
import type { Design, PortInterface } from '../../../targets/design.js'
import { emitHls } from '../../../targets/hls/emit.js'
import { flavourOf } from '../../../targets/hls/flavour.js'
import { elementType } from '../../../targets/hls/port.js'
import { suite } from '../../kit.js'
import { vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()

const test = suite('runtime/tools/hls')

const SEED = 7

const port = fc
  .array(
    fc.record({
      k: fc.constantFrom(0 as const, 1 as const),
      f: fc.integer({ min: -10, max: 40 }),
      width: fc.integer({ min: 0, max: 90 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((types): PortInterface => {
    let bits = 0
    const elements = types.map(({ k, f, width }) => {
      const element = { k, f, i: width - k - f, offset: bits, width, mean: 0, scale: 1 }
      bits += width
      return element
    })
    const bare = { name: 'x', shape: [types.length], bits, elements }
    return { ...bare, array: elementType(bare, flavourOf('oneapi')) }
  })

test('rows go into the words of arrays and come back', () => {
  fc.assert(
    fc.property(
      fc.array(port, { minLength: 1, maxLength: 3 }),
      fc.array(fc.bigInt(0n, 1n << 900n), { maxLength: 4 }),
      (ports, rows) => {
        const bits = ports.reduce((sum, { bits }) => sum + bits, 0)
        const given = rows.map((row) => BigInt.asUintN(bits, row))
        assert.equal(decodeOutputs(ports, encodeInputs(ports, given), rows.length), given)
      },
    ),
    { seed: SEED, numRuns: 300 },
  )
})

test('an output that is none of its element, and words that are missing, are said', () => {
  const element = { k: 0 as const, i: 2, f: 1, offset: 0, width: 3, mean: 0, scale: 1 }
  const ports: PortInterface[] = [{ name: 'y', shape: [1], bits: 3, elements: [element], array: { k: 1, i: 4, f: 2 } }]
  const word = (value: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt.asUintN(7, value)).buffer)
  assert.equal(decodeOutputs(ports, word(14n), 1), [7n])
  for (const wrong of [1n, 16n, -2n]) {
    assert.is(decodeOutputs(ports, word(wrong), 1), "element 0 of y of vector 0 is not of the element's type")
  }
  assert.is(decodeOutputs(ports, word(0n), 2), 'it gave 8 bytes for 2 vectors of 8')
})

test('headers are the installed ones where the environment names a folder that has them', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hgq-headers-'))
  try {
    assert.equal(hlsHeaders('vitis', {}), STANDINS)
    assert.equal(hlsHeaders('vitis', { XILINX_HLS: root }), STANDINS)
    await mkdir(join(root, 'include'))
    await writeFile(join(root, 'include', 'ap_fixed.h'), '')
    assert.equal(hlsHeaders('vitis', { XILINX_HLS: root }), {
      folder: join(root, 'include'),
      origin: 'types of XILINX_HLS',
    })
    assert.equal(hlsHeaders('oneapi', { XILINX_HLS: root, AC_TYPES: root }), STANDINS)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

const names = [
  'a fault in the C++ is found and named',
  'C++ that does not compile is said with the first error',
] as const
if (compiler === null) for (const name of names) test.skip(name, 'there is no C++ compiler')
else {
  const pipeline = randomPipeline(3, { inputs: 6, nodes: 50, stages: 1 })
  const design = emitHls(pipeline, 'vitis', { name: 'net', target: vu13p, templates: packageTemplates })
  const vectors = randomVectors(pipeline.graph, 300, SEED)
  const expected = [{ ...vectors, outputs: emulate(pipeline.graph, vectors.inputs, vectors.rows) }]
  const changed = (change: (text: string) => string): Design => ({
    ...design,
    files: design.files.map((file) =>
      file.path === 'firmware/net.cpp' ? { path: file.path, text: change(file.text) } : file,
    ),
  })
  test(names[0], async () => {
    const right = await checkDesign(pipeline.graph, design, expected, 'vitis')
    assert.ok(right.ok, right.ok ? '' : right.error.message)
    if (right.ok) assert.is(right.value.name, `${compiler.name}, ${hlsHeaders('vitis').origin}`)
    const faulty = changed((text) => text.replace(/(n\d+ = [^;]*n\d+\)?) - /, '$1 + '))
    assert.is.not(faulty.files.find((file) => file.path === 'firmware/net.cpp')?.text, textOf(design))
    const wrong = await checkDesign(pipeline.graph, faulty, expected, 'vitis')
    assert.ok(!wrong.ok)
    if (!wrong.ok) assert.is(wrong.error.code, 'HGQ6203')
  })
  test(names[1], async () => {
    const broken = changed((text) => text.replace('const ap_', 'const an_'))
    const result = await checkDesign(pipeline.graph, broken, expected, 'vitis')
    assert.ok(!result.ok)
    if (result.ok) return
    assert.is(result.error.code, 'HGQ6102')
    assert.match(result.error.message, /failed while compiling the design: net\.cpp:\d+:\d+: error: /)
  })
}

function textOf(design: Design): string | undefined {
  return design.files.find((file) => file.path === 'firmware/net.cpp')?.text
}
