import { integer, minValue, number, pipe, regex, string } from 'valibot'

// What the contexts of templates are made of: text that goes into a script must not be able to mean anything else there.

export const nameSchema = pipe(string(), regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
export const pathSchema = pipe(string(), regex(/^[A-Za-z0-9_./-]+$/))
export const partSchema = pipe(string(), regex(/^[A-Za-z0-9_-]+$/))
export const countSchema = pipe(number(), integer(), minValue(0))
export const timeSchema = pipe(number(), minValue(0))

/** Femtoseconds are enough: 2.7777777777777777 is printed as 2.777778. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** Products of decimal fractions have last digits that say nothing. */
export function picoseconds(ns: number): number {
  return Math.round(ns * 1000) / 1000
}
