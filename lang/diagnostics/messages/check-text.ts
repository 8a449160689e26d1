// What several messages about calls and entries say alike.

/** `'units', 'x'`. */
export function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}

/** What is missing beside a name that is not known: most likely that was meant. */
export function lacks(missing: readonly string[]): readonly string[] {
  return missing.length === 0 ? [] : [`${list(missing)} ${missing.length === 1 ? 'is' : 'are'} still missing`]
}
