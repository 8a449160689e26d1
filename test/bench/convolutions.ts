// Convolutions of random weights, from the lowered network to the text of a design: solved position by position, in tiles if
// these are cheaper, and as builds do it, where small ones are one problem.
//
//   node dist/test/bench/convolutions.js [--networks 8x8,28x28] [--joint [--except 28x28]] [--levels N]
//
// `--joint` adds the whole as one problem, whose time grows steeply with the positions; `--except` leaves it out for networks
// of that name with widths by position. Seconds are of one thread's work, which has solved a network before.
import { parseArgs } from 'node:util'
import { nodeCosts } from '../../compiler/estimate/cost.js'
import type { FixedGraph } from '../../compiler/fixed/graph.js'
import { lower } from '../../compiler/lower/lower.js'
import { BOUNDS, type Bounds } from '../../compiler/optimize/contractions/bounds.js'
import { solveContractions } from '../../compiler/optimize/contractions/contractions.js'
import { passes, runPasses } from '../../compiler/optimize/optimize.js'
import { schedule } from '../../compiler/schedule/schedule.js'
import { packageTemplates } from '../../runtime/tools/templates.js'
import { emitVerilog } from '../../targets/verilog/emit.js'
import { type RandomConvolution, randomConvolution } from '../fixtures/convolution.js'
import { adderBits } from './passes/adder-bits.js'

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: '' },
    joint: { type: 'boolean', default: false },
    except: { type: 'string', default: '' },
    levels: { type: 'string' },
  },
})
const levels = values.levels === undefined ? undefined : Number(values.levels)

const square = (side: number): RandomConvolution => ({ input: [side, side, 1], window: [3, 3], filters: 4 })
/** Input, window and number of filters. */
const networks: readonly (readonly [string, RandomConvolution])[] = [
  ['8x8x1 * 3x3 * 4', square(8)],
  ['14x14x1 * 3x3 * 4', square(14)],
  ['14x14x1 * 3x3 * 4 same', { ...square(14), padding: 'same' }],
  ['28x28x1 * 3x3 * 4', square(28)],
  ['32x4 * 5 * 8', { input: [32, 4], window: [5], filters: 8 }],
  ['8x8x4 * 3x3 * 8', { input: [8, 8, 4], window: [3, 3], filters: 8 }],
  ['14x14x1 * 3x3 * 4 strides 2', { ...square(14), strides: [2, 2] }],
]

const ANY = Number.POSITIVE_INFINITY
const JOINT = 'one problem'
const WHOLE: Bounds = { ...BOUNDS, jointPairs: ANY, comparisons: ANY, jointRows: ANY }
const variants: readonly (readonly [string, Bounds])[] = [
  ...(values.joint ? ([[JOINT, WHOLE]] as const) : []),
  ['position by position', { ...BOUNDS, jointPairs: 0, tilePairs: 0, effort: 0 }],
  ['tiles', { ...BOUNDS, jointPairs: 0 }],
  ['as builds do it', BOUNDS],
]

console.log(
  '| network | widths | solved | problems | adders | adder bits | LUT estimated | solver, s | passes, s | stages, s | text, s |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|')
const listed = (names: string): readonly string[] => names.split(',').filter((name) => name !== '')
const [wanted, except] = [listed(values.networks), listed(values.except)]
warmUp()
for (const [name, network] of networks) {
  if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue
  for (const widths of ['shared', 'position'] as const) {
    const lowered = lowerOf({ ...network, widths })
    const isLeftOut = widths === 'position' && except.some((each) => name.includes(each))
    for (const [solved, bounds] of variants) {
      if (solved === JOINT && isLeftOut) continue
      console.log(row([name, widths, solved], lowered, bounds))
    }
  }
}

function lowerOf(network: RandomConvolution): FixedGraph {
  const lowered = lower(randomConvolution(1, network))
  if (!lowered.ok) throw new Error(lowered.error.message)
  return lowered.value
}

/** Else the first rows would show how long code takes to be compiled. */
function warmUp(): void {
  for (const widths of ['shared', 'position'] as const) {
    for (const [, bounds] of variants) row([], lowerOf({ ...square(8), widths }), bounds)
  }
}

function row(names: readonly string[], lowered: FixedGraph, bounds: Bounds): string {
  let problems = 0
  const count = { find: () => null, keep: () => problems++ }
  const seconds = { solver: 0, passes: 0, stages: 0, text: 0 }
  const timed = <T>(what: keyof typeof seconds, work: () => T): T => {
    const before = process.cpuUsage()
    const made = work()
    const { user, system } = process.cpuUsage(before)
    seconds[what] += (user + system) / 1e6
    return made
  }
  const list = passes.map((pass) =>
    pass.name === 'solve contractions'
      ? {
          ...pass,
          run: (graph: FixedGraph) =>
            timed('solver', () => solveContractions(graph, { levels, solutions: count }, bounds)),
        }
      : pass,
  )
  const graph = timed('passes', () => runPasses(lowered, list, { levels }))
  const pipeline = timed('stages', () => schedule(graph, { clockPeriodNs: 5, family: 'virtexuplus', levels }))
  if (!pipeline.ok) throw new Error(pipeline.error.message)
  const device = { part: 'xcvu13p-flga2577-2-e', vendor: 'amd', family: 'virtexuplus' } as const
  timed('text', () => emitVerilog(pipeline.value, { name: 'top', target: { device }, templates: packageTemplates }))
  seconds.passes -= seconds.solver
  const columns = [
    ...names,
    problems,
    graph.nodes.filter(({ kind }) => kind === 'add').length,
    adderBits(graph),
    nodeCosts(graph, false).reduce((sum, each) => sum + each, 0),
    ...Object.values(seconds).map((each) => each.toFixed(1)),
  ]
  return `| ${columns.join(' | ')} |`
}
