import { join, relative, sep } from 'node:path'
import { frontAddress, tryAddress, vendorAddress } from '../../compiler/plan/addresses.js'
import type { BuildSpec } from '../../lang/program.js'
import type { Design } from '../../targets/design.js'
import { unpackContents } from '../execute/container.js'
import type { ReadOutput } from '../execute/execute.js'
import type { FileTree } from '../execute/outputs.js'
import type { Attempt, GoalState } from '../execute/tries.js'
import { decodeDesign } from '../report/design-file.js'
import { decodeFront, encodeJson } from '../report/report-file.js'
import type { FrontRow, TargetNumbers } from '../report/schema.js'
import type { Front } from '../train/front.js'

/** A finished design: its numbers and its files. */
export interface FinishedDesign {
  readonly build: string
  readonly target: string
  readonly attempt: number
  readonly numbers: TargetNumbers
  readonly files: FileTree
  /** Absolute. */
  readonly folder: string
}

const REPORT = 'report.json'
const PROOF = 'proof.json'

/** The design that a build has chosen for a target, as it is written to `build/<build>/<target>/`. */
export async function finishedDesign(
  state: GoalState,
  chosen: Attempt,
  read: ReadOutput,
  pipelineFolder: string,
): Promise<FinishedDesign> {
  const build = state.goal.build.name
  const target = state.goal.target.name
  const address = tryAddress(build, target, chosen.attempt, 'emit')
  const design = decodeDesign(await read(address, 'design'))
  const folder = join(pipelineFolder, 'build', build, target)
  const numbers = targetNumbers(state, chosen, design, relative(pipelineFolder, folder).split(sep).join('/'))
  const { choice, budget, budget_on_test, depth } = chosen.design
  const report = {
    v: 1,
    build,
    target,
    network: { training: state.goal.build.from[choice.training] ?? '', epoch: choice.epoch, attempt: choice.attempt },
    ...numbers,
    depth,
    budget,
    budget_on_test,
  }
  const text = new TextEncoder()
  const files = new Map<string, Uint8Array>(design.files.map((file) => [file.path, text.encode(file.text)]))
  files.set(REPORT, encodeJson(report))
  if (chosen.design.proven !== null)
    files.set(PROOF, await read(tryAddress(build, target, chosen.attempt, 'prove'), 'proof'))
  const { tool } = state.goal.target
  if (tool !== 'yosys') {
    const kept = await read(vendorAddress(build, target, chosen.attempt, tool), 'files')
    for (const [name, content] of unpackContents<string>(kept)) files.set(`${tool}/${name}`, content)
  }
  return { build, target, attempt: chosen.attempt, numbers, files, folder }
}

function targetNumbers(state: GoalState, chosen: Attempt, design: Design, folder: string): TargetNumbers {
  const { choice, ...measured } = chosen.design
  return {
    validation: measured.validation,
    test: measured.test ?? {},
    ebops: choice.ebops,
    ebops_exact: choice.ebops_exact,
    lut: measured.lut,
    ff: measured.ff,
    dsp: measured.dsp,
    bram: measured.bram,
    capacity: measured.capacity,
    language: design.language,
    resources: measured.resources,
    estimates: measured.estimates,
    implementation: measured.implementation,
    stages: measured.stages,
    latency_cycles: measured.latency_cycles,
    latency_ns: measured.latency_ns,
    clock_mhz: measured.clock_mhz,
    fmax_estimate_mhz: measured.fmax_estimate_mhz,
    mean_bits: choice.mean_bits,
    verified: measured.verified,
    choice: {
      front: choice.front,
      eligible: choice.eligible,
      tried: state.attempts.map(({ design }) => ({
        training: state.goal.build.from[design.choice.training] ?? '',
        epoch: design.choice.epoch,
        validation: design.validation,
        ebops: design.choice.ebops,
        checks: design.budget,
      })),
    },
    proven: measured.proven,
    unproven: measured.unproven,
    paths: { folder, report: `${folder}/${REPORT}`, sources: design.sources.map((path) => `${folder}/${path}`) },
  }
}

/** The front of a build with the names of its trainings. */
export async function frontRows(build: BuildSpec, read: ReadOutput): Promise<readonly FrontRow[]> {
  const front: Front = decodeFront(await read(frontAddress(build.name), 'front'))
  return front.points.map((point) => ({
    training: build.from[Number(point.training)] ?? point.training,
    epoch: point.epoch,
    validation: { ...point.validation },
    ebops: point.ebops,
    ebops_exact: point.ebopsExact,
    mean_bits: { ...point.meanBits },
  }))
}
