import { readFile, writeFile } from 'node:fs/promises'
import { extname, isAbsolute, join } from 'node:path'
import { decodeDaisBinary, encodeDaisBinary } from '../../../compiler/dais/binary.js'
import { encodeDaisJson } from '../../../compiler/dais/encode-json.js'
import { exportDais } from '../../../compiler/dais/export.js'
import type { DaisProgram } from '../../../compiler/dais/program.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import { tryAddress } from '../../../compiler/plan/addresses.js'
import { chosenBuilds } from '../../../compiler/plan/goals.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'
import { usage } from '../../../lang/diagnostics/messages/build.js'
import {
  daisDiffers,
  daisPortsDiffer,
  daisTooWide,
  daisUnreadable,
  daisUnwritable,
} from '../../../lang/diagnostics/messages/dais.js'
import { decodeDaisJson } from '../../import/dais/json.js'
import { errorReason } from '../../store/files.js'
import { compareWithDais, flatShape } from '../../verify/dais.js'
import { findBuilt } from '../built.js'
import { openWorkshop, type Shell, type Workshop } from '../context.js'
import { exitCodeOfAll } from '../exit-code.js'
import { readStore } from '../read-store.js'

export interface DaisOptions {
  readonly target?: readonly string[]
  readonly output?: string
}

/** Ranges are doubles in JSON, and so are the numbers that are compared. */
const WIDEST_IN_DAIS = 53

type Failures = readonly Diagnostic[]

/** `hgq dais export`: the adder graph of a design, as da4ml reads it. Gives the exit code. */
export async function exportProgram(shell: Shell, words: readonly string[], options: DaisOptions): Promise<number> {
  const { output } = options
  const form = formOf(output)
  if (output === undefined || form === null)
    return fail(shell, [
      usage({ reason: "name a file that ends in .json or .bin: 'hgq dais export BUILD -o FILE'", notes: [] }),
    ])
  return withDesign(shell, words, options, async ({ graph, name }) => {
    const program = exportDais(graph)
    const tooWide = program.operations.findIndex(({ interval }) => widthOf(typeOfInterval(interval)) > WIDEST_IN_DAIS)
    if (tooWide >= 0) return [daisTooWide({ what: `operation ${tooWide} of ${name}`, most: WIDEST_IN_DAIS })]
    try {
      await writeFile(inFolder(shell, output), form === 'json' ? encodeDaisJson(program) : encodeDaisBinary(program))
    } catch (error) {
      return [daisUnwritable({ file: output, reason: errorReason(error) })]
    }
    const { inputs, outputs, operations } = program
    shell.screen.out(
      `${name}: ${inputs} inputs, ${operations.length} operations, ${outputs.length} outputs in ${output}`,
    )
    return []
  })
}

/** `hgq dais compare`: runs a program beside a design, on random and on corner vectors. Gives the exit code. */
export async function compareProgram(
  shell: Shell,
  file: string,
  words: readonly string[],
  options: DaisOptions,
): Promise<number> {
  const read = await readProgram(shell, file)
  if (!read.ok) return fail(shell, [read.error])
  const program = read.value
  return withDesign(shell, words, options, async ({ graph, name }) => {
    const own = flatShape(graph)
    if (program.inputs !== own.inputs || program.outputs.length !== own.outputs) {
      const expected = `${own.inputs} inputs and ${own.outputs} outputs`
      const found = `${program.inputs} inputs and ${program.outputs.length} outputs`
      return [daisPortsDiffer({ file, design: name, expected, found })]
    }
    const { difference, rows, tooWide } = compareWithDais(graph, program)
    if (tooWide !== null) return [daisTooWide({ what: `output ${tooWide} of ${file}`, most: WIDEST_IN_DAIS })]
    if (difference !== null) return [daisDiffers({ file, design: name, ...difference })]
    shell.screen.out(`${file} = ${name} on ${rows} vectors, every bit`)
    return []
  })
}

async function readProgram(shell: Shell, file: string): Promise<Result<DaisProgram>> {
  const form = formOf(file)
  if (form === null) return { ok: false, error: usage({ reason: `${file} ends in neither .json nor .bin`, notes: [] }) }
  let content: Uint8Array
  try {
    content = await readFile(inFolder(shell, file))
  } catch (error) {
    return { ok: false, error: daisUnreadable({ file, reason: errorReason(error) }) }
  }
  return form === 'json' ? decodeDaisJson(new TextDecoder().decode(content), file) : decodeDaisBinary(content, file)
}

function formOf(file: string | undefined): 'json' | 'binary' | null {
  if (file === undefined) return null
  const extension = extname(file).toLowerCase()
  return extension === '.json' ? 'json' : extension === '.bin' ? 'binary' : null
}

function inFolder(shell: Shell, file: string): string {
  return isAbsolute(file) ? file : join(shell.cwd, file)
}

interface OneDesign {
  /** The optimized graph, as it was emitted. */
  readonly graph: FixedGraph
  /** `muon_trigger/vu13p` */
  readonly name: string
}

/** Runs `body` on the one design that is named, which has to be built. */
async function withDesign(
  shell: Shell,
  words: readonly string[],
  options: DaisOptions,
  body: (design: OneDesign) => Promise<Failures>,
): Promise<number> {
  const workshop = await openWorkshop(shell, words, options.target ?? [], { makes: false })
  if (!workshop.ok) return fail(shell, workshop.error)
  const found = await readStore(workshop.value, async () => {
    const design = await oneDesign(workshop.value)
    return design.ok ? { ok: true, value: await body(design.value) } : design
  })
  const failures = found.ok ? found.value : found.error
  return failures.length === 0 ? 0 : fail(shell, failures)
}

async function oneDesign(workshop: Workshop): Promise<Result<OneDesign, Failures>> {
  const { program, planOptions } = workshop
  const builds = chosenBuilds(program, planOptions)
  const [build] = builds
  if (build === undefined || builds.length > 1) {
    const notes = [`builds: ${program.builds.map((each) => each.name).join(', ')}`]
    return { ok: false, error: [usage({ reason: 'name one build', notes })] }
  }
  const found = await findBuilt(workshop, build.name)
  if (!found.ok) return found
  const { states, read } = found.value
  const [first] = states
  if (first === undefined || states.length > 1) {
    const notes = [`targets: ${states.map(({ state }) => state.goal.target.name).join(', ')}`]
    return { ok: false, error: [usage({ reason: 'name one target with --target', notes })] }
  }
  const target = first.state.goal.target.name
  const address = tryAddress(build.name, target, first.chosen.attempt, 'schedule')
  const pipeline = decodePipeline(new TextDecoder().decode(await read(address, 'pipeline')))
  return { ok: true, value: { graph: pipeline.graph, name: `${build.name}/${target}` } }
}

function fail({ screen }: Shell, diagnostics: Failures): number {
  for (const diagnostic of diagnostics) screen.error(`${screen.render(diagnostic)}\n`)
  return exitCodeOfAll(diagnostics)
}
