import * as assert from 'uvu/assert'
import { initialState } from '../../../runtime/train/initial-state.js'
import { weightProblem } from '../../../runtime/train/weight-limit.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('weights beyond all measure')

test('are named; widths and usual weights are let through', () => {
  const graph = denseNetwork({ inputs: 4, hidden: [8], outputs: 3 })
  const network = initialState(graph, 1)
  network.get('dense[0]/weight[0]/b')?.values.fill(1e12)
  network.get('dense[0]/parameter[0]')?.values.fill(-1e9)
  assert.is(weightProblem(graph, network), null)
  network.get('dense[1]/parameter[0]')?.values.set([-1e10], 2)
  assert.equal(weightProblem(graph, network), {
    what: "values of 'dense[1]/parameter[0]' reach -1.00e+10",
    path: 'dense[1]/parameter[0]',
  })
})
