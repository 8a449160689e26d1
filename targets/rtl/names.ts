/** Names in the top module that belong to the emitters: signals, what is made of them, instances, the clock. */
export const EMITTED = /^(n\d+(_element|(_q\d+)?(_[cd]\d+)?)|stage\d+|clk)$/i

/** `base`, or where that is used the first of `base_2`, `base_3`, …; added to `taken`. */
export function unique(base: string, taken: Set<string>, isUsed: (candidate: string) => boolean): string {
  let candidate = base
  for (let suffix = 2; isUsed(candidate); suffix++) candidate = `${base}_${suffix}`
  taken.add(candidate)
  return candidate
}
