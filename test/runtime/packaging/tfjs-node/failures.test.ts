import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Machine } from '../../../../runtime/packaging/tfjs-node/machine.js'
import type { Failure, Outcome } from '../../../../runtime/packaging/tfjs-node/outcome.js'
import { suite } from '../../../kit.js'
import { FAULTS, good, scripted } from './faults.js'
import { withStandIn } from './stand-in.js'

const test = suite('the library of tfjs-node, where it cannot be built')

const LINUX: Machine = { system: 'linux', processor: 'x64' }

function failureOf(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('it succeeded')
  return outcome.failure
}

for (const { what, make, overrides, place, cause, cure, calls } of FAULTS)
  test(`says where, why and what to do when ${what}`, () =>
    withStandIn(LINUX, async (here) => {
      const failure = failureOf(await here.setUp(make(here), overrides?.(here)))
      assert.match(failure.place, place)
      assert.match(failure.cause, cause)
      assert.match(failure.cure, cure)
      assert.is(here.calls().length, calls)
    }))

test('does not empty the folder that it was given', () =>
  withStandIn(LINUX, async (here) => {
    await here.setUp(good(here), { copy: true })
    const deps = join(here.addon, 'deps')
    const failure = failureOf(await here.setUp(deps))
    assert.match(failure.cause, /emptied/)
    assert.ok(existsSync(join(deps, 'lib', 'libtensorflow.so')))
  }))

test('keeps the whole output of a build that failed', () =>
  withStandIn(LINUX, async (here) => {
    await here.setUp(scripted({ build: 'first\nerror: second\nthird\n' })(here))
    assert.match(readFileSync(join(here.addon, 'hgq-build.log'), 'utf8'), /first\nerror: second\nthird/)
  }))
