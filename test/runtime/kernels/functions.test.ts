import * as assert from 'uvu/assert'
import { TABLE_FUNCTION_NAMES, tableFunction } from '../../../compiler/graph/table-function.js'
import { FUNCTIONS } from '../../../runtime/kernels/codes.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels of functions')

const VALUES = Float32Array.from([
  ...[0, 0.25, 0.249, 0.5, 1, 2.5, 7, 20, 63.5, 64, 70, 90, 2 ** -24, 100, 1e6].flatMap((value) => [value, -value]),
  ...randomFloats(new TestRandom(3), 226, 3),
])

for (const name of TABLE_FUNCTION_NAMES) {
  test(`${name} and its slope are those of the table within float32`, () => {
    const bench = new Bench()
    const [x, y, dy, dx] = [
      bench.floats(VALUES),
      bench.room(VALUES.length),
      bench.floats(new Float32Array(VALUES.length).fill(2)),
      bench.floats(new Float32Array(VALUES.length).fill(1)),
    ]
    const [rows, stride] = [VALUES.length / 8, 32]
    bench.kernels.functionRows(y, x, rows, stride, 8, FUNCTIONS[name])
    bench.kernels.functionRowsBackward(dx, dy, x, y, rows, stride, 8, FUNCTIONS[name], 1)
    const { value, slope } = tableFunction(name)
    const [values, gradients] = [bench.read(y, VALUES.length), bench.read(dx, VALUES.length)]
    for (const [at, input] of VALUES.entries()) {
      const [exact, found] = [value(input), values[at] as number]
      const close = (a: number, b: number): boolean => Math.abs(a - b) <= 2 ** -20 * Math.max(1, Math.abs(b))
      assert.ok(close(found, exact), `${name}(${input}) is ${exact}, not ${found}`)
      const gradient = 1 + 2 * slope(input, exact)
      assert.ok(
        close(gradients[at] as number, gradient),
        `slope of ${name}(${input}): ${gradient}, not ${gradients[at]}`,
      )
    }
  })
}
