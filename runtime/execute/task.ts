import type { ActionKind } from '../../compiler/plan/action.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Plain } from '../../lang/program.js'
import type { Progress } from '../events.js'
import { errorCode, errorPath } from '../store/files.js'
import type { Installation } from '../tools/discover.js'

/** One action with the contents of its inputs, as a worker gets it. Survives structured cloning. */
export interface Task {
  readonly kind: ActionKind
  /** In canonical order of keys, whatever the order in the source. */
  readonly params: { readonly [name: string]: Plain }
  /** By role. */
  readonly inputs: ReadonlyMap<string, Uint8Array>
  readonly settings: TaskSettings
  /** What progress may show and no result may depend on. */
  readonly hints: { readonly [name: string]: Plain }
}

/** What an action may know of the machine it runs on. No result depends on it, so no key holds it. */
export interface TaskSettings {
  /** Downloaded files, shared by all builds. */
  readonly downloads: string
  /** Solved constant matrix–vector products, shared by all builds. */
  readonly solutions: string
  /** For scratch files; emptied when the command ends. */
  readonly scratch: string
  /** Address of the OpenML service, without a slash at the end. */
  readonly openml?: string | undefined
  /** How many threads a training or simulation may use: of a build, all trainings at once; of a task, this one. */
  readonly threads: number
  readonly tools: ToolSettings
}

/** What runs tools of others. Which version it is, is in the keys; where it is, is not. */
export interface ToolSettings {
  /** Programs that were found, by the name of the tool. */
  readonly installed: Readonly<Partial<Record<string, Installation>>>
  /** Of one run, seconds. */
  readonly timeoutSeconds: number
  readonly licenceWaitSeconds: number
  /** Folder of the results of all builds, where logs are kept. */
  readonly results: string
}

/** Contents by role. */
export type Outputs = ReadonlyMap<string, Uint8Array>
/** What a task says while it runs. */
export interface TaskEvents {
  onProgress(progress: Progress): void
  /** Takes warnings; an error is the result instead. */
  onMessage(diagnostic: Diagnostic): void
}

/** What became of a task. */
export type TaskResult =
  | { readonly ok: true; readonly value: Outputs }
  | { readonly ok: false; readonly error: Diagnostic; readonly part?: PartOfTask | null }

/**
 * What a task that failed had done by then, as the whole of another one: `outputs` are, bit for bit, what an action gives
 * that has these `params` and all else as this one. It is stored as the result of that action.
 */
export interface PartOfTask {
  readonly params: { readonly [name: string]: Plain }
  readonly outputs: Outputs
}

/** What a module `actions/<kind>` exports as `run`: a pure function of `params` and `inputs`. */
export type ActionFunction = (task: Task, events: TaskEvents) => Promise<TaskResult>

/** Runs tasks, several at once. */
export interface ActionRunner {
  /** Rejects with an `Interrupted` when `close` ends it. */
  run(task: Task, events: TaskEvents): Promise<TaskResult>
  /** Ends whatever runs, at once. */
  close(): Promise<void>
}

/** A task was ended from outside, neither done nor failed. */
export class Interrupted extends Error {}

/** What an error of the operating system is known by; it survives the way from thread to thread, which an error does not. */
export interface SystemError {
  /** E.g. `ENOSPC`. */
  readonly code: string | undefined
  readonly path: string | undefined
}

/** What of an error is the operating system's. */
export function systemErrorOf(error: unknown): SystemError {
  return { code: errorCode(error), path: errorPath(error) }
}

/** A task died of an error that it does not expect: a bug of ours, a lack of memory, or a file that the system refuses. */
export class TaskCrash extends Error implements SystemError {
  readonly code: string | undefined
  readonly path: string | undefined

  constructor(reason: string, { code, path }: SystemError) {
    super(reason)
    this.code = code
    this.path = path
  }
}
