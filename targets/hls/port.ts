import type { FixedPort } from '../../compiler/fixed/graph.js'
import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import type { PortInterface } from '../design.js'
import type { Flavour } from './flavour.js'
import { heldType } from './flavour.js'
import { typeNameOf } from './names.js'
import { commonType } from './operand.js'

/** A port as an argument of the function: an array whose elements are all of one type, wide enough for each. */
export interface HlsPort {
  /** Of the argument. */
  readonly name: string
  readonly typeName: string
  readonly type: FixedType
  readonly port: FixedPort
  readonly interface: PortInterface
}

export function hlsPort(port: FixedPort, interface_: PortInterface, flavour: Flavour): HlsPort {
  return {
    name: interface_.name,
    typeName: typeNameOf(interface_.name),
    type: elementType(interface_, flavour),
    port,
    interface: interface_,
  }
}

/** The type of a port's array: holds every value of every element. An array of pruned values has the narrowest type there is. */
export function elementType(port: PortInterface, flavour: Flavour): FixedType {
  const common = port.elements
    .filter((element) => widthOf(element) > 0)
    .map(({ k, i, f }): FixedType => ({ k, i, f }))
    .reduce<FixedType | null>((all, type) => (all === null ? type : commonType(all, type)), null)
  return heldType(common ?? { k: 0, i: 0, f: 0 }, flavour)
}
