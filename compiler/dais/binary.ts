import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { daisMalformed } from '../../lang/diagnostics/messages/dais.js'
import { intervalOfType } from '../fixed/arithmetic.js'
import { checkProgram } from './check.js'
import {
  type DaisOperation,
  type DaisProgram,
  type DaisTable,
  fromHalves,
  halves,
  leftPad,
  OPCODE,
  typeOf,
} from './program.js'

const SPEC_VERSION = 1
/** Ours to choose; da4ml writes its own and reads any. */
const FIRMWARE_VERSION = 0
/** What the words of the header and of an operation are, in order. */
const HEADER = ['version', 'firmware', 'inputs', 'outputs', 'operations', 'tables'] as const
const OPERATION = ['opcode', 'id0', 'id1', 'low', 'high', 'k', 'i', 'f'] as const

/** The binary form: little-endian words of 32 bits. It keeps types and no ranges. */
export function encodeDaisBinary(program: DaisProgram): Uint8Array {
  const { inputs, outputs, inputShifts, operations, tables } = program
  const words: number[] = [SPEC_VERSION, FIRMWARE_VERSION, inputs, outputs.length, operations.length, tables.length]
  words.push(...inputShifts)
  words.push(...outputs.map(({ value }) => value))
  words.push(...outputs.map(({ shift }) => shift))
  words.push(...outputs.map(({ negate }) => (negate ? 1 : 0)))
  for (const operation of operations) {
    const { k, i, f } = typeOf(operation)
    const { low, high } = halves(binaryData(program, operation))
    words.push(operation.opcode, operation.id0, operation.id1, low, high, k, i, f)
  }
  for (const { entries } of tables) words.push(entries.length)
  for (const { entries } of tables) for (const entry of entries) words.push(entry)
  const bytes = new Uint8Array(4 * words.length)
  const view = new DataView(bytes.buffer)
  for (const [n, word] of words.entries()) view.setInt32(4 * n, word, true)
  return bytes
}

function binaryData({ operations }: DaisProgram, { opcode, id0, data }: DaisOperation): bigint {
  if (opcode !== OPCODE.lookUp) return data
  const operand = operations[id0]
  if (operand === undefined) throw new Error(`a table reads value ${id0}, which there is not`)
  return fromHalves(Number(data), Number(leftPad(operand.interval)))
}

/**
 * Reads the binary form, and checks it (`checkProgram`). Every value gets the whole range of its type. `file` is named in
 * messages.
 *
 * Errors: HGQ3090 for other bytes, HGQ3091 for a program that no interpreter could run.
 */
export function decodeDaisBinary(bytes: Uint8Array, file: string): Result<DaisProgram> {
  const malformed = (reason: string): Result<never> => ({ ok: false, error: daisMalformed({ file, reason }) })
  if (bytes.length % 4 !== 0) return malformed(`${bytes.length} bytes are no whole number of words`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = bytes.length / 4
  let at = 0
  const next = (): number => view.getInt32(4 * at++, true)
  const list = (size: number): number[] => Array.from({ length: size }, next)
  const named = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> =>
    Object.fromEntries(names.map((name) => [name, next()])) as Record<Name, number>
  if (length < HEADER.length) return malformed('it ends within its header')
  const { version, inputs, outputs, operations, tables } = named(HEADER)
  if (version !== SPEC_VERSION)
    return malformed(`it is of version ${version} of DAIS; version ${SPEC_VERSION} can be read`)
  if ([inputs, outputs, operations, tables].some((size) => size < 0 || size > length))
    return malformed('its header is damaged')
  if (length < HEADER.length + inputs + 3 * outputs + OPERATION.length * operations + tables)
    return malformed('it ends too early')
  const inputShifts = list(inputs)
  const [values, shifts, negates] = [list(outputs), list(outputs), list(outputs)]
  const made: DaisOperation[] = []
  for (let n = 0; n < operations; n++) {
    const { opcode, id0, id1, low, high, k, i, f } = named(OPERATION)
    if ((k !== 0 && k !== 1) || Math.abs(i) > MOST_EXPONENT || Math.abs(f) > MOST_EXPONENT) {
      return malformed(`operation ${n} has the type (${k}, ${i}, ${f})`)
    }
    const interval = intervalOfType({ k, i, f })
    made.push({ opcode, id0, id1, data: fromHalves(low, high), interval, latency: 0, cost: 0 })
  }
  const sizes = list(tables)
  if (sizes.some((size) => size < 0) || at + sizes.reduce((sum, size) => sum + size, 0) !== length) {
    return malformed('its tables are not as long as it says')
  }
  const entries = sizes.map(list)
  const program: DaisProgram = {
    inputs,
    outputs: values.map((value, n) => ({ value, shift: shifts[n] ?? 0, negate: negates[n] !== 0 })),
    inputShifts,
    operations: made,
    tables: entries.map((own, n) => tableOf(own, n, made)),
    carrySize: -1,
    adderSize: -1,
  }
  return checkProgram(withWholeTables(program), file)
}

const MOST_EXPONENT = 1000

/** A table's output has the type of an operation that reads it. */
function tableOf(entries: readonly number[], n: number, operations: readonly DaisOperation[]): DaisTable {
  const reader = operations.find(({ opcode, data }) => opcode === OPCODE.lookUp && halves(data).low === n)
  const operand = reader && operations[reader.id0]
  const type = operand && typeOf(operand)
  return {
    entries,
    output: reader?.interval ?? { low: 0n, high: 0n, fraction: 0 },
    inputWidth: type === undefined ? 0 : type.k + type.i + type.f,
    hash: '',
  }
}

/**
 * Tables from the least value of the operand's type on, as the operands' ranges now are; entries that were left out in
 * front are never read. Two readers may leave out different numbers of them, so each gets a table of its own.
 */
function withWholeTables(program: DaisProgram): DaisProgram {
  const tables: DaisTable[] = []
  const places = new Map<string, number>()
  const operations = program.operations.map((operation) => {
    if (operation.opcode !== OPCODE.lookUp) return operation
    const { low: index, high: pad } = halves(operation.data)
    const table = program.tables[index]
    if (table === undefined || pad < 0 || pad > MOST_PADDING) return operation
    const key = `${index},${pad}`
    const place = places.get(key) ?? tables.length
    if (!places.has(key)) {
      places.set(key, place)
      tables.push({ ...table, entries: [...new Array<number>(pad).fill(0), ...table.entries] })
    }
    return { ...operation, data: BigInt(place) }
  })
  return { ...program, operations, tables }
}

const MOST_PADDING = 1 << 24
