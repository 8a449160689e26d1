import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { budgetMissedOnTest } from '../../../lang/diagnostics/messages/budget.js'
import { corruptBlob, diskFull, usage } from '../../../lang/diagnostics/messages/build.js'
import { cacheUnwritable } from '../../../lang/diagnostics/messages/data-downloads.js'
import { cppCompilerMissing, simulatorMissing, toolMissing } from '../../../lang/diagnostics/messages/tools.js'
import { readWords } from '../../../runtime/cli/arguments.js'
import { exitCodeOfAll } from '../../../runtime/cli/exit-code.js'
import { buildable, openPipeline } from '../../../runtime/cli/pipeline.js'
import { selectGoals } from '../../../runtime/cli/targets.js'
import { programOf, sampleText } from '../../compiler/plan/sample.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('words of the command line')

test('a path names the pipeline, anything else a build', () =>
  withFolder(async (folder) => {
    mkdirSync(join(folder, 'examples', 'muon'), { recursive: true })
    mkdirSync(join(folder, 'jets'))
    mkdirSync(join(folder, 'muon'))
    writeFileSync(join(folder, 'examples', 'muon', 'pipeline.hgq'), '')
    writeFileSync(join(folder, 'muon', 'pipeline.hgq'), '')
    const words = (...list: string[]) => readWords(list, folder)
    assert.equal(words(), { file: 'pipeline.hgq', builds: [] })
    assert.equal(words('examples/muon'), { file: 'examples/muon/pipeline.hgq', builds: [] })
    assert.equal(words('examples/muon/pipeline.hgq', 'a', 'b'), {
      file: 'examples/muon/pipeline.hgq',
      builds: ['a', 'b'],
    })
    assert.equal(words('other.hgq'), { file: 'other.hgq', builds: [] })
    assert.equal(words('jets'), { file: 'jets/pipeline.hgq', builds: [] }, 'there is no other pipeline')
    writeFileSync(join(folder, 'pipeline.hgq'), '')
    assert.equal(words('jets'), { file: 'pipeline.hgq', builds: ['jets'] }, 'a folder without a pipeline is none')
    assert.equal(words('muon', 'muon'), { file: 'muon/pipeline.hgq', builds: ['muon'] })
    assert.equal(words('nowhere/at/all'), { file: 'nowhere/at/all', builds: [] })
  }))

test('a folder without a pipeline is named', () =>
  withFolder(async (folder) => {
    mkdirSync(join(folder, 'examples'))
    const [message] = openPipeline('examples', folder).diagnostics
    assert.is(message?.code, 'HGQ7020')
    assert.is(message?.message, 'there is no file examples/pipeline.hgq')
  }))

const program = programOf(sampleText)

/** Messages of a selection, or what was selected. */
function select(builds: readonly string[], targets: readonly string[], of = program): unknown {
  const selected = selectGoals(of, { builds, targets }, { makes: true })
  return selected.ok ? selected.value : selected.error.map((each) => [`${each.code} ${each.message}`, ...each.notes])
}

test('a target goes by its name, or by a device that it alone uses', () => {
  assert.equal(select([], []), { builds: undefined, targets: undefined })
  assert.equal(select(['beans_tagger'], ['slow']), { builds: ['beans_tagger'], targets: ['slow'] })
  assert.equal(select([], ['xcvu13p']), { builds: undefined, targets: ['fast'] })
})

test('what is neither is an error that lists both', () => {
  assert.equal(select([], ['fsat']), [
    [
      "HGQ7023 'fsat' is neither a target nor a device of one",
      "did you mean 'fast'?",
      'targets: fast, slow',
      'devices: xcvu13p, xcvu9p',
    ],
  ])
  const shared = programOf(sampleText.replace('device = xcvu9p', 'device = xcvu13p').replace(', xcvu9p }', ' }'))
  assert.equal(select([], ['xcvu13p'], shared), [
    [
      "HGQ7024 more than one target uses the device 'xcvu13p': fast, slow",
      'name the target: --target fast',
      'devices: xcvu13p',
    ],
  ])
})

test('an unknown build is named with the nearest', () => {
  assert.equal(select(['bean_tagger'], []), [
    [
      "HGQ7022 no build is named 'bean_tagger', and no file or folder with a pipeline.hgq is",
      "did you mean 'beans_tagger'?",
      'builds: beans_tagger',
    ],
  ])
})

test('a device whose resources cannot be estimated is refused before anything is trained', () => {
  const old = `device old {
  part = "5SGXEA7", vendor = altera, family = "stratixv", speed_grade = "2", lut = 234_720, ff = 938_880, dsp = 256
}`
  const other = programOf(
    `${sampleText.replace('device = xcvu9p', 'device = old').replace(', xcvu9p }', ' }')}\n${old}\n`,
  )
  const refused = selectGoals(other, { builds: [], targets: [] }, { makes: true })
  assert.ok(!refused.ok && refused.error[0]?.code === 'HGQ6002' && refused.error[0].span !== undefined)
})

test('a file without a build is an error with a fix that gives it one', () =>
  withFolder(async (folder) => {
    const without = sampleText.slice(0, sampleText.indexOf('build beans_tagger'))
    const path = join(folder, 'pipeline.hgq')
    writeFileSync(path, without)
    const refused = buildable(openPipeline('pipeline.hgq', folder), folder)
    assert.is(refused.ok ? '' : refused.error[0]?.code, 'HGQ7021')
    const [edit] = refused.ok ? [] : (refused.error[0]?.fixes[0]?.edits ?? [])
    assert.ok(edit)
    writeFileSync(path, without.slice(0, edit.span.start) + edit.text + without.slice(edit.span.end))
    const mended = buildable(openPipeline('pipeline.hgq', folder), folder)
    assert.ok(mended.ok && mended.value.builds[0]?.from[0] === 'scan' && mended.value.builds[0].targets.length === 2)
  }))

test('a pipeline that is not there is an error', () =>
  withFolder(async (folder) => {
    const opened = openPipeline('nowhere.hgq', folder)
    assert.equal(
      opened.diagnostics.map((each) => each.code),
      ['HGQ7020'],
    )
  }))

test('the exit code is that of what hinders most', () => {
  const span = undefined
  const missed = budgetMissedOnTest({ build: 'b', target: 't', span, misses: [] })
  const full = diskFull({ folder: 'f', what: 'w' })
  const tool = toolMissing({ tool: 't', purpose: 'p' })
  const warning = corruptBlob({ address: 'a', role: 'r', folder: 'f' })
  assert.is(exitCodeOfAll([]), 0)
  assert.is(exitCodeOfAll([warning]), 0)
  assert.is(exitCodeOfAll([missed]), 4)
  assert.is(exitCodeOfAll([missed, tool]), 5)
  assert.is(exitCodeOfAll([missed, usage({ reason: 'r' }), tool]), 3)
  assert.is(exitCodeOfAll([full, tool]), 6)
  assert.is(exitCodeOfAll([cacheUnwritable({ folder: 'f', reason: 'r', span })]), 6)
  assert.is(exitCodeOfAll([simulatorMissing({ design: 'd' })]), 5)
  assert.is(exitCodeOfAll([cppCompilerMissing({ compilers: ['g++'] })]), 5)
})
