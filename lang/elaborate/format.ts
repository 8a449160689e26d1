/** `[3, 50]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

/** A fraction as a percentage with as many digits as it needs: `0.07` is `7`. */
export function formatPercent(fraction: number): string {
  return String(Number((fraction * 100).toPrecision(12)))
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
