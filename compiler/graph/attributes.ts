import type { Overflow, Plain, QuantizerSpec, Range, Rounding } from '../../lang/program.js'
import type { Initializer } from './operation.js'

type Fail = (problem: string) => never
type PlainRecord = { readonly [key: string]: Plain }

const ROUNDINGS: readonly string[] = [
  'nearest',
  'nearest_even',
  'truncate',
  'truncate_to_zero',
  'nearest_to_zero',
  'nearest_to_minus_infinity',
  'nearest_to_infinity',
  'stochastic',
] satisfies readonly Rounding[]
const OVERFLOWS: readonly string[] = [
  'saturate',
  'saturate_symmetric',
  'wrap',
  'wrap_reflect',
] satisfies readonly Overflow[]

/** Narrows a plain value of the Program to a `QuantizerSpec`, field by field; `fail` throws. */
export function readQuantizer(value: Plain, fail: Fail): QuantizerSpec {
  const record = recordOf(value, 'a quantizer', fail)
  const { parametrization, signed, rounding, overflow, granularity, decay, learned } = record
  if (parametrization !== 'kif' && parametrization !== 'kbi') return fail('a quantizer is neither kif nor kbi')
  if (signed !== 'auto' && typeof signed !== 'boolean')
    return fail('`signed` of a quantizer is neither auto nor a bool')
  if (!isRounding(rounding)) return fail(`a quantizer has no rounding ${String(rounding)}`)
  if (!isOverflow(overflow)) return fail(`a quantizer has no overflow ${String(overflow)}`)
  if (!isNumbers(granularity)) return fail('`granularity` of a quantizer is no list of axes')
  if (decay !== null && typeof decay !== 'number') return fail('`decay` of a quantizer is neither null nor a number')
  if (typeof learned !== 'boolean') return fail('`learned` of a quantizer is no bool')
  return {
    parametrization,
    integer: numberOf(record, 'integer', fail),
    fraction: numberOf(record, 'fraction', fail),
    magnitude: numberOf(record, 'magnitude', fail),
    signed,
    rounding,
    overflow,
    granularity,
    integerLimits: rangeOf(record, 'integerLimits', fail),
    fractionLimits: rangeOf(record, 'fractionLimits', fail),
    magnitudeLimits: rangeOf(record, 'magnitudeLimits', fail),
    decay,
    regularize: numberOf(record, 'regularize', fail),
    learned,
  }
}

/** Narrows a plain value of the Program to an `Initializer`; `fail` throws. */
export function readInitializer(value: Plain, fail: Fail): Initializer {
  const record = recordOf(value, 'an initializer', fail)
  switch (record.kind) {
    case 'zeros':
    case 'ones':
    case 'glorot_uniform':
    case 'he_uniform':
    case 'lecun_uniform':
      return { kind: record.kind }
    case 'constant':
      return { kind: 'constant', value: numberOf(record, 'value', fail) }
    case 'uniform':
      return { kind: 'uniform', low: numberOf(record, 'low', fail), high: numberOf(record, 'high', fail) }
    case 'normal':
      return { kind: 'normal', mean: numberOf(record, 'mean', fail), deviation: numberOf(record, 'deviation', fail) }
    default:
      return fail(`there is no initializer ${String(record.kind)}`)
  }
}

function isRounding(value: Plain | undefined): value is Rounding {
  return typeof value === 'string' && ROUNDINGS.includes(value)
}

function isOverflow(value: Plain | undefined): value is Overflow {
  return typeof value === 'string' && OVERFLOWS.includes(value)
}

function isNumbers(value: Plain | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

function recordOf(value: Plain, what: string, fail: Fail): PlainRecord {
  const isRecord = (candidate: Plain): candidate is PlainRecord =>
    typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate)
  return isRecord(value) ? value : fail(`${what} is no record`)
}

function numberOf(record: PlainRecord, name: string, fail: Fail): number {
  const value = record[name]
  return typeof value === 'number' ? value : fail(`\`${name}\` is no number`)
}

function rangeOf(record: PlainRecord, name: string, fail: Fail): Range {
  const range = recordOf(record[name] ?? null, `\`${name}\``, fail)
  return { low: numberOf(range, 'low', fail), high: numberOf(range, 'high', fail) }
}
