import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { broadcastShape } from '../../../compiler/graph/broadcast.js'
import { parseContraction } from '../../../compiler/graph/einsum.js'
import { patchesMap, patchesOf } from '../../../compiler/graph/patches.js'
import { operationRules } from '../../../compiler/graph/shapes.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import { suite } from '../../kit.js'

const test = suite('shape rules')

function shapeOf(kind: string, operands: readonly Shape[], attributes: Record<string, unknown> = {}): Shape | string {
  const result = operationRules.shapeOf(kind, operands, attributes)
  if (result.ok) return result.shape
  return `${result.attribute ?? result.operand}: ${result.message}; ${result.label}; ${result.rule}`
}

test('elementwise operations broadcast axes of length 1 and leading axes', () => {
  assert.equal(shapeOf('add', [[5], [5]]), [5])
  assert.equal(shapeOf('multiply', [[3, 1], [4]]), [3, 4])
  assert.equal(shapeOf('subtract', [[], [2, 2]]), [2, 2])
  assert.equal(shapeOf('add', [[64, 5], [5]]), [64, 5])
})

test('a sum of unequal shapes shows both and the rule', () => {
  assert.is(
    shapeOf('add', [[5], [16]]),
    "1: these shapes don't match; this is [16]; the left side is [5]; an elementwise sum needs equal shapes, or an axis of length 1",
  )
})

test('einsum gives the shape of the result', () => {
  assert.equal(shapeOf('einsum', [[16], [16, 5]], { equation: '...i,io->...o' }), [5])
  assert.equal(
    shapeOf(
      'einsum',
      [
        [64, 16],
        [16, 5],
      ],
      { equation: '...i,io->...o' },
    ),
    [64, 5],
  )
  assert.equal(
    shapeOf(
      'einsum',
      [
        [64, 16],
        [64, 8],
      ],
      { equation: '...pf,pq->...qf' },
    ),
    [8, 16],
  )
  assert.equal(shapeOf('einsum', [[3, 4], [3]], { equation: 'pf, p -> f' }), [4])
  assert.equal(
    shapeOf(
      'einsum',
      [
        [7, 3, 4],
        [7, 4, 5],
      ],
      { equation: '...ij,...jk->...ik' },
    ),
    [7, 3, 5],
  )
})

for (const [equation, left, right, expected] of [
  [
    '...i,io->...o',
    [16],
    [15, 5],
    "1: these shapes don't match; this is [15, 5], so axis i is 15; in the left operand [16] it is 16",
  ],
  [
    'i,io->oo',
    [16],
    [16, 5],
    'equation: this equation doesn\'t describe a contraction; the letter o stands twice in "oo"',
  ],
  [
    'ii,io->o',
    [4, 4],
    [4, 5],
    'equation: this equation doesn\'t describe a contraction; the letter i stands twice in "ii"',
  ],
  [
    'i,io->p',
    [4],
    [4, 5],
    "equation: this equation doesn't describe a contraction; the result has the letter p, which neither operand has",
  ],
  [
    'i,io',
    [4],
    [4, 5],
    'equation: this equation doesn\'t describe a contraction; "i,io" is not an einsum equation of two operands',
  ],
  ['i?,io->o', [4, 1], [4, 5], 'equation: this equation doesn\'t describe a contraction; "?" is not a letter'],
  ['i...,io->o...', [4], [4, 5], "equation: this equation doesn't describe a contraction; `...` may only stand first"],
  [
    '...i,io->o',
    [4],
    [4, 5],
    "equation: this equation doesn't describe a contraction; an operand has `...`, which the result lacks",
  ],
  [
    'ij,io->o',
    [4, 2],
    [4, 5],
    "equation: this equation doesn't describe a contraction; the letter j is in one operand alone",
  ],
  [
    'ij,jo->io',
    [4],
    [4, 5],
    '0: the equation doesn\'t fit the tensor; this is [4]: "ij" names 2 axes; this has 1 axis',
  ],
  [
    '...ij,jo->...io',
    [4],
    [4, 5],
    '0: the equation doesn\'t fit the tensor; this is [4]: "...ij" names 2 axes or more; this has 1 axis',
  ],
] as const) {
  test(`einsum "${equation}" of [${left.join(', ')}] and [${right.join(', ')}] is refused`, () => {
    const message = shapeOf('einsum', [left, right], { equation })
    assert.ok(typeof message === 'string' && message.startsWith(expected), String(message))
  })
}

test('reshape keeps the number of elements and works out one length', () => {
  assert.equal(shapeOf('reshape', [[3, 50]], { shape: [-1] }), [150])
  assert.equal(shapeOf('reshape', [[6]], { shape: [2, -1] }), [2, 3])
  assert.match(String(shapeOf('reshape', [[6]], { shape: [4] })), /^shape: .*does not hold the 6 elements of \[6\]/)
  assert.match(String(shapeOf('reshape', [[6]], { shape: [-1, -1] })), /leaves 2 lengths open/)
})

