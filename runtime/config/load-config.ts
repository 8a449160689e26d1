import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { cosmiconfig } from 'cosmiconfig'
import * as v from 'valibot'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { configInvalid, configUnknownKey, configUnreadable } from '../../lang/diagnostics/messages/build.js'
import { nearest } from '../../lang/suggest.js'
import { codeRoot, runsFromSource } from '../packaging/locations.js'
import { errorReason } from '../store/files.js'
import { LONGEST_SECONDS } from '../tools/process.js'
import type { HgqConfig } from './define-config.js'

const wholeFromOne = v.pipe(
  v.number('a whole number from 1'),
  v.integer('a whole number from 1'),
  v.minValue(1, 'a whole number from 1'),
)

const timeout = `a whole number from 1 to ${LONGEST_SECONDS}`

const program = v.exactOptional(v.pipe(v.string('the path of a program'), v.nonEmpty('the path of a program')))

const schema = v.object({
  cacheDir: v.exactOptional(v.pipe(v.string('a path'), v.nonEmpty('a path'))),
  jobs: v.exactOptional(wholeFromOne),
  threads: v.exactOptional(wholeFromOne),
  reporter: v.exactOptional(v.picklist(['tty', 'plain', 'ndjson'], "'tty', 'plain' or 'ndjson'")),
  simulator: v.exactOptional(v.picklist(['verilator', 'icarus', 'netlist'], "'verilator', 'icarus' or 'netlist'")),
  tools: v.exactOptional(
    v.strictObject(
      { yosys: program, vivado: program, quartus: program, vitis_hls: program },
      'programs by tool: yosys, vivado, quartus, vitis_hls',
    ),
  ),
  toolTimeout: v.exactOptional(
    v.pipe(v.number(timeout), v.integer(timeout), v.minValue(1, timeout), v.maxValue(LONGEST_SECONDS, timeout)),
  ),
  licenceWait: v.exactOptional(v.pipe(v.number('seconds from 0'), v.minValue(0, 'seconds from 0'))),
  checkPasses: v.exactOptional(v.boolean('true or false')),
  openml: v.exactOptional(v.pipe(v.string('an address'), v.url('an address, e.g. https://www.openml.org'))),
})

/**
 * The configuration that holds for files in `folder`: `hgq.config.ts` (or `.js`, `.mjs`, `.json`) there or in a folder
 * above, up to the one with `package.json`; or the file `explicit`. Without any, an empty one. `cacheDir` and the paths of
 * `tools` come back absolute.
 */
export async function loadConfig(folder: string, explicit?: string): Promise<Result<HgqConfig, readonly Diagnostic[]>> {
  const explorer = cosmiconfig('hgq', {
    searchStrategy: 'project',
    searchPlaces: ['hgq.config.ts', 'hgq.config.js', 'hgq.config.mjs', 'hgq.config.json'],
    loaders: { '.ts': loadModule, '.js': loadModule, '.mjs': loadModule },
  })
  let found: Awaited<ReturnType<typeof explorer.search>>
  try {
    found = explicit === undefined ? await explorer.search(folder) : await explorer.load(resolve(folder, explicit))
  } catch (error) {
    const path = explicit ?? filePathOf(error) ?? join(folder, 'hgq.config.ts')
    return { ok: false, error: [configUnreadable({ path, reason: firstLine(errorReason(error)) })] }
  }
  return found === null ? { ok: true, value: {} } : validate(found.config, found.filepath)
}

function validate(config: unknown, path: string): Result<HgqConfig, readonly Diagnostic[]> {
  const known = Object.keys(schema.entries)
  const keys = typeof config === 'object' && config !== null ? Object.keys(config) : []
  const unknown = keys
    .filter((key) => !known.includes(key))
    .map((key) => configUnknownKey({ path, key, nearest: nearest(key, known), known }))
  const parsed = v.safeParse(schema, config)
  if (!parsed.success)
    return { ok: false, error: [...unknown, ...parsed.issues.map((issue) => wrongValue(issue, path))] }
  if (unknown.length > 0) return { ok: false, error: unknown }
  const { cacheDir, tools } = parsed.output
  const folder = dirname(path)
  return {
    ok: true,
    value: {
      ...parsed.output,
      ...(cacheDir === undefined ? {} : { cacheDir: resolve(folder, cacheDir) }),
      ...(tools === undefined ? {} : { tools: located(tools, folder) }),
    },
  }
}

/** Paths are relative to the configuration; a bare name is looked for on the PATH. */
function located(tools: NonNullable<HgqConfig['tools']>, folder: string): NonNullable<HgqConfig['tools']> {
  const paths = Object.entries(tools).map(([tool, program]) => [
    tool,
    /[/\\]/.test(program) ? resolve(folder, program) : program,
  ])
  return Object.fromEntries(paths)
}

function wrongValue(issue: v.BaseIssue<unknown>, path: string): Diagnostic {
  const key = issue.path?.[0]?.key
  if (key === undefined) {
    return configInvalid({ path, key: 'default', expected: 'an object of options', received: issue.received })
  }
  return configInvalid({ path, key: String(key), expected: issue.message, received: issue.received })
}

/**
 * Loads a module of TypeScript or JavaScript without writing beside it, so that a read-only checkout works. `hgq` is this
 * very package, installed there or not.
 */
async function loadModule(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti')
  const self = join(codeRoot, 'runtime', 'config', runsFromSource ? 'define-config.ts' : 'define-config.js')
  const jiti = createJiti(path, {
    fsCache: transpiledFolder(),
    moduleCache: false,
    interopDefault: false,
    alias: { hgq: self },
  })
  const module = await jiti.import<Readonly<Record<string, unknown>>>(path)
  if (module.default == null) throw new Error('it exports no options: `export default defineConfig({})`')
  return module.default
}

/** Transpiling costs more than the rest of a build with nothing to do, so its result is kept for this user. */
function transpiledFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hgq', 'config')
}

/** cosmiconfig notes in its errors which file it was loading. */
function filePathOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('filepath' in error)) return undefined
  return typeof error.filepath === 'string' ? error.filepath : undefined
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
