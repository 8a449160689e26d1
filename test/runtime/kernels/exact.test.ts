import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ElementTypes } from '../../../compiler/graph/calibrated.js'
import { RECORD, writeType } from '../../../runtime/infer/bulk/records.js'
import { quantizeElements } from '../../../runtime/infer/quantize.js'
import { MODES, roundingCode } from '../../../runtime/kernels/codes.js'
import { instantiateKernels, kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { OVERFLOWS, ROUNDINGS } from '../../fixtures/golden-quantizer.js'
import { suite } from '../../kit.js'

const test = suite('runtime/kernels/exact')
const SEED = 3
const memory = kernelMemory(65536)
const kernels = instantiateKernels(kernelModule(), memory)
const [X, Y, RECORDS, EXTREMES, WRAPS] = [4096, 12288, 20480, 24576, 28672]
const MODE_OF = { saturate: 'clip', saturate_symmetric: 'clip', wrap: 'wrap', wrap_reflect: 'reflect' } as const

/** One row of each type with the values of `columns` through the kernel: results, extremes and wraps. */
function byKernel(columns: Float64Array, elements: ElementTypes, bits: 32 | 64) {
  const view = (address: number, count: number): Float32Array | Float64Array =>
    bits === 32 ? new Float32Array(memory.buffer, address, count) : new Float64Array(memory.buffer, address, count)
  const rows = elements.types.length
  const exact = columns.length / rows
  const samples = Math.ceil(exact / 8) * 8
  for (let row = 0; row < rows; row++) {
    for (let s = 0; s < samples; s++)
      view(X, rows * samples)[row * samples + s] = columns[row * exact + Math.min(s, exact - 1)] as number
    view(EXTREMES, 2 * rows).set([Infinity, -Infinity], 2 * row)
  }
  for (const [index, type] of elements.types.entries())
    writeType(view(RECORDS, rows * RECORD), index, type, elements.overflow)
  new Float64Array(memory.buffer, WRAPS, 1)[0] = 0
  const mode = MODES[MODE_OF[elements.overflow]]
  const stride = samples * (bits / 8)
  const rounding = roundingCode(elements.rounding)
  kernels[bits === 32 ? 'quantize32' : 'quantize64'](
    Y,
    X,
    RECORDS,
    rows,
    stride,
    samples,
    exact,
    rounding,
    mode,
    EXTREMES,
    WRAPS,
  )
  const results = new Float64Array(columns.length)
  for (let row = 0; row < rows; row++)
    for (let s = 0; s < exact; s++) results[row * exact + s] = view(Y, rows * samples)[row * samples + s] as number
  return {
    results: Array.from(results, (x) => x + 0),
    extremes: Array.from(view(EXTREMES, 2 * rows), (x) => x + 0),
    wraps: new Float64Array(memory.buffer, WRAPS, 1)[0],
  }
}

function byDoubles(columns: Float64Array, elements: ElementTypes) {
  const results = new Float64Array(columns.length)
  const wraps = quantizeElements(columns, elements, results)
  const size = columns.length / elements.types.length
  const extremes = elements.types.flatMap((_, row) => {
    const some = results.subarray(row * size, (row + 1) * size)
    return [Math.min(...some) + 0, Math.max(...some) + 0]
  })
  return { results: Array.from(results, (x) => x + 0), extremes, wraps }
}

const type = fc.record({
  k: fc.constantFrom<0 | 1>(0, 1),
  i: fc.integer({ min: -4, max: 9 }),
  f: fc.integer({ min: -4, max: 10 }),
})

for (const [bits, most] of [
  [32, 2 ** 24],
  [64, 2 ** 50],
] as const)
  test(`quantizers in float${bits}: all roundings and overflows, exact, wraps and extremes noted (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.array(type, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...Object.values(ROUNDINGS)),
        fc.constantFrom(...Object.values(OVERFLOWS)),
        fc.integer({ min: 1, max: 37 }),
        fc.infiniteStream(fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 14 }), fc.boolean())),
        (types, rounding, overflow, samples, stream) => {
          const elements: ElementTypes = { types, rounding, overflow }
          const columns = Float64Array.from({ length: types.length * samples }, () => {
            const [integer, f, small] = stream.next().value
            return (integer % (small ? 2 ** 12 : most)) / 2 ** f
          })
          assert.equal(byKernel(columns, elements, bits), byDoubles(columns, elements))
        },
      ),
      { numRuns: 500, seed: SEED },
    )
  })
