import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import type { Event } from '../../events.js'

/** A view of the events of one command. */
export interface Reporter {
  handle(event: Event): void
  /** Waits until everything is shown. */
  finish(): Promise<void>
}

/** What a view needs besides the events. */
export interface Screen {
  /** Results. */
  out(line: string): void
  /** Messages. */
  error(line: string): void
  /** A message as text, with a frame of the source. */
  render(diagnostic: Diagnostic): string
}

/** `312 ms`, `4.2 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
