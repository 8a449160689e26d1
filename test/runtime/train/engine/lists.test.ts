import * as assert from 'uvu/assert'
import { CONTRACT } from '../../../../runtime/kernels/codes.js'
import type { Argument, Call } from '../../../../runtime/kernels/program.js'
import { layOutEngine } from '../../../../runtime/train/engine/engine-layout.js'
import { denseNetwork, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { randomPart, requestOf } from './compare.js'

// Results are the same without lists, so nothing else can tell that they are made and used.
const test = suite('lists of the weights that are not 0')

const addressOf = (argument: number | Argument | undefined): string => JSON.stringify(argument)

function callsOf(graph: ReturnType<typeof denseNetwork>): { readonly opening: Call[]; readonly calls: Call[] } {
  const request = requestOf(graph, { kind: 'mse' }, randomPart(graph, 'mse', 70, 3))
  const { programs } = layOutEngine(request).tiles
  return {
    opening: programs.flatMap(({ opening }) => opening),
    calls: programs.flatMap(({ calls }) => calls),
  }
}

function check(graph: ReturnType<typeof denseNetwork>): void {
  const { opening, calls } = callsOf(graph)
  const made = opening.filter(({ kernel }) => kernel === 'packPanels' || kernel === 'gatherElements')
  const listed = opening.filter(({ kernel }) => kernel === 'listWeights')
  assert.ok(made.length > 0)
  assert.equal(
    listed.map(({ given }) => addressOf(given[0])),
    made.map(({ given }) => addressOf(given[0])),
  )
  for (const { kernel, given } of calls) if (kernel === 'contract') assert.ok(Number(given.at(-1)) & CONTRACT.listed)
}

test('every copy of weights has its lists, and every product may use them', () => {
  check(denseNetwork({ inputs: 3, hidden: [5], outputs: 2 }))
})

test('so it is with several products at once, whose weights are gathered', () => {
  for (const equation of ['bij,bijc->bc', 'bij,ibjc->bc']) {
    const n = new NetworkBuilder()
    const w = n.parameter('w', equation.includes('bijc') ? [2, 3, 2, 4] : [3, 2, 2, 4], {
      kind: 'uniform',
      low: -1,
      high: 1,
    })
    n.output(
      'y',
      n.apply('einsum', [n.input('x', [2, 3, 2]), n.quantize('w/q', w, 'weight', weightQuantizer)], { equation }),
    )
    check(n.graph())
  }
})
