import type { Cell } from '../../verify/netlist/cells.js'
import { type Aig, FALSE, type Literal, not } from './aig.js'
import { addBits, type Bits, equalBits, lessBits, multiplyBits, resize, shiftBits, subtractBits } from './vectors.js'

/** The output of a word-level cell of Yosys (its manual, chapter "Internal cell library") as functions of its operands' bits. */
export function cellBits(aig: Aig, cell: Cell, a: Bits, b: Bits): Bits {
  const { signed, widthA, widthB, widthY } = cell
  const extended = (bits: Bits): Bits => resize(bits, widthY, signed)
  const truth = (literal: Literal): Bits => resize([literal], widthY, false)
  const common = Math.max(widthA, widthB)
  const compared = (bits: Bits): Bits => resize(bits, common, signed)
  const less = (x: Bits, y: Bits): Literal => lessBits(aig, compared(x), compared(y), signed)
  const equal = (): Literal => equalBits(aig, compared(a), compared(b))
  const bitwise = (operation: (x: Literal, y: Literal) => Literal): Bits => {
    const other = extended(b)
    return extended(a).map((bit, index) => operation(bit, other[index] ?? FALSE))
  }
  const parity = (): Literal => a.reduce((odd, bit) => aig.xor(odd, bit), FALSE)
  switch (cell.kind) {
    case '$pos':
    case '$buf':
      return extended(a)
    case '$not':
      return extended(a).map(not)
    case '$neg':
      return subtractBits(aig, Array<Literal>(widthY).fill(FALSE), extended(a))
    case '$reduce_and':
      return truth(aig.all(a))
    case '$reduce_or':
    case '$reduce_bool':
      return truth(aig.any(a))
    case '$reduce_xor':
      return truth(parity())
    case '$reduce_xnor':
      return truth(not(parity()))
    case '$logic_not':
      return truth(not(aig.any(a)))
    case '$add':
      return addBits(aig, extended(a), extended(b))
    case '$sub':
      return subtractBits(aig, extended(a), extended(b))
    case '$mul':
      return multiplyBits(aig, extended(a), extended(b))
    case '$and':
      return bitwise((x, y) => aig.and(x, y))
    case '$or':
      return bitwise((x, y) => aig.or(x, y))
    case '$xor':
      return bitwise((x, y) => aig.xor(x, y))
    case '$xnor':
      return bitwise((x, y) => not(aig.xor(x, y)))
    case '$shl':
    case '$sshl':
      return shiftBits(aig, extended(a), b, 'left', FALSE)
    case '$shr':
    case '$sshr': {
      const whole = resize(a, Math.max(widthA, widthY), signed)
      const fill = cell.kind === '$sshr' && signed ? (a.at(-1) ?? FALSE) : FALSE
      return shiftBits(aig, whole, b, 'right', fill).slice(0, widthY)
    }
    case '$lt':
      return truth(less(a, b))
    case '$le':
      return truth(not(less(b, a)))
    case '$ge':
      return truth(not(less(a, b)))
    case '$gt':
      return truth(less(b, a))
    case '$eq':
    case '$eqx':
      return truth(equal())
    case '$ne':
    case '$nex':
      return truth(not(equal()))
    case '$logic_and':
      return truth(aig.and(aig.any(a), aig.any(b)))
    case '$logic_or':
      return truth(aig.or(aig.any(a), aig.any(b)))
  }
}
