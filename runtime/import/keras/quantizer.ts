import * as v from 'valibot'
import { roundNearestEven } from '../../../compiler/numeric/fixed-quantizer.js'
import { modelMalformed, modelVariables, unsupportedInModel } from '../../../lang/diagnostics/messages/import.js'
import type { Overflow, QuantizerSpec, Rounding } from '../../../lang/program.js'
import { formatShape } from '../../../lang/shape.js'
import { problemOf } from './config.js'
import { refuse } from './refusal.js'
import type { Variable, Variables } from './variables.js'

/** A quantizer of a model: what the network has of it, and the state that goes with it. */
export interface ImportedQuantizer {
  readonly spec: QuantizerSpec
  /** Sign, integer bits and fractional bits (kif) or magnitude (kbi) of the width groups; their shape is without the batch axis. */
  readonly state: { readonly k: Float32Array; readonly i: Float32Array; readonly fraction: Float32Array }
  readonly shape: readonly number[]
}

/** Where a quantizer is: for messages, and for finding its variables. */
export interface QuantizerPlace {
  readonly file: string
  /** e.g. `the kernel quantizer of layer 't1'`. */
  readonly place: string
  /** Group of its variables, e.g. `q_dense/kq/quantizer`. */
  readonly group: string
  /** Shape of what it quantizes, without the batch axis. */
  readonly tensor: readonly number[]
  /** Data have a batch axis in Keras, over which widths are shared. */
  readonly batched: boolean
}

/** The stochastic modes differ in training alone. */
const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  TRN: 'truncate',
  TRN_ZERO: 'truncate_to_zero',
  RND: 'nearest',
  RND_CONV: 'nearest_even',
  RND_ZERO: 'nearest_to_zero',
  RND_INF: 'nearest_to_infinity',
  RND_MIN_INF: 'nearest_to_minus_infinity',
  S_RND: 'nearest',
  S_RND_CONV: 'nearest_even',
}
const OVERFLOWS: Readonly<Record<string, Overflow>> = {
  SAT: 'saturate',
  SAT_SYM: 'saturate_symmetric',
  SYM: 'saturate_symmetric',
  WRAP: 'wrap',
}

const CONFIG = v.object({
  config: v.object({
    q_type: v.string(),
    round_mode: v.optional(v.string(), ''),
    overflow_mode: v.optional(v.string(), ''),
    scaler: v.optional(v.unknown(), null),
    affine: v.optional(v.unknown(), null),
    bw_mapper: v.optional(v.unknown(), null),
    trainable: v.optional(v.boolean(), true),
    is_weight: v.optional(v.boolean(), false),
  }),
})
type Config = v.InferOutput<typeof CONFIG>['config']

/** No quantizer has wider types; numbers beyond are what a width that nothing ever reached was set to. */
const WIDEST = 128

/** Reads a quantizer from its configuration and its variables; refuses what has no equal here. */
export function readQuantizer(at: QuantizerPlace, config: unknown, variables: Variables): ImportedQuantizer {
  const parsed = v.safeParse(CONFIG, config)
  const { file, place } = at
  if (!parsed.success) return refuse(modelMalformed({ file, what: `${place} ${problemOf(parsed.issues)}` }))
  const { output } = parsed
  const parametrization = parametrizationOf(at, output.config)
  const { rounding, overflow } = modesOf(at, output.config)
  const found = readState(at, parametrization, overflow, variables.of(at.group))
  const free = ignoresRange(output.config, parametrization, rounding, overflow)
  const reached = withoutUnreached(found)
  const state = free ? fractionOnly(reached, parametrization) : reached
  const wide = { low: -WIDEST, high: WIDEST }
  const shape = found.shape
  const spec: QuantizerSpec = {
    parametrization: free ? 'kif' : parametrization,
    integer: state.i[0] ?? 0,
    fraction: state.fraction[0] ?? 0,
    magnitude: state.fraction[0] ?? 0,
    signed: 'auto',
    rounding,
    overflow,
    granularity: shape.flatMap((length, axis) => (length > 1 ? [axis] : [])),
    integerLimits: wide,
    fractionLimits: wide,
    magnitudeLimits: wide,
    decay: null,
    regularize: 0,
    // Integer bits are those of the model, unless it looks at no range itself: then the values decide, as they do here.
    learned: free,
  }
  return { spec, state, shape }
}

