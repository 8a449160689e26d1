import type { NetlistModule } from './netlist-json.js'

/** Cells that hold state, drive clocks or are none: a path ends at their inputs and starts anew at their outputs. */
const SEQUENTIAL =
  /^(\$scopeinfo|FD|LD|SRL|RAM|BUFG|DSP|MISTRAL_FF|MISTRAL_M\d|MISTRAL_MUL|MISTRAL_CLKBUF|TRELLIS_FF|DP16KD|PDPW16KD|MULT|SB_DFF|SB_RAM|SB_MAC|SB_GB|DFF|SDPB|DPB|pROM)/

/**
 * The longest chain of combinational cells between registers or ports of a synthesized module. Every cell counts one,
 * a carry cell as well, though it holds several bits of a carry chain.
 */
export function depthOf(module: NetlistModule): number {
  const cells = Object.values(module.cells).filter((cell) => !SEQUENTIAL.test(cell.type))
  const driver = new Map<number, number>()
  cells.forEach((cell, index) => {
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] !== 'output') continue
      for (const bit of bits) if (typeof bit === 'number') driver.set(bit, index)
    }
  })
  const operands = cells.map((cell) => {
    const found = new Set<number>()
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'output') continue
      for (const bit of bits) {
        const source = typeof bit === 'number' ? driver.get(bit) : undefined
        if (source !== undefined) found.add(source)
      }
    }
    return [...found]
  })
  return longestPath(operands)
}

/** Nodes on the longest path of an acyclic graph given by each node's predecessors. A cycle ends the search there. */
function longestPath(predecessors: readonly (readonly number[])[]): number {
  const depth = new Int32Array(predecessors.length)
  const visited = new Uint8Array(predecessors.length)
  let longest = 0
  for (let start = 0; start < predecessors.length; start++) {
    const stack = [start]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const before = predecessors[node] ?? []
      if (visited[node] === 0) {
        visited[node] = 1
        for (const other of before) if (visited[other] === 0) stack.push(other)
        continue
      }
      stack.pop()
      if (visited[node] === 2) continue
      visited[node] = 2
      let deepest = 0
      for (const other of before) deepest = Math.max(deepest, depth[other] ?? 0)
      depth[node] = deepest + 1
      longest = Math.max(longest, deepest + 1)
    }
  }
  return longest
}
