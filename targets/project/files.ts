import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { DesignFile, DesignInterface, PortInterface, TestVectors } from '../design.js'
import { hexLines, packRows } from '../packing.js'
import { bitsOf } from '../ports.js'

/** The description of the ports for programs. */
export function interfaceFile(interface_: DesignInterface): DesignFile {
  return { path: 'interface.json', text: interfaceText(interface_) }
}

/** JSON with one line per element: as easy to read as to parse. */
function interfaceText(interface_: DesignInterface): string {
  const text = JSON.stringify(interface_, null, 2)
  const flat = text.replace(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/g, (inner) => inner.replace(/\s*\n\s*/g, ' '))
  return `${flat}\n`
}

/** What the test bench reads: a line per vector, all ports of a side side by side, the first one lowest. */
export function vectorFiles(
  interface_: DesignInterface,
  graph: FixedGraph,
  vectors: TestVectors,
): readonly DesignFile[] {
  const file = (
    path: string,
    ports: readonly PortInterface[],
    names: readonly string[],
    values: ReadonlyMap<string, Float64Array>,
  ): DesignFile[] => {
    const bits = bitsOf(ports)
    if (bits === 0) return []
    const columns = names.map((name) => {
      const column = values.get(name)
      if (column === undefined) throw new Error(`the test vectors lack port "${name}"`)
      return column
    })
    return [{ path, text: hexLines(packRows(ports, columns, vectors.rows), bits) }]
  }
  return [
    ...file(
      'tb_data/inputs.hex',
      interface_.inputs,
      graph.inputs.map((port) => port.name),
      vectors.inputs,
    ),
    ...file(
      'tb_data/expected.hex',
      interface_.outputs,
      graph.outputs.map((port) => port.name),
      vectors.outputs,
    ),
  ]
}