function parametrizationOf({ file, place }: QuantizerPlace, config: Config): 'kif' | 'kbi' {
  const kind = config.q_type
  if (kind === 'kif' || kind === 'kbi') {
    const extra = (['scaler', 'affine', 'bw_mapper'] as const).find((key) => config[key] !== null)
    if (extra === undefined) return kind
    const cure = 'quantizers of kind kif and kbi without scaler, affine and bw_mapper can be imported'
    return refuse(unsupportedInModel({ file, place, what: `has a ${extra}`, cure }))
  }
  const cure = 'quantizers of kind kif and kbi can be imported'
  return refuse(unsupportedInModel({ file, place, what: `is of kind ${kind}`, cure }))
}

function modesOf({ file, place }: QuantizerPlace, config: Config): { rounding: Rounding; overflow: Overflow } {
  const rounding = ROUNDINGS[config.round_mode.toUpperCase()]
  const overflow = OVERFLOWS[config.overflow_mode.toUpperCase()]
  if (rounding === undefined) {
    const cure = `what can be imported: ${Object.keys(ROUNDINGS).join(', ')}`
    return refuse(unsupportedInModel({ file, place, what: `rounds by ${config.round_mode}`, cure }))
  }
  if (overflow === undefined) {
    const cure = `what can be imported: ${Object.keys(OVERFLOWS).join(', ')}`
    return refuse(unsupportedInModel({ file, place, what: `has overflow ${config.overflow_mode}`, cure }))
  }
  return { rounding, overflow }
}

/**
 * HGQ2 only rounds constants whose quantizer wraps, whatever integer bits are stored: those follow the constants. Not so
 * where the quantizer is frozen, nor in kbi with another rounding than to the nearest.
 */
function ignoresRange(config: Config, parametrization: 'kif' | 'kbi', rounding: Rounding, overflow: Overflow): boolean {
  const rounds = parametrization === 'kif' || rounding === 'nearest'
  return overflow === 'wrap' && config.is_weight && config.trainable && rounds
}

interface State {
  readonly k: Float32Array
  readonly i: Float32Array
  readonly fraction: Float32Array
  readonly shape: readonly number[]
}

/** Keras writes what is trained first: `i, f, k` or `b, i, k`; where the quantizer wraps, i is not trained: `f, k, i, decay` or `b, k, i, decay`. */
function readState(
  at: QuantizerPlace,
  parametrization: 'kif' | 'kbi',
  overflow: Overflow,
  variables: readonly Variable[],
): State {
  const wraps = overflow === 'wrap'
  const [first, second, third, ...rest] = variables
  const [k, i, fraction] = wraps
    ? [second, third, first]
    : parametrization === 'kif'
      ? [third, first, second]
      : [third, second, first]
  const expected = wraps ? 4 : 3
  const complain = (problem: string): never => refuse(modelVariables({ ...at, problem, found: shapesOf(variables) }))
  if (k === undefined || i === undefined || fraction === undefined || rest.length !== expected - 3)
    return complain(`has ${variables.length} variables instead of ${expected}`)
  if (!k.whole || i.whole || fraction.whole) return complain('has its variables in another order than HGQ2 writes them')
  if (k.values.some((value) => value !== 0 && value !== 1)) return complain('has signs other than 0 and 1')
  if ([i, fraction].some(({ values }) => values.some((value) => !Number.isFinite(value))))
    return complain('has widths that are no numbers')
  if ([i, fraction].some(({ values }) => values.some((value) => value > WIDEST)))
    return complain(`has widths of more than ${WIDEST} bits`)
  const shape = at.batched ? fraction.shape.slice(1) : fraction.shape
  const fits =
    shape.length === at.tensor.length &&
    shape.every((length, axis) => length === 1 || length === at.tensor[axis]) &&
    (!at.batched || fraction.shape[0] === 1) &&
    [k, i].every((each) => formatShape(each.shape) === formatShape(fraction.shape))
  if (!fits) return complain(`has widths that do not fit ${formatShape(at.tensor)}`)
  return { k: k.values, i: i.values, fraction: fraction.values, shape }
}

/** Of a quantizer of constants that only rounds: f alone counts. */
function fractionOnly(state: State, parametrization: 'kif' | 'kbi'): State {
  if (parametrization === 'kif') return state
  const fraction = state.fraction.map((b, at) => roundNearestEven(b) - roundNearestEven(state.i[at] ?? 0))
  return { ...state, fraction }
}

/** A quantizer that no value but 0 ever reached has integer bits far below any other; its width is 0. */
function withoutUnreached(state: State): State {
  const keep = (values: Float32Array): Float32Array =>
    values.map((value, at) => ((state.i[at] ?? 0) < -WIDEST ? 0 : value))
  return { k: keep(state.k), i: keep(state.i), fraction: keep(state.fraction), shape: state.shape }
}

function shapesOf(variables: readonly Variable[]): readonly string[] {
  return variables.map(({ shape, whole }) => `${whole ? 'whole numbers' : 'numbers'} ${formatShape(shape)}`)
}
