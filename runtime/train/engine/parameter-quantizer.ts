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
import { call } from '../../kernels/program.js'
import { pieces, type Work, words } from '../../kernels/work.js'
import type { Action, Between, Machine } from './machine.js'
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
  const prepare = quantizer.prepare(!context.training && !measured, context)
  // Tracking moves i before the adjoint, which is that of the types as they were.
  let types: readonly QuantizerType[] = []
  if (tracks && kbi) context.passes.onForward(level, quantizer.track(x.address, context))
  context.passes.onForward(level, ...prepare)
  if (reflects)
    context.passes.onForward(level, (machine) => {
      types = quantizer.elementTypes(machine)
      reflectConstants(machine, quantizer, types, x, y, context.training)
    })
  else context.passes.onForward(level, ...quantized(quantizer, x, y))
  if (tracks && !kbi) context.passes.onTracking(operation.id, ...trackRounded(quantizer, x, y, context))
  if (y.gradient === 0) return y
  const direct = reflects ? null : quantizer.ownGradients(context)
  if (direct !== null && level === context.passes.levels - 1)
    for (const address of [direct.fraction, direct.integer]) context.overwritten.add(address)
  const df = direct?.fraction ?? context.arena.words(x.elements)
  const di = direct?.integer ?? context.arena.words(x.elements)
  const gradients: readonly Between[] = reflects
    ? [(machine) => reflectBackward(machine, quantizer, types, x, y, df)]
    : quantizedBackward(quantizer, x, y, df, di, direct === null)
  const spread = direct === null ? quantizer.addGradients(df, reflects ? 0 : di, context) : []
  context.passes.onBackward(level, ...gradients, ...spread)
  return y
}

function quantized(quantizer: QuantizerMemory, x: ConstantValue, y: ConstantValue): Work[] {
  const { scale, step, high, low, rounding, flags, key } = quantizer
  const make = (first: number, count: number): Work => {
    const at = (address: number): number => address + first * 4
    const sources = [at(x.address), at(scale), at(step), at(high), at(low)] as const
    return {
      call: call('quantizeConstants', at(y.address), ...sources, count, rounding, flags, key),
      reads: sources.map((address) => words(address, count)),
      writes: [words(at(y.address), count)],
      cost: 20 + 0.6 * count,
    }
  }
  const count = paddedWords(x.elements)
  // Noise is numbered from the first element on.
  return key === 0 ? pieces(count, make) : [make(0, count)]
}

/** `apart`: gradients of i are without those of f, which are subtracted later. */
function quantizedBackward(
  quantizer: QuantizerMemory,
  x: ConstantValue,
  y: ConstantValue,
  df: number,
  di: number,
  apart: boolean,
): Work[] {
  const { step, high, low, top, sign } = quantizer
  const flags = apart ? quantizer.flags & ~QUANTIZE.kbi : quantizer.flags
  return pieces(paddedWords(x.elements), (first, count) => {
    const at = (address: number): number => address + first * 4
    const dx = x.gradient === 0 ? 0 : at(x.gradient)
    const sources = [y.gradient, x.address, y.address, step, high, low, top, sign].map(at)
    const targets = [at(df), at(di), ...(dx === 0 ? [] : [dx])]
    return {
      call: call('quantizeConstantsBackward', dx, at(df), at(di), ...sources, count, flags),
      reads: [...sources, ...(dx === 0 ? [] : [dx])].map((address) => words(address, count)),
      writes: targets.map((address) => words(address, count)),
      cost: 20 + 0.8 * count,
    }
  })
}

/** Integer bits in kif follow values that are rounded, not reflected. */
function trackRounded(
  quantizer: QuantizerMemory,
  x: ConstantValue,
  y: ConstantValue,
  context: NetworkContext,
): readonly Between[] {
  if (quantizer.modulus === 0) return [quantizer.track(y.address, context)]
  const rounded = context.arena.words(x.elements)
  const round = rounder(quantizer.operation.quantizer.rounding)
  const fill: Action = (machine) => {
    const scale = machine.floats(quantizer.scale, x.elements)
    const step = machine.floats(quantizer.step, x.elements)
    const values = machine.floats(x.address, x.elements)
    machine
      .floats(rounded, x.elements)
      .set(values.map((value, e) => round(value * (scale[e] as number)) * (step[e] as number)))
  }
  return [fill, quantizer.track(rounded, context)]
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
