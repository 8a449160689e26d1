/** Longest name for which a typing error is looked for; longer ones only match when equal but for case. */
const LONGEST = 64

/**
 * The candidate that `name` was probably meant to be, or undefined.
 *
 * One edit (insert, delete, replace, swap neighbours) per three characters is allowed, lengths may differ by two, a
 * match that differs only in case wins, and names under three characters are never guessed from. Ties go to the first.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = spellingOf(name)
  const cap = Math.max(1, Math.floor(name.length / 3))
  let best: string | undefined
  let bestDistance = cap + 1
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > 2) continue
    const other = spellingOf(candidate)
    if (other.lower === wanted.lower) return candidate
    if (name.length < 3 || name.length > LONGEST) continue
    // An edit takes away one letter, and puts in another one, at most.
    if (bitCount(wanted.letters ^ other.letters) > 2 * (bestDistance - 1)) continue
    const distance = editDistance(wanted.lower, other.lower, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

interface Spelling {
  readonly lower: string
  /** In lower case and without `_`. */
  readonly plain: string
  /** Which letters it has: a bit for each, several letters to a bit. */
  readonly letters: number
}

/** Each unknown name is compared with every known one, so what is compared is made once. */
const spellings = new Map<string, Spelling>()
const REMEMBERED = 16_384

/** How names are compared. */
export function spellingOf(name: string): Spelling {
  const known = spellings.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  let letters = 0
  for (let at = 0; at < lower.length; at++) letters |= 1 << (lower.charCodeAt(at) & 31)
  const spelling = { lower, plain: lower.replaceAll('_', ''), letters }
  if (name.length > LONGEST) return spelling
  if (spellings.size >= REMEMBERED) spellings.clear()
  spellings.set(name, spelling)
  return spelling
}

function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Optimal string alignment distance, or `limit` when it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let smallest = row
    for (let column = 1; column <= b.length; column++) {
      const same = a.charCodeAt(row - 1) === b.charCodeAt(column - 1)
      let cost = Math.min(
        (last[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (last[column - 1] ?? limit) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? limit) + 1)
      current.push(cost)
      smallest = Math.min(smallest, cost)
    }
    if (smallest >= limit) return limit
    beforeLast = last
    last = current
  }
  return Math.min(last[b.length] ?? limit, limit)
}
