import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { inferenceDiffers } from '../../lang/diagnostics/messages/tools.js'
import type { Design } from '../../targets/design.js'
import { subscript } from '../../targets/ports.js'
import type { Dataset } from '../data/dataset.js'
import { emulate } from '../emulate/emulate.js'
import type { Progress } from '../events.js'
import { type Inference, inferNetwork } from '../infer/infer.js'
import { checkDesign, type ExpectedVectors } from './check-design.js'
import { type Compared, firstDifference } from './compare.js'
import { chooseSimulator, type SimulatorName } from './simulate.js'
import { cornerVectors, firstRows, randomVectors, type Vectors } from './vectors.js'

export interface VerifyRequest {
  readonly calibrated: Calibrated
  /** The graph that the design was made from, i.e. `pipeline.graph`. */
  readonly graph: FixedGraph
  readonly design: Design
  readonly dataset: Dataset
  readonly seed: number
  /** Left out: the best of the design's language that is installed. */
  readonly simulator?: SimulatorName | undefined
  /** At most so many rows of the test part and of the validation part, and random vectors, are simulated. */
  readonly limits?: Partial<VectorLimits> | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** How many processes a simulator may use; as many as there are processors when left out. */
  readonly threads?: number | undefined
  /** Where temporary folders are made. */
  readonly scratch?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VectorLimits {
  readonly test: number
  readonly validation: number
  readonly random: number
}

const LIMITS: VectorLimits = { test: 16_384, validation: 1_024, random: 1_024 }

/** The evidence that a design is what was trained. There is none for a design with a mismatch. */
export interface Verification {
  /** Vectors on which the emitted design was simulated and every output bit compared with the emulator. */
  readonly vectors: number
  readonly mismatches: 0
  /** Values that wrapped on the validation and test parts, over all quantizers. */
  readonly wraps: number
  /** The same by path of the quantizer, those that never wrapped left out. */
  readonly wrapsByQuantizer: { readonly [path: string]: number }
  readonly simulator: { readonly name: string; readonly version: string }
  /** What the vectors were: rows of the parts, random, corner. */
  readonly simulated: { readonly [part: string]: number }
  /** Rows on which inference and emulator were compared: all there are; without any, random ones. */
  readonly inferred: { readonly [part: string]: number }
}

/**
 * The contract of every build: inference = emulator on the whole validation and test parts (on random and corner vectors
 * where there are no data), and emulator = the emitted sources, simulated, on data, random and corner vectors. Bit for
 * bit; the first difference is the error.
 */
export async function verifyDesign(request: VerifyRequest): Promise<Result<Verification>> {
  const { calibrated, graph, design, dataset, seed } = request
  const limits = { ...LIMITS, ...request.limits }
  const progress = (fraction: number, text: string): void => request.onProgress?.({ fraction, text })
  const vectors: ExpectedVectors[] = []
  const wraps = new Map<string, number>()
  const inferred: Record<string, number> = {}
  for (const name of ['validation', 'test'] as const) {
    const part = dataset.parts[name]
    progress(name === 'validation' ? 0 : 0.2, `inference = emulator on ${part.rows} ${name} rows`)
    const inference = inferNetwork(calibrated, part.inputs, part.rows)
    for (const [path, count] of inference.wraps) wraps.set(path, (wraps.get(path) ?? 0) + count)
    const ran = expected(graph, { part: name, rows: part.rows, inputs: inference.ports })
    const difference = compareInference(graph, inference, ran)
    if (difference !== null) return { ok: false, error: difference }
    inferred[name] = part.rows
    vectors.push(expected(graph, firstRows({ part: name, rows: part.rows, inputs: inference.ports }, limits[name])))
  }
  const made = [randomVectors(graph, limits.random, seed), cornerVectors(graph)]
  vectors.push(...made.map((each) => expected(graph, each)))
  const hasData = dataset.parts.validation.rows + dataset.parts.test.rows > 0
  for (const { part, rows, inputs } of hasData ? [] : made) {
    progress(0.3, `inference = emulator on ${rows} ${part} vectors`)
    const inference = inferNetwork(calibrated, inSingles(inputs), rows)
    const difference = compareInference(graph, inference, expected(graph, { part, rows, inputs: inference.ports }))
    if (difference !== null) return { ok: false, error: difference }
    inferred[part] = rows
  }
  const count = vectors.reduce((sum, part) => sum + part.rows, 0)
  const simulator = await simulatorOf(request)
  if (!simulator.ok) return simulator
  progress(0.4, `emulator = ${LANGUAGE[design.language]} on ${count} vectors (${simulator.value})`)
  const checked = await checkDesign(graph, design, vectors, simulator.value, request)
  if (!checked.ok) return checked
  return {
    ok: true,
    value: {
      vectors: count,
      mismatches: 0,
      wraps: [...wraps.values()].reduce((sum, some) => sum + some, 0),
      wrapsByQuantizer: Object.fromEntries(
        [...wraps].filter(([, some]) => some > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      simulator: checked.value,
      simulated: Object.fromEntries(vectors.map(({ part, rows }) => [part, rows])),
      inferred,
    },
  }
}

const LANGUAGE: Record<Design['language'], string> = {
  verilog: 'Verilog',
  vhdl: 'VHDL',
  vitis: 'C++',
  oneapi: 'C++',
}

function simulatorOf(request: VerifyRequest): Promise<Result<SimulatorName>> {
  if (request.simulator === undefined) return chooseSimulator(request.design)
  return Promise.resolve({ ok: true, value: request.simulator })
}

/** What data could be: a port wider than these rounds it, and is compared with what came of that. */
function inSingles(inputs: Vectors['inputs']): Map<string, Float32Array> {
  return new Map([...inputs].map(([name, values]) => [name, Float32Array.from(values)]))
}

function expected(graph: FixedGraph, vectors: Vectors): ExpectedVectors {
  return { ...vectors, outputs: emulate(graph, vectors.inputs, vectors.rows) }
}

function compareInference(graph: FixedGraph, inference: Inference, emulated: ExpectedVectors): Diagnostic | null {
  const compared = graph.outputs.map((port): Compared => {
    const found = emulated.outputs.get(port.name) ?? new Float64Array()
    const elements = port.nodes.length
    return { port: port.name, elements, expected: inference.outputs.get(port.name) ?? new Float64Array(), found }
  })
  const difference = firstDifference(compared, emulated.rows)
  if (difference === null) return null
  const shape = graph.outputs.find((port) => port.name === difference.port)?.shape ?? []
  return inferenceDiffers({
    part: emulated.part,
    vector: difference.row,
    port: difference.port,
    element: subscript(shape, difference.element),
    inference: difference.expected,
    emulator: difference.found,
    mismatches: difference.rows,
    vectors: emulated.rows,
  })
}
