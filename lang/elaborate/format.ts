/** `[3, 50]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

/** A fraction as a percentage with as many digits as it needs: `0.07` is `7`. */
export function formatPercent(fraction: number): string {
  return String(Number((fraction * 100).toPrecision(12)))
}
