import { permutation, randomKey } from '../../compiler/numeric/random.js'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { splitDoesNotAddUp, tooFewRows } from '../../lang/diagnostics/messages/data-classes.js'
import type { Span } from '../../lang/source.js'

/** Rows of the file, by index, in the order in which each part holds them. */
export interface Split {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

/**
 * Splits `rows` rows by a permutation drawn from the seed: of the permuted rows the first are for training, the next for
 * validation, the last for the test. Validation has `floor(rows · fraction + 1/2)` rows, the test as many of its
 * fraction, and training the others. A part may be empty only when its fraction is 0.
 */
export function splitRows(
  file: string,
  rows: number,
  fractions: { readonly train: number; readonly validation: number; readonly test: number },
  seed: number,
  span?: Span,
): Result<Split> {
  const { train, validation, test } = fractions
  const total = train + validation + test
  if (![train, validation, test].every((each) => each >= 0 && each <= 1) || Math.abs(total - 1) > 1e-9 || train === 0) {
    return { ok: false, error: splitDoesNotAddUp({ train, validation, test, span }) }
  }
  const validationRows = Math.floor(rows * validation + 0.5)
  const testRows = Math.floor(rows * test + 0.5)
  const trainRows = rows - validationRows - testRows
  for (const [part, fraction, count] of [
    ['training', train, trainRows] as const,
    ['validation', validation, validationRows] as const,
    ['the test', test, testRows] as const,
  ]) {
    if (count <= 0 && fraction > 0) return { ok: false, error: tooFewRows({ file, rows, part, fraction, span }) }
  }
  const order = permutation(randomKey(seed, 'split'), rows)
  return {
    ok: true,
    value: {
      train: order.subarray(0, trainRows),
      validation: order.subarray(trainRows, trainRows + validationRows),
      test: order.subarray(trainRows + validationRows),
    },
  }
}
