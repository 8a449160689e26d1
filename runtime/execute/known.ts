/** What a map has of a name that it must have. */
export function known<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name)
  if (value === undefined) throw new Error(`"${name}" is not known`)
  return value
}
