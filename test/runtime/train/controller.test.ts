import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  type ControllerMemory,
  type ControllerSettings,
  PressureController,
} from '../../../runtime/train/controller.js'
import { suite } from '../../kit.js'

const test = suite('the controller of the pressure')

const SETTINGS: ControllerSettings = {
  target: 1_000,
  start: 1e-6,
  warmup: 10,
  kp: 1,
  ki: 2e-3,
  kd: 0,
  lowest: 1e-12,
  highest: 1,
  damping: 0,
}

/** A network whose EBOPs move, a little in each epoch, to where the pressure has them: fewer under more pressure. */
function plant(settings: ControllerSettings, epochs: number, memory: ControllerMemory | null = null, start = 20_000) {
  const controller = new PressureController(settings, memory)
  const trace: { readonly pressure: number; readonly ebops: number }[] = []
  let ebops = start
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { pressure } = controller
    ebops += 0.1 * (30 / Math.sqrt(pressure) - ebops)
    trace.push({ pressure, ebops })
    controller.observe(epoch, ebops)
  }
  return { controller, trace }
}

test('a network comes to the target and stays there', () => {
  const { trace } = plant({ ...SETTINGS, ki: 2e-2 }, 1_500)
  for (const { ebops } of trace.slice(-50)) assert.ok(Math.abs(ebops - 1_000) < 10, `${ebops}`)
  const slow = plant(SETTINGS, 15_000)
  assert.ok(Math.abs((slow.trace.at(-1)?.ebops ?? 0) - 1_000) < 20)
})

test('the pressure is `start` through the warm-up and does not jump when it ends', () => {
  const { trace } = plant(SETTINGS, 14)
  for (const { pressure } of trace.slice(0, 10)) assert.is(pressure, 1e-6)
  const [before, taken, after] = trace.slice(9).map(({ pressure }) => pressure)
  assert.is(before, taken)
  assert.ok(after !== undefined && taken !== undefined && Math.abs(Math.log10(after / taken)) < 0.2)
})

test('the terms are those of the formula', () => {
  const controller = new PressureController({ ...SETTINGS, warmup: 1, kp: 0.5, ki: 0.1, kd: 0.25 }, null)
  controller.observe(1, 10_000)
  // e = 1 when it takes over, so the sum starts at -6 - 0.5.
  controller.observe(2, 100_000)
  const expected = 0.5 * 2 + (-6.5 + 0.1 * 2) + 0.25 * 1
  assert.ok(Math.abs(Math.log10(controller.pressure) - expected) < 1e-12)
})

test('a network without EBOPs leaves it finite, and it comes back', () => {
  const controller = new PressureController({ ...SETTINGS, warmup: 1 }, null)
  for (let epoch = 1; epoch <= 50; epoch++) {
    controller.observe(epoch, 0)
    assert.ok(Number.isFinite(controller.pressure) && controller.pressure > 0)
  }
  const low = controller.pressure
  controller.observe(51, 5_000)
  assert.ok(controller.pressure > 100 * low)
})

test('at a limit the sum does not wind up', () => {
  const settings = { ...SETTINGS, warmup: 1, ki: 0.1, highest: 1e-4 }
  const controller = new PressureController(settings, null)
  for (let epoch = 1; epoch <= 1_000; epoch++) controller.observe(epoch, 50_000)
  assert.ok(Math.abs(controller.pressure / 1e-4 - 1) < 1e-9)
  // Without the limit the sum would stand at some 170 decades; it leaves the limit in the first epoch below the target.
  controller.observe(1_001, 500)
  assert.ok(controller.pressure < 1e-4)
  for (let epoch = 1_002; epoch <= 3_000; epoch++) controller.observe(epoch, 1)
  assert.ok(Math.abs(controller.pressure / 1e-12 - 1) < 1e-9)
  controller.observe(3_001, 10_000)
  assert.ok(controller.pressure > 1e-12)
})

test('below the target the pressure is damped', () => {
  const observed = (damping: number, ebops: number): number => {
    const controller = new PressureController({ ...SETTINGS, warmup: 1, damping }, null)
    controller.observe(1, 2_000)
    controller.observe(2, ebops)
    return controller.pressure
  }
  assert.is(observed(0.25, 500), observed(0, 500) * 0.75)
  assert.is(observed(0.25, 1_500), observed(0, 1_500))
})

test('the pressure stays within its limits, and memory goes on to the bit', () => {
  const settings = fc.record({
    kp: fc.double({ min: 0, max: 3, noNaN: true }),
    ki: fc.double({ min: 0, max: 1, noNaN: true }),
    kd: fc.double({ min: 0, max: 3, noNaN: true }),
    damping: fc.double({ min: 0, max: 0.9, noNaN: true }),
    warmup: fc.integer({ min: 1, max: 6 }),
  })
  fc.assert(
    fc.property(
      settings,
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 30 }),
      fc.nat(),
      (some, ebops, at) => {
        const all = { ...SETTINGS, ...some, lowest: 1e-9, highest: 1e-2 }
        const whole = new PressureController(all, null)
        let part = new PressureController(all, null)
        for (const [index, each] of ebops.entries()) {
          whole.observe(index + 1, each)
          part.observe(index + 1, each)
          assert.ok(whole.pressure >= 1e-9 && whole.pressure <= 1e-2)
          if (index === at % ebops.length)
            part = new PressureController(all, JSON.parse(JSON.stringify(part.memory)) as ControllerMemory)
        }
        assert.equal(part.memory, whole.memory)
      },
    ),
  )
})
