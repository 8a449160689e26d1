import type { ControlSpec } from '../lang/program.js'

/**
 * How a design is clocked, reset, stalled and fed, in any output language; plain data, part of `interface.json`. All
 * signals are one bit, active high, and sampled at rising edges of the clock.
 */
export interface Control {
  readonly reset: null | {
    readonly port: string
    readonly kind: 'synchronous' | 'asynchronous'
    /** Whether data registers are cleared, or only what says which of them are valid. */
    readonly data: boolean
  }
  /** While `port` is low, every register keeps its value. */
  readonly clockEnable: null | { readonly port: string }
  /** Null: an input every clock cycle (in which the clock is enabled). */
  readonly handshake: null | Handshake
}

export interface Handshake {
  readonly kind: 'valid' | 'valid_ready'
  /** The module inside that has no handshake. */
  readonly core: { readonly module: string; readonly latencyCycles: number }
  readonly inValid: string
  readonly outValid: string
  /** Null where nobody can wait. */
  readonly inReady: string | null
  readonly outReady: string | null
  /** Outputs that can wait inside for `outReady`; as many inputs are taken at most until one is let out. 0: none waits. */
  readonly places: number
}

/** Names that ports of data must not take. */
export const CONTROL_PORTS = ['clk', 'rst', 'ce', 'in_valid', 'in_ready', 'out_valid', 'out_ready'] as const

export const FREE_RUNNING: ControlSpec = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' }

/** The control of a design around a module `core` that takes so many cycles. */
export function controlOf(spec: ControlSpec, core: Handshake['core']): Control {
  return {
    reset: spec.reset === 'none' ? null : { port: 'rst', kind: spec.reset, data: spec.resetData },
    clockEnable: spec.clockEnable ? { port: 'ce' } : null,
    handshake: handshakeOf(spec, core),
  }
}

function handshakeOf({ handshake }: ControlSpec, core: Handshake['core']): Handshake | null {
  const valid = { core, inValid: 'in_valid', outValid: 'out_valid' }
  switch (handshake) {
    case 'none':
      return null
    case 'valid':
      return { kind: handshake, ...valid, inReady: null, outReady: null, places: 0 }
    case 'valid_ready':
      // One place per cycle between taking an input and hearing that its output is gone, so that neither side ever waits
      // for the other without need.
      return {
        kind: handshake,
        ...valid,
        inReady: 'in_ready',
        outReady: 'out_ready',
        places: core.latencyCycles + 2,
      }
  }
}

/** What the core has of it: a reset only where data are cleared, and no handshake. */
export function coreControl(control: Control): Control {
  return { ...control, reset: control.reset?.data === true ? control.reset : null, handshake: null }
}

/** Cycles from an input to its output where nobody waits, of a core that takes so many. */
export function latencyWith(handshake: ControlSpec['handshake'], coreCycles: number): number {
  // What comes out of the core is written down before it is shown.
  return coreCycles + (handshake === 'valid_ready' ? 1 : 0)
}

/** The control ports that go one way, beside the clock. */
export function controlPorts({ reset, clockEnable, handshake }: Control, direction: 'in' | 'out'): readonly string[] {
  const ports =
    direction === 'in'
      ? [reset?.port, clockEnable?.port, handshake?.inValid, handshake?.outReady]
      : [handshake?.inReady, handshake?.outValid]
  return ports.filter((port) => port !== undefined && port !== null)
}
