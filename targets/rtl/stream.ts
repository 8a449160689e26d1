import { array, boolean, object, string } from 'valibot'
import { controlPorts, coreControl } from '../control.js'
import type { DesignInterface } from '../design.js'
import { withBits } from '../ports.js'
import { countSchema, nameSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'

const streamSchema = object({
  top: nameSchema,
  core: nameSchema,
  latency: countSchema,
  asynchronous: boolean(),
  /** Empty where there is none. */
  enable: string(),
  waits: boolean(),
  coreControls: array(nameSchema),
  places: countSchema,
  pointerBits: countSchema,
  countBits: countSchema,
  outputBits: countSchema,
  inputs: array(object({ name: nameSchema, high: countSchema })),
  outputs: array(object({ name: nameSchema, high: countSchema, low: countSchema, width: countSchema })),
})

/** What the templates call their own, so that no port of data is called so. */
export const STREAM_NAMES = [
  'arrived',
  'computed',
  'core',
  'free',
  'free_next',
  'gone',
  'head',
  'places',
  'ready',
  'shown',
  'some',
  'tail',
  'taken',
  'valid',
  'waiting',
  'waiting_next',
] as const

/**
 * The module around the core that does the handshake; null where there is none. The core stays as it is: valid bits run
 * beside it, and where outputs may have to wait, they wait in a memory behind it that has a place for every input taken, so
 * that no enable has to reach every register.
 */
export function streamModule(design: DesignInterface, template: string, load: TemplateLoader): string | null {
  const { reset, clockEnable, handshake } = design.control
  if (handshake === null || reset === null) return null
  let low = 0
  const outputs = withBits(design.outputs).map(({ name, bits }) => {
    const placed = { name, high: low + bits - 1, low, width: bits }
    low += bits
    return placed
  })
  return renderTemplate(load, template, streamSchema, {
    top: design.top,
    core: handshake.core.module,
    latency: handshake.core.latencyCycles,
    asynchronous: reset.kind === 'asynchronous',
    enable: clockEnable?.port ?? '',
    waits: handshake.kind === 'valid_ready',
    coreControls: [...controlPorts(coreControl(design.control), 'in')],
    places: handshake.places,
    pointerBits: bitsFor(Math.max(handshake.places - 1, 1)),
    countBits: bitsFor(handshake.places),
    outputBits: low,
    inputs: withBits(design.inputs).map(({ name, bits }) => ({ name, high: bits - 1 })),
    outputs,
  })
}

/** Bits that hold the numbers up to `most`. */
function bitsFor(most: number): number {
  return most.toString(2).length
}
