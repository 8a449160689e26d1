import type { FixedNodeOf } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import type { LookupTable } from '../../compiler/fixed/lookup.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { Signal } from './signals.js'

/** The contents of a table as bits, for a module that looks up in it. */
export interface Rom {
  readonly name: string
  readonly addressBits: number
  readonly width: number
  /** By address, the operand's bits taken as a number; what never comes has the entry of the operand next to it. */
  readonly entries: readonly bigint[]
}

/** What a table is called: after the first node of the module that looks up in it. */
function romName(node: number): string {
  return `table${node}`
}

/** The tables that the nodes of a module look up in, each once, and which one each of them reads. */
export function romsOf(computed: readonly Signal[]): {
  readonly roms: readonly Rom[]
  readonly nameOf: (table: LookupTable) => string
} {
  const roms = new Map<LookupTable, Rom>()
  for (const { id, node } of computed)
    if (node.kind === 'lookup' && !roms.has(node.table)) roms.set(node.table, romOf(node, romName(id)))
  const nameOf = (table: LookupTable): string => {
    const rom = roms.get(table)
    if (rom === undefined) throw new Error('a table of another module')
    return rom.name
  }
  return { roms: [...roms.values()], nameOf }
}

/** The table of a node; it holds an entry for each value of the operand, and no others. */
function romOf({ table: { low, entries } }: FixedNodeOf<'lookup'>, name: string): Rom {
  const addressBits = widthFor([low, low + entries.length - 1])
  const width = widthFor(entries)
  const size = 2 ** addressBits
  const contents = Array.from({ length: size }, (_, address) => {
    const operand = low < 0 && address >= size / 2 ? address - size : address
    const entry = entries[Math.min(Math.max(operand - low, 0), entries.length - 1)]
    return BigInt.asUintN(width, BigInt(entry ?? 0))
  })
  return { name, addressBits, width, entries: contents }
}

/** Bits that hold all of some integers, with a sign where one is negative. */
function widthFor(values: readonly number[]): number {
  let [low, high] = [0, 0]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return widthOf(typeOfInterval({ low: BigInt(low), high: BigInt(high), fraction: 0 }))
}
