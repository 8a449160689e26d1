import { optimize } from '../../../compiler/optimize/optimize.js'
import { DEFAULT_REGISTERS, type Pipeline, type RegisterOptions } from '../../../compiler/schedule/pipeline.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import type { ControlSpec } from '../../../lang/program.js'
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
  /** Of the modules in Verilog and VHDL. */
  readonly control: ControlSpec
  /** Whether sums were added up in another order for the stages in which they are. */
  readonly regrouped: boolean
  readonly outcomes: readonly Outcome[]
}

/** A random network from calibration to the emitted text in every language, each compared with the one before. */
export async function runNetwork({ seed, index, vectors, backends }: Run): Promise<Finished> {
  const started = performance.now()
  const own = seedOf(seed, index)
  const network = quantizedNetwork(own)
  const { pipeline, control, regrouped } = randomTarget(network, own)
  const { graph } = pipeline
  const finished = { network, pipeline, control, regrouped }
  const expected = agreeInSoftware(network, graph, vectorsOf(network.lowered, vectors, own))
  const software = { backend: 'software', seconds: secondsSince(started) } as const
  if (typeof expected === 'string') return { ...finished, outcomes: [{ ...software, problem: expected }] }
  const outcomes: Outcome[] = [{ ...software, problem: null }]
  for (const { name, language } of backends) {
    const begun = performance.now()
    const design = emitDesign(pipeline, language, { name: 'net', target: vu13p, templates: packageTemplates, control })
    // Networks run beside each other, so a simulator gets one process.
    const checked = await checkDesign(graph, design, expected, name, { threads: 1 })
    const problem = checked.ok ? null : [checked.error.message, ...checked.error.notes].join('; ')
    outcomes.push({ backend: name, problem, seconds: secondsSince(begun) })
  }
  return { ...finished, outcomes }
}

/** What a target may ask for: a clock, levels, or a number of stages; three-input adders; registers; control. */
function randomTarget(
  { lowered }: QuantizedNetwork,
  seed: number,
): Pick<Finished, 'pipeline' | 'control' | 'regrouped'> {
  const random = new TestRandom(seed)
  const clockPeriodNs = random.pick([2, 3, 5, 10])
  const by = random.pick(['clock', 'levels', 'stages'] as const)
  const levels = by === 'levels' ? random.integer(1, 4) : undefined
  const registers = randomRegisters(random)
  const target = { clockPeriodNs, family: 'virtexuplus', levels, registers }
  const ternary = random.integer(0, 1) === 0 ? { clockPeriodNs, family: 'virtexuplus', levels } : undefined
  const control = randomControl(random)
  let before = lowered
  let regrouped = false
  const graph = optimize(lowered, {
    levels,
    ternary,
    observe: (pass, made) => {
      if (pass === 'regroup sums') regrouped = made !== before
      before = made
    },
  })
  if (by !== 'stages') {
    const cut = schedule(graph, target)
    if (cut.ok) return { pipeline: cut.value, control, regrouped }
    // One node alone is slower than this clock, or has more levels.
  }
  const stages = random.integer(1, 4)
  return { pipeline: pipelineOf(graph, { ...target, levels: undefined, stages }), control, regrouped }
}

function randomRegisters(random: TestRandom): RegisterOptions {
  if (random.integer(0, 1) === 0) return DEFAULT_REGISTERS
  return { inputs: random.integer(0, 1) === 0, outputs: random.integer(0, 1) === 0, layers: random.integer(1, 2) }
}

/** Half of the modules run freely, as they are the quickest. */
function randomControl(random: TestRandom): ControlSpec {
  const free = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' } as const
  const fanOut = random.integer(0, 2) === 0 ? { fanOut: random.integer(1, 3) } : {}
  if (random.integer(0, 1) === 0) return { ...free, ...fanOut }
  const handshake = random.pick(['none', 'valid', 'valid_ready'] as const)
  const reset = random.pick(['synchronous', 'asynchronous'] as const)
  const clockEnable = handshake !== 'valid_ready' && random.integer(0, 1) === 0
  return { reset, resetData: handshake === 'none' || random.integer(0, 1) === 0, clockEnable, handshake, ...fanOut }
}

function seedOf(seed: number, index: number): number {
  return Math.imul(seed, 1_000_003) + index
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000
}
