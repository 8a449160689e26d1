import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { ControlSpec } from '../../lang/program.js'
import { type SimulatorName, simulate } from '../../runtime/verify/simulate.js'
import { testVectors } from '../../runtime/verify/test-vectors.js'
import type { Design } from '../../targets/design.js'
import { packRows } from '../../targets/packing.js'
import type { EmitOptions } from '../../targets/project/options.js'
import { templates, vu13p } from './fixtures.js'
import { randomPipeline } from './random-pipeline.js'

/** A random circuit with options of its target. */
export interface ControlCase {
  readonly seed: number
  readonly stages: number
  readonly registers: { readonly inputs: boolean; readonly outputs: boolean; readonly layers: number }
  readonly control: ControlSpec
}

const controls = fc
  .record({
    reset: fc.constantFrom('none', 'synchronous', 'asynchronous'),
    resetData: fc.boolean(),
    clockEnable: fc.boolean(),
    handshake: fc.constantFrom('none', 'valid', 'valid_ready'),
    fanOut: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map((each): ControlSpec => {
    const reset = each.handshake !== 'none' && each.reset === 'none' ? 'synchronous' : each.reset
    const resetData = reset !== 'none' && (each.resetData || each.handshake === 'none')
    const clockEnable = each.clockEnable && each.handshake !== 'valid_ready'
    const fanOut = each.fanOut === undefined ? {} : { fanOut: each.fanOut }
    return { reset, resetData, clockEnable, handshake: each.handshake, ...fanOut } as ControlSpec
  })

export const controlCases: fc.Arbitrary<ControlCase> = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  stages: fc.integer({ min: 1, max: 5 }),
  registers: fc.record({ inputs: fc.constant(false), outputs: fc.boolean(), layers: fc.integer({ min: 1, max: 2 }) }),
  control: controls,
})

/** Its design with random vectors and what must come out. */
export function designOf(
  emit: (pipeline: Pipeline, options: EmitOptions) => Design,
  { seed, stages, registers, control }: ControlCase,
): { readonly design: Design; readonly inputs: readonly bigint[]; readonly expected: readonly bigint[] } {
  const pipeline = randomPipeline(seed, { inputs: 5, nodes: 40, stages, registers })
  const vectors = testVectors(pipeline.graph, seed, 60)
  const design = emit(pipeline, { name: 'net', target: vu13p, templates, control, vectors })
  const rows = (side: 'inputs' | 'outputs'): readonly bigint[] => {
    const columns = pipeline.graph[side].map((port) => vectors[side].get(port.name) ?? new Float64Array())
    return packRows(design.interface[side], columns, vectors.rows)
  }
  return { design, inputs: rows('inputs'), expected: rows('outputs') }
}

/** A simulation gives every output once, in order. */
export async function checkTraffic(
  emit: (pipeline: Pipeline, options: EmitOptions) => Design,
  each: ControlCase,
  simulator: SimulatorName,
): Promise<void> {
  const { design, inputs, expected } = designOf(emit, each)
  const result = await simulate({ design, inputs }, simulator)
  assert.ok(result.ok, result.ok ? '' : `${result.error.message} ${result.error.notes.join(' ')}`)
  if (result.ok) assert.equal(result.value.outputs, expected)
}
