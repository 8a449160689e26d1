import type { Circuit, Design } from '../../targets/design.js'
import { type Implementation, implementationOf } from '../../targets/implementation.js'
import { type Layout, layoutOf } from '../prove/layout.js'
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

/** The modules alone: what decides the result of a synthesis. Scripts, constraints and the test bench do not. */
export function encodeCircuit({ top, files, sources }: Circuit): Uint8Array {
  const circuit: Circuit = { top, files: files.filter((file) => sources.includes(file.path)), sources }
  return encodeJson(circuit)
}

/** What `encodeCircuit` wrote. */
export function decodeCircuit(content: Uint8Array): Circuit {
  // Written by `encodeCircuit`; the store has verified the bytes.
  return JSON.parse(new TextDecoder().decode(content)) as Circuit
}

/** What a vendor's tool reads of a design. */
export function encodeImplementation(design: Design): Uint8Array {
  return encodeJson(implementationOf(design))
}

/** What `encodeImplementation` wrote. */
export function decodeImplementation(content: Uint8Array): Implementation {
  // Written by `encodeImplementation`; the store has verified the bytes.
  return JSON.parse(new TextDecoder().decode(content)) as Implementation
}

/** What the interface states about the circuit: where values stand, and when. Neither the clock's period nor physical units. */
export function encodeLayout(design: Design): Uint8Array {
  return encodeJson(layoutOf(design.interface))
}

/** What `encodeLayout` wrote. */
export function decodeLayout(content: Uint8Array): Layout {
  // Written by `encodeLayout`; the store has verified the bytes.
  return JSON.parse(new TextDecoder().decode(content)) as Layout
}
