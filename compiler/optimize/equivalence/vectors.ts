import { intervalOfType } from '../../fixed/arithmetic.js'
import { type Column, codesAt } from '../../fixed/evaluate.js'
import type { FixedGraph } from '../../fixed/graph.js'
import { widthOf } from '../../fixed/type.js'
import { philox } from '../../numeric/philox.js'

/** By port, by element, by row: integers on the grids of the inputs. */
export interface Vectors {
  readonly rows: number
  readonly codes: readonly (readonly (readonly bigint[])[])[]
  /** The rows are all that there are. */
  readonly complete: boolean
}

/**
 * Rows of inputs to try a graph with: all of them where all inputs together have few bits; else corners (every input at
 * one of its ends or beside 0) and random rows, the same in every run.
 */
export function vectorsFor(graph: FixedGraph, rows: number): Vectors {
  const types = graph.inputs.map((port) =>
    port.nodes.map((id) => {
      const node = graph.nodes[id]
      if (node?.kind !== 'input') throw new Error(`element of input "${port.name}" is no input`)
      return node.type
    }),
  )
  const bits = types.flat().reduce((sum, type) => sum + widthOf(type), 0)
  if (2 ** bits <= rows) {
    let below = 0
    const codes = types.map((port) =>
      port.map((type) => {
        const { low, high } = intervalOfType(type)
        const [from, width] = [below, widthOf(type)]
        below += width
        return Array.from({ length: 2 ** bits }, (_, row) =>
          width === 0 ? 0n : low + (BigInt(row >> from) & (high - low)),
        )
      }),
    )
    return { rows: 2 ** bits, codes, complete: true }
  }
  const words = new Words()
  const codes = types.map((port) =>
    port.map((type) => {
      const { low, high } = intervalOfType(type)
      const corners = [low, high, 0n, 1n, low < 0n ? -1n : high - 1n, low]
      return Array.from({ length: rows }, (_, row) => {
        if (row < corners.length) return within(corners[row] ?? 0n, low, high)
        const word = words.next()
        // A third of the rows has corners in any mixture.
        if (row % 3 === 0) return within(corners[word % corners.length] ?? 0n, low, high)
        return low + (((BigInt(word) << 32n) | BigInt(words.next())) % (high - low + 1n))
      })
    }),
  )
  return { rows, codes, complete: false }
}

function within(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value
}

/** The first row in which two columns differ; -1 for none. */
export function firstDifference(left: Column, right: Column): number {
  const fraction = Math.max(left.fraction, right.fraction)
  const [a, b] = [codesAt(left, fraction), codesAt(right, fraction)]
  return a.findIndex((code, row) => code !== b[row])
}

class Words {
  readonly #block = new Uint32Array(4)
  #counter = 0
  #left = 0

  next(): number {
    if (this.#left === 0) {
      this.#block.set([this.#counter++, 0, 0, 0])
      philox(this.#block, 1, 0)
      this.#left = 4
    }
    return this.#block[--this.#left] ?? 0
  }
}
