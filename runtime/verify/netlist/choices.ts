import type { NetlistBit, NetlistCell, NetlistModule } from '../../tools/netlist-json.js'

/**
 * The cells of a module with a row of `$mux` in place of every `$pmux`, which chooses one of several values by one bit each.
 * Where several of these bits are 1, which Yosys leaves undefined, the last of them decides.
 */
export function withPlainChoices({ cells }: Pick<NetlistModule, 'cells'>): readonly (readonly [string, NetlistCell])[] {
  // Nets of a module are counted from 2.
  let fresh = 0
  return Object.entries(cells).flatMap(([name, cell]) => {
    if (cell.type !== '$pmux') return [[name, cell] as const]
    const [a = [], b = [], s = [], y = []] = ['A', 'B', 'S', 'Y'].map((port) => cell.connections[port])
    let before: readonly NetlistBit[] = a
    return s.map((select, index): readonly [string, NetlistCell] => {
      const chosen = index === s.length - 1 ? y : y.map(() => --fresh)
      const connections = {
        A: [...before],
        B: b.slice(index * y.length, (index + 1) * y.length),
        S: [select],
        Y: [...chosen],
      }
      before = chosen
      return [`${name}[${index}]`, { ...cell, type: '$mux', connections }]
    })
  })
}
