import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { quartus } from '../../../../runtime/tools/vendor/quartus.js'
import { phaseReader } from '../../../../runtime/tools/vendor/run.js'
import { vivado } from '../../../../runtime/tools/vendor/vivado.js'
import { isRunning } from '../../../fixtures/processes.js'
import { suite } from '../../../kit.js'
import { hasTclsh, implementationFor, runStandIn } from './rig.js'

const test = suite('runtime/tools/vendor/run')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}

maybe('a licence that is not free at first is waited for', async () => {
  const { result, phases } = await runStandIn(
    { tool: vivado, implementation: implementationFor(), licenceWaitSeconds: 30, licencePauseSeconds: 0.1 },
    (folder) => `licence 2 ${folder}/runs`,
    (folder) => assert.is(readFileSync(join(folder, 'runs'), 'utf8'), '3'),
  )
  assert.ok(result.ok, result.ok ? '' : result.error.message)
  assert.is(phases.filter((phase) => phase === 'waiting for a licence of Vivado').length, 2)
})

maybe('the wait for a licence has an end', async () => {
  const { result, seconds } = await runStandIn(
    { tool: vivado, implementation: implementationFor(), licenceWaitSeconds: 1, licencePauseSeconds: 0.3 },
    (folder) => `licence 1000 ${folder}/runs`,
  )
  assert.is(!result.ok && result.error.code, 'HGQ6111')
  assert.match(
    !result.ok ? result.error.message : '',
    /^Vivado got no licence: ERROR: \[Common 17-345\] A valid license/,
  )
  assert.ok(seconds < 20, `${seconds} s`)
})

maybe('without a wait a missing licence is said at once, and the log is kept', async () => {
  const { result, log } = await runStandIn(
    {
      tool: quartus,
      implementation: implementationFor({ vendor: 'altera', family: 'arria10', part: '10AX115N2F40E2LG' }),
    },
    (folder) => `licence 1 ${folder}/runs`,
    (folder) => assert.match(readFileSync(join(folder, 'kept', 'quartus.log'), 'utf8'), 'Error (292028)'),
  )
  assert.is(!result.ok && result.error.code, 'HGQ6111')
  assert.ok(!result.ok && result.error.notes.includes('it was asked for once'))
  assert.ok(!result.ok && result.error.notes.includes(`the log is ${log}`))
})

maybe('waiting for a licence ends when it is cancelled', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 1_500)
  const { result, seconds } = await runStandIn(
    {
      tool: vivado,
      implementation: implementationFor(),
      licenceWaitSeconds: 600,
      licencePauseSeconds: 600,
      signal: abort.signal,
    },
    (folder) => `licence 1000 ${folder}/runs`,
  )
  assert.not.ok(result.ok)
  assert.ok(seconds < 30, `${seconds} s`)
})

maybe('a run that takes too long ends, with all that it started, and leaves its log', async () => {
  const { result } = await runStandIn(
    { tool: vivado, implementation: implementationFor(), timeoutSeconds: 3 },
    (folder) => `hang ${folder}/child`,
    (folder) => {
      assert.not.ok(isRunning(Number(readFileSync(join(folder, 'child'), 'utf8'))), 'its child goes on')
      assert.match(readFileSync(join(folder, 'kept', 'vivado.log'), 'utf8'), 'Command: synth_design')
    },
  )
  assert.is(!result.ok && result.error.code, 'HGQ6103')
})

maybe('a run that is cancelled ends, with all that it started, and its folder goes', async () => {
  const abort = new AbortController()
  const { result, seconds } = await runStandIn(
    {
      tool: vivado,
      implementation: implementationFor(),
      signal: abort.signal,
      onPhase: () => setTimeout(() => abort.abort(), 500),
    },
    (folder) => `hang ${folder}/child`,
    (folder) => {
      assert.not.ok(isRunning(Number(readFileSync(join(folder, 'child'), 'utf8'))), 'its child goes on')
      assert.equal(readdirSync(join(folder, 'scratch')), [])
    },
  )
  assert.not.ok(result.ok)
  assert.ok(seconds < 30, `${seconds} s`)
})

maybe('a tool that is gone since it was found is a diagnostic', async () => {
  const { result } = await runStandIn({ tool: vivado, implementation: implementationFor(), program: '/no/such/vivado' })
  assert.is(!result.ok && result.error.code, 'HGQ6101')
})

maybe('a log that cannot be written is said before the tool runs', async () => {
  const { result } = await runStandIn(
    { tool: vivado, implementation: implementationFor(), log: '/dev/null/no/vivado.log' },
    (folder) => `hang ${folder}/child`,
    (folder) => assert.not.ok(existsSync(join(folder, 'child')), 'it has run'),
  )
  assert.match(!result.ok ? result.error.message : '', '/dev/null/no')
})

maybe('a script that names a source which is not there ends at once', async () => {
  const whole = implementationFor()
  const [missing = ''] = whole.sources
  const files = whole.files.filter(({ path }) => path !== missing)
  const { result } = await runStandIn({ tool: vivado, implementation: { ...whole, files } })
  assert.is(!result.ok && result.error.code, 'HGQ6113')
  assert.match(!result.ok ? result.error.message : '', `ERROR: [hgq] no such file: ${missing}`)
})

test('a phase is told once, wherever what the tool writes is cut', () => {
  const text = 'Command: synth_design -top net\r\nINFO: x\nCommand: opt_design\n'
  for (let cut = 0; cut <= text.length; cut++) {
    const phases: string[] = []
    const read = phaseReader(vivado, (phase) => phases.push(phase))
    read(text.slice(0, cut))
    read(text.slice(cut))
    assert.equal(phases, ['Vivado: synth_design', 'Vivado: opt_design'], `cut at ${cut}`)
  }
})
