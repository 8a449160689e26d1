import type { FixedGraph, FixedPort } from '../compiler/fixed/graph.js'
import { typeOfInterval } from '../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../compiler/fixed/type.js'
import type { PortInterface, Scaling } from './design.js'

/**
 * The interface of an input port: each element as wide as its declared type.
 * `name` is what the port is called in the output language.
 */
export function inputInterface(
  graph: FixedGraph,
  port: FixedPort,
  name: string,
  scaling: Scaling | undefined,
): PortInterface {
  const types = port.nodes.map((id) => {
    const node = graph.nodes[id]
    if (node?.kind !== 'input') throw new Error(`element of input port "${port.name}" is not an input node`)
    return node.type
  })
  return layOut(name, port.shape, types, scaling)
}

/** The interface of an output port: each element as wide as its interval needs. */
export function outputInterface(
  graph: FixedGraph,
  port: FixedPort,
  name: string,
  scaling: Scaling | undefined,
): PortInterface {
  const types = port.nodes.map((id) => {
    const node = graph.nodes[id]
    if (node === undefined) throw new Error(`output port "${port.name}" names node ${id}, which does not exist`)
    return typeOfInterval(node.interval)
  })
  return layOut(name, port.shape, types, scaling)
}

function layOut(
  name: string,
  shape: readonly number[],
  types: readonly FixedType[],
  scaling: Scaling | undefined,
): PortInterface {
  let offset = 0
  const elements = types.map((type, element) => {
    const width = widthOf(type)
    const placed = {
      k: type.k,
      i: type.i,
      f: type.f,
      offset,
      width,
      mean: scaling?.mean[element] ?? 0,
      scale: scaling?.scale[element] ?? 1,
    }
    offset += width
    return placed
  })
  return { name, shape, bits: offset, elements }
}

/** A port without bits does not appear in the circuit. */
export function withBits(ports: readonly PortInterface[]): readonly PortInterface[] {
  return ports.filter((port) => port.bits > 0)
}

export function bitsOf(ports: readonly PortInterface[]): number {
  return ports.reduce((sum, port) => sum + port.bits, 0)
}

/** `[2][0]` for element 100 of shape [3, 50]. */
export function subscript(shape: readonly number[], element: number): string {
  let rest = element
  let text = ''
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1
    text = `[${rest % size}]${text}`
    rest = Math.floor(rest / size)
  }
  return text
}
