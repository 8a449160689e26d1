import type { TargetSpec } from '../../lang/program.js'
import { capacityOf } from '../estimate/capacity.js'
import { usesTernaryAdders } from '../estimate/ternary-adders.js'
import type { Action, ActionInput, ActionKind, Unproven } from './action.js'
import { datasetOf, frontAddress, output, tryAddress, vendorAddress } from './addresses.js'
import { plainBounds } from './budget.js'
import type { DesignGoal } from './goals.js'
import type { ProgramLookup } from './lookup.js'
import type { PlanOptions } from './options.js'
import * as slice from './slices.js'

/** The actions that make and measure a design of candidate number `attempt` of a build for a target. */
export function designActions(
  { build, target }: DesignGoal,
  attempt: number,
  lookup: ProgramLookup,
  options: PlanOptions,
): readonly Action[] {
  const { program } = lookup
  const buildPointer = `/builds/${program.builds.indexOf(build)}`
  const targetPointer = `/targets/${program.targets.indexOf(target)}`
  const trainings = lookup.trainings(build)
  const [training] = trainings
  if (training === undefined) throw new Error(`the build ${build.name} names no training`)
  const metrics = lookup.metrics(build)
  const bounds = plainBounds(build.within, metrics, capacityOf(target))
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

  const actions: Action[] = []
  const add = (
    kind: ActionKind,
    params: Action['params'],
    inputs: Action['inputs'],
    reads: readonly string[],
  ): void => {
    actions.push({ kind, address: address(kind), params, inputs, reads })
  }

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
  add('optimize', slice.optimizeSlice(target, options.checkPasses), { graph: of('lower', 'graph') }, [
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
    slice.verifySlice(training, target, options.simulator),
    {
      calibrated: of('select', 'calibrated'),
      pipeline: of('schedule', 'pipeline'),
      design: of('emit', 'design'),
      dataset,
    },
    [`${lookup.pointer(training)}/seed`, `${targetPointer}/language`],
  )
  const versions = options.toolVersions ?? {}
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
  const estimated = tool === 'yosys' || options.hasEstimate?.(target) !== false
  if (estimated) {
    add('synthesize', slice.estimateSlice(target, versions.yosys), { circuit: of('emit', 'circuit') }, [
      `${targetPointer}/device`,
    ])
  }
  if (tool !== 'yosys') {
    actions.push({
      kind: 'synthesize',
      address: vendorAddress(build.name, target.name, attempt, tool),
      params: slice.implementSlice(tool, versions[tool]),
      inputs: { implementation: of('emit', 'implementation') },
      reads: [`${targetPointer}`],
      hints: { folder: `${build.name}/${target.name}` },
    })
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
      `${targetPointer}/tool`,
      `${targetPointer}/control/handshake`,
      `${targetPointer}/language`,
    ],
  )
  return actions
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
