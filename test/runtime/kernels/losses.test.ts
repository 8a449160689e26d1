import * as assert from 'uvu/assert'
import { exp, log } from '../../../compiler/numeric/exactmath.js'
import { RESIDUAL_LOSSES } from '../../../runtime/kernels/codes.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats, ulps } from './bench.js'

const test = suite('kernels of losses')

/** Binary cross entropy of one logit with label 0: log(1 + e^x), and its slope. */
function binaryOf(logits: Float32Array): { losses: Float64Array; slopes: Float32Array } {
  const bench = new Bench()
  const dy = bench.room(8)
  const labels = bench.floats([0])
  const losses = new Float64Array(logits.length)
  const slopes = new Float32Array(logits.length)
  for (const [at, logit] of logits.entries()) {
    const total = bench.floats([0, 0])
    bench.kernels.binaryCrossEntropy(dy, bench.floats([logit]), labels, total, 8, 1, 1)
    losses[at] = bench.readDouble(total)
    slopes[at] = bench.read(dy, 1)[0] as number
  }
  return { losses, slopes }
}

test('the exponential is within two units in the last place', () => {
  // Below -17.4 the slope e^x / (1 + e^x) is e^x in float32.
  const random = new TestRandom(2)
  const logits = Float32Array.from({ length: 1500 }, () => -17.4 - random.unit() * 69.8)
  const { slopes } = binaryOf(logits)
  for (const [at, x] of logits.entries()) assert.ok(ulps(slopes[at] as number, exp(x)) <= 2, `e^${x} is ${slopes[at]}`)
  const { slopes: far } = binaryOf(Float32Array.of(-87.31, -100, -1e30))
  assert.equal([...far], [0, 0, 0])
})

test('the logistic function is within three units in the last place', () => {
  const logits = randomFloats(new TestRandom(3), 1500, 17)
  const { slopes, losses } = binaryOf(logits)
  for (const [at, x] of logits.entries()) {
    assert.ok(ulps(slopes[at] as number, 1 / (1 + exp(-x))) <= 3, `of ${x}: ${slopes[at]}`)
    const expected = Math.max(x, 0) + log(1 + exp(-Math.abs(x)))
    assert.ok(Math.abs((losses[at] as number) - expected) <= 1.5e-7 * (1 + expected), `loss of ${x}: ${losses[at]}`)
  }
})

test('the logarithm is within two units in the last place', () => {
  // Equal logits: the loss is the logarithm of the number of classes.
  const bench = new Bench()
  const most = 1200
  const y = bench.rows(
    Array.from({ length: most }, () => new Float32Array(4)),
    16,
  )
  const dy = bench.room(most * 4)
  const labels = bench.floats([0])
  for (let classes = 2; classes <= most; classes++) {
    const total = bench.floats([0, 0])
    bench.kernels.crossEntropy(dy, y, labels, total, classes, 16, 4, 1, 1)
    assert.ok(ulps(bench.readDouble(total), log(classes)) <= 2, `ln ${classes} is ${bench.readDouble(total)}`)
  }
})

test('cross entropy and its gradient leave padding out', () => {
  const bench = new Bench()
  const random = new TestRandom(4)
  const [classes, samples, exact, stride] = [5, 16, 11, 96] as const
  const logits = Array.from({ length: classes }, () => randomFloats(random, samples, 30))
  const labels = Float32Array.from({ length: samples }, () => random.integer(0, classes - 1))
  const y = bench.rows(logits, stride)
  const dy = bench.room((classes * stride) / 4)
  const total = bench.floats([0, 0])
  bench.kernels.crossEntropy(dy, y, bench.floats(labels), total, classes, stride, samples, exact, 1 / exact)
  let loss = 0
  const found = bench.readRows(dy, classes, stride, samples)
  for (let s = 0; s < samples; s++) {
    const column = logits.map((row) => row[s] as number)
    const top = Math.max(...column)
    const sum = column.reduce((all, value) => all + exp(value - top), 0)
    if (s < exact) loss += log(sum) + top - (column[labels[s] as number] as number)
    for (let c = 0; c < classes; c++) {
      const slope = s < exact ? (exp((column[c] as number) - top) / sum - (c === labels[s] ? 1 : 0)) / exact : 0
      assert.ok(Math.abs((found[c]?.[s] ?? Number.NaN) - slope) <= 1e-7, `class ${c} of sample ${s}`)
    }
  }
  assert.ok(Math.abs(bench.readDouble(total) - loss) <= 1e-6 * loss)
})

const DELTA = 0.75
const DEFINITIONS = {
  mse: (r: number) => [r * r, 2 * r],
  mae: (r: number) => [Math.abs(r), Math.sign(r)],
  huber: (r: number) =>
    Math.abs(r) <= DELTA ? [0.5 * r * r, r] : [DELTA * (Math.abs(r) - DELTA / 2), DELTA * Math.sign(r)],
} as const

for (const kind of ['mse', 'mae', 'huber'] as const) {
  test(`${kind} is that of its formula`, () => {
    const bench = new Bench()
    const random = new TestRandom(5)
    const [rows, samples, exact, stride] = [2, 16, 13, 96] as const
    const outputs = Array.from({ length: rows }, () => randomFloats(random, samples))
    const targets = Array.from({ length: rows }, () => randomFloats(random, samples))
    // An exact hit has no slope.
    targets[0]?.set([outputs[0]?.[0] ?? 0])
    const dy = bench.room((rows * stride) / 4)
    const total = bench.floats([0, 0])
    const [y, goal] = [bench.rows(outputs, stride), bench.rows(targets, stride)]
    bench.kernels.residualLoss(dy, y, goal, total, rows, stride, samples, exact, 0.5, RESIDUAL_LOSSES[kind], DELTA)
    const found = bench.readRows(dy, rows, stride, samples)
    let sum = 0
    for (let row = 0; row < rows; row++)
      for (let s = 0; s < samples; s++) {
        const [loss = 0, slope = 0] = DEFINITIONS[kind]((outputs[row]?.[s] ?? 0) - (targets[row]?.[s] ?? 0))
        if (s < exact) sum += loss
        const expected = s < exact ? slope / 2 : 0
        assert.ok(Math.abs((found[row]?.[s] ?? Number.NaN) - expected) <= 1e-6, `${row}, ${s}`)
      }
    assert.ok(Math.abs(bench.readDouble(total) - sum) <= 1e-5 * sum)
  })
}
