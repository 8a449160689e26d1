import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { frontAddress } from '../../../compiler/plan/addresses.js'
import { chosenBuilds, designGoals } from '../../../compiler/plan/goals.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import type { Emit, Event } from '../../events.js'
import { type ExecuteResult, execute, LostResult } from '../../execute/execute.js'
import { materialize } from '../../execute/outputs.js'
import { WorkerPool } from '../../execute/pool.js'
import type { ActionRunner } from '../../execute/task.js'
import { TryLoop } from '../../execute/tries.js'
import { isRefusal, storeFailure } from '../../store/write-failure.js'
import { killGroups } from '../../tools/process-groups.js'
import { annotator } from '../annotate.js'
import { openWorkshop, type Shell, type Workshop } from '../context.js'
import { EXIT, exitCodeOfAll, isBudgetMiss, isStoreFailure } from '../exit-code.js'
import { givenUpMessages } from '../given-up.js'
import { createReporter } from '../reporters/create.js'
import { finishedDesign, frontRows } from '../results.js'
import { missingSimulators } from '../simulators.js'

const LICENCE_WAIT_SECONDS = 600
const DAY_SECONDS = 86_400

export interface BuildOptions {
  readonly target?: readonly string[]
  /** What does not depend on a step that failed goes on. */
  readonly keepGoing?: boolean
}

/** `hgq build`: makes what is not made yet, and shows the numbers. Gives the exit code. */
export async function build(shell: Shell, words: readonly string[], options: BuildOptions): Promise<number> {
  const begin = performance.now()
  const workshop = await openWorkshop(shell, words, options.target ?? [])
  const reporter = await createReporter(
    shell.reporter ?? (workshop.ok ? workshop.value.config.reporter : undefined),
    shell.screen,
  )
  let ran = 0
  let hits = 0
  const emit: Emit = (event: Event) => {
    if (event.type === 'action-finished') {
      if (event.how === 'ran') ran++
      else hits++
    }
    reporter.handle(event)
  }
  const finish = async (exitCode: number): Promise<number> => {
    emit({ type: 'build-finished', exitCode, milliseconds: Math.round(performance.now() - begin), ran, hits })
    await reporter.finish()
    return exitCode
  }
  if (!workshop.ok) {
    for (const diagnostic of workshop.error) emit({ type: 'message', diagnostic })
    return finish(exitCodeOfAll(workshop.error))
  }
  const interrupt = onInterrupt()
  try {
    return await finish(await runBuild(workshop.value, options, new WorkerPool(), emit, interrupt.signal))
  } catch (error) {
    const { folder } = workshop.value.store
    if (!isRefusal(error, folder)) throw error
    emit({ type: 'message', diagnostic: storeFailure(error, { folder, what: 'temporary files' }) })
    return await finish(EXIT.store)
  } finally {
    interrupt.dispose()
    await workshop.value.digests.save()
    await workshop.value.store.close()
  }
}

async function runBuild(
  workshop: Workshop,
  { keepGoing = false }: BuildOptions,
  runner: ActionRunner,
  emit: Emit,
  signal: AbortSignal,
): Promise<number> {
  const { program, planOptions, store, pipeline, config } = workshop
  for (const diagnostic of [...workshop.warnings, ...(await missingSimulators(workshop))])
    emit({ type: 'message', diagnostic })
  const plan = planBuilds(program, planOptions)
  const builds = chosenBuilds(program, planOptions).map((each) => each.name)
  emit({ type: 'build-started', pipeline: pipeline.file, builds, actions: plan.actions.length })
  const tries = new TryLoop(program, planOptions)
  try {
    const result = await execute({
      plan,
      store,
      fingerprints: workshop.fingerprints,
      sources: workshop.sources,
      runner,
      settings: {
        downloads: join(store.folder, 'downloads'),
        solutions: join(store.folder, 'solutions'),
        scratch: await store.temporary(),
        openml: config.openml,
        threads: config.threads ?? availableParallelism(),
        tools: {
          installed: workshop.tools,
          timeoutSeconds: config.toolTimeout ?? DAY_SECONDS,
          licenceWaitSeconds: config.licenceWait ?? LICENCE_WAIT_SECONDS,
          results: join(workshop.folder, 'build'),
        },
      },
      jobs: workshop.jobs,
      emit,
      signal,
      expand: (action, read) => tries.expand(action, read),
      isLocal: keepGoing ? (diagnostic) => !isStoreFailure(diagnostic) : isBudgetMiss,
      annotate: annotator(program),
    })
    if (signal.aborted) return EXIT.interrupted
    const misses = tries.misses()
    const asked = { program, planOptions, pipeline: pipeline.file, keepGoing }
    for (const diagnostic of [...misses, ...givenUpMessages(asked, tries.states, result.abandoned)])
      emit({ type: 'message', diagnostic })
    const written = await writeResults(workshop, tries, result, emit)
    if (written.lost && signal.aborted) return EXIT.interrupted
    const failures = [...result.outcomes.values()].flatMap((each) => (each.state === 'failed' ? [each.diagnostic] : []))
    return exitCodeOfAll([...failures, ...misses, ...written.errors])
  } finally {
    await runner.close()
  }
}

/**
 * Puts the chosen designs where the user finds them. `lost`: something that was stored turned out to be damaged and could
 * not be made again, which has been told.
 */
async function writeResults(
  workshop: Workshop,
  tries: TryLoop,
  result: ExecuteResult,
  emit: Emit,
): Promise<{ readonly errors: readonly Diagnostic[]; readonly lost: boolean }> {
  const { program, planOptions, store, folder } = workshop
  const errors: Diagnostic[] = []
  let lost = false
  const unlessLost = async (body: () => Promise<void>): Promise<void> => {
    try {
      await body()
    } catch (error) {
      if (!(error instanceof LostResult)) throw error
      lost = true
    }
  }
  for (const state of tries.states) {
    const { chosen } = state
    if (chosen === null) continue
    await unlessLost(async () => {
      const design = await finishedDesign(state, chosen, result.read, folder)
      const written = await materialize(design.folder, design.files, store)
      if (!written.ok) {
        errors.push(written.error)
        return
      }
      if (written.value.left !== null) emit({ type: 'message', diagnostic: written.value.left })
      const { build: name, target, attempt, numbers } = design
      emit({ type: 'design-ready', build: name, target, attempt, numbers })
    })
  }
  const goals = designGoals(program, planOptions)
  for (const each of chosenBuilds(program, planOptions)) {
    if (goals.some((goal) => goal.build === each)) continue
    if (result.outcomes.get(frontAddress(each.name))?.state !== 'done') continue
    await unlessLost(async () =>
      emit({ type: 'front-ready', build: each.name, front: await frontRows(each, result.read) }),
    )
  }
  for (const diagnostic of errors) emit({ type: 'message', diagnostic })
  return { errors, lost }
}

/** The first Ctrl-C asks for an orderly end, the second ends at once. Tools run in groups of their own, which no Ctrl-C reaches. */
function onInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController()
  const handle = (): void => {
    if (controller.signal.aborted) {
      killGroups()
      process.exit(EXIT.interrupted)
    }
    controller.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const each of signals) process.on(each, handle)
  return {
    signal: controller.signal,
    dispose: () => {
      for (const each of signals) process.off(each, handle)
    },
  }
}
