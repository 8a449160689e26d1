import type { ChoiceTerm, ContractionTerm, CostTerm } from '../../../compiler/ebops/terms.js'
import type { Arena } from '../../kernels/arena.js'
import { call } from '../../kernels/program.js'
import { doubles, pieceOf, type Region, type Work, words } from '../../kernels/work.js'
import type { Machine } from './machine.js'

/** Slopes of EBOPs by all widths as work for the kernels: what `evaluateTerm` adds up, in the same order. */
export class EbopsSlopes {
  readonly works: readonly Work[]
  readonly #tables: { readonly address: number; readonly entries: Int32Array }[] = []
  readonly #bits: number
  readonly #slopes: number
  readonly #arena: Arena

  /** `bits` and `slopes`: addresses of one double for each width. */
  constructor(terms: readonly CostTerm[], { bits, slopes }: { bits: number; slopes: number }, arena: Arena) {
    this.#bits = bits
    this.#slopes = slopes
    this.#arena = arena
    this.works = terms.flatMap((term) => this.#worksOf(term))
  }

  /** Puts the tables into the memory. */
  putTables(machine: Machine): void {
    for (const { address, entries } of this.#tables) machine.words(address, entries.length).set(entries)
  }

  #worksOf(term: CostTerm): Work[] {
    switch (term.kind) {
      case 'contraction':
        return this.#contraction(term)
      case 'sum': {
        const table = this.#table(term.entries)
        return [
          {
            call: call('costSum', this.#slopes, table, term.entries.length, term.factor),
            ...this.#touched([], [term.entries], [words(table, term.entries.length)]),
            cost: 20 + term.entries.length,
          },
        ]
      }
      case 'products': {
        const { left, right } = term
        const [a, b] = [this.#table(left), this.#table(right)]
        return [
          {
            call: call('costProducts', this.#slopes, this.#bits, a, b, left.length),
            ...this.#touched([left, right], [left, right], [words(a, left.length), words(b, right.length)]),
            cost: 20 + 3 * left.length,
          },
        ]
      }
      case 'choice':
        return this.#choice(term)
      case 'lookup': {
        const { from, to, factor } = term
        const [a, b] = [this.#table(from), this.#table(to)]
        return [
          {
            call: call('costLookups', this.#slopes, this.#bits, a, b, from.length, factor),
            ...this.#touched([from, to], [from, to], [words(a, from.length), words(b, from.length)]),
            cost: 20 + 4 * from.length,
          },
        ]
      }
    }
  }

  /** Some terms at a time: those of a big contraction can be shared out. */
  #contraction({ terms, rows, columns, left, right }: ContractionTerm): Work[] {
    const runs = rows === 1 && areRuns(left, right, columns)
    const starts = right.filter((_, at) => at % columns === 0)
    const [a, b] = [this.#table(left), this.#table(runs ? starts : right)]
    const some = Math.max(1, Math.ceil(pieceOf(left.length + right.length) / (rows + columns)))
    const works: Work[] = []
    for (let first = 0; first < terms; first += some) {
      const count = Math.min(some, terms - first)
      const of = (entries: Int32Array, each: number): Int32Array =>
        entries.subarray(first * each, (first + count) * each)
      const entries = [of(left, rows), of(right, columns)]
      const width = runs ? 1 : columns
      const [fromLeft, fromRight] = [a + first * rows * 4, b + first * width * 4]
      const tables = [words(fromLeft, count * rows), words(fromRight, count * width)]
      const places = [this.#slopes, this.#bits, fromLeft, fromRight, count] as const
      works.push({
        call: runs ? call('costRuns', ...places, columns) : call('costContraction', ...places, rows, columns),
        ...this.#touched(entries, entries, tables),
        cost: 20 + (runs ? 0.35 : 2) * count * (rows + columns),
      })
    }
    return works
  }

  #choice({ groups, size, which, factor }: ChoiceTerm): Work[] {
    const table = this.#table(groups)
    const count = groups.length / size
    const widest = which === 'widest' ? 1 : 0
    return [
      {
        call: call('costChoice', this.#slopes, this.#bits, table, count, size, widest, factor),
        ...this.#touched([groups], [groups], [words(table, groups.length)]),
        cost: 20 + 2 * groups.length,
      },
    ]
  }

  /** What of bits and slopes lies between the first and the last of some entries. */
  #touched(
    read: readonly Int32Array[],
    added: readonly Int32Array[],
    tables: readonly Region[],
  ): Pick<Work, 'reads' | 'writes'> {
    const slopes = added.map((entries) => span(this.#slopes, entries))
    return { reads: [...read.map((entries) => span(this.#bits, entries)), ...slopes, ...tables], writes: slopes }
  }

  #table(entries: Int32Array): number {
    const address = this.#arena.words(entries.length)
    this.#tables.push({ address, entries })
    return address
  }
}

/** Whether the columns of every term are consecutive entries, and the row is none of them. */
function areRuns(left: Int32Array, right: Int32Array, columns: number): boolean {
  return (
    columns > 0 &&
    right.every((entry, at) => at % columns === 0 || entry === (right[at - 1] as number) + 1) &&
    left.every((entry, term) => {
      const first = right[term * columns] as number
      return entry < first || entry >= first + columns
    })
  )
}

function span(address: number, entries: Int32Array): Region {
  let [low, high] = [Number.POSITIVE_INFINITY, -1]
  for (const entry of entries) {
    low = Math.min(low, entry)
    high = Math.max(high, entry)
  }
  return high < 0 ? { address, bytes: 0 } : doubles(address + low * 8, high - low + 1)
}
