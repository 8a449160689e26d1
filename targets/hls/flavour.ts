import { type FixedType, widthOf } from '../../compiler/fixed/type.js'

export type HlsLanguage = 'vitis' | 'oneapi'

/** What differs between the C++ of the two vendors. */
export interface Flavour {
  readonly language: HlsLanguage
  /** Altera's compilers know no number of a single bit. */
  readonly leastWidth: number
  /** The C++ type of exactly this format; its width is at least `leastWidth`. */
  readonly typeName: (type: FixedType) => string
  /** Statements that give `number`, of `width` bits, the low `count` bits of the word `value` from bit `low` on. */
  readonly setBits: (number: string, low: number, count: number, value: string) => string
  /** `count` bits, 64 at most, of `number` from bit `low` on, as an unsigned 64-bit word. */
  readonly getBits: (number: string, low: number, count: number) => string
}

/** Vitis HLS: `ap_fixed<W, I>`, truncating and wrapping unless told otherwise (UG1399, arbitrary precision fixed-point types). */
const VITIS: Flavour = {
  language: 'vitis',
  leastWidth: 1,
  typeName: (type) => `ap_${type.k === 1 ? '' : 'u'}fixed<${widthOf(type)}, ${type.k + type.i}>`,
  setBits: (number, low, count, value) => `${number}.range(${low + count - 1}, ${low}) = ${value};`,
  getBits: (number, low, count) => `${number}.range(${low + count - 1}, ${low}).to_uint64()`,
}

/** oneAPI: `ac_fixed<W, I, S>`, truncating and wrapping unless told otherwise (Algorithmic C Datatypes reference manual). */
const ONEAPI: Flavour = {
  language: 'oneapi',
  leastWidth: 2,
  typeName: (type) => `ac_fixed<${widthOf(type)}, ${type.k + type.i}, ${type.k === 1}>`,
  setBits: (number, low, count, value) => `${number}.set_slc(${low}, ac_int<${count}, false>(${value}));`,
  getBits: (number, low, count) => {
    // A signed number gives a signed slice, whose bits above are its sign.
    const word = `${number}.slc<${count}>(${low}).to_uint64()`
    return count === 64 ? word : `(${word} & ${(1n << BigInt(count)) - 1n}ull)`
  },
}

export function flavourOf(language: HlsLanguage): Flavour {
  switch (language) {
    case 'vitis':
      return VITIS
    case 'oneapi':
      return ONEAPI
  }
}

/** The type in which a value is held: a bit wider at the top where it would be narrower than the vendor's types may be. */
export function heldType(type: FixedType, flavour: Flavour): FixedType {
  const missing = flavour.leastWidth - widthOf(type)
  return missing > 0 ? { k: type.k, i: type.i + missing, f: type.f } : type
}
