import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { exitCodeOfAll } from '../../../runtime/cli/exit-code.js'
import { installedTools } from '../../../runtime/cli/preflight.js'
import { selectGoals } from '../../../runtime/cli/targets.js'
import { programOf, sampleText } from '../../compiler/plan/sample.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('tools before a build')

const text = sampleText.replace('clock = 10 ns, language = verilog', 'clock = 10 ns, language = verilog, tool = vivado')
const program = programOf(text)

test('a tool is looked for when a target of the plan names it', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'vivado')
    writeFileSync(path, '#!/bin/sh\necho "vivado v2024.1 (64-bit)"\n')
    chmodSync(path, 0o755)
    const found = await installedTools(program, {}, { tools: { vivado: path } })
    assert.equal(found, { ok: true, value: { vivado: { program: path, version: '2024.1' } } })
    assert.equal(await installedTools(program, { targets: ['fast'] }, {}), { ok: true, value: {} })
    assert.equal(await installedTools(programOf(sampleText), {}, { tools: { vivado: '/no/such' } }), {
      ok: true,
      value: {},
    })
  }))

test('the GHDL that reads VHDL for the proof is found where there is one, and missed nowhere', () =>
  withFolder(async (folder) => {
    const inVhdl = programOf(sampleText.replace('clock = 10 ns, language = verilog', 'clock = 10 ns, language = vhdl'))
    const path = process.env.PATH
    process.env.PATH = folder
    try {
      assert.equal(await installedTools(inVhdl, {}, {}), { ok: true, value: {} })
      writeFileSync(join(folder, 'ghdl'), '#!/bin/sh\necho "GHDL 9.9.9"\n')
      chmodSync(join(folder, 'ghdl'), 0o755)
      // What was not found is not looked for again in the same place.
      process.env.PATH = `${folder}${delimiter}${folder}`
      const found = { ghdl: { program: 'ghdl', version: '9.9.9' } }
      assert.equal(await installedTools(inVhdl, {}, {}), { ok: true, value: found })
      assert.equal(await installedTools(inVhdl, { targets: ['fast'] }, {}), { ok: true, value: {} })
    } finally {
      process.env.PATH = path
    }
  }))

test('one that is not there is an error at the entry that names it, with its cure', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  try {
    const missing = await installedTools(program, {}, {})
    assert.not.ok(missing.ok)
    if (missing.ok) return
    const [error] = missing.error
    assert.is(error?.message, 'Vivado is needed to implement the design, and it is not on the PATH')
    assert.is(text.slice(error?.span?.start, error?.span?.end), 'vivado')
    assert.match(error?.notes.join() ?? '', "tools: { vivado: '/…' } in hgq.config.ts")
    assert.is(exitCodeOfAll(missing.error), 5)
  } finally {
    process.env.PATH = path
  }
})

test('a configured program that cannot be used says so, Yosys too', async () => {
  const wrong = await installedTools(program, {}, { tools: { vivado: '/no/such/vivado', yosys: process.execPath } })
  assert.equal(wrong.ok ? [] : wrong.error.map((each) => each.message), [
    `Yosys at ${process.execPath} cannot be used: it does not say its version`,
    'Vivado at /no/such/vivado cannot be used: there is no such program',
  ])
  assert.is(wrong.ok ? 0 : exitCodeOfAll(wrong.error), 5)
})

test('a family that Yosys does not know can be built with its vendor alone', () => {
  const old = `device old {
  part = "xc6vlx75t", vendor = amd, family = "virtex6", speed_grade = "-2", lut = 46_560, ff = 93_120, dsp = 288
}`
  const virtex6 = (tool: string): ReturnType<typeof selectGoals> => {
    const source = sampleText
      .replace('device = xcvu9p', 'device = old')
      .replace(', xcvu9p }', ' }')
      .replace('clock = 10 ns, language = verilog', `clock = 10 ns, language = verilog, tool = ${tool}`)
    return selectGoals(programOf(`${source}\n${old}\n`), { builds: [], targets: [] }, { makes: true })
  }
  assert.ok(virtex6('vivado').ok)
  const estimated = virtex6('yosys')
  assert.is(!estimated.ok && estimated.error[0]?.code, 'HGQ6002')
})
