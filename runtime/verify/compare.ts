/** The first place where two sets of values of a port differ, and in how many rows they do. */
export interface Difference {
  readonly port: string
  readonly row: number
  readonly element: number
  readonly expected: number
  readonly found: number
  /** Rows with at least one difference, in any port. */
  readonly rows: number
}

/** A port's values in two versions, each rows × elements. */
export interface Compared {
  readonly port: string
  readonly elements: number
  readonly expected: Float64Array
  readonly found: Float64Array
}

/** Null when all values are equal (0 equals -0, NaN nothing). */
export function firstDifference(ports: readonly Compared[], rows: number): Difference | null {
  let first: Omit<Difference, 'rows'> | null = null
  let differing = 0
  for (let row = 0; row < rows; row++) {
    let differs = false
    for (const { port, elements, expected, found } of ports) {
      for (let element = 0; element < elements; element++) {
        const index = row * elements + element
        const [a, b] = [expected[index] ?? Number.NaN, found[index] ?? Number.NaN]
        if (a === b) continue
        differs = true
        first ??= { port, row, element, expected: a, found: b }
      }
    }
    if (differs) differing++
  }
  return first === null ? null : { ...first, rows: differing }
}
