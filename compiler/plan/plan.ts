import type {
  BuildSpec,
  DataSource,
  DatasetSpec,
  ImportSpec,
  ModelSource,
  Program,
  TargetSpec,
  TrainingSpec,
} from '../../lang/program.js'
import { usesTernaryAdders } from '../estimate/ternary-adders.js'
import { buildTensorGraph } from '../graph/build.js'
import type { TensorGraph } from '../graph/operation.js'
import type { Action, ActionInput, ActionKind, Plan, Unproven } from './action.js'
import { plainBounds } from './budget.js'
import { namedMetrics } from './metrics.js'
import { segmentAddress, segmentsOf } from './segments.js'
import * as slice from './slices.js'

export interface PlanOptions {
  /** Names of builds; every one when left out. */
  readonly builds?: readonly string[]
  /** Names of targets; those of each build when left out. A build that has none of them is not planned. */
  readonly targets?: readonly string[]
  /** Paths of the files that a source reads, relative to the pipeline. */
  readonly dataFiles: (source: DataSource) => readonly string[]
  /** Architecture and operating system, for engines whose results depend on them. */
  readonly platform: string
  /** Which simulator shall run Verilog in verification. Left out: the first that is installed. */
  readonly simulator?: string | undefined
  /** Whether Yosys knows the family of a target's device. Left out: it knows every one. */
  readonly hasEstimate?: ((target: TargetSpec) => boolean) | undefined
  /**
   * Versions of the tools that targets name, of a Yosys that is not that of the package, and of a GHDL that is installed, by
   * name: parts of keys.
   */
  readonly toolVersions?: Readonly<Partial<Record<string, string>>> | undefined
  /** Prove after each pass of the compiler that it kept the function. */
  readonly checkPasses?: boolean | undefined
}

/** One design to make: a target of a build. */
export interface DesignGoal {
  readonly build: BuildSpec
  readonly target: TargetSpec
}

/**
 * Everything to be done for the builds and their targets, up to the first try of each design. Pure: the same Program
 * gives the same plan. Further tries come from `planTry` when a report says that the budget is broken.
 */
export function planBuilds(program: Program, options: PlanOptions): Plan {
  const planner = new Planner(program, options)
  for (const build of chosenBuilds(program, options)) planner.addBuild(build)
  for (const goal of designGoals(program, options)) planner.addTry(goal, 0)
  return { actions: planner.actions }
}

/** The designs that a plan makes, in the order of the file. */
export function designGoals(program: Program, options: Pick<PlanOptions, 'builds' | 'targets'>): readonly DesignGoal[] {
  return chosenBuilds(program, options).flatMap((build) =>
    program.targets
      .filter((target) => build.targets.includes(target.name))
      .filter((target) => options.targets === undefined || options.targets.includes(target.name))
      .map((target) => ({ build, target })),
  )
}

/** The builds of a plan. With targets asked for, only those that have one of them. */
export function chosenBuilds(program: Program, options: Pick<PlanOptions, 'builds' | 'targets'>): readonly BuildSpec[] {
  return program.builds.filter(
    (build) =>
      (options.builds === undefined || options.builds.includes(build.name)) &&
      (options.targets === undefined || build.targets.some((target) => options.targets?.includes(target))),
  )
}

/** The actions that measure candidate number `attempt` of one design. */
export function planTry(program: Program, options: PlanOptions, goal: DesignGoal, attempt: number): readonly Action[] {
  const planner = new Planner(program, options)
  planner.addTry(goal, attempt)
  return planner.actions
}

/** `muon_trigger/front`. */
export function frontAddress(build: string): string {
  return `${build}/front`
}

/** `muon_trigger/vu13p/try[0]/emit`. */
export function tryAddress(build: string, target: string, attempt: number, kind: ActionKind): string {
  return `${build}/${target}/try[${attempt}]/${kind}`
}

/** `muon_trigger/vu13p/try[0]/synthesize/vivado`: a run of a vendor's tool, beside the estimate. */
export function vendorAddress(build: string, target: string, attempt: number, tool: string): string {
  return `${tryAddress(build, target, attempt, 'synthesize')}/${tool}`
}

/** Of the action that gives the calibrated networks of a training or an import. */
function networksAddress(source: ModelSource): string {
  return `${'checkpoint' in source ? 'import' : 'calibrate'}/${source.id}`
}

/** The data set of a training or an import; an import without one makes one without rows. */
function datasetOf(source: ModelSource): ActionInput {
  return source.dataset === null
    ? output(networksAddress(source), 'dataset')
    : output(`dataset/${source.dataset}`, 'dataset')
}

class Planner {
  readonly actions: Action[] = []
  readonly #program: Program
  readonly #options: PlanOptions
  readonly #addresses = new Set<string>()
  readonly #graphs = new Map<string, TensorGraph>()

  constructor(program: Program, options: PlanOptions) {
    this.#program = program
    this.#options = options
  }

