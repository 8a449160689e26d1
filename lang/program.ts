import type { Shape } from './host.js'
import type { Span } from './source.js'

/**
 * A checked, elaborated pipeline: no names, units or defaults left open. Plain JSON.
 *
 * Quantities are numbers in base units: time in ns, frequency in MHz, angle in mrad, fractions (not percents) for `%`,
 * data sizes in bytes, widths in bits, durations of training as `{ epochs }` or `{ steps }`.
 *
 * A value built by an `extern function` of the prelude is a `Built`: `{ kind: 'cosine', from: 0.005, to: 0.0001, … }`
 * with every parameter present (defaults filled in; an optional one left out is absent).
 */
export interface Program {
  readonly file: string
  readonly datasets: readonly DatasetSpec[]
  /** Every training that a build uses, one for each distinct list of arguments. */
  readonly trainings: readonly TrainingSpec[]
  /** Every `train` that a build uses and that takes its network from a file instead of training it. */
  readonly imports: readonly ImportSpec[]
  readonly networks: readonly NetworkSpec[]
  readonly builds: readonly BuildSpec[]
  readonly targets: readonly TargetSpec[]
  /**
   * Where each value was written: JSON pointer into this Program (`/trainings/0/optimizer/rate/from`) to span. A value
   * that comes from a default has the span of the default in the prelude.
   */
  readonly origins: Readonly<Record<string, Span>>
}

/** What a pipeline reads from files. A Program is one; of a pipeline with mistakes it holds the parts without any. */
export interface PipelineInputs extends Pick<Program, 'datasets' | 'origins'> {
  readonly imports: readonly Pick<ImportSpec, 'id' | 'checkpoint'>[]
}

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** A value made by an `extern function`. */
export interface Built {
  readonly kind: string
  readonly [argument: string]: Plain | undefined
}

// ---------------------------------------------------------------- data

export interface DatasetSpec {
  readonly name: string
  readonly doc: string
  readonly source: DataSource
  /** Absent: every column that is neither label nor target (tables only). */
  readonly features?: ColumnSelection | { readonly [input: string]: ColumnSelection }
  readonly labels?: Column
  readonly target?: Column | readonly Column[]
  /** Unit of the target, as the language spells it: `mrad`. */
  readonly unit?: string
  /** Class names in the order of their numbers. Absent: sorted distinct labels. */
  readonly classes?: readonly string[]
  readonly split: { readonly train: number; readonly validation: number; readonly test: number }
  readonly standardize: 'none' | 'standard' | 'power_of_two'
  readonly seed: number
}

/** A column or array by name, or by index (negative counts from the end). */
export type Column = string | number
export type ColumnSelection = Column | readonly Column[]

export type Location =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly sha256: string }

export type DataSource =
  | { readonly kind: 'csv'; readonly path: Location; readonly header: boolean; readonly separator: string }
  | { readonly kind: 'npz'; readonly path: Location }
  | { readonly kind: 'npy'; readonly arrays: { readonly [name: string]: Location } }
  | { readonly kind: 'arff'; readonly path: Location }
  /** Arrays `images` (scaled by nothing: 0…255) and `labels`. */
  | { readonly kind: 'idx'; readonly images: Location; readonly labels: Location }
  | { readonly kind: 'openml'; readonly id: number }
  | MuonTrackerSource

export interface MuonTrackerSource {
  readonly kind: 'simulate.muon_tracker'
  readonly events: number
  readonly efficiency: number
  readonly noise: number
  readonly crosstalk: number
  readonly seed: number
}

// ---------------------------------------------------------------- network

/** An architecture with its arguments and the quantizer in force, expanded into operations on tensors. */
export interface NetworkSpec {
  /** e.g. `tracker(width = 24) with per_parameter`. Unique in the Program. */
  readonly id: string
  readonly inputs: readonly { readonly name: string; readonly operation: number }[]
  readonly outputs: readonly { readonly name: string; readonly operation: number }[]
  /** In an order in which every operand precedes its users. */
  readonly operations: readonly NetworkOperation[]
}

