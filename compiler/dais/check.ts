import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { daisUnsound } from '../../lang/diagnostics/messages/dais.js'
import { widthOf } from '../fixed/type.js'
import { BINARY, type DaisOperation, type DaisProgram, halves, OPCODE, typeOf, UNARY } from './program.js'

/**
 * Whether a program can be run: known opcodes, operands that come earlier, inputs and tables that exist, widths that
 * anything can hold. `file` is named in the message.
 *
 * Errors: HGQ3091.
 */
export function checkProgram(program: DaisProgram, file: string): Result<DaisProgram> {
  for (const [n, operation] of program.operations.entries()) {
    const reason = faultOf(program, operation, n)
    if (reason !== null) return { ok: false, error: daisUnsound({ file, place: `operation ${n}`, reason }) }
  }
  for (const [n, shift] of program.inputShifts.entries()) {
    if (!isShift(BigInt(shift))) {
      return { ok: false, error: daisUnsound({ file, place: `input ${n}`, reason: 'its shift is out of range' }) }
    }
  }
  for (const [n, { value, shift }] of program.outputs.entries()) {
    if (!isShift(BigInt(shift))) {
      return { ok: false, error: daisUnsound({ file, place: `output ${n}`, reason: 'its shift is out of range' }) }
    }
    if (value < -1 || value >= program.operations.length) {
      return {
        ok: false,
        error: daisUnsound({ file, place: `output ${n}`, reason: `it is value ${value}, which there is not` }),
      }
    }
  }
  return { ok: true, value: program }
}

/** Wider than any circuit; a damaged file soon asks for more. */
const MOST_BITS = 4096
/** A table of more inputs would be larger than any device. */
const MOST_TABLE_BITS = 20

function faultOf(program: DaisProgram, operation: DaisOperation, n: number): string | null {
  const { opcode, id0, id1, data } = operation
  if (widthOf(typeOf(operation)) > MOST_BITS) return `its result is wider than ${MOST_BITS} bits`
  const later = (id: number): string | null =>
    id >= 0 && id < n ? null : `it reads value ${id}, which is no earlier one`
  switch (opcode) {
    case OPCODE.input:
      return id0 >= 0 && id0 < program.inputs ? null : `it reads input ${id0} of ${program.inputs}`
    case OPCODE.constant:
      return null
    case OPCODE.add:
    case OPCODE.subtract:
    case OPCODE.multiply:
      return (
        later(id0) ?? later(id1) ?? (opcode === OPCODE.multiply || isShift(data) ? null : 'its shift is out of range')
      )
    case OPCODE.relu:
    case OPCODE.reluNegated:
    case OPCODE.cast:
    case OPCODE.castNegated:
    case OPCODE.addConstant:
      return later(id0)
    case OPCODE.unary:
    case OPCODE.unaryNegated:
      return later(id0) ?? (Object.values<bigint>(UNARY).includes(data) ? null : `it has no sub-operation ${data}`)
    case OPCODE.select:
    case OPCODE.selectNegated: {
      const { low, high } = halves(data)
      return later(id0) ?? later(id1) ?? later(low) ?? (isShift(BigInt(high)) ? null : 'its shift is out of range')
    }
    case OPCODE.lookUp: {
      const table = program.tables[Number(data)]
      const operand = program.operations[id0]
      if (table === undefined) return `it reads table ${data} of ${program.tables.length}`
      if (later(id0) !== null || operand === undefined) return later(id0)
      if (widthOf(typeOf(operand)) > MOST_TABLE_BITS) return `its table has more than ${MOST_TABLE_BITS} inputs`
      const { low, high } = operand.interval
      const values = high - low + 1n
      return BigInt(table.entries.length) >= values || (table.entries.length > 0 && isWhole(operand))
        ? null
        : `its table has ${table.entries.length} entries for ${values} values`
    }
    case OPCODE.binary: {
      const sub = (data >> 56n) & 0xffn
      if (!Object.values<bigint>(BINARY).includes(sub)) return `it has no sub-operation ${sub}`
      return later(id0) ?? later(id1) ?? (isShift(BigInt(halves(data).low)) ? null : 'its shift is out of range')
    }
    default:
      return `opcode ${opcode} is not known`
  }
}

/** The operand may have every value of its type: of the binary form, which lacks its true range. */
function isWhole(operand: DaisOperation): boolean {
  const { low, high } = operand.interval
  const width = widthOf(typeOf(operand))
  return high - low + 1n === 1n << BigInt(width)
}

function isShift(shift: bigint): boolean {
  return shift >= -MOST_SHIFT && shift <= MOST_SHIFT
}

const MOST_SHIFT = 1024n