  /** Data sets, trainings and front of a build. What an earlier build has planned is not planned again. */
  addBuild(build: BuildSpec): void {
    const trainings = this.#trainings(build)
    for (const training of trainings) {
      if (training.dataset !== null) this.#addDataset(training.dataset)
      if ('checkpoint' in training) this.#addImport(training)
      else this.#addTraining(training)
    }
    const metrics = this.#metrics(build)
    const index = this.#program.builds.indexOf(build)
    this.#add(
      'front',
      frontAddress(build.name),
      slice.frontSlice(trainings, metrics),
      {
        ...Object.fromEntries(
          trainings.map((each, n) => [`networks[${n}]`, output(networksAddress(each), 'networks')]),
        ),
        ...Object.fromEntries(trainings.map((each, n) => [`dataset[${n}]`, datasetOf(each)])),
      },
      [`/builds/${index}/from`, `/builds/${index}/within`, ...trainings.map((each) => `${this.#pointer(each)}/keep`)],
    )
  }

  addTry(goal: DesignGoal, attempt: number): void {
    const { build, target } = goal
    const buildPointer = `/builds/${this.#program.builds.indexOf(build)}`
    const targetPointer = `/targets/${this.#program.targets.indexOf(target)}`
    const trainings = this.#trainings(build)
    const [training] = trainings
    if (training === undefined) throw new Error(`the build ${build.name} names no training`)
    const metrics = this.#metrics(build)
    const bounds = plainBounds(build.within, metrics)
    const address = (kind: ActionKind): string => tryAddress(build.name, target.name, attempt, kind)
    const of = (kind: ActionKind, role: string): ActionInput => output(address(kind), role)

    // Trainings on one data set read it directly; else the selection hands on the one of the chosen network.
    const datasets = [...new Set(trainings.map((each) => each.dataset))]
    const several = datasets.length > 1
    const dataset = several ? of('select', 'dataset') : datasetOf(training)
    const offered = several
      ? datasets.map((name, n) => [`dataset[${n}]`, output(`dataset/${name}`, 'dataset')] as const)
      : []
    const front = frontAddress(build.name)

    const add = (
      kind: ActionKind,
      params: Action['params'],
      inputs: Action['inputs'],
      reads: readonly string[],
    ): void => this.#add(kind, address(kind), params, inputs, reads)

    const numbers = trainings.map((each) => datasets.indexOf(each.dataset))
    add(
      'select',
      slice.selectSlice(bounds, metrics, attempt, numbers),
      { front: output(front, 'front'), networks: output(front, 'networks'), ...Object.fromEntries(offered) },
      [`${buildPointer}/within`],
    )
    add('lower', {}, { calibrated: of('select', 'calibrated') }, [])
    const cut = [`${targetPointer}/clockPeriodNs`, `${targetPointer}/device`, `${targetPointer}/pipeline`]
    const ternary = [`${targetPointer}/ternaryAdders`, `${targetPointer}/tool`, `${targetPointer}/device`]
    add('optimize', slice.optimizeSlice(target, this.#options.checkPasses), { graph: of('lower', 'graph') }, [
      `${targetPointer}/pipeline/levels`,
      ...ternary,
      ...(usesTernaryAdders(target) ? cut : []),
    ])
    add('schedule', slice.scheduleSlice(target), { graph: of('optimize', 'graph') }, cut)
    add(
      'emit',
      slice.emitSlice(build, target),
      { pipeline: of('schedule', 'pipeline'), calibrated: of('select', 'calibrated'), dataset },
      [`${targetPointer}`, `${buildPointer}/name`],
    )
    add(
      'verify',
      slice.verifySlice(training, target, this.#options.simulator),
      {
        calibrated: of('select', 'calibrated'),
        pipeline: of('schedule', 'pipeline'),
        design: of('emit', 'design'),
        dataset,
      },
      [`${this.#pointer(training)}/seed`, `${targetPointer}/language`],
    )
    const versions = this.#options.toolVersions ?? {}
    const unproven = unprovenBecause(target, versions)
    if (unproven === null) {
      add(
        'prove',
        slice.proveSlice(target, versions.ghdl),
        { pipeline: of('schedule', 'pipeline'), sources: of('emit', 'sources'), layout: of('emit', 'layout') },
        [`${targetPointer}/language`, `${targetPointer}/control/fanOut`],
      )
    }
    const { tool } = target
    const estimated = tool === 'yosys' || this.#options.hasEstimate?.(target) !== false
    if (estimated) {
      add('synthesize', slice.estimateSlice(target, versions.yosys), { circuit: of('emit', 'circuit') }, [
        `${targetPointer}/device`,
      ])
    }
    if (tool !== 'yosys') {
      this.#add(
        'synthesize',
        vendorAddress(build.name, target.name, attempt, tool),
        slice.implementSlice(tool, versions[tool]),
        { implementation: of('emit', 'implementation') },
        [`${targetPointer}`],
        { folder: `${build.name}/${target.name}` },
      )
    }
    add(
      'report',
      slice.reportSlice(bounds, metrics, target, unproven),
      {
        choice: of('select', 'choice'),
        calibrated: of('select', 'calibrated'),
        pipeline: of('schedule', 'pipeline'),
        verification: of('verify', 'verification'),
        ...(unproven === null ? { proof: of('prove', 'proof') } : {}),
        ...(estimated ? { synthesis: of('synthesize', 'synthesis') } : {}),
        ...(tool === 'yosys'
          ? {}
          : { measured: output(vendorAddress(build.name, target.name, attempt, tool), 'measured') }),
        dataset,
      },
      [
        `${buildPointer}/within`,
        `${targetPointer}/clockPeriodNs`,
        `${targetPointer}/device`,
        `${targetPointer}/control/handshake`,
        `${targetPointer}/language`,
      ],
    )
  }

  #addDataset(name: string): void {
    const dataset = this.#dataset(name)
    this.#add('dataset', `dataset/${dataset.name}`, slice.datasetSlice(dataset), this.#files(dataset.source), [
      `/datasets/${this.#program.datasets.indexOf(dataset)}`,
    ])
  }

  #addImport(source: ImportSpec): void {
    const { path } = source.checkpoint
    this.#add(
      'import',
      networksAddress(source),
      slice.importSlice(source),
      { model: { from: 'file', path }, ...(source.dataset === null ? {} : { dataset: datasetOf(source) }) },
      [this.#pointer(source)],
      // Messages name the file; where it lies is no matter of the result.
      { path },
    )
  }

  #addTraining(training: TrainingSpec): void {
    const graph = this.#graph(training.network)
    const pointer = this.#pointer(training)
    const network = `/networks/${this.#program.networks.findIndex((each) => each.id === training.network)}`
    const data = output(`dataset/${training.dataset}`, 'dataset')
    const segments = segmentsOf(training)
    for (const [n, range] of segments.entries()) {
      const before = n === 0 ? {} : { state: output(segmentAddress(training.id, n - 1), 'state') }
      this.#add(
        'train',
        segmentAddress(training.id, n),
        slice.segmentSlice(training, graph, range, this.#options.platform),
        { dataset: data, ...before },
        [pointer, network],
        { epochs: training.epochs },
      )
    }
    this.#add(
      'calibrate',
      networksAddress(training),
      slice.calibrateSlice(training, graph),
      {
        ...Object.fromEntries(
          segments.map((_, n) => [`candidates[${n}]`, output(segmentAddress(training.id, n), 'candidates')]),
        ),
        state: output(segmentAddress(training.id, segments.length - 1), 'state'),
        dataset: data,
      },
      [`${pointer}/calibrate`],
    )
  }

  #add(
    kind: ActionKind,
    address: string,
    params: Action['params'],
    inputs: Action['inputs'],
    reads: readonly string[],
    hints?: Action['hints'],
  ): void {
    if (this.#addresses.has(address)) return
    this.#addresses.add(address)
    this.actions.push({ kind, address, params, inputs, reads, ...(hints === undefined ? {} : { hints }) })
  }

  /** The metric of the first training decides for the whole build, so that its trainings can be compared. */
  #metrics(build: BuildSpec) {
    const [training] = this.#trainings(build)
    if (training === undefined) throw new Error(`the build ${build.name} names no training`)
    return namedMetrics(training.metric, build.within)
  }

  #trainings(build: BuildSpec): readonly ModelSource[] {
    const { trainings, imports } = this.#program
    return build.from.map((id) =>
      found(
        [...trainings, ...imports].find((source) => source.id === id),
        id,
      ),
    )
  }

  #dataset(name: string): DatasetSpec {
    return found(
      this.#program.datasets.find((dataset) => dataset.name === name),
      name,
    )
  }

  #graph(id: string): TensorGraph {
    const graph =
      this.#graphs.get(id) ??
      buildTensorGraph(
        found(
          this.#program.networks.find((each) => each.id === id),
          id,
        ),
      )
    this.#graphs.set(id, graph)
    return graph
  }

  #files(source: DataSource): Action['inputs'] {
    return Object.fromEntries(this.#options.dataFiles(source).map((path) => [`file:${path}`, { from: 'file', path }]))
  }

  #pointer(source: ModelSource): string {
    const { trainings, imports } = this.#program
    return 'checkpoint' in source ? `/imports/${imports.indexOf(source)}` : `/trainings/${trainings.indexOf(source)}`
  }
}

/**
 * Why an emitted circuit is not proven, null where it is. Yosys reads Verilog; VHDL it reads as the Verilog that GHDL makes of
 * it; and what high-level synthesis makes of C++ is no circuit of ours.
 */
function unprovenBecause(
  { language }: TargetSpec,
  versions: NonNullable<PlanOptions['toolVersions']>,
): Unproven | null {
  switch (language) {
    case 'verilog':
      return null
    case 'vhdl':
      return versions.ghdl === undefined ? { reason: 'tool_missing', tool: 'ghdl' } : null
    case 'vitis':
    case 'oneapi':
      return { reason: 'high_level_synthesis', tool: null }
  }
}

function output(address: string, role: string): ActionInput {
  return { from: 'action', address, role }
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the Program names "${name}" but does not hold it`)
  return value
}
