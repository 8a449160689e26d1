import type { NetlistBit, NetlistCell, NetlistModule } from '../../tools/netlist-json.js'
import type { Nets } from './nets.js'

/**
 * The part of a module that decides some bits, which are its output `name`: choices that are made are left out, and registers
 * are plain ones, as no reset is active. Where something is undefined, it is there twice: with 0 for all of that, and with 1.
 */
export function conesOf(nets: Nets, name: string, bits: readonly NetlistBit[]): readonly NetlistModule[] {
  const cone = coneOf(nets, name, bits, '0')
  return cone.isDefined ? [cone.module] : [cone.module, coneOf(nets, name, bits, '1').module]
}

function coneOf(
  nets: Nets,
  name: string,
  bits: readonly NetlistBit[],
  undefinedAs: '0' | '1',
): { readonly module: NetlistModule; readonly isDefined: boolean } {
  const { module } = nets
  const cells: Record<string, NetlistCell> = {}
  const seen = new Set<number>()
  const waiting: NetlistBit[] = []
  let isDefined = true
  const read = (some: readonly NetlistBit[]): NetlistBit[] => {
    if (some.includes('x')) isDefined = false
    const resolved = some.map((bit) => (bit === 'x' ? undefinedAs : nets.resolve(bit)))
    waiting.push(...resolved)
    return resolved
  }
  const output = read(bits)
  for (let net = waiting.pop(); net !== undefined; net = waiting.pop()) {
    if (typeof net !== 'number' || seen.has(net)) continue
    seen.add(net)
    const driver = nets.driver(net)
    if (driver === 'port' || cells[driver.gate.name] !== undefined) continue
    const cell = module.cells[driver.gate.name]
    if (cell === undefined) throw new Error('a gate is a cell of the module')
    const isRegister = driver.gate.kind === 'register'
    const connections: Record<string, NetlistBit[]> = {}
    cells[driver.gate.name] = { ...cell, type: isRegister ? '$dff' : cell.type, connections }
    for (const [port, connected] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'output' || port === 'CLK') connections[port] = connected
      else if (port !== 'ARST') connections[port] = read(connected)
    }
  }
  const inputs = Object.entries(module.ports).filter(([, port]) => port.direction === 'input')
  const ports = { ...Object.fromEntries(inputs), [name]: { direction: 'output', bits: output } }
  return { module: { ports, cells }, isDefined }
}
