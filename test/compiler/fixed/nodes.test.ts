import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import { nodeAt, nodesBehind } from '../../../compiler/fixed/nodes.js'
import { suite } from '../../kit.js'

const test = suite('compiler/fixed/nodes')

test('what a node depends on is followed through every operand, and nothing else', () => {
  const builder = new FixedGraphBuilder()
  const type = { k: 1, i: 3, f: 0 } as const
  const [a = 0, b = 0, c = 0] = builder.input('x', [3], [type, type, type])
  const sum = builder.add(plain(a), plain(b))
  const relu = builder.relu(sum)
  const other = builder.relu(c)
  builder.output('y', [2], [relu, other])
  const graph = builder.finish()
  assert.equal([...nodesBehind(graph, [relu])].sort(), [a, b, sum, relu].sort())
  assert.equal([...nodesBehind(graph, [])], [])
})

test('a node that is not there is an error that names it', () => {
  assert.throws(() => nodeAt({ nodes: [] }, 3), /node 3 does not exist/)
})
