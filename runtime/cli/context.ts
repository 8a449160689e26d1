import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { PlanOptions } from '../../compiler/plan/options.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { usage } from '../../lang/diagnostics/messages/build.js'
import type { Program } from '../../lang/program.js'
import { yosysFlow } from '../../targets/families.js'
import type { HgqConfig } from '../config/define-config.js'
import { loadConfig } from '../config/load-config.js'
import { dataFiles } from '../data/open.js'
import type { Sources } from '../execute/execute.js'
import { sourcesIn } from '../execute/sources.js'
import { type Fingerprints, ownFingerprints } from '../packaging/identity.js'
import { SourceDigests } from '../store/source-digests.js'
import { Store } from '../store/store.js'
import { readWords } from './arguments.js'
import { buildable, diagnosticText, openPipeline, type Pipeline } from './pipeline.js'
import { type InstalledTools, installedTools } from './preflight.js'
import type { Screen } from './reporters/reporter.js'
import { selectGoals } from './targets.js'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly cwd?: string
  readonly config?: string
  readonly reporter?: string
  readonly jobs?: string
}

export type ReporterName = 'tty' | 'plain' | 'ndjson'

/** What a command knows before it looks at a pipeline. */
export interface Shell {
  readonly cwd: string
  readonly screen: Screen
  readonly reporter: ReporterName | undefined
  readonly jobs: number | undefined
  readonly config: string | undefined
}

/** A pipeline that is checked, with everything that planning and running it need. */
export interface Workshop {
  readonly pipeline: Pipeline
  readonly program: Program
  /** Warnings and hints about the sources. */
  readonly warnings: readonly Diagnostic[]
  readonly config: HgqConfig
  readonly planOptions: PlanOptions
  /** Tools of others that the plan needs, as they were found. */
  readonly tools: InstalledTools
  readonly store: Store
  readonly digests: SourceDigests
  readonly sources: Sources
  readonly fingerprints: Fingerprints
  readonly jobs: number
  /** Folder of the pipeline, absolute. */
  readonly folder: string
}

/** Reads the options that do not depend on a pipeline. */
export function openShell(options: GlobalOptions): Result<Shell, readonly Diagnostic[]> & { readonly screen: Screen } {
  const cwd = resolve(options.cwd ?? '.')
  const colour = process.stderr.isTTY === true && process.env.NO_COLOR === undefined
  const screen: Screen = {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    render: diagnosticText(cwd, colour),
  }
  const errors: Diagnostic[] = []
  const { reporter, jobs } = options
  if (!existsSync(cwd)) errors.push(usage({ reason: `there is no folder ${options.cwd ?? cwd}` }))
  if (reporter !== undefined && !isReporter(reporter)) {
    errors.push(usage({ reason: `'${reporter}' is no reporter`, notes: ['reporters are tty, plain, ndjson'] }))
  }
  if (jobs !== undefined && !/^[1-9]\d{0,3}$/.test(jobs)) {
    errors.push(usage({ reason: `--jobs takes a whole number from 1, not '${jobs}'` }))
  }
  if (errors.length > 0) return { ok: false, error: errors, screen }
  const value: Shell = {
    cwd,
    screen,
    reporter: reporter !== undefined && isReporter(reporter) ? reporter : undefined,
    jobs: jobs === undefined ? undefined : Number(jobs),
    config: options.config,
  }
  return { ok: true, value, screen }
}

/**
 * Opens pipeline, configuration and store for a command that plans. `makes` is false for one that only looks at what is
 * there.
 */
export async function openWorkshop(
  shell: Shell,
  words: readonly string[],
  targets: readonly string[],
  { makes = true }: { readonly makes?: boolean } = {},
): Promise<Result<Workshop, readonly Diagnostic[]>> {
  const { file, builds } = readWords(words, shell.cwd)
  const pipeline = openPipeline(file, shell.cwd)
  const folder = dirname(pipeline.path)
  const config = await loadConfig(shell.config === undefined ? folder : shell.cwd, shell.config)
  const program = buildable(pipeline, shell.cwd)
  if (!config.ok || !program.ok) {
    return { ok: false, error: [...(config.ok ? [] : config.error), ...(program.ok ? [] : program.error)] }
  }
  const selection = selectGoals(program.value, { builds, targets }, { makes })
  if (!selection.ok) return selection
  const { builds: wantedBuilds, targets: wantedTargets } = selection.value
  const chosen = {
    ...(wantedBuilds === undefined ? {} : { builds: wantedBuilds }),
    ...(wantedTargets === undefined ? {} : { targets: wantedTargets }),
  }
  const tools = await installedTools(program.value, chosen, config.value)
  if (!tools.ok) return tools
  const store = await Store.open(config.value.cacheDir ?? join(folder, '.hgq'))
  if (!store.ok) return { ok: false, error: [store.error] }
  const digests = new SourceDigests(store.value.folder)
  return {
    ok: true,
    value: {
      pipeline,
      program: program.value,
      warnings: pipeline.diagnostics.filter((each) => each.severity !== 'error'),
      config: config.value,
      planOptions: {
        ...chosen,
        dataFiles,
        platform: `${process.platform}-${process.arch}`,
        simulator: config.value.simulator,
        toolVersions: Object.fromEntries(Object.entries(tools.value).map(([tool, found]) => [tool, found?.version])),
        hasEstimate: (target) => yosysFlow(target.device.family) !== null,
        checkPasses: config.value.checkPasses,
      },
      tools: tools.value,
      store: store.value,
      digests,
      sources: sourcesIn(folder, digests),
      fingerprints: ownFingerprints(),
      jobs: shell.jobs ?? config.value.jobs ?? availableParallelism(),
      folder,
    },
  }
}

function isReporter(name: string): name is ReporterName {
  return name === 'tty' || name === 'plain' || name === 'ndjson'
}
