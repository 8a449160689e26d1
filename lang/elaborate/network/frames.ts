import { STANDARD_PLACES } from '../../check/result.js'
import type { Arguments, ValueOf } from '../value.js'

/** The quantizers in force at one place of the program: that of each enclosing `with`, innermost first. */
export type Frames = readonly Frame[]

export interface Frame {
  /** What each place says: values of `fixed(…)`. Places that it leaves out are those of the frames around it. */
  readonly places: Arguments
  /** How identities name it: `per_parameter`, `{…}` for a record. */
  readonly name: string
}

/**
 * The `fixed(…)` in force for a place: that of the innermost frame that has it; else the same for the place it falls back
 * to. Undefined when none of `chain` is set anywhere.
 */
export function inForce(frames: Frames, chain: readonly string[]): ValueOf<'built'> | undefined {
  for (const place of withStandardFallback(chain)) {
    for (const frame of frames) {
      const value = frame.places.get(place)
      if (value?.kind === 'built') return value
    }
  }
  return undefined
}

/** `bias` and `table` fall back to `weight`. */
export function withStandardFallback(chain: readonly string[]): readonly string[] {
  const fallback = STANDARD_PLACES.get(chain.at(-1) ?? '')
  return fallback === undefined ? chain : withStandardFallback([...chain, fallback])
}

/** Names of the places that any frame sets. */
export function placesInForce(frames: Frames): readonly string[] {
  return [...new Set(frames.flatMap((frame) => [...frame.places.keys()]))]
}
