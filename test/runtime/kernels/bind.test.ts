import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bindCalls } from '../../../runtime/kernels/bind.js'
import { type KernelName, type Kernels, kernelSignatures } from '../../../runtime/kernels/kernels.js'
import { type Argument, BASE, type Base, type Call, call } from '../../../runtime/kernels/program.js'
import { NUMBER } from '../../../runtime/kernels/signatures.js'
import { suite } from '../../kit.js'

const test = suite('calls made ready')
const SEED = 41
const SHARE = 1 / 3

/** Between them they take every type of number, and one gives something back. */
const KERNELS: readonly KernelName[] = ['fill', 'adam', 'contract', 'quantize64', 'sumOfSquares', 'crossEntropy']

function parametersOf(kernel: KernelName): readonly number[] {
  return kernelSignatures().get(kernel)?.parameters ?? []
}

const integers = Object.values(BASE).filter((base) => base !== BASE.share)
const whole = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 63, 64, -64, -65))
const float = fc.oneof(fc.double(), fc.float(), fc.constantFrom(-0, 1e-7, 1e300, Number.NaN))

function argumentOf(type: number): fc.Arbitrary<number | Argument> {
  const value = type === NUMBER.i32 ? whole : float
  const bases: readonly Base[] = type === NUMBER.i32 ? integers : [BASE.none, BASE.share]
  return fc.oneof(value, fc.record({ value, base: fc.constantFrom(...bases) }))
}

const calls = fc.array(
  fc
    .constantFrom(...KERNELS)
    .chain((kernel) => fc.tuple(...parametersOf(kernel).map(argumentOf)).map((given): Call => call(kernel, ...given))),
  { maxLength: 40 },
)

/** What a kernel must be given, as its type of number has it. */
function meant(given: number | Argument, type: number | undefined, values: Int32Array): number {
  const { value, base } = typeof given === 'number' ? { value: given, base: BASE.none } : given
  if (type === NUMBER.i32) return ((base === BASE.none ? 0 : (values[base] as number)) + value) | 0
  const number = base === BASE.share ? SHARE : value
  return type === NUMBER.f32 ? Math.fround(number) : number
}

/** Stand-ins for kernels, since those of WebAssembly cannot be asked what they were given. */
function noting(): { readonly kernels: Kernels; readonly made: (readonly (string | number)[])[] } {
  const made: (readonly (string | number)[])[] = []
  const note =
    (kernel: string) =>
    (...given: number[]): number => {
      made.push([kernel, ...given])
      return 0
    }
  return { kernels: Object.fromEntries(KERNELS.map((kernel) => [kernel, note(kernel)])) as unknown as Kernels, made }
}

test(`every kernel is called in turn, with the very arguments (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.array(calls, { maxLength: 4 }),
      fc.array(fc.integer({ max: 1 << 30 }), { minLength: 16, maxLength: 16 }),
      (lists, at) => {
        const { kernels, made } = noting()
        const values = Int32Array.from(at)
        for (const run of bindCalls(lists, kernels)) run(values, SHARE)
        const wanted = lists
          .flat()
          .map(({ kernel, given }) => [kernel, ...given.map((each, n) => meant(each, parametersOf(kernel)[n], values))])
        assert.is(made.length, wanted.length)
        for (const [n, each] of made.entries()) {
          const expected = wanted[n] ?? []
          assert.is(each.length, expected.length)
          assert.ok(
            each.every((value, index) => Object.is(value, expected[index])),
            `${each} is not ${expected}`,
          )
        }
      },
    ),
    { seed: SEED, numRuns: 200 },
  )
})

test('so it is with lists of any length', () => {
  const { kernels, made } = noting()
  const long = Array.from({ length: 2500 }, (_, at) => call('fill', at, 0.5, 4))
  const [first, none, last] = bindCalls([long, [], long.slice(0, 1)], kernels)
  first(new Int32Array(16), SHARE)
  none(new Int32Array(16), SHARE)
  assert.equal(
    made.map(([, at]) => at),
    long.map((_, at) => at),
  )
  last(new Int32Array(16), SHARE)
  assert.is(made.length, 2501)
})

test('what a kernel does not take is refused', () => {
  const { kernels } = noting()
  const refuses = (made: Call, message: RegExp): void => {
    assert.throws(() => bindCalls([[made]], kernels), message)
  }
  refuses(call('fill', 0, 0), /fill takes 3 arguments, not 2/)
  refuses(call('fill', 0.5, 0, 4), /fill cannot be given 0.5 as argument 0/)
  refuses(call('fill', 2 ** 32, 0, 4), /fill cannot be given 4294967296 as argument 0/)
  refuses(call('fill', -(2 ** 31) - 1, 0, 4), /fill cannot be given -2147483649 as argument 0/)
  refuses(call('fill', 0, { value: 0, base: BASE.tile }, 4), /as argument 1/)
  refuses(call('fill', { value: 0, base: BASE.share }, 0, 4), /as argument 0/)
})
