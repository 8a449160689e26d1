/** What canonical JSON can say: plain values; an undefined property counts as absent. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined }

/**
 * JSON with one spelling per value: object keys in code-unit order, no blanks, numbers as ECMAScript prints them (which
 * is the shortest text that reads back), -0 as 0. Two values give the same text exactly when they are equal.
 *
 * Throws on NaN and infinities, which JSON cannot say; a caller that has them must have encoded them before.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} has no JSON`)
    return JSON.stringify(value)
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries: string[] = []
  for (const key of Object.keys(value).sort()) {
    const entry = value[key]
    if (entry !== undefined) entries.push(`${JSON.stringify(key)}:${canonicalJson(entry)}`)
  }
  return `{${entries.join(',')}}`
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value)
}
