/** integer · 2^-fraction as an exact decimal number: `-22`, `7.9375`. */
export function decimal(integer: bigint, fraction: number): string {
  if (fraction <= 0) return String(integer << BigInt(-fraction))
  const magnitude = integer < 0n ? -integer : integer
  const digits = (magnitude * 5n ** BigInt(fraction)).toString().padStart(fraction + 1, '0')
  const whole = digits.slice(0, -fraction)
  const rest = digits.slice(-fraction).replace(/0+$/, '')
  return `${integer < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`
}
