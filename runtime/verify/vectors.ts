import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import type { Interval } from '../../compiler/fixed/interval.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { type RandomKey, randomKey, uniformAt } from '../../compiler/numeric/random.js'
import type { PortValues } from '../emulate/values.js'

/** A run of vectors of one kind. */
export interface Vectors {
  /** As messages call it: `test`, `random`. */
  readonly part: string
  readonly rows: number
  readonly inputs: PortValues
}

/**
 * Random inputs within the intervals of the ports. Half of the rows are uniform; in the other half each element is, with
 * equal chances, its least value, its greatest, zero or uniform, which drives sums to their ends and wraps.
 */
export function randomVectors(graph: FixedGraph, rows: number, seed: number): Vectors {
  const inputs = new Map<string, Float64Array>()
  for (const port of graph.inputs) {
    const key = randomKey(seed, 'verify', 'random', port.name)
    const values = new Float64Array(rows * port.nodes.length)
    port.nodes.forEach((_, element) => {
      const interval = intervalOf(graph, port, element)
      for (let row = 0; row < rows; row++) {
        const index = row * port.nodes.length + element
        values[index] = row % 2 === 0 ? uniform(interval, key, 2 * index) : edgy(interval, key, 2 * index)
      }
    })
    inputs.set(port.name, values)
  }
  return { part: 'random', rows, inputs }
}

/**
 * The corners: all elements least, greatest, nearest to zero, alternating both ways and in runs; and each element alone at
 * each end while the others are zero. Of the last kind at most `limit` elements, evenly spread.
 */
export function cornerVectors(graph: FixedGraph, limit = 512): Vectors {
  const elements = graph.inputs.reduce((sum, port) => sum + port.nodes.length, 0)
  const step = Math.max(1, Math.ceil(elements / limit))
  const patterns: ((position: number, interval: Interval) => bigint)[] = [
    (_, interval) => interval.low,
    (_, interval) => interval.high,
    (_, interval) => nearestToZero(interval),
    (position, interval) => (position % 2 === 0 ? interval.low : interval.high),
    (position, interval) => (position % 2 === 0 ? interval.high : interval.low),
    (position, interval) => (Math.floor(position / 2) % 2 === 0 ? interval.low : interval.high),
    (position, interval) => (position < elements / 2 ? interval.low : interval.high),
    // One step from each end, where an off-by-one would hide.
    (_, interval) => (interval.low < interval.high ? interval.low + 1n : interval.low),
    (_, interval) => (interval.low < interval.high ? interval.high - 1n : interval.high),
  ]
  for (let hot = 0; hot < elements; hot += step) {
    patterns.push((position, interval) => (position === hot ? interval.low : nearestToZero(interval)))
    patterns.push((position, interval) => (position === hot ? interval.high : nearestToZero(interval)))
  }
  const inputs = new Map<string, Float64Array>()
  let before = 0
  for (const port of graph.inputs) {
    const first = before
    const values = new Float64Array(patterns.length * port.nodes.length)
    port.nodes.forEach((_, element) => {
      const interval = intervalOf(graph, port, element)
      patterns.forEach((pattern, row) => {
        values[row * port.nodes.length + element] = real(pattern(first + element, interval), interval)
      })
    })
    inputs.set(port.name, values)
    before += port.nodes.length
  }
  return { part: 'corner', rows: patterns.length, inputs }
}

/** The first `rows` rows of some vectors. */
export function firstRows(vectors: Vectors, rows: number): Vectors {
  if (rows >= vectors.rows) return vectors
  const inputs = new Map<string, Float64Array>()
  for (const [port, values] of vectors.inputs)
    inputs.set(port, values.subarray(0, (values.length / vectors.rows) * rows))
  return { part: vectors.part, rows, inputs }
}

function uniform(interval: Interval, key: RandomKey, index: number): number {
  const low = Number(interval.low)
  const count = Number(interval.high - interval.low) + 1
  return (
    Math.min(low + Math.floor(uniformAt(key, index) * count), Number(interval.high)) * powerOfTwo(-interval.fraction)
  )
}

function edgy(interval: Interval, key: RandomKey, index: number): number {
  const choice = Math.floor(uniformAt(key, index + 1) * 4)
  if (choice === 0) return real(interval.low, interval)
  if (choice === 1) return real(interval.high, interval)
  return choice === 2 ? real(nearestToZero(interval), interval) : uniform(interval, key, index)
}

function nearestToZero(interval: Interval): bigint {
  if (interval.low > 0n) return interval.low
  return interval.high < 0n ? interval.high : 0n
}

/** Exact, because elements of ports have at most 53 bits. */
function real(integer: bigint, interval: Interval): number {
  return Number(integer) * powerOfTwo(-interval.fraction)
}

function intervalOf(graph: FixedGraph, port: FixedPort, element: number): Interval {
  const node = graph.nodes[port.nodes[element] ?? -1]
  if (node === undefined) throw new Error(`input port "${port.name}" has no element ${element}`)
  return node.interval
}
