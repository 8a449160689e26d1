import type { ModelSource } from '../../lang/program.js'
import type { ActionInput, ActionKind } from './action.js'

/**
 * `front/muon_trigger`: of a build. Kind first, as of all that belongs to no design: a build may have the name of a kind,
 * and no two steps one address.
 */
export function frontAddress(build: string): string {
  return `front/${build}`
}

/** `start/tuned/front`: of one training, for the action that chooses from it. */
export function trainingFrontAddress(chooser: string): string {
  return `${chooser}/front`
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
export function networksAddress(source: ModelSource): string {
  return `${'checkpoint' in source ? 'import' : 'calibrate'}/${source.id}`
}

/** Of the action that gives the state in which a training starts that has its network from another one. */
export function startAddress(training: string): string {
  return `start/${training}`
}

/** Of the action that gives what a training learns that has a teacher. */
export function teachAddress(training: string): string {
  return `teach/${training}`
}

/** The data set of a training or an import; an import without one makes one without rows. */
export function datasetOf(source: ModelSource): ActionInput {
  return source.dataset === null
    ? output(networksAddress(source), 'dataset')
    : output(`dataset/${source.dataset}`, 'dataset')
}

/** The output `role` of another action, as an input. */
export function output(address: string, role: string): ActionInput {
  return { from: 'action', address, role }
}

const BUILD_STEP = /^front\/(?<front>[^/]+)$|^(?<build>[^/]+)\/(?<target>[^/]+)\/try\[\d+\]\//
const TRAINING_STEP = /^(?:start|teach|train|calibrate)\/(?<training>.+?)(?:\/front|\/segment\[\d+\])?$/

/** Whose step one is: of a build, for a target or for all of them, or of a training. */
export type Owner =
  | { readonly kind: 'build'; readonly build: string; readonly target: string | null }
  | { readonly kind: 'training'; readonly training: string }

/** By the address of a step; null for those of data sets and imports. */
export function ownerOf(address: string): Owner | null {
  const { front, build = front, target = null } = BUILD_STEP.exec(address)?.groups ?? {}
  if (build !== undefined) return { kind: 'build', build, target }
  const training = TRAINING_STEP.exec(address)?.groups?.training
  return training === undefined ? null : { kind: 'training', training }
}

const DESIGN_STEP = /^(.*\/try\[\d+\])\/(.+)$/

/** The try and the step in the address of a step of a design: `muon_trigger/vu13p/try[0]` and `emit`. Null for any other action. */
export function parseDesignStep(address: string): { readonly design: string; readonly step: string } | null {
  const [, design, step] = DESIGN_STEP.exec(address) ?? []
  return design === undefined || step === undefined ? null : { design, step }
}
