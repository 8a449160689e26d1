import type { Design } from '../../targets/design.js'
import { encodeJson } from './report-file.js'

/** A design with all its files as one content of the store. */
export function encodeDesign(design: Design): Uint8Array {
  return encodeJson(design)
}

/** What `encodeDesign` wrote. */
export function decodeDesign(content: Uint8Array): Design {
  // Written by `encodeDesign`; the store has verified the bytes.
  return JSON.parse(new TextDecoder().decode(content)) as Design
}

interface Circuit {
  readonly top: string
  readonly sources: readonly { readonly path: string; readonly text: string }[]
}

/** The modules alone: what decides the result of a synthesis. Scripts, constraints and the test bench do not. */
export function encodeCircuit(design: Design): Uint8Array {
  const sources = design.sources.flatMap((path) => design.files.filter((file) => file.path === path))
  return encodeJson({ top: design.top, sources } satisfies Circuit)
}

/** As a design without an interface. */
export function decodeCircuit(content: Uint8Array): Design {
  // Written by `encodeCircuit`; the store has verified the bytes.
  const { top, sources } = JSON.parse(new TextDecoder().decode(content)) as Circuit
  return {
    top,
    files: sources,
    sources: sources.map((file) => file.path),
    latencyCycles: 0,
    interface: {
      version: 1,
      top,
      clock: { port: 'clk', periodNs: 0 },
      latencyCycles: 0,
      initiationInterval: 1,
      inputs: [],
      outputs: [],
    },
  }
}
