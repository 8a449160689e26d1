import { nodeCosts } from '../../compiler/estimate/cost.js'
import { lower } from '../../compiler/lower/lower.js'
import { passes, runPasses } from '../../compiler/optimize/optimize.js'
import { schedule } from '../../compiler/schedule/schedule.js'
import { randomConvolution, type RandomConvolution } from '../fixtures/convolution.js'
import { adderBits } from './passes/adder-bits.js'

const conv2 = (n: number, widths: 'shared' | 'position'): RandomConvolution => ({ input: [n, n, 1], window: [3, 3], filters: 4, widths })
const conv1 = (n: number, widths: 'shared' | 'position'): RandomConvolution => ({ input: [n, 4], window: [5], filters: 8, widths })
const cases: Record<string, RandomConvolution> = {
  c8s: conv2(8, 'shared'), c8p: conv2(8, 'position'), c14s: conv2(14, 'shared'), c14p: conv2(14, 'position'),
  c28s: conv2(28, 'shared'), c28p: conv2(28, 'position'), d32s: conv1(32, 'shared'), d32p: conv1(32, 'position'),
}
const all = process.argv.includes('--all')
const levels = process.argv.includes('--levels') ? 2 : undefined
for (const name of process.argv[2]!.split(',')) {
  const lowered = lower(randomConvolution(1, cases[name]!))
  if (!lowered.ok) throw new Error(lowered.error.message)
  let at = performance.now()
  console.log(name, 'lowered', lowered.value.nodes.length)
  const list = all ? passes : passes.filter(({ name }) => ['clean', 'merge quantizers', 'round before rectifying', 'narrow comparisons', 'gather sums', 'solve contractions', 'expand sums', 'share equal sums'].includes(name))
  const graph = runPasses(lowered.value, list, { levels, observe: (pass, graph) => {
    const now = performance.now()
    console.log('  ', pass, ((now - at) / 1000).toFixed(2), 's; nodes', graph.nodes.length, 'adders', graph.nodes.filter(({ kind }) => kind === 'add').length, 'bits', adderBits(graph), pass.startsWith('share') ? nodeCosts(graph, false).reduce((s, e) => s + e, 0) : '')
    at = performance.now()
  } })
  if (all) {
    const p = schedule(graph, { clockPeriodNs: 5, family: 'virtexuplus', levels } as never)
    console.log('   schedule', ((performance.now() - at) / 1000).toFixed(2), p.ok && p.value.stages)
  }
}
