import { optimize } from '../../../compiler/optimize/optimize.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { checkDesign } from '../../../runtime/verify/check-design.js'
import { emitDesign } from '../../../targets/emit.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { pipelineOf } from '../../fixtures/pipeline.js'
import { type QuantizedNetwork, quantizedNetwork } from '../../fixtures/quantized-network.js'
import { vu13p } from '../../targets/fixtures.js'
import type { Backend } from './backends.js'
import { agreeInSoftware, vectorsOf } from './software.js'

export interface Run {
  readonly seed: number
  /** Number of the network, from 0; with the seed it decides all there is to it. */
  readonly index: number
  readonly vectors: number
  readonly backends: readonly Backend[]
}

/** What came of a network on one backend. */
export interface Outcome {
  readonly backend: Backend['name'] | 'software'
  /** Null where everything is the same. */
  readonly problem: string | null
  readonly seconds: number
}

export interface Finished {
  readonly network: QuantizedNetwork
  readonly pipeline: Pipeline
  readonly outcomes: readonly Outcome[]
}

/** A random network from calibration to the emitted text in every language, each compared with the one before. */
export async function runNetwork({ seed, index, vectors, backends }: Run): Promise<Finished> {
  const started = performance.now()
  const own = seedOf(seed, index)
  const network = quantizedNetwork(own)
  const pipeline = randomlyCut(network, own)
  const { graph } = pipeline
  const expected = agreeInSoftware(network, graph, vectorsOf(network.lowered, vectors, own))
  const software = { backend: 'software', seconds: secondsSince(started) } as const
  if (typeof expected === 'string') return { network, pipeline, outcomes: [{ ...software, problem: expected }] }
  const outcomes: Outcome[] = [{ ...software, problem: null }]
  for (const { name, language } of backends) {
    const begun = performance.now()
    const design = emitDesign(pipeline, language, { name: 'net', target: vu13p, templates: packageTemplates })
    // Networks run beside each other, so a simulator gets one process.
    const checked = await checkDesign(graph, design, expected, name, { threads: 1 })
    const problem = checked.ok ? null : [checked.error.message, ...checked.error.notes].join('; ')
    outcomes.push({ backend: name, problem, seconds: secondsSince(begun) })
  }
  return { network, pipeline, outcomes }
}

/** One to four stages, or as many as a random clock needs; one in two with three-input adders. */
function randomlyCut({ lowered }: QuantizedNetwork, seed: number): Pipeline {
  const random = new TestRandom(seed)
  const clockPeriodNs = random.pick([2, 3, 5, 10])
  const ternary = random.integer(0, 1) === 0 ? { clockPeriodNs, family: 'virtexuplus' } : undefined
  const graph = optimize(lowered, { ternary })
  if (random.integer(0, 2) === 0) {
    const cut = schedule(graph, { clockPeriodNs, family: 'virtexuplus' })
    if (cut.ok) return cut.value
    // One node alone is slower than this clock.
  }
  return pipelineOf(graph, { clockPeriodNs, family: 'virtexuplus', stages: random.integer(1, 4) })
}

function seedOf(seed: number, index: number): number {
  return Math.imul(seed, 1_000_003) + index
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000
}
