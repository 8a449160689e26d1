// What messages say of schedules that last as long as their training.

/** A schedule that ends with the training. Without an `over` of its own, another number of epochs changes all of it. */
export interface LastingSchedule {
  /** `pressure`. */
  readonly entry: string
  /** Epochs of the `over` that says the same; `unknown` where no `over` in epochs does. */
  readonly over: number | 'unknown'
}

/** How schedules keep their values, and the store what it has of the training, when the number of epochs changes. */
export function lengthNotes(schedules: readonly LastingSchedule[]): readonly string[] {
  const entries = new Map<number | 'unknown', string[]>()
  for (const { entry, over } of schedules) entries.set(over, [...(entries.get(over) ?? []), `\`${entry}\``])
  return [...entries].map(([over, names]) => {
    const where = names.join(' and ')
    if (over === 'unknown')
      return `another number of epochs trains all anew: the schedule of ${where} lasts as long, and its \`hold\` is not in whole epochs, so no \`over\` says the same`
    const written = `over = ${over} ${over === 1 ? 'epoch' : 'epochs'}`
    return `before you change \`epochs\`, write \`${written}\` into the schedule of ${where}, as in \`geometric(…, ${written})\` or \`sweep(${written})\`: else it changes with them, and all is trained anew`
  })
}
