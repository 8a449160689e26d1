import type { FixedNodeOf } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import type { LookupTable } from '../../compiler/fixed/lookup.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { type Flavour, heldType } from './flavour.js'
import { inType, type Operand } from './operand.js'

/** The arrays that the function looks up in: those of equal contents and type once, called after their first node. */
export class Arrays {
  readonly #names = new Map<LookupTable, Map<string, string>>()
  readonly #flavour: Flavour

  constructor(flavour: Flavour) {
    this.#flavour = flavour
  }

  /** What the array of a node is called, and its declaration where it is new. */
  of(id: number, node: FixedNodeOf<'lookup'>): { readonly name: string; readonly declaration: readonly string[] } {
    const type = heldType(typeOfInterval(node.interval), this.#flavour)
    const element = this.#flavour.typeName(type)
    const byType = this.#names.get(node.table) ?? new Map<string, string>()
    this.#names.set(node.table, byType)
    const known = byType.get(element)
    if (known !== undefined) return { name: known, declaration: [] }
    const name = `table${id}`
    byType.set(element, name)
    const values = contentsOf(node).map((entry) =>
      inType({ kind: 'constant', value: entry, fraction: node.fraction }, type, this.#flavour),
    )
    return {
      name,
      declaration: [`static const ${element} ${name}[${values.length}] = {`, `    ${values.join(', ')}`, '};'],
    }
  }
}

/** By the bits of the operand as a number; 0 for operands that never come. */
function contentsOf({ table: { low, entries } }: FixedNodeOf<'lookup'>): readonly bigint[] {
  const bits = addressBits({ low, entries })
  const contents = new Array<bigint>(2 ** bits).fill(0n)
  for (const [index, entry] of entries.entries())
    contents[Number(BigInt.asUintN(bits, BigInt(low + index)))] = BigInt(entry)
  return contents
}

function addressBits({ low, entries }: LookupTable): number {
  return widthOf(typeOfInterval({ low: BigInt(low), high: BigInt(low + entries.length - 1), fraction: 0 }))
}

/** The entry of an array for an operand. */
export function lookupText(array: string, node: FixedNodeOf<'lookup'>, operand: Operand, flavour: Flavour): string {
  if (operand.kind === 'constant') throw new Error('a table is looked up for what is known')
  return `${array}[${flavour.getBits(operand.name, 0, addressBits(node.table))}]`
}
