// What each kind of action reads of the Program, and nothing else: no names, no documentation, no places in the text.
// A value that is missing here cannot reach the action; a value too many costs needless rebuilds.
import type {
  BuildSpec,
  DatasetSpec,
  ImportSpec,
  ModelSource,
  Plain,
  Schedule,
  TargetSpec,
  TrainingSpec,
} from '../../lang/program.js'
import { capacityOf } from '../estimate/capacity.js'
import { usesTernaryAdders } from '../estimate/ternary-adders.js'
import type { TensorGraph } from '../graph/operation.js'
import type { Unproven } from './action.js'
import type { PlainBound } from './budget.js'
import type { NamedMetric } from './metrics.js'
import { scheduleWithin } from './schedules.js'
import { type EpochRange, segmentsOf } from './segments.js'
import { withoutSpans } from './spans.js'

type Params = { readonly [name: string]: Plain }

/** The data set as read, split and scaled; neither its name nor who uses it. */
export function datasetSlice(dataset: DatasetSpec): Params {
  const { name: _name, doc: _doc, ...read } = dataset
  return plainRecord(read)
}

/**
 * Architecture and numbers of one segment of a training; not what calibration or targets do later, and of schedules what
 * these epochs read.
 */
export function segmentSlice(training: TrainingSpec, graph: TensorGraph, range: EpochRange, platform: string): Params {
  const within = (schedule: Plain | undefined): Schedule | undefined =>
    // What an optimiser has for a rate is a number or a schedule, as the prelude declares it.
    schedule === undefined ? undefined : scheduleWithin(schedule as Schedule, training.epochs, range)
  const { rate, width_rate, ...optimizer } = training.optimizer
  return plainRecord({
    graph: withoutSpans(graph),
    loss: training.loss,
    metric: training.metric,
    optimizer: { ...optimizer, rate: within(rate), width_rate: within(width_rate) },
    epochs: { from: range.from, to: range.to },
    batch: training.batch,
    pressure: scheduleWithin(training.pressure, training.epochs, range),
    keep: training.keep,
    seed: training.seed,
    engine: training.engine,
    // The native library may give other bits on another machine; the others may not.
    platform: training.engine === 'tfjs_node' ? platform : undefined,
  })
}

/**
 * Bounds on the network of another training to start from, by what it is chosen, how many segments hold candidates; and the
 * network that starts, whose quantizers say which signs they keep.
 */
export function startSlice(bounds: readonly PlainBound[], source: TrainingSpec, graph: TensorGraph): Params {
  return plainRecord({
    bounds,
    metric: source.metric,
    segments: segmentsOf(source).length,
    graph: withoutSpans(graph),
  })
}

/** By what the best network of a teacher is chosen, what it is to teach, and its share of that. */
export function teachSlice({ loss }: TrainingSpec, teacher: TrainingSpec, distill: number): Params {
  return plainRecord({ loss, metric: teacher.metric, distill })
}

/** How integer bits are fixed, of which network, how many segments hold candidates, and what they have to be better in than a constant. */
export function calibrateSlice(training: TrainingSpec, graph: TensorGraph): Params {
  const segments = segmentsOf(training).length
  return plainRecord({ graph: withoutSpans(graph), calibrate: training.calibrate, metric: training.metric, segments })
}

/** What kind of file a network is read from. Its contents and the data that it has to fit are inputs. */
export function importSlice({ checkpoint }: ImportSpec): Params {
  return plainRecord({ kind: checkpoint.kind })
}

/** The metrics to measure, the first decides; and what to keep, as the first training says. */
export function frontSlice(sources: readonly ModelSource[], metrics: readonly NamedMetric[]): Params {
  return plainRecord({ metrics, keep: keepOf(sources) ?? { kind: 'last' }, trainings: sources.length })
}

/** What a build keeps: as its first training says. Undefined where all its networks are from files. */
export function keepOf(sources: readonly ModelSource[]): TrainingSpec['keep'] | undefined {
  return sources.find((source) => 'keep' in source)?.keep
}

