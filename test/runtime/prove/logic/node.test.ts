import * as assert from 'uvu/assert'
import type { FixedGraph } from '../../../../compiler/fixed/graph.js'
import { Aig, FALSE } from '../../../../runtime/prove/logic/aig.js'
import { nodeNumber } from '../../../../runtime/prove/logic/node.js'
import { constantNumber, type Num } from '../../../../runtime/prove/logic/number.js'
import { suite } from '../../../kit.js'
import { evaluateReference } from '../../../targets/fixed-reference.js'
import { randomPipeline, randomVectors } from '../../../targets/random-pipeline.js'

const test = suite('runtime/prove/logic/node')

/** The value of every node, with all bits known: then every function folds to a constant. */
function evaluate(graph: FixedGraph, inputs: readonly (readonly bigint[])[]): readonly Num[] {
  const aig = new Aig()
  const numbers: Num[] = []
  for (const node of graph.nodes) {
    const number =
      node.kind === 'input'
        ? constantNumber(inputs[node.port]?.[node.element] ?? 0n, node.type.f)
        : nodeNumber(aig, node, (id) => numbers[id] as Num)
    numbers.push(number)
  }
  return numbers
}

test('every kind of node means what the reference of the emitters says', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { graph } = randomPipeline(seed, { inputs: 6, nodes: 80, stages: 1, widest: 60 })
    const all = { ...graph, outputs: [{ name: 'all', shape: [], nodes: graph.nodes.map((_, id) => id) }] }
    for (const inputs of randomVectors(graph, 6, seed)) {
      const numbers = evaluate(graph, inputs)
      const [expected = []] = evaluateReference(all, inputs)
      numbers.forEach(({ bits, fraction }, id) => {
        const grid = graph.nodes[id]?.interval.fraction ?? 0
        const integer = BigInt.asIntN(
          bits.length,
          bits.reduce((sum, bit, at) => (bit === FALSE ? sum : sum | (1n << BigInt(at))), 0n),
        )
        const [found, wanted] = [
          integer << BigInt(Math.max(0, grid - fraction)),
          (expected[id] ?? 0n) << BigInt(Math.max(0, fraction - grid)),
        ]
        assert.is(found, wanted, `seed ${seed}, node ${id} (${graph.nodes[id]?.kind})`)
      })
    }
  }
})
