import { BASE_UNITS } from '../units.js'
import { withDefaults } from './call.js'
import type { Elaboration, Env } from './context.js'
import type { Frames } from './network/frames.js'
import type { Arguments, Value, ValueOf } from './value.js'

/**
 * How the Program names a declaration with arguments: `scan`, `scan(16)`, `tracker(width = 16) with per_parameter`.
 * Arguments without a default stand by position, the others by name, and those equal to their default are left out.
 */
export function identityOf(value: ValueOf<'declared' | 'network'>, elaboration: Elaboration): string {
  const { declaration, module, parameters } = value
  const name = declaration.name.name
  const texts: string[] = []
  let onlyPositional = true
  for (const parameter of declaration.parameters) {
    const argument = parameters.get(parameter.name.name)
    if (argument === undefined) continue
    const text = textOf(argument, elaboration)
    if (parameter.defaultValue === undefined && onlyPositional) {
      texts.push(text)
      continue
    }
    onlyPositional = false
    const env: Env = { elaboration, module, locals: new Map(), frames: [], body: undefined }
    const standard = withDefaults(declaration.parameters, without(parameters, parameter.name.name), env, module).get(
      parameter.name.name,
    )
    if (standard === undefined || textOf(standard, elaboration) !== text) texts.push(`${parameter.name.name} = ${text}`)
  }
  const call = declaration.parameters.length > 0 || value.kind === 'network' ? `${name}(${texts.join(', ')})` : name
  return value.kind === 'network' ? call + framesText(value.frames) : call
}

function framesText(frames: Frames): string {
  return frames.map((frame) => ` with ${frame.name}`).join('')
}

function without(values: Arguments, name: string): Arguments {
  return new Map([...values].filter(([other]) => other !== name))
}

/** A value as one could write it. */
function textOf(value: Value, elaboration: Elaboration): string {
  const pairs = (entries: Arguments): string =>
    [...entries].map(([name, entry]) => `${name} = ${textOf(entry, elaboration)}`).join(', ')
  switch (value.kind) {
    case 'number':
    case 'bool':
      return String(value.value)
    case 'quantity':
      return `${value.value} ${BASE_UNITS[value.dimension]}`
    case 'text':
      return JSON.stringify(value.value)
    case 'member':
      return value.name
    case 'list':
      return `[${value.items.map((item) => textOf(item, elaboration)).join(', ')}]`
    case 'range':
      return `${value.low}..${value.high}`
    case 'record':
      return `{ ${pairs(value.entries)} }`
    case 'built':
      return `${value.name}(${pairs(value.arguments)})`
    case 'metric':
      return `${value.declaration.name.name}(${pairs(value.arguments)})`
    case 'declared':
    case 'network':
      return identityOf(value, elaboration)
    case 'place':
      return value.chain[0] ?? ''
    case 'failed':
    case 'tensor':
    case 'shared':
      return '…'
  }
}
