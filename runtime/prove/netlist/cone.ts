import type { NetlistBit, NetlistCell, NetlistModule } from '../../tools/netlist-json.js'
import type { Nets } from './nets.js'

/**
 * The part of a module that decides some bits, which are its output `name`: choices that are made are left out, and registers
 * are plain ones, as no reset is active; bits that are undefined are 0, which is one of the values that they can have.
 */
export function coneOf(nets: Nets, name: string, bits: readonly NetlistBit[]): NetlistModule {
  const { module } = nets
  const cells: Record<string, NetlistCell> = {}
  const seen = new Set<number>()
  const waiting: NetlistBit[] = []
  const read = (some: readonly NetlistBit[]): NetlistBit[] => {
    const resolved = some.map((bit) => (bit === 'x' ? '0' : nets.resolve(bit)))
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
  return { ports: { ...Object.fromEntries(inputs), [name]: { direction: 'output', bits: output } }, cells }
}
