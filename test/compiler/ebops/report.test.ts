import * as assert from 'uvu/assert'
import { meanBits } from '../../../compiler/ebops/report.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import type { Operation } from '../../../compiler/graph/operation.js'
import type { Overflow } from '../../../lang/program.js'
import { CalibratedBuilder } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('compiler/ebops/report')

/** Mean bits of two weights of these types, over unsigned inputs of 3 bits. */
function weightBits(types: readonly FixedType[], overflow: Overflow): ReturnType<typeof meanBits> {
  const build = new CalibratedBuilder()
  const three = { k: 0, i: 1, f: 2 } as const
  const elements = { types: [three, three], rounding: 'nearest', overflow: 'saturate' } as const
  const x = build.quantize(build.input('x', elements), 'x/q', elements)
  const w = build.parameter('w', [2, 1], [1, 0])
  const quantize = build.operations[w] as Operation & { readonly kind: 'quantize' }
  build.operations[w] = { ...quantize, quantizer: { ...quantize.quantizer, overflow } }
  build.constants.set(w, { values: Float64Array.of(1, 0), types })
  const y = build.push({ kind: 'einsum', equation: 'i,io->o', operands: [x, w], side: 'data', shape: [1] })
  return meanBits(build.finish([{ name: 'y', operation: y }]))
}

test('a weight without magnitude has no bits where the range is symmetric; a wrapping one keeps its sign', () => {
  const types = [
    { k: 1, i: 1, f: 2 },
    { k: 1, i: 1, f: -1 },
  ] as const
  assert.equal(weightBits(types, 'saturate_symmetric'), { weight: 2, activation: 3 })
  assert.equal(weightBits(types, 'wrap'), { weight: 2.5, activation: 3 })
})
