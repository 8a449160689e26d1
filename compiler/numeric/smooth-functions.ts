/**
 * Activation functions and what they need, in plain IEEE double arithmetic on top of `exactmath`: every machine gives the
 * same bits. With u = 2^-53: `log1p`, `sigmoid`, `silu`, `softplus` and `erf` err by less than 8u relatively, `elu` as
 * `expm1` does; `normalCdf` by less than 8u absolutely, `gelu` by less than 8u · |x|.
 */
import { exp, expm1, log } from './exactmath.js'
import { clearLowWord } from './exponent.js'

/** ln(1 + x) for x > -1, without cancellation near 0: the logarithm of the rounded sum, and what the rounding lost. */
export function log1p(x: number): number {
  const sum = 1 + x
  if (sum === 1) return x
  const lost = sum - 1 - x
  return log(sum) - lost / sum
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x))
  const power = exp(x)
  return power / (1 + power)
}

/** ln(1 + e^x). */
export function softplus(x: number): number {
  return (x > 0 ? x : 0) + log1p(exp(-Math.abs(x)))
}

/** x · sigmoid(x), also known as swish. */
export function silu(x: number): number {
  return x * sigmoid(x)
}

/** x where it is positive, else e^x - 1. */
export function elu(x: number): number {
  return x > 0 ? x : expm1(x)
}

const TWO_OVER_ROOT_PI = 1.1283791670955126
const ROOT_PI = 1.772453850905516
const ROOT_HALF = Math.SQRT1_2
/** From here on the continued fraction of erfc is used, before that the series of erf. */
const FAR = 2.5

/** Error function: 2/√π times the integral of e^-t² from 0 to x. */
export function erf(x: number): number {
  if (x < 0) return -erf(-x)
  if (x >= 6) return 1
  return x < FAR ? nearErf(x) : 1 - farErfc(x)
}

/** 1 - erf(x), for x ≥ 0 from 2.5 on without cancellation. */
export function erfc(x: number): number {
  if (x < 0) return 1 + erf(-x)
  return x < FAR ? 1 - nearErf(x) : farErfc(x)
}

/** 2/√π e^-x² Σ 2^n x^(2n+1) / (1 · 3 · … · (2n+1)): no term is negative, so nothing cancels. */
function nearErf(x: number): number {
  const square = x * x
  let sum = 0
  for (let n = 60; n >= 1; n--) sum = (1 + sum) * ((2 * square) / (2 * n + 1))
  return TWO_OVER_ROOT_PI * x * (1 + sum) * gaussian(x)
}

/** e^-x² / √π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))) (Laplace). */
function farErfc(x: number): number {
  let rest = x
  for (let n = 120; n >= 1; n--) rest = x + n / 2 / rest
  return gaussian(x) / (ROOT_PI * rest)
}

/** e^-x², x² taken in two parts: the first is exact. */
function gaussian(x: number): number {
  const high = clearLowWord(x)
  return exp(-high * high) * exp((high - x) * (high + x))
}

/** The part of a normal distribution below x. */
export function normalCdf(x: number): number {
  return erfc(-x * ROOT_HALF) / 2
}

/** x · normalCdf(x) (Hendrycks, Gimpel, arXiv 1606.08415), without the approximation by tanh. */
export function gelu(x: number): number {
  return x * normalCdf(x)
}

/** Density of the normal distribution: the slope of `normalCdf`. */
export function normalDensity(x: number): number {
  return (TWO_OVER_ROOT_PI / 2) * ROOT_HALF * gaussian(x * ROOT_HALF)
}
