import { array, boolean, integer, minValue, number, object, pipe, string } from 'valibot'
import type { DesignInterface, PortInterface } from '../design.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'

const count = pipe(number(), integer(), minValue(0))

const streamSchema = object({
  top: string(),
  core: string(),
  latency: count,
  edges: string(),
  enable: string(),
  waits: boolean(),
  coreControls: array(string()),
  places: count,
  pointerBits: count,
  countBits: count,
  outputBits: count,
  inputs: array(object({ name: string(), high: count })),
  outputs: array(object({ name: string(), high: count, low: count, width: count })),
})

/** What the template calls its own, so that no port of data is called so. */
export const STREAM_NAMES = [
  'arrived',
  'computed',
  'core',
  'free',
  'free_next',
  'gone',
  'head',
  'open',
  'places',
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
export function streamModule(design: DesignInterface, load: TemplateLoader): string | null {
  const { reset, clockEnable, handshake } = design.control
  if (handshake === null || reset === null) return null
  let low = 0
  const outputs = withBits(design.outputs).map(({ name, bits }) => {
    const placed = { name, high: low + bits - 1, low, width: bits }
    low += bits
    return placed
  })
  return renderTemplate(load, 'stream.v.njk', streamSchema, {
    top: design.top,
    core: handshake.core.module,
    latency: handshake.core.latencyCycles,
    edges: reset.kind === 'asynchronous' ? 'posedge clk or posedge rst' : 'posedge clk',
    enable: clockEnable?.port ?? '',
    waits: handshake.kind === 'valid_ready',
    coreControls: [...(reset.data ? [reset.port] : []), ...(clockEnable === null ? [] : [clockEnable.port])],
    places: handshake.places,
    pointerBits: bitsFor(Math.max(handshake.places - 1, 1)),
    countBits: bitsFor(handshake.places),
    outputBits: low,
    inputs: withBits(design.inputs).map(({ name, bits }) => ({ name, high: bits - 1 })),
    outputs,
  })
}

function withBits(ports: readonly PortInterface[]): readonly PortInterface[] {
  return ports.filter((port) => port.bits > 0)
}

/** Bits that hold the numbers up to `most`. */
function bitsFor(most: number): number {
  return most.toString(2).length
}
