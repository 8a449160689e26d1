import { emptyPath, notAChecksum } from '../../diagnostics/messages/check-values.js'
import type { DataSource, Location } from '../../program.js'
import { atLeastOne, checkNumbers, fraction, type NumberRule, seedRule } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Value, ValueOf } from '../value.js'

const RULES: Readonly<Record<string, NumberRule>> = {
  events: { holds: (value) => value >= 10 && value <= 1e9, text: 'must be between 10 and 1 000 000 000' },
  efficiency: fraction,
  noise: fraction,
  crosstalk: fraction,
  seed: seedRule,
  id: atLeastOne,
}

/** Where rows come from. Undefined, and reported, where it makes no sense. */
export function sourceSpec(source: ValueOf<'built'>, elaboration: Elaboration): DataSource | undefined {
  if (!checkNumbers(source.arguments, RULES, elaboration)) return undefined
  const example = source.name === 'idx' ? 'images.gz' : `data.${source.name}`
  const locationOf = (value: Value | undefined): Location | undefined =>
    value?.kind === 'text'
      ? fileAt(value, example, elaboration)
      : value?.kind === 'built'
        ? downloadOf(value, elaboration)
        : undefined
  const location = (name: string): Location | undefined => locationOf(source.arguments.get(name))
  const number = (name: string): number => {
    const value = source.arguments.get(name)
    return value?.kind === 'number' ? value.value : 0
  }
  switch (source.name) {
    case 'csv': {
      const path = location('path')
      const header = source.arguments.get('header')
      const separator = source.arguments.get('separator')
      return (
        path && {
          kind: 'csv',
          path,
          header: header?.kind === 'bool' ? header.value : true,
          separator: separator?.kind === 'text' ? separator.value : ',',
        }
      )
    }
    case 'npz':
    case 'arff': {
      const path = location('path')
      return path && { kind: source.name, path }
    }
    case 'npy': {
      const arrays = source.arguments.get('arrays')
      if (arrays?.kind !== 'record') return undefined
      const located = [...arrays.entries].map(([name, value]) => [name, locationOf(value)] as const)
      const whole = located.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const]))
      return whole.length < located.length ? undefined : { kind: 'npy', arrays: Object.fromEntries(whole) }
    }
    case 'idx': {
      const images = location('images')
      const labels = location('labels')
      return images && labels && { kind: 'idx', images, labels }
    }
    case 'openml':
      return { kind: 'openml', id: number('id') }
    case 'simulate.muon_tracker':
      return {
        kind: 'simulate.muon_tracker',
        events: number('events'),
        efficiency: number('efficiency'),
        noise: number('noise'),
        crosstalk: number('crosstalk'),
        seed: number('seed'),
      }
    default:
      throw new Error(`the prelude declares a source "${source.name}" that the elaborator does not know`)
  }
}

/** A file beside the pipeline. `example` is shown where the path is empty. */
export function fileAt(
  { value: path, span }: ValueOf<'text'>,
  example: string,
  elaboration: Elaboration,
): Extract<Location, { kind: 'file' }> | undefined {
  if (path.trim() !== '') return { kind: 'file', path }
  elaboration.report(emptyPath({ span, example }))
  return undefined
}

function downloadOf(value: ValueOf<'built'>, elaboration: Elaboration): Location | undefined {
  const address = value.arguments.get('address')
  const sha256 = value.arguments.get('sha256')
  if (address?.kind !== 'text' || sha256?.kind !== 'text') return undefined
  if (!/^[0-9a-f]{64}$/i.test(sha256.value)) {
    elaboration.report(notAChecksum({ length: sha256.value.length, span: sha256.span }))
    return undefined
  }
  return { kind: 'url', url: address.value, sha256: sha256.value.toLowerCase() }
}
