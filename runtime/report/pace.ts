import type { Report } from '../../targets/report.js'

/** How long a design takes, and how often it takes an input. */
export interface Pace {
  readonly latency_ns: number
  /** Cycles from one input to the next. */
  readonly interval: number
}

/**
 * The pace of a design of so many cycles, which takes an input every cycle; of high-level synthesis, which makes RTL of its
 * own, the longest that it `measured`.
 */
export function paceOf(cycles: number, clockPeriodNs: number, measured: Report['latency']): Pace {
  const { max_cycles, max_interval } = measured ?? { max_cycles: cycles, max_interval: 1 }
  return { latency_ns: tidy(max_cycles * clockPeriodNs), interval: max_interval }
}

/** Without the last digits, which only say that 1000 / 360 has no end: a clock of 360 MHz keeps a bound of 360 MHz. */
export function tidy(value: number): number {
  return Number(value.toPrecision(9))
}
