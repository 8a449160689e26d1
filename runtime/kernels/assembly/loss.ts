// Losses of a tile and their gradients. `y` holds the network's outputs, one row each; samples from `exact` on are
// padding: they add nothing to the loss, and their gradient is 0. `share` is the factor that makes a mean of the sum;
// it is applied to gradients. The sum over the samples is added to a double at `total`, once it is complete.
import { exp, log } from './elementary'
import { bytesOf, zero } from './vector'

/** Codes of the losses on numbers, in the order of `RESIDUAL_LOSSES` in runtime/kernels/codes.ts. */
const SQUARE: i32 = 0
const ABSOLUTE: i32 = 1
const HUBER: i32 = 2

/** All bits of a lane set where its sample is no padding. */
// @ts-expect-error: decorator
@inline
function present(s: usize, exact: i32): v128 {
  const lanes = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 1, 1), 2, 2), 3, 3)
  return i32x4.lt_s(i32x4.add(i32x4.splat(<i32>(s >> 2)), lanes), i32x4.splat(exact))
}

// @ts-expect-error: decorator
@inline
function sumOfLanes(lanes: v128): f64 {
  const pair = <f64>f32x4.extract_lane(lanes, 0) + <f64>f32x4.extract_lane(lanes, 1)
  const other = <f64>f32x4.extract_lane(lanes, 2) + <f64>f32x4.extract_lane(lanes, 3)
  return pair + other
}

// @ts-expect-error: decorator
@inline
function addTo(total: usize, loss: f64): void {
  store<f64>(total, load<f64>(total) + loss)
}

/** The greatest logit of each of four samples. */
// @ts-expect-error: decorator
@inline
function topOf(y: usize, classes: i32, stride: usize): v128 {
  let top = v128.load(y)
  for (let c = 1; c < classes; c++) top = f32x4.pmax(top, v128.load(y + <usize>c * stride))
  return top
}

/** powers[c] = exp(y[c] - top) of four samples; their sum over the classes, in their order. */
// @ts-expect-error: decorator
@inline
function storePowers(powers: usize, y: usize, top: v128, classes: i32, stride: usize): v128 {
  let sum = zero()
  for (let c = 0; c < classes; c++) {
    const power = exp(f32x4.sub(v128.load(y + <usize>c * stride), top))
    v128.store(powers + <usize>c * stride, power)
    sum = f32x4.add(sum, power)
  }
  return sum
}

/** Softmax cross entropy; `labels` holds a class number (float32) for each sample. */
export function crossEntropy(
  dy: usize,
  y: usize,
  labels: usize,
  total: usize,
  classes: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  share: f32,
): void {
  const end = bytesOf(samples)
  const weight = f32x4.splat(share)
  let all: f64 = 0
  for (let s: usize = 0; s < end; s += 16) {
    const top = topOf(y + s, classes, stride)
    const sum = storePowers(dy + s, y + s, top, classes, stride)
    const kept = present(s, exact)
    const label = v128.load(labels + s)
    const factor = v128.and(kept, f32x4.div(weight, sum))
    let right = zero()
    for (let c = 0; c < classes; c++) {
      const row = <usize>c * stride + s
      const isLabel = f32x4.eq(label, f32x4.splat(<f32>c))
      right = f32x4.add(right, v128.and(isLabel, v128.load(y + row)))
      const slope = f32x4.mul(v128.load(dy + row), factor)
      v128.store(dy + row, f32x4.sub(slope, v128.and(v128.and(isLabel, kept), weight)))
    }
    all += sumOfLanes(v128.and(kept, f32x4.add(log(sum), f32x4.sub(top, right))))
  }
  addTo(total, all)
}

/**
 * Softmax cross entropy with a probability p for each class; they come in rows as the outputs do. The loss of a sample is
 * log Σ exp(y) - Σ p · y, which is -Σ p · log softmax(y) where its p sum to 1, as they do but for roundings. Written this
 * way its slope is softmax(y) - p whatever the sum, and finite logits with a p of 1 for the label and 0 for all others give
 * the bits of `crossEntropy`.
 */
