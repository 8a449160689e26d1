import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { GRACE_MS } from '../../../runtime/tools/process-groups.js'
import { isRunning } from '../../fixtures/processes.js'
import { suite } from '../../kit.js'
import { denseModel } from '../import/kit.js'
import { hasTclsh, standIns } from '../tools/vendor/rig.js'
import { hgq, sample, start, stepsRun, writeSample } from './rig.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()

const test = suite('builds with a tool of the vendor')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}
const root = mkdtempSync(join(tmpdir(), 'hgq-vendor-build-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

// The tests go on in one folder, so that what comes before the vendor's tool is done once.
const folder = join(root, 'project')
const results = join(folder, 'build/tagger_build/fast')

// Imported, so that nothing is trained.
const begin = sample.indexOf('architecture tagger')
const end = sample.indexOf('budget small')
const pipeline =
  `${sample.slice(0, begin)}train scan { checkpoint = keras("tagger.keras"), dataset = points }\n\n${sample.slice(end)}`
    .replace('import "std/layers" { dense, relu }\n', '')
    .replace('import "std/quantizers" { per_parameter }\n', '')
    .replace('clock = 200 MHz, language = verilog', 'clock = 400 MHz, language = verilog, tool = vivado')

/** Where the program of Vivado is, as the configuration says. */
function configure(folder: string, tools: Readonly<Record<string, string>>): void {
  writeFileSync(join(folder, 'hgq.config.json'), JSON.stringify({ simulator: 'netlist', tools, licenceWait: 0 }))
}

async function project(folder: string, tools: Readonly<Record<string, string>>): Promise<void> {
  writeSample(folder, pipeline)
  writeFileSync(join(folder, 'tagger.keras'), await denseModel([-0.25, 0, 1, 0, 1, -0.25, 1, 0, 0, 0, 0, 0], 3))
  configure(folder, tools)
}

const standIn = join(standIns, 'vivado')

/** The stand-in as another version of itself. */
function versionOf(version: string): string {
  const path = join(root, `vivado-${version}`)
  const answer = `if [ "$1" = -version ]; then echo 'vivado v${version} (64-bit)'; else exec '${standIn}' "$@"; fi`
  writeFileSync(path, `#!/bin/sh\n${answer}\n`)
  chmodSync(path, 0o755)
  return path
}

/** With the environment variable that tells the stand-in what to do. */
async function behaving<T>(behaviour: string, body: () => Promise<T>): Promise<T> {
  process.env.HGQ_STAND_IN = behaviour
  try {
    return await body()
  } finally {
    delete process.env.HGQ_STAND_IN
  }
}

maybe('a run that fails says why, and its log is kept beside the results', async () => {
  await project(folder, { vivado: standIn })
  const failed = await behaving('fail', () => hgq(folder, ['build']))
  assert.is(failed.code, 1, failed.stdout + failed.stderr)
  assert.match(failed.stderr, /HGQ6113: Vivado failed at src\/net\.v:12: ERROR: \[Synth 8-439\]/)
  assert.match(readFileSync(join(results, 'vivado/vivado.log'), 'utf8'), 'Synth 8-439')
})

maybe('what Vivado measures stands for the design, beside the estimate; another version measures anew', async () => {
  const built = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(built.code, 0, built.stdout + built.stderr)
  const report = JSON.parse(readFileSync(join(results, 'report.json'), 'utf8'))
  assert.equal(report.resources, { tool: 'vivado', version: '2024.1', estimate: false })
  assert.equal([report.lut, report.ff, report.bram], [10_182, 10_480, 2.5])
  assert.is(report.implementation.timing.slack_ns, -0.126)
  assert.is(report.estimates.synthesis.tool, 'yosys')
  assert.ok(report.estimates.synthesis.lut < 1000)
  const sum = (name: 'lut' | 'ff'): number =>
    report.estimates.layers.reduce((all: number, layer: Record<string, number>) => all + (layer[name] ?? 0), 0)
  assert.equal([sum('lut'), sum('ff')], [10_182, 10_480])
  for (const name of ['vivado.log', 'utilization.rpt', 'timing.rpt', 'power.rpt']) {
    assert.ok(existsSync(join(results, 'vivado', name)), name)
  }
  assert.match(built.stderr, /warning HGQ6114: Vivado: the design misses its clock of 2\.5 ns by 0\.126 ns/)
  assert.match(
    built.stdout,
    /LUT, FF and DSP are measured by vivado 2024\.1, in percent of the device\..* estimated, not Vivado\./,
  )
  assert.match(built.stdout, /fastest clock +380\.8 MHz/)

  assert.equal(stepsRun(await hgq(folder, ['build', '--reporter', 'ndjson'])), [])
  const shown = await hgq(folder, ['show', '--json'])
  assert.is(JSON.parse(shown.stdout).targets.fast.lut, 10_182)

  configure(folder, { vivado: versionOf('2025.1') })
  const steps = stepsRun(await hgq(folder, ['build', '--reporter', 'ndjson']))
  assert.equal(steps, ['tagger_build/fast/try[0]/synthesize/vivado'])
})

const onCpp = 'Vitis HLS synthesizes the emitted project, and its latency stands for the design'
if (compiler === null) test.skip(onCpp, 'there is no C++ compiler')
else {
  maybe(onCpp, async () => {
    const cpp = join(root, 'cpp')
    await project(cpp, {})
    writeSample(cpp, pipeline.replace('language = verilog, tool = vivado', 'language = vitis, tool = vitis_hls'))
    configure(cpp, { vitis_hls: join(standIns, 'vitis_hls') })
    const built = await hgq(cpp, ['build', '--reporter', 'plain'])
    assert.is(built.code, 0, built.stdout + built.stderr)
    const report = JSON.parse(readFileSync(join(cpp, 'build/tagger_build/fast/report.json'), 'utf8'))
    assert.is(report.resources.tool, 'vitis_hls')
    assert.is(report.latency_ns, 232 * 2.5)
    assert.match(built.stdout, /the pipeline stages are those of the same operations as Verilog/)
    assert.ok(existsSync(join(cpp, 'build/tagger_build/fast/vitis_hls/vitis_hls.log')))
  })
}

maybe('a tool that is missing is an error before anything runs, at the entry that asks for it', async () => {
  const empty = join(root, 'missing')
  await project(empty, {})
  for (const command of ['plan', 'build']) {
    const done = await hgq(empty, [command])
    assert.is(done.code, 5, done.stdout + done.stderr)
    assert.match(done.stderr + done.stdout, /HGQ6101: Vivado is needed to implement the design[\s\S]*tool = vivado/)
    assert.match(done.stderr + done.stdout, /tools: \{ vivado: '\/…' \} in hgq\.config\.ts/)
  }
  assert.not.ok(existsSync(join(empty, '.hgq')), 'nothing has run')
  configure(empty, { vivado: './no/such/vivado' })
  const wrong = await hgq(empty, ['build'])
  assert.is(wrong.code, 5)
  assert.match(wrong.stderr, /HGQ6112: Vivado at .*\/no\/such\/vivado cannot be used: there is no such program/)
})

maybe('Ctrl-C ends the tool and what it has started, and waits no longer than that takes', async () => {
  configure(folder, { vivado: versionOf('2025.2') })
  const child = join(root, 'child')
  await behaving(`hang ${child}`, async () => {
    const build = start(folder, ['build', '--reporter', 'plain'])
    while (!existsSync(child)) await new Promise((resolve) => setTimeout(resolve, 50))
    const began = performance.now()
    build.child.kill('SIGINT')
    assert.is((await build.finished).code, 130)
    assert.ok(performance.now() - began < GRACE_MS)
  })
  assert.not.ok(isRunning(Number(readFileSync(child, 'utf8'))))
})
