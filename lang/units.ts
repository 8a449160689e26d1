/** What a quantity measures. Quantities of different dimensions never mix. */
export type Dimension =
  | 'time'
  | 'frequency'
  | 'fraction'
  | 'angle'
  | 'bits'
  | 'epochs'
  | 'steps'
  | 'data_size'
  | 'count'

export interface Unit {
  readonly name: string
  readonly dimension: Dimension
  /** A value in base units is `value * times / over`: both are exact, so that `95 %` is the double nearest to 0.95. */
  readonly times: number
  readonly over: number
}

/** The unit in which each dimension is kept: ns, MHz, mrad, fractions (not percents), bytes, bits. */
export const BASE_UNITS: Readonly<Record<Dimension, string>> = {
  time: 'ns',
  frequency: 'MHz',
  fraction: '%',
  angle: 'mrad',
  bits: 'bit',
  epochs: 'epochs',
  steps: 'steps',
  data_size: 'B',
  count: 'EBOPs',
}

const PLURAL_OF: Readonly<Record<string, string>> = { bits: 'bit', epoch: 'epochs', step: 'steps' }

const TABLE: readonly (readonly [name: string, dimension: Dimension, times: number, over: number])[] = [
  ['ps', 'time', 1, 1e3],
  ['ns', 'time', 1, 1],
  ['us', 'time', 1e3, 1],
  ['ms', 'time', 1e6, 1],
  ['s', 'time', 1e9, 1],
  ['Hz', 'frequency', 1, 1e6],
  ['kHz', 'frequency', 1, 1e3],
  ['MHz', 'frequency', 1, 1],
  ['GHz', 'frequency', 1e3, 1],
  ['%', 'fraction', 1, 100],
  ['urad', 'angle', 1, 1e3],
  ['mrad', 'angle', 1, 1],
  ['rad', 'angle', 1e3, 1],
  ['bit', 'bits', 1, 1],
  ['bits', 'bits', 1, 1],
  ['epoch', 'epochs', 1, 1],
  ['epochs', 'epochs', 1, 1],
  ['step', 'steps', 1, 1],
  ['steps', 'steps', 1, 1],
  ['B', 'data_size', 1, 1],
  ['kB', 'data_size', 1e3, 1],
  ['MB', 'data_size', 1e6, 1],
  ['GB', 'data_size', 1e9, 1],
  ['TB', 'data_size', 1e12, 1],
  ['EBOPs', 'count', 1, 1],
  ['kEBOPs', 'count', 1e3, 1],
  ['MEBOPs', 'count', 1e6, 1],
]

/** Every unit that may follow a number, by its spelling. The lexer knows these and no others. */
export const UNITS: ReadonlyMap<string, Unit> = new Map(
  TABLE.map(([name, dimension, times, over]) => [name, { name, dimension, times, over }]),
)

/** `value` of `unit` in the base unit of its dimension, e.g. (5, 'us') → 5000 ns. Undefined for an unknown unit. */
export function toBase(value: number, unit: string): number | undefined {
  const known = UNITS.get(unit)
  return known === undefined ? undefined : (value * known.times) / known.over
}

/** What a unit measures; undefined for an unknown unit. */
export function dimensionOf(unit: string): Dimension | undefined {
  return UNITS.get(unit)?.dimension
}

/** How users call a dimension. */
export function dimensionText(dimension: Dimension): string {
  switch (dimension) {
    case 'bits':
      return 'number of bits'
    case 'epochs':
      return 'number of epochs'
    case 'steps':
      return 'number of steps'
    case 'data_size':
      return 'data size'
    case 'count':
      return 'number of EBOPs'
    default:
      return dimension
  }
}

/** Units of a dimension as one writes them in a message, without second spellings: `ps`, `ns`, `us`, `ms`, `s`. */
export function unitsOf(dimension: Dimension): readonly string[] {
  return [...UNITS.values()]
    .filter((unit) => unit.dimension === dimension && PLURAL_OF[unit.name] === undefined)
    .map((unit) => unit.name)
}
