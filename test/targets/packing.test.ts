import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import type { PortInterface } from '../../targets/design.js'
import { hexLines, packRow, packRows, unpackRow } from '../../targets/packing.js'
import { suite } from '../kit.js'

const test = suite('targets/packing')

const elementType = fc.record({
  k: fc.constantFrom(0 as const, 1 as const),
  f: fc.integer({ min: -30, max: 60 }),
  width: fc.integer({ min: 0, max: 53 }),
})

function portOf(types: readonly { readonly k: 0 | 1; readonly f: number; readonly width: number }[]): PortInterface {
  let bits = 0
  const elements = types.map(({ k, f, width }) => {
    const element = { k, f, i: width - k - f, offset: bits, width, mean: 0, scale: 1 }
    bits += width
    return element
  })
  return { name: 'x', shape: [types.length], bits, elements }
}

test('a row goes into its bus and comes back, whatever the types', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(elementType, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })), {
        minLength: 1,
        maxLength: 12,
      }),
      (chosen) => {
        const port = portOf(chosen.map(([type]) => type))
        const values = Float64Array.from(chosen, ([{ k, f, width }, where]) => {
          const low = k === 1 && width > 0 ? -powerOfTwo(width - 1) : 0
          return width === 0 ? 0 : (low + Math.floor(where * powerOfTwo(width))) * powerOfTwo(-f)
        })
        const back = new Float64Array(values.length)
        const bits = packRow(port, values, 0)
        assert.ok(bits >> BigInt(port.bits) === 0n)
        unpackRow(port, bits, back, 0)
        // 0 and -0 are the same value.
        assert.equal(
          [...back].map((value) => value + 0),
          [...values].map((value) => value + 0),
        )
      },
    ),
    { seed: 20, numRuns: 500 },
  )
})

test('element 0 and the first port lie lowest', () => {
  const port = portOf([
    { k: 0, f: 0, width: 3 },
    { k: 1, f: 1, width: 4 },
  ])
  const packed = packRows(
    [port, portOf([{ k: 0, f: 0, width: 8 }])],
    [Float64Array.of(5, -0.5), Float64Array.of(0xab)],
    1,
  )
  assert.equal(packed, [0xabn * 128n + 0b1111n * 8n + 5n])
})

test('lines for $readmemh have the digits that the bus needs', () => {
  assert.is(hexLines([1n, 0x1fffn], 13), '0001\n1fff\n')
  assert.is(hexLines([0n], 0), '0\n')
})
