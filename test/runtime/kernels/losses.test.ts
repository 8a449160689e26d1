import fc from 'fast-check'
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

const [CLASSES, SAMPLES, EXACT, STRIDE] = [5, 16, 11, 96] as const

/** Total loss and gradient of a kernel that takes one row of labels, or a row of probabilities for each class. */
function entropyOf(
  kernel: 'crossEntropy' | 'softCrossEntropy',
  logits: readonly Float32Array[],
  wanted: readonly Float32Array[],
  exact: number,
): { readonly loss: number; readonly slopes: readonly Float32Array[] } {
  const bench = new Bench()
  const [y, goal] = [bench.rows(logits, STRIDE), bench.rows(wanted, STRIDE)]
  const dy = bench.room((logits.length * STRIDE) / 4)
  const total = bench.floats([0, 0])
  bench.kernels[kernel](dy, y, goal, total, logits.length, STRIDE, SAMPLES, exact, 1 / exact)
  return { loss: bench.readDouble(total), slopes: bench.readRows(dy, logits.length, STRIDE, SAMPLES) }
}

function probabilitiesOf(random: TestRandom, classes: number): Float32Array[] {
  const weights = Array.from({ length: classes }, () => Float32Array.from({ length: SAMPLES }, () => random.unit()))
  const sums = weights[0]?.map((_, s) => weights.reduce((sum, row) => sum + (row[s] as number), 0)) ?? []
  return weights.map((row) => row.map((weight, s) => weight / (sums[s] as number)))
}

/** A probability of 1 for each label. */
function certain(labels: Float32Array, classes: number): Float32Array[] {
  return Array.from({ length: classes }, (_, c) => labels.map((label) => (label === c ? 1 : 0)))
}

for (const kernel of ['crossEntropy', 'softCrossEntropy'] as const) {
  test(`${kernel} is that of its formula, and leaves padding out`, () => {
    const random = new TestRandom(4)
    const logits = Array.from({ length: CLASSES }, () => randomFloats(random, SAMPLES, 30))
    const labels = Float32Array.from({ length: SAMPLES }, () => random.integer(0, CLASSES - 1))
    const isHard = kernel === 'crossEntropy'
    const wanted = isHard ? certain(labels, CLASSES) : probabilitiesOf(random, CLASSES)
    const found = entropyOf(kernel, logits, isHard ? [labels] : wanted, EXACT)
    let loss = 0
    for (let s = 0; s < SAMPLES; s++) {
      const column = logits.map((row) => row[s] as number)
      const top = Math.max(...column)
      const sum = column.reduce((all, value) => all + exp(value - top), 0)
      const right = column.reduce((all, value, c) => all + (wanted[c]?.[s] ?? 0) * value, 0)
      if (s < EXACT) loss += log(sum) + top - right
      for (let c = 0; c < CLASSES; c++) {
        const slope = s < EXACT ? (exp((column[c] as number) - top) / sum - (wanted[c]?.[s] ?? 0)) / EXACT : 0
        assert.ok(Math.abs((found.slopes[c]?.[s] ?? Number.NaN) - slope) <= 1e-7, `class ${c} of sample ${s}`)
      }
    }
    assert.ok(Math.abs(found.loss - loss) <= 1e-6 * loss)
  })

  test(`${kernel}: no bit depends on what stands in padding`, () => {
    const random = new TestRandom(6)
    const logits = Array.from({ length: CLASSES }, () => randomFloats(random, SAMPLES, 30))
    const wanted = kernel === 'crossEntropy' ? [new Float32Array(SAMPLES)] : probabilitiesOf(random, CLASSES)
    const clean = entropyOf(kernel, logits, wanted, EXACT)
    for (const row of logits) row.fill(123, EXACT)
    for (const row of wanted) row.fill(Number.NaN, EXACT)
    assert.equal(entropyOf(kernel, logits, wanted, EXACT), clean)
    for (const row of clean.slopes) assert.equal([...row.subarray(EXACT)], new Array(SAMPLES - EXACT).fill(0))
  })
}

const SEED = 17

test(`soft cross entropy with one probability of 1 has the bits of cross entropy (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: SAMPLES }),
      (seed, n, exact) => {
        const random = new TestRandom(seed)
        const logits = Array.from({ length: n }, () => randomFloats(random, SAMPLES, random.pick([0, 1, 30, 1e4])))
        const labels = Float32Array.from({ length: SAMPLES }, () => random.integer(0, n - 1))
        const hard = entropyOf('crossEntropy', logits, [labels], exact)
        const soft = entropyOf('softCrossEntropy', logits, certain(labels, n), exact)
        assert.ok(Object.is(soft.loss, hard.loss), `loss ${soft.loss}, not ${hard.loss}`)
        for (const [c, row] of hard.slopes.entries())
          assert.equal(bitsOf(soft.slopes[c] ?? row.subarray(1)), bitsOf(row), `class ${c}`)
      },
    ),
    { numRuns: 60, seed: SEED },
  )
})

function bitsOf(values: Float32Array): number[] {
  return [...new Uint32Array(values.slice().buffer)]
}

test('binary cross entropy takes a probability for a label, and leaves padding out', () => {
  const bench = new Bench()
  const random = new TestRandom(7)
  const logits = randomFloats(random, SAMPLES, 8)
  const probabilities = Float32Array.from({ length: SAMPLES }, () => random.unit())
  for (const row of [logits, probabilities]) row.fill(Number.NaN, EXACT)
  const [dy, total] = [bench.room(SAMPLES), bench.floats([0, 0])]
  const [y, goal] = [bench.floats(logits), bench.floats(probabilities)]
  bench.kernels.binaryCrossEntropy(dy, y, goal, total, SAMPLES, EXACT, 1 / EXACT)
  let loss = 0
  for (let s = 0; s < EXACT; s++) {
    const [x, p] = [logits[s] as number, probabilities[s] as number]
    // By its definition, the one outcome with p and the other with 1 - p.
    loss += p * log(1 + exp(-x)) + (1 - p) * log(1 + exp(x))
    assert.ok(Math.abs((bench.read(dy + 4 * s, 1)[0] as number) - (1 / (1 + exp(-x)) - p) / EXACT) <= 1e-7, `${s}`)
  }
  assert.ok(Math.abs(bench.readDouble(total) - loss) <= 1e-6 * loss, `${bench.readDouble(total)}, not ${loss}`)
  assert.equal([...bench.read(dy + 4 * EXACT, SAMPLES - EXACT)], new Array(SAMPLES - EXACT).fill(0))
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
