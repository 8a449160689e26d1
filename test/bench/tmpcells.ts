import { lower } from '../../compiler/lower/lower.js'
import { nodeCosts } from '../../compiler/estimate/cost.js'
import { optimize } from '../../compiler/optimize/optimize.js'
import { schedule } from '../../compiler/schedule/schedule.js'
import { randomConvolution } from '../fixtures/convolution.js'
import { adderBits } from './passes/adder-bits.js'
import { cellsOf } from './cells.js'
for (const seed of [1, 2]) {
const lowered = lower(randomConvolution(seed, { input: [10, 10, 1], window: [3, 3], filters: 4, widths: 'position' }))
if (!lowered.ok) throw new Error()
const graph = optimize(lowered.value)
const p = schedule(graph, { clockPeriodNs: 5, family: 'virtexuplus' })
if (!p.ok) throw new Error()
console.log(seed, adderBits(graph), nodeCosts(graph, false).reduce((s, e) => s + e, 0), JSON.stringify(await cellsOf(p.value, 'system')))
}
