import type { Dimension } from '../units.js'
import { optionsOf, type Type } from './types.js'

const BY_DIMENSION: Readonly<Record<Dimension, string>> = {
  time: '5 ns',
  frequency: '200 MHz',
  fraction: '10 %',
  angle: '30 mrad',
  bits: '1 bit',
  epochs: '10 epochs',
  steps: '1000 steps',
  data_size: '1 MB',
  count: '5000 EBOPs',
}

const BY_TYPE: ReadonlyMap<string, string> = new Map([
  ['source', 'csv("data.csv")'],
  ['location', 'url("https://…", sha256 = "…")'],
  ['fixed_point', 'fixed(integer = 3, fraction = 4)'],
  ['network', 'tagger() with fine'],
  ['loss', 'cross_entropy'],
  ['metric', 'accuracy'],
  ['optimizer', 'adam(rate = 1e-3)'],
  ['schedule', 'geometric(1e-7, 1e-4)'],
  ['keep', 'pareto(accuracy, ebops)'],
  ['initializer', 'zeros()'],
])

/** Where the type alone tells less than one usually writes. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ['split', '{ train = 70 %, validation = 10 %, test = 20 % }'],
  ['epochs', '100'],
  ['units', '32'],
  ['clock', '200 MHz'],
  ['equation', '"...i,io->...o"'],
  ['sha256', '"…"'],
  ['part', '"xcvu13p-flga2577-2-e"'],
  ['labels', '"label"'],
  ['unit', 'mrad'],
  ['train', '70 %'],
  ['validation', '10 %'],
  ['test', '20 %'],
])

/** What is usually written where something else does not fit: nothing where the type says enough. */
export function writtenFor(type: Type): readonly string[] {
  for (const option of optionsOf(type)) {
    if (option.kind === 'declared' && option.declaration === 'quantizer') return QUANTIZERS
    if (option.kind !== 'opaque') continue
    const example = BY_TYPE.get(option.name)
    if (example !== undefined) return [example]
  }
  return []
}

const QUANTIZERS = [
  'per_parameter',
  '{ weight = fixed(integer = 0, fraction = 6), activation = fixed(integer = 3, fraction = 4) }',
]

/** A value one could write for a parameter, for messages that say what is missing. */
export function exampleOf(name: string, type: Type): string {
  return BY_NAME.get(name) ?? exampleOfType(type)
}

function exampleOfType(type: Type): string {
  switch (type.kind) {
    case 'int':
      return '1'
    case 'float':
      return '0.5'
    case 'bool':
      return 'true'
    case 'string':
      return '"…"'
    case 'tensor':
      return 'x'
    case 'range':
      return '0..8'
    case 'place':
      return 'activation'
    case 'quantity':
      return BY_DIMENSION[type.dimension]
    case 'enumeration':
      return type.members[0] ?? '…'
    case 'opaque':
      return BY_TYPE.get(type.name) ?? '…'
    case 'declared':
      return `my_${type.declaration}`
    case 'list':
      return `[${exampleOfType(type.element)}]`
    case 'map':
      return `{ name = ${exampleOfType(type.element)} }`
    case 'record':
      return `{ ${type.fields.map((field) => `${field.name} = ${exampleOf(field.name, field.type)}`).join(', ')} }`
    case 'union': {
      const [first] = optionsOf(type)
      return first === undefined ? '…' : exampleOfType(first)
    }
    case 'unknown':
      return '…'
  }
}
