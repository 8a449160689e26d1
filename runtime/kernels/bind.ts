import { assemble, KERNELS } from './assemble.js'
import { type Kernels, kernelSignatures } from './kernels.js'
import { BASE, type Call } from './program.js'

/** Makes calls in turn: `bases` holds the values of `BASE` but for the share, which is no integer. */
export type BoundCalls = (bases: Int32Array, share: number) => void

type Made = (...values: readonly (number | undefined)[]) => void

/** Lists of calls, each made ready for one thread. */
export function bindCalls<Lists extends readonly (readonly Call[])[]>(
  lists: readonly [...Lists],
  kernels: Kernels,
): { readonly [at in keyof Lists]: BoundCalls } {
  const { bytes, functions } = assemble(lists, kernelSignatures())
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { [KERNELS]: kernels })
  const bound = functions.map((names): BoundCalls => {
    const made = names.map((name) => exports[name] as Made)
    return (bases, share) => {
      // In the order in which `assemble` has them.
      for (const run of made)
        run(
          bases[BASE.tile],
          bases[BASE.part],
          bases[BASE.samples],
          bases[BASE.exact],
          bases[BASE.first],
          bases[BASE.order],
          share,
          bases[BASE.parts],
          bases[BASE.partBytes],
          bases[BASE.own],
          bases[BASE.begins],
        )
    }
  })
  // One for each list.
  return bound as { readonly [at in keyof Lists]: BoundCalls }
}
