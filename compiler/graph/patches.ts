import type { Shape, ShapeResult } from '../../lang/host.js'
import { elementCount, formatShape } from '../../lang/shape.js'
import { stridesOf } from './elements.js'

/**
 * How windows move over the first axes of a tensor, one number for each axis: what convolution and pooling have in
 * common. Position p and place k in the window stand for element p · stride + k · dilation - before of the axis.
 */
export interface Patches {
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  /** So many elements of padding stand in front of each axis; those behind it follow from the positions. */
  readonly before: readonly number[]
  /** What the padding is: zeros, or the nearest element of the axis. */
  readonly border: 'zero' | 'nearest'
}

/** What a user writes; the shape rule checks it. */
interface Written {
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: 'valid' | 'same' | 'causal'
  readonly border: Patches['border']
}

type Attributes = Readonly<Record<string, unknown>>

/**
 * [n…, c…] to [positions…, window…, c…]. `valid`: windows inside the tensor; `same`: as many positions as strides fit
 * into the axis, the padding shared between both ends, the odd one behind, as Keras has it; `causal`: all of it in front, so
 * that no position sees later elements. `rest`, where given: how many axes follow those of the window.
 */
export function patchesShape([shape = []]: readonly Shape[], attributes: Attributes): ShapeResult {
  const written = read(attributes)
  const { window, strides, dilation } = written
  if (window.length === 0 || window.length > shape.length) {
    return wrong(
      "this window doesn't fit the tensor",
      'window',
      `a window over ${window.length} axes of a tensor of shape ${formatShape(shape)}`,
      'a window has one length for each of the axes that it moves over, the first ones',
    )
  }
  const { rest } = attributes
  if (typeof rest === 'number' && shape.length !== window.length + rest) {
    const one = window.length === 1
    const axes = window.map((_, axis) => (one ? 'length' : `length ${axis + 1}`))
    const others = rest === 1 ? ['channels'] : Array.from({ length: rest }, () => '…')
    return {
      ok: false,
      message: "the window doesn't fit the axes of this tensor",
      operand: 0,
      label: `this is ${formatShape(shape)}; the window has ${one ? 'one length' : `${window.length} lengths`}`,
      rule: `a window of ${one ? 'one length' : `${window.length} lengths`} moves over [${[...axes, ...others].join(', ')}]`,
    }
  }
  for (const [name, values] of Object.entries({ window, strides, dilation })) {
    const rule = `\`${name}\` has a whole number from 1 on for each axis of the window`
    if (values.length !== window.length)
      return wrong(
        `\`${name}\` doesn't fit the window`,
        name,
        `${values.length} for a window of ${window.length === 1 ? 'one axis' : `${window.length} axes`}`,
        rule,
      )
    const odd = values.find((value) => !Number.isInteger(value) || value < 1)
    if (odd !== undefined) return wrong(`\`${name}\` cannot be ${odd}`, name, `this is ${formatShape(values)}`, rule)
  }
  const over = shape.slice(0, window.length)
  const positions = over.map((length, axis) => alongAxis(length, written, axis).positions)
  if (positions.some((count) => count < 1)) {
    const reach = window.map((_, axis) => reachOf(written, axis))
    return wrong(
      'the window is larger than what it moves over',
      'window',
      `it spans ${formatShape(reach)} of ${formatShape(over)}`,
      'without padding a window fits into the tensor at least once; with it, it may reach over the ends',
    )
  }
  return { ok: true, shape: [...positions, ...window, ...shape.slice(window.length)] }
}

/** What was written, worked out for a tensor of this shape. The shape rule has been passed. */
export function patchesOf(shape: Shape, attributes: Attributes): Patches {
  const written = read(attributes)
  const { window, strides, dilation, border } = written
  const before = window.map((_, axis) => alongAxis(shape[axis] ?? 1, written, axis).before)
  return { window, strides, dilation, before, border }
}

/** Whether some element of the result is a zero of the padding. */
export function hasZeros(patches: Patches & { readonly shape: Shape }, operand: Shape): boolean {
  const { window, strides, dilation, before, border, shape } = patches
  return (
    border === 'zero' &&
    window.some((length, axis) => {
      const last = ((shape[axis] ?? 1) - 1) * (strides[axis] ?? 1) + (length - 1) * (dilation[axis] ?? 1)
      return (before[axis] ?? 0) > 0 || last - (before[axis] ?? 0) >= (operand[axis] ?? 1)
    })
  )
}

/** Which element of the operand each element of the patches is; -1 for a zero of the padding. */
export function patchesMap(operand: Shape, patches: Patches & { readonly shape: Shape }): Int32Array {
  const { window, strides, dilation, before, border, shape } = patches
  const axes = window.length
  const steps = stridesOf(operand)
  const block = elementCount(operand.slice(axes))
  const map = new Int32Array(elementCount(shape))
  const places = indicesOf(window)
  let at = 0
  for (const position of indicesOf(shape.slice(0, axes))) {
    for (const place of places) {
      let start = 0
      for (let axis = 0; axis < axes && start >= 0; axis++) {
        const length = operand[axis] ?? 1
        const index =
          (position[axis] ?? 0) * (strides[axis] ?? 1) +
          (place[axis] ?? 0) * (dilation[axis] ?? 1) -
          (before[axis] ?? 0)
        const inside = border === 'nearest' ? Math.min(Math.max(index, 0), length - 1) : index
        start = inside < 0 || inside >= length ? -1 : start + inside * (steps[axis] ?? 1)
      }
      for (let element = 0; element < block; element++) map[at++] = start < 0 ? -1 : start + element
    }
  }
  return map
}

/** Elements of an axis that a window spans. */
function reachOf({ window, dilation }: Written, axis: number): number {
  return ((window[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1
}

function alongAxis(
  length: number,
  written: Written,
  axis: number,
): { readonly positions: number; readonly before: number } {
  const stride = written.strides[axis] ?? 1
  const reach = reachOf(written, axis)
  switch (written.padding) {
    case 'valid':
      return { positions: Math.floor((length - reach) / stride) + 1, before: 0 }
    case 'same': {
      const positions = Math.ceil(length / stride)
      return { positions, before: Math.max(0, (positions - 1) * stride + reach - length) >> 1 }
    }
    case 'causal':
      return { positions: Math.floor((length - 1) / stride) + 1, before: reach - 1 }
  }
}

function read(attributes: Attributes): Written {
  const window = numbers(attributes.window) ?? []
  const ones = window.map(() => 1)
  const padding = attributes.padding ?? 'valid'
  const border = attributes.border ?? 'zero'
  if (padding !== 'valid' && padding !== 'same' && padding !== 'causal') throw new Error(`no padding ${padding}`)
  if (border !== 'zero' && border !== 'nearest') throw new Error(`no border ${border}`)
  const { strides, dilation } = attributes
  return { window, strides: numbers(strides) ?? ones, dilation: numbers(dilation) ?? ones, padding, border }
}

function numbers(value: unknown): readonly number[] | null {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw new Error('an attribute that should be a list of integers is not')
  return value.map(Number)
}

/** Every multi-index of a shape, row-major. */
function indicesOf(shape: Shape): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (indices, length) => indices.flatMap((index) => Array.from({ length }, (_, next) => [...index, next])),
    [[]],
  )
}

function wrong(message: string, attribute: string, label: string, rule: string): ShapeResult {
  return { ok: false, operand: 0, message, attribute, label, rule }
}
