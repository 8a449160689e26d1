// e^x and ln x on four float32 lanes in plain arithmetic: argument reduction, then the series that textbooks give.
// Errors stay within about one unit in the last place.

// ln 2 in two parts; n · LN2_HIGH is exact for |n| ≤ 128.
const LN2_HIGH: f32 = 0.693145751953125
const LN2_LOW: f32 = 1.42860682030941723212e-6

/** e^x; 0 below -87.3, no more than e^88.7 (which is finite) above. */
// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const limited = f32x4.max(f32x4.splat(-87.3), f32x4.min(f32x4.splat(88.7), x))
  const n = f32x4.nearest(f32x4.mul(limited, f32x4.splat(1.4426950408889634)))
  const high = f32x4.sub(limited, f32x4.mul(n, f32x4.splat(LN2_HIGH)))
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(LN2_LOW)))
  let sum = f32x4.splat(1.0 / 5040)
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5))
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r)
  sum = f32x4.add(sum, f32x4.splat(1))
  // Two factors: n may be 128, whose power alone is no float32.
  const whole = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(whole, 1)
  const one = i32x4.splat(127)
  const result = f32x4.mul(
    f32x4.mul(sum, i32x4.shl(i32x4.add(half, one), 23)),
    i32x4.shl(i32x4.add(i32x4.sub(whole, half), one), 23),
  )
  return v128.andnot(result, f32x4.lt(x, f32x4.splat(-87.3)))
}

/** Natural logarithm of a normal positive float32. */
// @ts-expect-error: decorator
@inline
export function log(x: v128): v128 {
  const offset = i32x4.splat(0x3f3504f3) // √½
  const exponent = i32x4.shr_s(i32x4.sub(x, offset), 23)
  const mantissa = i32x4.sub(x, i32x4.shl(exponent, 23))
  const f = f32x4.sub(mantissa, f32x4.splat(1))
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)))
  const square = f32x4.mul(s, s)
  let series = f32x4.splat(2.0 / 9)
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2.0 / 7))
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2.0 / 5))
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2.0 / 3))
  series = f32x4.mul(series, square)
  // ln(1 + f) = f - s (f - series): the leading term is exact.
  const logarithm = f32x4.sub(f, f32x4.mul(s, f32x4.sub(f, series)))
  const n = f32x4.convert_i32x4_s(exponent)
  return f32x4.add(
    f32x4.mul(n, f32x4.splat(LN2_HIGH)),
    f32x4.add(logarithm, f32x4.mul(n, f32x4.splat(LN2_LOW))),
  )
}
