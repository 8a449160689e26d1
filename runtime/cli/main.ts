#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { packageRoot } from '../packaging/locations.js'
import type { GlobalOptions, Shell } from './context.js'

/** As `EXIT.source`, which is not loaded for this. */
const WRONG_USE = 3

function version(): string {
  // Our own package.json, which npm has read before us.
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  return version
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

/** What to do about a mistake that commander tells of. */
function cureOf(text: string): string {
  const pipeline = /unknown command '(.*(?:\.hgq|[/\\]).*)'/.exec(text)?.[1]
  return pipeline === undefined
    ? "'hgq help' lists the commands and options, 'hgq help COMMAND' those of one"
    : `'hgq build ${pipeline}' builds a pipeline, 'hgq check ${pipeline}' looks for mistakes in it`
}

/** The command line. Each command loads its own code, so that none waits for what it does not need. */
function program(): Command {
  const hgq = new Command('hgq')
    .version(version())
    .description('Declarative, incremental builds of HGQ-trained neural networks into verified FPGA firmware')
    .option('--cwd <folder>', 'work there instead of here')
    .option('--config <file>', 'configuration file; otherwise hgq.config.ts beside or above the pipeline')
    .option('--reporter <name>', 'tty, plain or ndjson; otherwise tty on a terminal and plain elsewhere')
    .option('--jobs <n>', 'steps that may run at once; otherwise one per processor core')
    .configureOutput({ outputError: (text, write) => write(`${text.trimEnd()}\n  = ${cureOf(text)}\n`) })
    .exitOverride()
  const withTarget = (command: Command): Command =>
    command.option('--target <name>', 'only this target or device; may be repeated', collect)
  const run = (command: Command, action: (shell: Shell, command: Command) => Promise<number>): void => {
    command.action(async () => {
      const [{ openShell }, { exitCodeOfAll }] = await Promise.all([import('./context.js'), import('./exit-code.js')])
      const shell = openShell(command.optsWithGlobals<GlobalOptions>())
      if (shell.ok) {
        process.exitCode = await action(shell.value, command)
        return
      }
      for (const diagnostic of shell.error) shell.screen.error(shell.screen.render(diagnostic))
      process.exitCode = exitCodeOfAll(shell.error)
    })
  }
  run(
    hgq.command('check').argument('[file]', 'pipeline file').description('report every mistake in a pipeline'),
    async (shell, command) => (await import('./commands/check.js')).check(shell, command.args[0]),
  )
  run(
    withTarget(
      hgq
        .command('build')
        .argument('[file-or-build...]', 'pipeline file or its folder, then builds')
        .option('-k, --keep-going', 'go on with what does not depend on a step that failed')
        .description('make what is not made yet'),
    ),
    async (shell, command) => (await import('./commands/build.js')).build(shell, command.args, command.opts()),
  )
  run(
    withTarget(
      hgq
        .command('plan')
        .argument('[file-or-build...]', 'pipeline file or its folder, then builds')
        .description('say what build would do'),
    ),
    async (shell, command) => (await import('./commands/plan.js')).plan(shell, command.args, command.opts()),
  )
  run(
    withTarget(
      hgq
        .command('show')
        .argument('[file-or-build...]', 'pipeline file or its folder, then a build')
        .option('--json', 'as JSON')
        .description('show the numbers of what is built'),
    ),
    async (shell, command) => (await import('./commands/show.js')).show(shell, command.args, command.opts()),
  )
  const dais = hgq.command('dais').description('exchange designs with da4ml, in its instruction set DAIS')
  run(
    withTarget(
      dais
        .command('export')
        .argument('[file-or-build...]', 'pipeline file or its folder, then a build')
        .requiredOption('-o, --output <file>', 'file to write: .json or .bin')
        .description('write the adder graph of a design'),
    ),
    async (shell, command) => (await import('./commands/dais.js')).exportProgram(shell, command.args, command.opts()),
  )
  run(
    withTarget(
      dais
        .command('compare')
        .argument('<program>', 'a program of DAIS: .json or .bin')
        .argument('[file-or-build...]', 'pipeline file or its folder, then a build')
        .description('run a program beside a design, bit for bit'),
    ),
    async (shell, command) => {
      const [program = '', ...words] = command.args
      return (await import('./commands/dais.js')).compareProgram(shell, program, words, command.opts())
    },
  )
  run(
    hgq.command('explain').argument('<code>', 'e.g. HGQ2001').description('say what the code of a message stands for'),
    async (shell, command) => (await import('./commands/explain.js')).explain(shell, command.args[0] ?? ''),
  )
  return hgq
}

// Whoever reads the output may stop reading, like `head`, or what it is written to may be full; the build goes on.
let unwritten: NodeJS.ErrnoException | undefined
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') unwritten ??= error
  })
}
try {
  await program().parseAsync()
} catch (error) {
  // Help and version end this way too, with code 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE
  else {
    const { internalError } = await import('../../lang/diagnostics/messages/build.js')
    const { renderDiagnostic } = await import('../../lang/diagnostics/render.js')
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`${renderDiagnostic(internalError({ reason }), () => undefined, { colour: false })}\n`)
    process.exitCode = 1
  }
}

// An error of the last line comes after it.
await new Promise(setImmediate)
if (unwritten !== undefined && unwritten.code !== 'EPIPE') {
  const [{ outputUnwritable }, { renderDiagnostic }, { errorReason, isDiskFull }, { EXIT }] = await Promise.all([
    import('../../lang/diagnostics/messages/build.js'),
    import('../../lang/diagnostics/render.js'),
    import('../store/files.js'),
    import('./exit-code.js'),
  ])
  const diagnostic = outputUnwritable({ reason: errorReason(unwritten) })
  process.stderr.write(`${renderDiagnostic(diagnostic, () => undefined, { colour: false })}\n`)
  if (!process.exitCode) process.exitCode = isDiskFull(unwritten) ? EXIT.store : EXIT.failed
}
