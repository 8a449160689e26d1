import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Aig, type Literal } from '../../../../runtime/prove/logic/aig.js'
import { cellBits } from '../../../../runtime/prove/logic/cell.js'
import { constantBits } from '../../../../runtime/prove/logic/vectors.js'
import { CELL_KINDS, type Cell, isUnary, wideOperation } from '../../../../runtime/verify/netlist/cells.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/prove/logic/cell')
const SEED = 5

const width = fc.integer({ min: 1, max: 7 })

// That evaluator is itself compared with Verilator and Icarus.
for (const kind of CELL_KINDS) {
  test(`${kind} is the function that the evaluator of netlists computes (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        width,
        width,
        width,
        fc.boolean(),
        fc.bigInt(0n, 127n),
        fc.bigInt(0n, 127n),
        (wa, wb, wy, signed, x, y) => {
          const widthB = isUnary(kind) ? 0 : wb
          const cell: Cell = { kind, signed, widthA: wa, widthB, widthY: wy }
          const [a, b] = [BigInt.asUintN(wa, x), BigInt.asUintN(widthB, y)]
          const expected = BigInt.asUintN(wy, wideOperation(cell)(a, b))
          // Constants are folded; free bits go the way through gates.
          assert.is(
            integerOf(cellBits(new Aig(), cell, constantBits(a, wa), constantBits(b, widthB)), () => false),
            expected,
          )
          const aig = new Aig()
          const free = Array.from({ length: wa + widthB }, () => aig.input())
          const bits = cellBits(aig, cell, free.slice(0, wa), free.slice(wa))
          const input = (node: number): boolean =>
            ((((b << BigInt(wa)) | a) >> BigInt(free.indexOf(2 * node))) & 1n) === 1n
          assert.is(integerOf(bits, evaluate(aig, input)), expected)
        },
      ),
      { numRuns: 200, seed: SEED },
    )
  })
}

function evaluate(aig: Aig, input: (node: number) => boolean): (node: number) => boolean {
  const values: boolean[] = [false]
  const at = (literal: Literal): boolean => values[literal >> 1] !== ((literal & 1) === 1)
  for (let node = 1; node < aig.size; node++) {
    values[node] = aig.isInput(node) ? input(node) : at(aig.left[node] as Literal) && at(aig.right[node] as Literal)
  }
  return (node) => values[node] === true
}

function integerOf(bits: readonly Literal[], at: (node: number) => boolean): bigint {
  return bits.reduce((sum, bit, index) => (at(bit >> 1) !== ((bit & 1) === 1) ? sum | (1n << BigInt(index)) : sum), 0n)
}
