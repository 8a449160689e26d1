import type { Circuit, Design } from './design.js'

/** What a vendor's tool reads: sources, constraints and the script that runs it. Test bench, vectors and README do not count. */
export interface Implementation extends Circuit {
  /** As the constraints name and set it. */
  readonly clock: { readonly name: string; readonly periodNs: number }
}

/**
 * Scripts of the vendors' tools, constraints, and C++ with its headers, of which `sources` may name the top alone. The
 * test bench in C++ is left out with its vectors, which only simulations read.
 */
const READ = /^build_(?!yosys)\w+\.tcl$|^constraints\/|\.(cpp|cc|hpp|hh|h)$/

/** The part of a design that decides what a vendor's tool makes of it. */
export function implementationOf(design: Design): Implementation {
  const { top, sources } = design
  const { port, periodNs } = design.interface.clock
  const files = design.files.filter(
    ({ path }) => sources.includes(path) || (READ.test(path) && path !== `${top}_test.cpp`),
  )
  return { top, files, sources, clock: { name: port, periodNs } }
}
