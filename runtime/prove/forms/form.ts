/**
 * A polynomial with integer coefficients in the bits of nets, of degree two at most. A key is a net, or a pair of nets as
 * `PAIR · lower + higher`, or `CONSTANT`. Because a bit is its own square, two polynomials are the same function of the
 * bits exactly when they have the same coefficients.
 */
export type Form = ReadonlyMap<number, bigint>

export const CONSTANT = 0
/** Nets have smaller numbers. */
const PAIR = 2 ** 26

/** Past so many products of bits a form is not worth having. */
const MOST_TERMS = 20_000

export function constantForm(value: bigint): Form {
  return new Map([[CONSTANT, value]])
}

/** Σ coefficient · bit, where the bits are nets or constants. */
export class FormBuilder {
  readonly #terms = new Map<number, bigint>()

  get form(): Form {
    return this.#terms
  }

  add(key: number, coefficient: bigint): void {
    this.#terms.set(key, (this.#terms.get(key) ?? 0n) + coefficient)
  }

  addForm(form: Form, factor: bigint): void {
    for (const [key, coefficient] of form) this.add(key, coefficient * factor)
  }
}

/** The product; null when it has a degree above two or very many terms. */
export function multiplyForms(a: Form, b: Form): Form | null {
  if (a.size * b.size > MOST_TERMS) return null
  const product = new FormBuilder()
  for (const [x, m] of a) {
    for (const [y, n] of b) {
      const key = productOf(x, y)
      if (key === null) return null
      product.add(key, m * n)
    }
  }
  return product.form
}

function productOf(x: number, y: number): number | null {
  if (x === CONSTANT) return y
  if (y === CONSTANT || x === y) return x
  if (x >= PAIR || y >= PAIR) return null
  return Math.min(x, y) * PAIR + Math.max(x, y)
}

/** Whether both have the same values modulo 2^width whatever the bits are. */
export function sameModulo(a: Form, b: Form, width: number): boolean {
  for (const [key, coefficient] of a) {
    if (BigInt.asUintN(width, coefficient - (b.get(key) ?? 0n)) !== 0n) return false
  }
  for (const [key, coefficient] of b) {
    if (!a.has(key) && BigInt.asUintN(width, coefficient) !== 0n) return false
  }
  return true
}