/**
 * One operation. What `kind` and `attributes` may be is typed in `compiler/graph/operation.ts`; the elaborator builds the
 * kinds `input`, `parameter`, `constant` and `quantize` itself and takes all others from the `extern operation`s of the
 * prelude (attributes are their plain arguments by name; a number among tensor operands becomes a `constant`).
 */
export interface NetworkOperation {
  readonly kind: string
  readonly operands: readonly number[]
  readonly attributes: { readonly [name: string]: Plain }
  readonly shape: Shape
  /** Path of calls that identifies parameters, states and quantizers: `dense[0]/w`. Null for the others. */
  readonly path: string | null
  /** Path of the layer call that made it: `station[0]/dense[0]`; empty in the body of the architecture. */
  readonly scope: string
  /** Where it was written: of an operation of the library, the user's call that led there. */
  readonly span: Span
  /** The rest of the way, for messages: the line of the library, or the call of the user's layer. */
  readonly related?: readonly { readonly span: Span; readonly text: string }[]
}

export type Rounding =
  | 'nearest'
  | 'nearest_even'
  | 'truncate'
  | 'truncate_to_zero'
  | 'nearest_to_zero'
  | 'nearest_to_minus_infinity'
  | 'nearest_to_infinity'
  | 'stochastic'
export type Overflow = 'saturate' | 'saturate_symmetric' | 'wrap' | 'wrap_reflect'
export type Range = { readonly low: number; readonly high: number }

/**
 * Attribute `quantizer` of a `quantize` operation, and attribute `type` of an `input` (then `learned` is false). A type,
 * not an interface, so that it is known to be `Plain`.
 */
export type QuantizerSpec = {
  /** `kif` learns i and f; `kbi` learns b = i + f and i. */
  readonly parametrization: 'kif' | 'kbi'
  /** Start value of i, bits without the sign. */
  readonly integer: number
  /** Start value of f, for kif. */
  readonly fraction: number
  /** Start value of b, for kbi. */
  readonly magnitude: number
  readonly signed: 'auto' | boolean
  readonly rounding: Rounding
  readonly overflow: Overflow
  /** Axes of the tensor (batch axis not counted) along which widths differ; the others share one width. */
  readonly granularity: readonly number[]
  readonly integerLimits: Range
  readonly fractionLimits: Range
  readonly magnitudeLimits: Range
  /** Bits per step by which a tracked i (WRAP) may shrink; Infinity is written as null. */
  readonly decay: number | null
  /** Strength of the L1 term on the widths. */
  readonly regularize: number
  /** False for a type that is declared, not learned. */
  readonly learned: boolean
}

// ---------------------------------------------------------------- training

export interface TrainingSpec {
  /** `scan(16)`: arguments without a default by position, others by name; `scan` when it takes no parameters. */
  readonly id: string
  readonly doc: string
  /** `NetworkSpec.id`. */
  readonly network: string
  /** `DatasetSpec.name`. */
  readonly dataset: string
  readonly loss: Built
  /** Whose network it starts from: the best one within bounds on EBOPs and metrics. Absent: initial values. */
  readonly from?: { readonly training: string; readonly within: readonly Bound[] }
  /** Whose answers it learns beside what the data say; `distill` is their share of it. */
  readonly teacher?: { readonly training: string; readonly distill: number }
  readonly metric: MetricSpec
  readonly optimizer: Built
  readonly epochs: number
  /** Epochs that one action trains. */
  readonly segment: number
  readonly batch: number
  /** A schedule, or a controller: `{ kind: 'pid', … }`. */
  readonly pressure: Schedule
  readonly keep:
    | { readonly kind: 'pareto'; readonly metric: string; readonly cost: 'ebops'; readonly size: number }
    | { readonly kind: 'last' }
  readonly calibrate: { readonly data: 'train' | 'validation' | 'all'; readonly margin: number }
  readonly seed: number
  readonly engine: 'hgq' | 'tfjs' | 'tfjs_node'
}