export function softCrossEntropy(
  dy: usize,
  y: usize,
  probabilities: usize,
  total: usize,
  classes: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  share: f32,
): void {
  const end = bytesOf(samples)
  const weight = f32x4.splat(share)
  let all: f64 = 0
  for (let s: usize = 0; s < end; s += 16) {
    const top = topOf(y + s, classes, stride)
    const sum = storePowers(dy + s, y + s, top, classes, stride)
    const kept = present(s, exact)
    const factor = v128.and(kept, f32x4.div(weight, sum))
    let right = zero()
    for (let c = 0; c < classes; c++) {
      const row = <usize>c * stride + s
      const wanted = v128.load(probabilities + row)
      right = f32x4.add(right, f32x4.mul(wanted, v128.load(y + row)))
      const slope = f32x4.mul(v128.load(dy + row), factor)
      v128.store(dy + row, f32x4.sub(slope, v128.and(kept, f32x4.mul(wanted, weight))))
    }
    all += sumOfLanes(v128.and(kept, f32x4.add(log(sum), f32x4.sub(top, right))))
  }
  addTo(total, all)
}

/** Cross entropy of one logit; labels are 0 or 1, or the probability of the second class. */
export function binaryCrossEntropy(
  dy: usize,
  y: usize,
  labels: usize,
  total: usize,
  samples: i32,
  exact: i32,
  share: f32,
): void {
  const end = bytesOf(samples)
  const one = f32x4.splat(1)
  let all: f64 = 0
  for (let s: usize = 0; s < end; s += 16) {
    const logit = v128.load(y + s)
    const label = v128.load(labels + s)
    const kept = present(s, exact)
    const small = exp(f32x4.neg(f32x4.abs(logit)))
    const sum = f32x4.add(one, small)
    const probability = f32x4.div(v128.bitselect(one, small, f32x4.ge(logit, zero())), sum)
    v128.store(dy + s, v128.and(kept, f32x4.mul(f32x4.sub(probability, label), f32x4.splat(share))))
    const loss = f32x4.add(f32x4.sub(f32x4.pmax(zero(), logit), f32x4.mul(logit, label)), log(sum))
    all += sumOfLanes(v128.and(kept, loss))
  }
  addTo(total, all)
}

/** Losses of the residual output - target; targets come in rows as the outputs do. */
export function residualLoss(
  dy: usize,
  y: usize,
  targets: usize,
  total: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  share: f32,
  kind: i32,
  delta: f32,
): void {
  const end = bytesOf(samples)
  const weight = f32x4.splat(share)
  let all: f64 = 0
  const limit = f32x4.splat(delta)
  for (let row = 0; row < rows; row++, y += stride, dy += stride, targets += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      const kept = present(s, exact)
      const residual = v128.and(kept, f32x4.sub(v128.load(y + s), v128.load(targets + s)))
      const sign = f32x4.sub(
        v128.and(f32x4.gt(residual, zero()), f32x4.splat(1)),
        v128.and(f32x4.lt(residual, zero()), f32x4.splat(1)),
      )
      let loss = f32x4.mul(residual, residual)
      let slope = f32x4.mul(f32x4.splat(2), residual)
      if (kind === ABSOLUTE) {
        loss = f32x4.abs(residual)
        slope = sign
      } else if (kind === HUBER) {
        const size = f32x4.abs(residual)
        const far = f32x4.gt(size, limit)
        const half = f32x4.splat(0.5)
        const linear = f32x4.mul(limit, f32x4.sub(size, f32x4.mul(half, limit)))
        loss = v128.bitselect(linear, f32x4.mul(half, loss), far)
        slope = v128.bitselect(f32x4.mul(limit, sign), residual, far)
      }
      v128.store(dy + s, f32x4.mul(slope, weight))
      all += sumOfLanes(loss)
    }
  }
  addTo(total, all)
}
