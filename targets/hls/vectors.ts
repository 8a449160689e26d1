import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { decimal } from '../decimal.js'
import type { DesignFile, TestVectors } from '../design.js'
import type { HlsPort } from './port.js'

/**
 * What the test bench reads, as hls4ml's does: a line per vector, all ports of a side one after the other, each element
 * an exact decimal number. Elements of at most 53 bits, so that a double carries them.
 */
export function vectorFiles(
  inputs: readonly HlsPort[],
  outputs: readonly HlsPort[],
  vectors: TestVectors,
): readonly DesignFile[] {
  return [
    { path: 'tb_data/tb_input_features.dat', text: linesOf(inputs, vectors.inputs, vectors.rows) },
    { path: 'tb_data/tb_output_predictions.dat', text: linesOf(outputs, vectors.outputs, vectors.rows) },
  ]
}

function linesOf(ports: readonly HlsPort[], values: ReadonlyMap<string, Float64Array>, rows: number): string {
  const columns = ports.map(({ port, interface: { elements } }) => {
    const column = values.get(port.name)
    if (column === undefined) throw new Error(`the test vectors lack port "${port.name}"`)
    return { column, elements }
  })
  const lines = Array.from({ length: rows }, (_, row) =>
    columns
      .flatMap(({ column, elements }) =>
        elements.map(({ width, f }, element) => {
          const value = column[row * elements.length + element] ?? 0
          return width === 0 ? '0' : decimal(BigInt(value * powerOfTwo(f)), f)
        }),
      )
      .join(' '),
  )
  return `${lines.join('\n')}\n`
}