/** A `train` with a `checkpoint`: nothing is trained, the file has the network and all its numbers. */
export interface ImportSpec {
  /** As of a training. */
  readonly id: string
  readonly doc: string
  /** Its path is relative to the pipeline. */
  readonly checkpoint: { readonly kind: 'keras'; readonly path: string }
  /** `DatasetSpec.name`; null where nothing is measured on data. */
  readonly dataset: string | null
  /** Null where there are no data. */
  readonly metric: MetricSpec | null
  /** Of the random vectors that verify its designs. */
  readonly seed: number
}

/** What a build may take its networks from. */
export type ModelSource = TrainingSpec | ImportSpec

export interface MetricSpec {
  readonly kind: string
  readonly better: 'higher' | 'lower'
  /** Parameters of the metric, e.g. `outlier` in mrad. */
  readonly arguments: { readonly [name: string]: Plain }
}

/** A schedule of a number over the training, or the number itself. Durations are `{ epochs }` or `{ steps }`. */
export type Schedule = number | Built

// ---------------------------------------------------------------- budget, targets, builds

export interface BuildSpec {
  readonly name: string
  readonly doc: string
  /** Ids of trainings and imports. */
  readonly from: readonly string[]
  /** Empty when the build has no budget. */
  readonly within: readonly Bound[]
  /** `TargetSpec.name`s. */
  readonly targets: readonly string[]
  /** How many designs may be measured before giving up, per target. */
  readonly tries: number
}

export interface Bound {
  /** `ebops`, `lut`, `ff`, `dsp`, `bram`, `latency` (ns), `interval` (cycles), `clock` (MHz), or a metric. */
  readonly quantity: string
  readonly relation: '<=' | '>='
  /** With `ofDevice` a share of what the device of the target has, 0 to 1. */
  readonly value: number
  readonly ofDevice?: true
  /** Arguments of a metric, e.g. `resolution(outlier = 30 mrad)`; absent otherwise. */
  readonly metric?: MetricSpec
  readonly span: Span
}

export interface DeviceSpec {
  readonly name: string
  readonly part: string
  readonly vendor: string
  readonly family: string
  readonly speedGrade: string
  /** As the vendor counts: `lut` of Altera are adaptive logic modules. */
  readonly resources: {
    readonly lut: number
    readonly ff: number
    readonly dsp: number
    readonly bram: number
    readonly uram: number
  }
}

export interface TargetSpec {
  readonly name: string
  readonly doc: string
  readonly device: DeviceSpec
  readonly clockPeriodNs: number
  readonly language: 'verilog' | 'vhdl' | 'vitis' | 'oneapi'
  /** What counts resources: the estimate of Yosys alone, or the vendor's tool as well. */
  readonly tool: 'yosys' | 'vivado' | 'quartus' | 'vitis_hls'
  readonly pipeline: PipelineSpec
  readonly control: ControlSpec
  /** Whether sums of three are made in one adder; left out: where the family has such adders and the tool makes them. */
  readonly ternaryAdders?: boolean
}

/** Where a target's registers stand. */
export interface PipelineSpec {
  /** Stages with logic; left out, with `levels` too: as many as the clock needs and `latencyNs` allows. */
  readonly stages?: number
  /** Adder levels per stage. Never together with `stages`. */
  readonly levels?: number
  readonly latencyNs?: number
  readonly inputRegisters: boolean
  readonly outputRegisters: boolean
  /** Registers in a row at each boundary. */
  readonly registerLayers: number
}

/** How a design is reset, stalled and fed. */
export interface ControlSpec {
  readonly reset: 'none' | 'synchronous' | 'asynchronous'
  /** Whether a reset clears data too; false where there is no reset. */
  readonly resetData: boolean
  readonly clockEnable: boolean
  readonly handshake: 'none' | 'valid' | 'valid_ready'
  /** A register that more operations read gets copies. */
  readonly fanOut?: number
}
