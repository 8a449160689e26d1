import * as v from 'valibot'
import { checkProgram } from '../../../compiler/dais/check.js'
import type { DaisOperation, DaisOutput, DaisProgram, DaisTable } from '../../../compiler/dais/program.js'
import { shiftLeft } from '../../../compiler/fixed/arithmetic.js'
import type { Interval } from '../../../compiler/fixed/interval.js'
import { lowestBit, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { daisMalformed } from '../../../lang/diagnostics/messages/dais.js'

const integer = v.pipe(v.number(), v.integer())
const count = v.pipe(integer, v.minValue(0))
/** A number, or its digits where a number of JavaScript would lose some. */
const word = v.pipe(
  v.union([integer, v.pipe(v.string(), v.regex(/^-?\d+$/))]),
  v.transform((value) => BigInt(value)),
)
/** A bound of a range: a double, whatever its digits. */
const bound = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+$/))]),
  v.transform((value) => Number(value)),
)
const range = v.tuple([bound, bound, bound])
const operation = v.tuple([integer, integer, integer, word, range, v.nullable(v.number()), v.nullable(v.number())])
const table = v.object({
  spec: v.object({
    hash: v.optional(v.string(), ''),
    out_qint: v.object({ min: bound, max: bound, step: bound }),
    inp_width: count,
  }),
  table: v.array(integer),
})
const head = [
  v.tuple([count, count]),
  v.array(integer),
  v.array(integer),
  v.array(integer),
  v.array(v.union([v.boolean(), integer])),
  v.array(operation),
  integer,
  integer,
] as const
const logic = v.union([v.strictTuple([...head, v.nullable(v.array(table))]), v.strictTuple([...head])])

/**
 * Reads what `CombLogic.save` of da4ml 0.6 writes, and checks it (`checkProgram`). `file` is named in messages.
 *
 * Errors: HGQ3090 for what is no such text, HGQ3091 for a program that no interpreter could run.
 */
export function decodeDaisJson(text: string, file: string): Result<DaisProgram> {
  let json: unknown
  try {
    json = JSON.parse(quoteWords(text))
  } catch (error) {
    return malformed(file, error instanceof Error ? error.message : String(error))
  }
  const parsed = v.safeParse(logic, json)
  if (!parsed.success) {
    const [issue] = parsed.issues
    return malformed(file, `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`)
  }
  const [[inputs, outputs], inputShifts, values, shifts, negates, operations, carrySize, adderSize, tables] =
    parsed.output
  if ([values, shifts, negates].some((list) => list.length !== outputs) || inputShifts.length !== inputs) {
    return malformed(file, `${inputs} inputs and ${outputs} outputs are declared, and the lists are of other lengths`)
  }
  const made: DaisOperation[] = []
  for (const [n, [id0, id1, opcode, data, qint, latency, cost]] of operations.entries()) {
    const interval = intervalOf(qint)
    if (interval === null)
      return malformed(file, `operation ${n}: [${qint.join(', ')}] is no range on a grid of a power of two`)
    made.push({ id0, id1, opcode, data: BigInt.asIntN(64, data), interval, latency: latency ?? 0, cost: cost ?? 0 })
  }
  const read: DaisTable[] = []
  for (const [n, { spec, table: entries }] of (tables ?? []).entries()) {
    const { min, max, step } = spec.out_qint
    const output = intervalOf([min, max, step])
    if (output === null) return malformed(file, `table ${n}: its output is no range on a grid of a power of two`)
    read.push({ entries, output, inputWidth: spec.inp_width, hash: spec.hash })
  }
  return checkProgram(
    {
      inputs,
      outputs: values.map((value, n): DaisOutput => ({ value, shift: shifts[n] ?? 0, negate: Boolean(negates[n]) })),
      inputShifts,
      operations: made,
      tables: read,
      carrySize,
      adderSize,
    },
    file,
  )
}

function malformed(file: string, reason: string): Result<never> {
  return { ok: false, error: daisMalformed({ file, reason }) }
}

/** Integers of many digits become strings, and Python's Infinity (a latency or a cost) null; strings stay as they are. */
function quoteWords(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?\bInfinity\b|\bNaN\b/g, (found) => {
    if (/^(?:-?Infinity|NaN)$/.test(found)) return 'null'
    return /^-?\d{16,}$/.test(found) ? `"${found}"` : found
  })
}

/** Null where the bounds are not on the grid, or the step is no power of two. */
function intervalOf([min, max, step]: readonly [number, number, number]): Interval | null {
  if (min === 0 && max === 0) return { low: 0n, high: 0n, fraction: 0 }
  if (!Number.isFinite(min) || !Number.isFinite(max) || !(step > 0) || min > max) return null
  const exponent = lowestBit(step)
  if (powerOfTwo(exponent) !== step) return null
  const [low, high] = [exact(min, -exponent), exact(max, -exponent)]
  return low === null || high === null ? null : { low, high, fraction: -exponent }
}

/** value · 2^shift, where that is an integer. */
function exact(value: number, shift: number): bigint | null {
  if (value === 0) return 0n
  const lowest = lowestBit(value)
  if (lowest + shift < 0) return null
  return shiftLeft(BigInt(value * powerOfTwo(-lowest)), lowest + shift)
}
