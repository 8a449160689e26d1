import * as assert from 'uvu/assert'
import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import { type SimulatorName, simulate } from '../../runtime/verify/simulate.js'
import type { Design, PortInterface } from '../../targets/design.js'
import { evaluateReference } from './fixed-reference.js'
import { randomVectors } from './random-pipeline.js'

/** All ports of a side as one number, the first port and its element 0 lowest, from integers. */
function pack(ports: readonly PortInterface[], integers: readonly (readonly bigint[])[]): bigint {
  let bits = 0n
  let low = 0
  ports.forEach((port, index) => {
    port.elements.forEach((element, place) => {
      const integer = integers[index]?.[place] ?? 0n
      bits |= BigInt.asUintN(element.width, integer) << BigInt(low + element.offset)
    })
    low += port.bits
  })
  return bits
}

/**
 * Simulates a design of a pipeline on random and corner vectors, and compares with the plain meaning of its graph. The
 * first difference, or what the simulator complains of; null when there is nothing.
 */
export async function firstDifference(
  pipeline: Pipeline,
  design: Design,
  vectors: number,
  seed: number,
  simulator: SimulatorName,
): Promise<string | null> {
  const inputs = randomVectors(pipeline.graph, vectors, seed)
  const result = await simulate(
    { design, inputs: inputs.map((vector) => pack(design.interface.inputs, vector)) },
    simulator,
  )
  if (!result.ok) return result.error.message + result.error.notes.join('\n')
  assert.is(result.value.outputs.length, vectors)
  for (const [index, vector] of inputs.entries()) {
    const expected = pack(design.interface.outputs, evaluateReference(pipeline.graph, vector))
    if (expected !== result.value.outputs[index]) {
      return `seed ${seed}, vector ${index}: expected ${expected.toString(16)}, got ${result.value.outputs[index]?.toString(16)}`
    }
  }
  return null
}
