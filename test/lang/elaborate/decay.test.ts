import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { analyzeText, JETS } from './pipelines.js'

const test = suite('decay of weights beside a rate that changes')

/** The highest rate that the message names in a training of 300 epochs, rounded as it is there; undefined where it has none. */
function highest(rate: string): number | undefined {
  const text = JETS.replace(/optimizer = .*/, `optimizer = adamw(rate = ${rate}, weight_decay = 1e6)`)
  const found = analyzeText(text).errors.find(({ code }) => code === 'HGQ2241')
  const named = /`rate` up to ([\d.e+-]+),/.exec(found?.notes.join('\n') ?? '')?.[1]
  return named === undefined ? undefined : Number(named)
}

test('only what the training reaches of a ramp counts', () => {
  assert.is(highest('0.5'), 0.5)
  assert.is(highest('constant(0.5)'), 0.5)
  assert.is(highest('linear(1.0, 3.0)'), 3)
  assert.is(highest('linear(1.0, 3.0, over = 300 epochs)'), 3)
  assert.is(highest('linear(1.0, 3.0, over = 600 epochs)'), 2)
  assert.is(highest('linear(3.0, 1.0, over = 600 epochs)'), 3)
  assert.is(highest('geometric(1.0, 16.0, over = 600 epochs)'), 4)
  assert.is(highest('geometric(1.0, 16.0, over = 400 epochs)'), 8)
  assert.is(highest('geometric(1.0, 16.0, hold = 300 epochs, over = 600 epochs)'), 1)
  assert.is(highest('geometric(1.0, 16.0, hold = 150 epochs, over = 300 epochs)'), 4)
  assert.is(highest('geometric(1.0, 16.0, hold = 150 epochs)'), 16)
})

test('what is in steps may all be reached', () => {
  assert.is(highest('linear(1.0, 3.0, over = 600000 steps)'), 3)
  assert.is(highest('geometric(1.0, 16.0, hold = 10 steps)'), 16)
  assert.is(highest('piecewise([{ at = 0 steps, value = 1.0 }, { at = 100000 steps, value = 3.0 }])'), 3)
})

test('a warm-up that the training does not leave ends below its peak', () => {
  assert.is(highest('cosine(6.0, warmup = 600 epochs, over = 1000 epochs)'), 3)
  assert.is(highest('cosine(6.0, warmup = 10 epochs)'), 6)
})

test('knots behind the end count as far as the training goes towards them', () => {
  const knots = (end: string, how = ''): string =>
    `piecewise([{ at = 100 epochs, value = 1.0${how} }, { at = ${end}, value = 16.0 }, { at = 900 epochs, value = 99.0 }])`
  assert.is(highest(knots('300 epochs')), 16)
  assert.is(highest(knots('500 epochs')), 8.5)
  assert.is(highest(knots('500 epochs', ', between = geometric')), 4)
  assert.is(highest(knots('500 epochs', ', between = constant')), 1)
})
