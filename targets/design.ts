import type { FixedType } from '../compiler/fixed/type.js'
import type { FmaxEstimate } from '../compiler/schedule/fmax.js'
import type { TargetSpec } from '../lang/program.js'
import type { Control } from './control.js'

/** Paths are relative to the project folder; text ends with a newline; no date, host or absolute path in it. */
export interface DesignFile {
  readonly path: string
  readonly text: string
}

/** What a tool reads to synthesize a design. */
export interface Circuit {
  readonly top: string
  readonly files: readonly DesignFile[]
  /** Those of `files` that make the circuit, in the order in which a tool should read them. */
  readonly sources: readonly string[]
}

/** The files of a firmware project, and what is needed to simulate and use it. Plain JSON. */
export interface Design extends Circuit {
  readonly language: TargetSpec['language']
  /** Of RTL, exact. Of C++ for high-level synthesis, whose tools place registers themselves, that of the same operations as RTL. */
  readonly latencyCycles: number
  readonly interface: DesignInterface
}

/** Written as `interface.json` into the project. */
export interface DesignInterface {
  readonly version: 1
  readonly top: string
  readonly clock: { readonly port: string; readonly periodNs: number }
  readonly latencyCycles: number
  readonly latencyNs: number
  readonly initiationInterval: 1
  readonly control: Control
  /** Of the delay model, before synthesis: MHz. */
  readonly fmaxEstimate: FmaxEstimate
  readonly inputs: readonly PortInterface[]
  readonly outputs: readonly PortInterface[]
}

/**
 * In RTL one flat bus; element 0 at the least significant bits, each element as wide as its type. In C++ for high-level
 * synthesis an array.
 */
export interface PortLayout {
  readonly name: string
  readonly shape: readonly number[]
  readonly bits: number
  readonly elements: readonly ElementLayout[]
}

export interface ElementLayout extends FixedType {
  /** Lowest bit of the element in the bus; width is k + i + f. A pruned element has width 0. */
  readonly offset: number
  readonly width: number
}

/** A port, with what its numbers mean. */
export interface PortInterface extends PortLayout {
  readonly elements: readonly ElementInterface[]
  /** Of C++ only: the type of the array, which holds every element. */
  readonly array?: FixedType
}

export interface ElementInterface extends ElementLayout {
  /** The physical value is mean + scale · value (inputs: value = (physical - mean) / scale). */
  readonly mean: number
  readonly scale: number
}

/** What the numbers at the ports mean in physical units; a port or a side that is missing has mean 0 and scale 1. */
export interface PortScaling {
  /** By port name: the element's physical value is mean + scale · value. One number per element, row-major. */
  readonly inputs: { readonly [port: string]: Scaling }
  readonly outputs: { readonly [port: string]: Scaling }
}

export interface Scaling {
  readonly mean: readonly number[]
  readonly scale: readonly number[]
}

/** Inputs and the outputs that they must give, for the test bench of the project. Real values, rows × elements. */
export interface TestVectors {
  readonly rows: number
  readonly inputs: ReadonlyMap<string, Float64Array>
  readonly outputs: ReadonlyMap<string, Float64Array>
}
