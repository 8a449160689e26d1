import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Kernels } from '../../../runtime/kernels/kernels.js'
import { type Argument, BASE, type Base, bindCalls, type Call, call } from '../../../runtime/kernels/program.js'
import { suite } from '../../kit.js'

/** Set in the process that a test starts, in which no text may become code. */
const WITHOUT_CODE = 'HGQ_TEST_WITHOUT_CODE'

const test = suite('calls made ready')
const SEED = 41
const SHARE = 1 / 3

const number = fc.oneof(fc.integer({ min: -1000, max: 1 << 24 }), fc.float(), fc.constantFrom(-0, 1e-7, 1e300))
const bases = fc.constantFrom<Base>(...Object.values(BASE))
const argument: fc.Arbitrary<number | Argument> = fc.oneof(number, fc.record({ value: number, base: bases }))
const calls = fc.array(
  fc
    .tuple(fc.constantFrom('fill', 'scaleBy', 'sumParts'), fc.array(argument, { maxLength: 14 }))
    .map(([kernel, given]): Call => call(kernel, ...given)),
  { maxLength: 200 },
)

function meant(given: number | Argument, values: Int32Array): number {
  if (typeof given === 'number') return given
  if (given.base === BASE.share) return SHARE
  return given.base === BASE.none ? given.value : (values[given.base] as number) + given.value
}

test(`every kernel is called in turn, with the very arguments (seed ${SEED})`, () => {
  fc.assert(
    fc.property(calls, fc.array(fc.integer({ max: 1 << 30 }), { minLength: 16, maxLength: 16 }), (some, at) => {
      const made: (readonly (string | number)[])[] = []
      const note =
        (kernel: string) =>
        (...given: number[]): void => {
          made.push([kernel, ...given])
        }
      // Kernels of WebAssembly cannot be asked what they were given.
      const kernels = { fill: note('fill'), scaleBy: note('scaleBy'), sumParts: note('sumParts') } as unknown as Kernels
      const values = Int32Array.from(at)
      bindCalls(some, kernels)(values, SHARE)
      const wanted = some.map(({ kernel, given }) => [kernel, ...given.map((each) => meant(each, values))])
      assert.is(made.length, wanted.length)
      for (const [n, each] of made.entries()) {
        const expected = wanted[n] ?? []
        assert.is(each.length, expected.length)
        assert.ok(
          each.every((value, index) => Object.is(value, expected[index])),
          `${each} is not ${expected}`,
        )
      }
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('so it is where node may not make code of text', () => {
  if (process.env[WITHOUT_CODE] !== undefined) {
    assert.throws(() => new Function(''), EvalError)
    return
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', fileURLToPath(import.meta.url)],
    { env: { ...process.env, [WITHOUT_CODE]: '1' }, encoding: 'utf8' },
  )
  assert.is(status, 0, stdout + stderr)
  assert.match(stdout, 'Passed:    2')
})
