import type { OperationOf } from '../../../compiler/graph/operation.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import {
  type QuantizerType,
  quantizerGradient,
  quantizeValue,
  reflect,
  rounder,
} from '../../../compiler/numeric/fixed-quantizer.js'
import { paddedWords } from '../../kernels/arena.js'
import { QUANTIZE } from '../../kernels/codes.js'
import type { Machine } from './machine.js'
import type { NetworkContext } from './network-context.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import type { ConstantValue } from './values.js'

/** Lays out a quantizer of constants: weights, biases. */
export function quantizeConstant(operation: OperationOf<'quantize'>, context: NetworkContext): ConstantValue {
  const quantizer = context.quantizer(operation)
  const x = context.constant(operation.operands[0])
  const trained = context.training && operation.quantizer.learned
  const level = context.levelOf(operation.id)
  const y = context.newConstant(x.elements, x.gradient !== 0 || trained, level)
  context.quantizedConstants.push({ operation, address: y.address, elements: y.elements })
  // As for data: once frozen a tracked type holds its constants.
  const measured = !context.training && quantizer.tracked
  const reflects = operation.quantizer.overflow === 'wrap_reflect' && !measured
  const kbi = operation.quantizer.parametrization === 'kbi'
  const tracks = context.training && quantizer.tracked
  const prepare = quantizer.prepare(!context.training && !measured)
  // Tracking moves i before the adjoint, which is that of the types as they were.
  let types: readonly QuantizerType[] = []
  context.onForward(level, (machine, parts) => {
    if (tracks && kbi) quantizer.track(machine, machine.floats(x.address, x.elements).map(Math.abs))
    prepare(machine, parts)
    if (reflects) {
      types = quantizer.elementTypes(machine)
      reflectConstants(machine, quantizer, types, x, y, context.training)
    } else
      machine.kernels.quantizeConstants(
        y.address,
        x.address,
        quantizer.scale,
        quantizer.step,
        quantizer.high,
        quantizer.low,
        paddedWords(x.elements),
        quantizer.rounding,
        quantizer.flags,
        quantizer.key,
      )
  })
  if (tracks && !kbi)
    context.onTracking(operation.id, (machine) => quantizer.track(machine, greatestRounded(machine, quantizer, x, y)))
  if (y.gradient === 0) return y
  const direct = reflects ? null : quantizer.ownGradients(context)
  const df = direct?.fraction ?? context.arena.words(x.elements)
  const di = direct?.integer ?? context.arena.words(x.elements)
  context.onBackward(level, (machine) => {
    if (reflects) reflectBackward(machine, quantizer, types, x, y, df)
    else
      machine.kernels.quantizeConstantsBackward(
        x.gradient,
        df,
        di,
        y.gradient,
        x.address,
        y.address,
        quantizer.step,
        quantizer.high,
        quantizer.low,
        quantizer.top,
        quantizer.sign,
        paddedWords(x.elements),
        direct === null ? quantizer.flags & ~QUANTIZE.kbi : quantizer.flags,
      )
    if (direct !== null) return
    quantizer.addGradients(machine, machine.floats(df, x.elements), reflects ? null : machine.floats(di, x.elements))
  })
  return y
}

/** What tracking in kif looks at: values rounded, not reflected. */
function greatestRounded(
  machine: Machine,
  quantizer: QuantizerMemory,
  x: ConstantValue,
  y: ConstantValue,
): Float32Array {
  if (quantizer.modulus === 0) return machine.floats(y.address, y.elements).map(Math.abs)
  const round = rounder(quantizer.operation.quantizer.rounding)
  const scale = machine.floats(quantizer.scale, x.elements)
  const step = machine.floats(quantizer.step, x.elements)
  return machine
    .floats(x.address, x.elements)
    .map((value, e) => Math.abs(round(value * (scale[e] as number)) * (step[e] as number)))
}

/** Reflection of constants is rare and small: it takes the definition as it stands. */
function reflectConstants(
  machine: Machine,
  quantizer: QuantizerMemory,
  types: readonly QuantizerType[],
  x: ConstantValue,
  y: ConstantValue,
  training: boolean,
): void {
  const { rounding, overflow } = quantizer.operation.quantizer
  const round = rounder(rounding)
  const source = machine.floats(x.address, x.elements)
  machine.floats(y.address, y.elements).set(
    source.map((value, e) => {
      const type = types[e] ?? NO_BITS
      if (training) return quantizeValue(value, type, rounding, overflow, 'round')
      if (type.k + type.i + type.f <= 0) return 0
      return reflect(round(value * powerOfTwo(type.f)), type).integer * powerOfTwo(-type.f)
    }),
  )
}

function reflectBackward(
  machine: Machine,
  quantizer: QuantizerMemory,
  types: readonly QuantizerType[],
  x: ConstantValue,
  y: ConstantValue,
  df: number,
): void {
  const { rounding, overflow } = quantizer.operation.quantizer
  const source = machine.floats(x.address, x.elements)
  const upstream = machine.floats(y.gradient, y.elements)
  const dx = x.gradient === 0 ? null : machine.floats(x.gradient, x.elements)
  const toFraction = machine.floats(df, x.elements)
  for (let e = 0; e < source.length; e++) {
    const gradient = quantizerGradient(
      source[e] as number,
      upstream[e] as number,
      types[e] ?? NO_BITS,
      rounding,
      overflow,
    )
    toFraction[e] = gradient.f
    if (dx !== null) dx[e] = (dx[e] as number) + gradient.x
  }
}

const NO_BITS = { k: 0, i: 0, f: 0 }
