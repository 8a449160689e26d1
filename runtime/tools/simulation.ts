import type { Design } from '../../targets/design.js'

export interface SimulationRequest {
  readonly design: Design
  /** One number per vector: all input buses side by side, the first port lowest. At least one vector. */
  readonly inputs: readonly bigint[]
  /** Where temporary folders are made; the system's place when left out. */
  readonly scratch?: string | undefined
  /** How many processes a simulator may use; as many as there are processors when left out. */
  readonly threads?: number | undefined
  readonly timeoutSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a simulator is for, in the words of a `ToolCommand`. */
export const SIMULATING = { infinitive: 'simulate the design', gerund: 'simulating the design' }

export interface Simulation {
  readonly simulator: { readonly name: string; readonly version: string }
  /** One number per vector: all output buses side by side, the first port lowest. */
  readonly outputs: readonly bigint[]
}
