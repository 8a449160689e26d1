import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { suite } from '../../kit.js'
import { type Finished, hgq, sample, stepsRun, writeSample } from './rig.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const ghdl = await toolVersion('ghdl')

// One pipeline goes through its life; each test continues where the one before ended.
const test = suite('a build in VHDL')
const folder = mkdtempSync(join(tmpdir(), 'hgq-vhdl-'))
const built = join(folder, 'build', 'tagger_build', 'fast')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const inVhdl = sample.replace('clock = 200 MHz, language = verilog', 'clock = 200 MHz, language = vhdl')
const build = (...args: string[]): Promise<Finished> => hgq(folder, ['build', ...args])
const steps = (kinds: readonly string[]): string[] => kinds.map((kind) => `tagger_build/fast/try[0]/${kind}`)

/** Runs the command where nothing is on the PATH but the folder of no program. */
async function withoutTools(args: readonly string[]): Promise<Finished> {
  const path = process.env.PATH
  process.env.PATH = join(folder, 'nothing')
  try {
    return await build(...args)
  } finally {
    process.env.PATH = path
  }
}

test('without GHDL a build says so at its start, and fails where the design has to be verified', async () => {
  writeSample(folder, inVhdl)
  const failed = await withoutTools(['--reporter', 'plain'])
  assert.is(failed.code, 5, 'a tool that is needed is not installed')
  const said = failed.stdout + failed.stderr
  const warned = said.indexOf("HGQ6115: target 'fast' is in VHDL")
  const failing = said.indexOf("HGQ6110: GHDL is needed to verify 'tagger_build'")
  assert.ok(warned >= 0 && failing > warned, said)
  assert.match(said.slice(failing), /install GHDL/)
  assert.not.ok(existsSync(built), 'a design that is not verified is not handed out')
})

if (ghdl === null) test.skip('a target in VHDL goes through the whole build', 'GHDL is not installed')
else {
  test('a target in VHDL goes through the whole build, and Verilog after it synthesizes nothing again', async () => {
    const done = await build('--reporter', 'ndjson')
    assert.is(done.code, 0, done.stderr + done.stdout)
    assert.ok(stepsRun(done).includes('tagger_build/fast/try[0]/verify'))
    assert.not.match(done.stdout, /HGQ611[05]/)
    const sources = readdirSync(join(built, 'src'))
    assert.ok(sources.includes('tagger_build.vhd'))
    for (const name of sources) assert.match(name, /\.vhd$/)
    const report = readFileSync(join(built, 'report.json'), 'utf8')
    writeFileSync(join(folder, 'pipeline.hgq'), sample)
    const again = await build('--reporter', 'ndjson')
    assert.is(again.code, 0, again.stderr + again.stdout)
    assert.equal([...stepsRun(again)].sort(), steps(['emit', 'prove', 'verify', 'report']).sort())
    assert.ok(readdirSync(join(built, 'src')).every((name) => name.endsWith('.v')))
    // But for what names the language, for the numbers are those of one circuit.
    const inVerilog = JSON.parse(readFileSync(join(built, 'report.json'), 'utf8'))
    assert.is(inVerilog.proven.proven, inVerilog.proven.parts)
    const other = JSON.parse(report.replaceAll('.vhd"', '.v"'))
    assert.is(other.proven.proven, other.proven.parts)
    assert.equal({ ...inVerilog, language: 'vhdl', proven: other.proven }, other)
  })
  test('a design that was verified before needs no GHDL, and its report says that nothing is proven', async () => {
    writeFileSync(join(folder, 'pipeline.hgq'), inVhdl)
    const done = await withoutTools(['--reporter', 'ndjson'])
    assert.is(done.code, 0, done.stderr + done.stdout)
    assert.equal(stepsRun(done), steps(['report']))
    const { proven, unproven } = JSON.parse(readFileSync(join(built, 'report.json'), 'utf8'))
    assert.equal([proven, unproven], [null, { reason: 'tool_missing', tool: 'ghdl' }])
    assert.not.ok(existsSync(join(built, 'proof.json')))
    assert.not.match(done.stdout, /HGQ611[05]/)
  })
}