/** Bounds that are known before synthesis, and which of the candidates in order to take. */
export function selectSlice(
  bounds: readonly PlainBound[],
  metrics: readonly NamedMetric[],
  attempt: number,
  datasets: readonly number[],
): Params {
  const better = metrics[0]?.metric.better ?? 'higher'
  return plainRecord({
    bounds: bounds.filter((bound) => bound.phase === 'selection'),
    metric: metrics[0]?.name ?? '',
    better,
    attempt,
    // Of each training the number of its data set among the inputs; said only where there is a choice.
    datasets: datasets.some((dataset) => dataset !== datasets[0]) ? datasets : undefined,
  })
}

/**
 * The levels of adders of a stage, where stages are counted in them: then registers count beside adders. With three-input
 * adders, how the graph will be cut. Whether passes are checked, where they are: so that switching it on checks what was
 * built without.
 */
export function optimizeSlice(target: TargetSpec, checkPasses: boolean | undefined): Params {
  const ternary = usesTernaryAdders(target) ? scheduleSlice(target) : undefined
  return plainRecord({ levels: target.pipeline.levels, ternary, checkPasses: checkPasses === true ? true : undefined })
}

/** What the depth of a stage depends on: the clock, the delays of the family, and where registers are asked for. */
export function scheduleSlice(target: TargetSpec): Params {
  const { inputRegisters, outputRegisters, registerLayers, ...bounds } = target.pipeline
  const registers = { inputs: inputRegisters, outputs: outputRegisters, layers: registerLayers }
  // Matters to a bound on the latency alone.
  const handshakeCycles = bounds.latencyNs !== undefined && target.control.handshake === 'valid_ready' ? 1 : undefined
  const { clockPeriodNs, device } = target
  return plainRecord({ clockPeriodNs, family: device.family, ...bounds, handshakeCycles, registers })
}

/**
 * The language, the part that scripts and constraints are for, the name of the modules, and how they are reset, stalled and
 * fed. The clock comes with the pipeline.
 */
export function emitSlice(build: BuildSpec, target: TargetSpec): Params {
  const { language, control } = target
  const { part, vendor, family } = target.device
  return plainRecord({ language, device: { part, vendor, family }, name: build.name, control })
}

/** The seed of the random vectors, the language, and the simulator where one is asked for: there is a choice for Verilog. */
export function verifySlice(training: ModelSource, target: TargetSpec, simulator: string | undefined): Params {
  const { language } = target
  return plainRecord({ seed: training.seed, language, simulator: language === 'verilog' ? simulator : undefined })
}

/**
 * The language, and how often registers are duplicated, which decides what they are called. `version` is that of GHDL, which
 * reads VHDL; the Yosys that reads Verilog is part of the code.
 */
export function proveSlice(target: TargetSpec, version: string | undefined): Params {
  const { language, control } = target
  return plainRecord({ language, fanOut: control.fanOut, ghdl: language === 'vhdl' ? version : undefined })
}

/**
 * What picks the flow of Yosys: two parts of one family give the same numbers. `version` is that of a Yosys of the system;
 * that of the package is part of the code.
 */
export function estimateSlice(target: TargetSpec, version: string | undefined): Params {
  return plainRecord({ tool: 'yosys', vendor: target.device.vendor, family: target.device.family, version })
}

/** The vendor's tool by its version. Part, clock and all else is in the scripts and constraints that it reads. */
export function implementSlice(tool: string, version: string | undefined): Params {
  if (version === undefined) throw new Error(`the version of ${tool} is not known`)
  return plainRecord({ tool, version })
}

/**
 * The bounds to compare with, the metrics to measure, the clock and the handshake, which decide the latency, the family
 * whose vendor's tool the estimate is scaled to, and what its device has. Where there is no proof, why.
 */
export function reportSlice(
  bounds: readonly PlainBound[],
  metrics: readonly NamedMetric[],
  target: TargetSpec,
  unproven: Unproven | null,
): Params {
  const { clockPeriodNs, control, device } = target
  const capacity = capacityOf(target)
  const { handshake } = control
  return plainRecord({ bounds, metrics, clockPeriodNs, handshake, family: device.family, capacity, unproven })
}

/** A copy that holds nothing but JSON; absent properties are left out. Throws on what has no JSON, which is a bug. */
export function plainRecord(value: object): Params {
  const entries: [string, Plain][] = []
  for (const [key, entry] of Object.entries(value)) if (entry !== undefined) entries.push([key, plain(entry)])
  return Object.fromEntries(entries)
}

function plain(value: unknown): Plain {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object') return plainRecord(value)
  throw new Error(`${String(value)} cannot be part of a key`)
}