test('reductions, transpose, slice and concatenation', () => {
  assert.equal(shapeOf('reduce_sum', [[3, 4]], { axes: [-1], keep_axes: false }), [3])
  assert.equal(shapeOf('reduce_max', [[3, 4]], { axes: [0], keep_axes: true }), [1, 4])
  assert.match(String(shapeOf('reduce_min', [[3, 4]], { axes: [2], keep_axes: false })), /^axes: there is no axis 2/)
  assert.match(String(shapeOf('reduce_sum', [[3, 4]], { axes: [1, -1] })), /named twice/)
  assert.equal(shapeOf('transpose', [[3, 4, 5]], { permutation: [2, 0, -2] }), [5, 3, 4])
  assert.match(String(shapeOf('transpose', [[3, 4]], { permutation: [0, 0] })), /^permutation: /)
  assert.equal(shapeOf('slice', [[3, 50]], { axis: -1, start: 10, end: -10 }), [3, 30])
  assert.match(String(shapeOf('slice', [[5]], { axis: 0, start: 2, end: 9 })), /^end: .*2 to 9 of the 5/)
  assert.equal(
    shapeOf(
      'concatenate',
      [
        [2, 4],
        [2, 5],
      ],
      { axis: -1 },
    ),
    [2, 9],
  )
  assert.match(
    String(
      shapeOf(
        'concatenate',
        [
          [2, 4],
          [3, 5],
        ],
        { axis: -1 },
      ),
    ),
    /^1: .*this is \[3, 5\]; the first is \[2, 4\]/,
  )
  assert.match(String(shapeOf('concatenate', [], { axis: -1 })), /nothing to concatenate/)
})

test('patches', () => {
  assert.equal(shapeOf('patches', [[8, 4]], { window: [3] }), [6, 3, 4])
  assert.equal(shapeOf('patches', [[8, 4]], { window: [3], strides: [2], dilation: [2] }), [2, 3, 4])
  assert.equal(shapeOf('patches', [[7, 5]], { window: [3, 2], strides: [2, 3], padding: 'same' }), [4, 2, 3, 2])
  assert.equal(shapeOf('patches', [[7]], { window: [3], strides: [2], padding: 'causal' }), [4, 3])
  assert.match(String(shapeOf('patches', [[2, 4]], { window: [3] })), /^window: .*larger.*spans \[3\] of \[2\]/)
  assert.match(String(shapeOf('patches', [[5]], { window: [3], dilation: [3] })), /spans \[7\] of \[5\]/)
  assert.match(String(shapeOf('patches', [[5]], { window: [3, 3] })), /^window: .*2 axes of a tensor of shape \[5\]/)
  assert.match(String(shapeOf('patches', [[5]], { window: [] })), /^window: /)
  assert.match(String(shapeOf('patches', [[5]], { window: [0] })), /^window: .*cannot be 0/)
  assert.match(
    String(shapeOf('patches', [[5]], { window: [1], strides: [1, 2] })),
    /^strides: .*2 for a window of one axis/,
  )
  assert.match(String(shapeOf('patches', [[5]], { window: [1], dilation: [-1] })), /^dilation: .*cannot be -1/)
  assert.match(String(shapeOf('patches', [[5, 5]], { window: [2, 2], rest: 1 })), /^0: .*this is \[5, 5\]/)
})

test('patches are the elements that the windows of Keras see', () => {
  const mapOf = (shape: number[], attributes: Record<string, unknown>): readonly number[] => {
    const result = operationRules.shapeOf('patches', [shape], attributes)
    if (!result.ok) throw new Error(result.label)
    return [...patchesMap(shape, { ...patchesOf(shape, attributes), shape: result.shape })]
  }
  // One element is missing at each end; with two more positions than strides fit, the odd one is missing behind.
  assert.equal(mapOf([3], { window: [3], padding: 'same' }), [-1, 0, 1, 0, 1, 2, 1, 2, -1])
  assert.equal(mapOf([4], { window: [3], strides: [2], padding: 'same' }), [0, 1, 2, 2, 3, -1])
  assert.equal(mapOf([3], { window: [2], dilation: [2], padding: 'causal' }), [-1, 0, -1, 1, 0, 2])
  assert.equal(mapOf([3], { window: [3], padding: 'same', border: 'nearest' }), [0, 0, 1, 0, 1, 2, 1, 2, 2])
  assert.equal(mapOf([2, 2, 2], { window: [2], padding: 'valid' }), [0, 1, 2, 3, 4, 5, 6, 7])
  assert.equal(mapOf([2, 2], { window: [1, 2] }), [0, 1, 2, 3])
})

test('parameters and batch statistics', () => {
  assert.equal(shapeOf('parameter', [], { shape: [3, 4] }), [3, 4])
  assert.match(String(shapeOf('parameter', [], { shape: [3, 0] })), /^shape: an axis cannot have length 0/)
  assert.equal(shapeOf('batch_mean', [[64, 16]], { momentum: 0.9 }), [16])
  assert.equal(shapeOf('shift', [[2]], { by: 3 }), [2])
})

test('an unknown kind is a bug', () => {
  assert.throws(() => shapeOf('softsign', [[1]]), /no shape rule/)
})

test('broadcasting is symmetric and never loses elements', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })
  fc.assert(
    fc.property(shape, shape, (left, right) => {
      const result = broadcastShape(left, right)
      assert.equal(result, broadcastShape(right, left))
      if (result !== undefined) assert.ok(elementCount(result) >= Math.max(elementCount(left), elementCount(right)))
    }),
    { seed: 11 },
  )
})

test('no equation makes the parser throw', () => {
  const term = fc.string({ unit: fc.constantFrom('.', 'i', 'j', 'k', ',', '-', '>', ' ', '?'), maxLength: 12 })
  fc.assert(
    fc.property(term, fc.nat(3), fc.nat(3), (equation, left, right) => {
      assert.type(parseContraction(equation, left, right).ok, 'boolean')
    }),
    { seed: 12, numRuns: 2000 },
  )
})
