import type { Shape } from './host.js'

/** Number of elements of a tensor; 1 for a single number. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** `[3, 50]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
