// What the passes on fixed-point graphs save: networks with the solver of contractions alone, with all passes, and with
// three-input adders as well, as for a target with Vivado as its tool.
//
//   node dist/test/bench/passes.js [--networks NAME,...] [--yosys package,system] [--stages N | --levels N] [--each]
//
// `--each` adds a row without each of the passes; sums are regrouped with `--levels` alone. `--yosys none` counts no cells.
import { parseArgs } from 'node:util'
import { nodeCosts } from '../../compiler/estimate/cost.js'
import { type Pass, passes, runPasses } from '../../compiler/optimize/optimize.js'
import { schedule } from '../../compiler/schedule/schedule.js'
import { cellsOf } from './cells.js'
import { adderBits } from './passes/adder-bits.js'
import { type Network, networks } from './passes/networks.js'

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: '' },
    yosys: { type: 'string', default: 'package,system' },
    stages: { type: 'string' },
    levels: { type: 'string' },
    each: { type: 'boolean', default: false },
  },
})
const engines = (['package', 'system'] as const).filter((name) => values.yosys.split(',').includes(name))

/** Without these no graph can be built. */
const NEEDED = new Set(['gather sums', 'solve contractions', 'expand sums'])

interface Variant {
  readonly name: string
  readonly passes: readonly Pass[]
  readonly ternaryAdders?: boolean
}

const variants: readonly Variant[] = [
  { name: 'solver alone', passes: passes.filter(({ name }) => NEEDED.has(name)) },
  ...(values.each ? withoutEach() : []),
  { name: 'all passes', passes },
  { name: 'and three-input adders', passes, ternaryAdders: true },
]

function withoutEach(): readonly Variant[] {
  const names = [...new Set(passes.map(({ name }) => name))].filter((name) => !NEEDED.has(name))
  return names.map((name) => ({ name: `without ${name}`, passes: passes.filter((pass) => pass.name !== name) }))
}

console.log(
  `| network | passes | nodes | adder bits | LUT estimated | stages |${engines.map((name) => ` LUT, FF (${name}) |`).join('')} s |`,
)
console.log(`|---|---|---|---|---|---|${engines.map(() => '---|').join('')}---|`)
const wanted = values.networks.split(',').filter((name) => name !== '')
for (const network of await networks()) {
  if (wanted.length > 0 && !wanted.some((name) => network.name.includes(name))) continue
  for (const variant of variants) console.log(await row(network, variant))
}

async function row(network: Network, variant: Variant): Promise<string> {
  const started = performance.now()
  const count = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
  const cut = { clockPeriodNs: 5, family: 'virtexuplus', stages: count(values.stages), levels: count(values.levels) }
  const ternary = variant.ternaryAdders === true ? cut : undefined
  const graph = runPasses(network.graph, variant.passes, { levels: cut.levels, ternary })
  const seconds = ((performance.now() - started) / 1000).toFixed(2)
  const pipeline = schedule(graph, cut)
  if (!pipeline.ok) throw new Error(pipeline.error.message)
  const cells: string[] = []
  for (const engine of engines) {
    const found = await cellsOf(pipeline.value, engine)
    cells.push(found === null ? 'not installed' : `${found.lut}, ${found.ff}`)
  }
  const { length } = graph.nodes
  const columns = [
    `\`${network.name}\``,
    variant.name,
    length,
    adderBits(graph),
    nodeCosts(graph, true).reduce((sum, each) => sum + each, 0),
    pipeline.value.stages,
    ...cells,
    seconds,
  ]
  return `| ${columns.join(' | ')} |`
}
