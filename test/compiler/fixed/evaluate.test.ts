import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { codesAt, evaluateNodes } from '../../../compiler/fixed/evaluate.js'
import { suite } from '../../kit.js'
import { evaluateReference } from '../../targets/fixed-reference.js'
import { randomPipeline, randomVectors } from '../../targets/random-pipeline.js'

const test = suite('compiler/fixed/evaluate')
const SEED = 5

test(`columns hold what each row means (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { graph } = randomPipeline(seed, { inputs: 5, nodes: 60, stages: 1 })
      const rows = randomVectors(graph, 12, seed)
      const columns = evaluateNodes(
        graph,
        graph.inputs.map((port, p) => port.nodes.map((_, element) => rows.map((row) => row[p]?.[element] ?? 0n))),
      )
      for (const [row, vector] of rows.entries()) {
        for (const [p, expected] of evaluateReference(graph, vector).entries()) {
          for (const [element, code] of expected.entries()) {
            const id = graph.outputs[p]?.nodes[element] ?? -1
            const [column, interval] = [columns[id], graph.nodes[id]?.interval]
            if (column === undefined || interval === undefined) throw new Error('no node')
            const fraction = Math.max(column.fraction, interval.fraction)
            assert.is(codesAt(column, fraction)[row], code << BigInt(fraction - interval.fraction))
          }
        }
      }
    }),
    { numRuns: 60, seed: SEED },
  )
})
