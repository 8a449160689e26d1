import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { eventSchema } from '../../../runtime/cli/reporters/ndjson-schema.js'
import { showSchema } from '../../../runtime/report/schema.js'
import type { ActionRecord } from '../../../runtime/store/record.js'
import { suite } from '../../kit.js'
import { hgq, sample, stepsRun, tree, writeSample } from './rig.js'

// One pipeline goes through its life; each test continues where the one before ended.
const test = suite('the life of a pipeline')
const folder = mkdtempSync(join(tmpdir(), 'hgq-life-'))
const built = join(folder, 'build', 'tagger_build', 'fast')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const build = (...args: string[]) => hgq(folder, ['build', '--reporter', 'ndjson', ...args])
const write = (text: string): void => writeFileSync(join(folder, 'pipeline.hgq'), text)
const of = (target: string, kinds: readonly string[]): string[] =>
  kinds.map((kind) => `tagger_build/${target}/try[0]/${kind}`)
const sorted = (names: readonly string[]): string[] => [...names].sort()

test('a plan says what is to be done and does nothing', async () => {
  writeSample(folder)
  const planned = await hgq(folder, ['plan'])
  assert.is(planned.code, 0, planned.stderr)
  assert.match(planned.stdout, /dataset\/points +runs\n/)
  assert.match(planned.stdout, /1 to run, 12 that may follow, 0 stored/)
  const shown = await hgq(folder, ['show', 'tagger_build', '--json'])
  assert.is(shown.code, 1)
  assert.match(shown.stderr, /HGQ7041/)
})

test('a build makes everything, once, and every event is as documented', async () => {
  const done = await build()
  assert.is(done.code, 0, done.stderr + done.stdout)
  const lines = done.stdout.trimEnd().split('\n')
  for (const line of lines) v.parse(eventSchema, JSON.parse(line))
  assert.equal(
    sorted(stepsRun(done)),
    sorted([
      'dataset/points',
      'train/scan/segment[0]',
      'calibrate/scan',
      'front/tagger_build',
      ...of('fast', ['select', 'lower', 'optimize', 'schedule', 'emit', 'verify', 'prove', 'synthesize', 'report']),
    ]),
  )
  const end = JSON.parse(lines.at(-1) ?? '') as { type: string; exitCode: number; ran: number; hits: number }
  assert.is(end.type, 'build-finished')
  assert.equal([end.exitCode, end.ran, end.hits], [0, 13, 0])
  for (const file of ['report.json', 'proof.json', 'interface.json', 'README.md'])
    assert.ok(existsSync(join(built, file)), file)
})

test('no file that was made names this machine, a path or a time', async () => {
  const year = String(new Date().getFullYear())
  for (const path of Object.keys(tree(built))) {
    const text = readFileSync(join(built, path), 'utf8')
    assert.not.ok(text.includes(folder), path)
    if (!path.endsWith('.hex')) assert.not.ok(new RegExp(`\\b${year}\\b`).test(text), path)
  }
})

test('the second build runs nothing, touches no file and takes no time', async () => {
  const before = statSync(built).mtimeMs
  const begin = performance.now()
  const done = await build()
  const took = performance.now() - begin
  assert.is(done.code, 0, done.stderr)
  assert.equal(stepsRun(done), [])
  assert.is(statSync(built).mtimeMs, before)
  // A second on a machine that does nothing else; here other tests run beside.
  assert.ok(took < 10_000, `${took} ms`)
})

test('show gives the numbers as JSON of the documented schema', async () => {
  const shown = await hgq(folder, ['show', 'tagger_build', '--json'])
  assert.is(shown.code, 0, shown.stderr)
  const parsed = v.parse(showSchema, JSON.parse(shown.stdout))
  const numbers = parsed.targets.fast
  assert.ok(numbers)
  assert.ok(
    numbers.validation.accuracy !== undefined && numbers.validation.accuracy <= 1 && numbers.validation.accuracy > 0.4,
  )
  assert.ok(numbers.test.accuracy !== undefined && numbers.test.accuracy <= 1)
  assert.is(numbers.clock_mhz, 200)
  assert.is(numbers.latency_ns, numbers.stages * 5)
  assert.is(numbers.verified.mismatches, 0)
  assert.ok(numbers.verified.vectors > 1000 && numbers.lut > 0)
  assert.ok(numbers.proven !== null && numbers.proven.proven === numbers.proven.parts && numbers.proven.parts > 0)
  for (const path of [numbers.paths.report, ...numbers.paths.sources]) assert.ok(existsSync(join(folder, path)), path)
  const report = JSON.parse(readFileSync(join(folder, numbers.paths.report), 'utf8'))
  assert.is(report.lut, numbers.lut)
  assert.ok(parsed.front.length > 0 && parsed.front.every((point) => point.training === 'scan'))
  assert.match((await hgq(folder, ['show', 'tagger_build'])).stdout, /accuracy \(test\) +\d+/)
})

test('comments, blank lines and names of locals rebuild nothing', async () => {
  write(sample.replace('dataset points', '// a remark\n\n\ndataset points').replaceAll('inner', 'between'))
  assert.equal(stepsRun(await build()), [])
})

test('outputs that were edited or deleted are put back without running anything', async () => {
  const before = tree(built)
  writeFileSync(join(built, 'README.md'), 'mine')
  writeFileSync(join(built, 'extra.txt'), 'mine')
  assert.equal(stepsRun(await build()), [])
  assert.is(readFileSync(join(built, 'extra.txt'), 'utf8'), 'mine', 'what was never written by a build stays')
  rmSync(join(built, 'extra.txt'))
  assert.equal(tree(built), before)
  rmSync(join(folder, 'build'), { recursive: true })
  assert.equal(stepsRun(await build()), [])
  assert.equal(tree(built), before)
})

test('a second target runs its own steps alone, and may be asked for by its device', async () => {
  write(sample.replace('targets = [fast]', 'targets = [fast, slow]'))
  const done = await build('--target', 'xcvu9p')
  assert.is(done.code, 0, done.stderr)
  const ran = stepsRun(done)
  assert.ok(ran.every((address) => address.startsWith('tagger_build/slow/')))
  for (const kind of ['select', 'lower', 'optimize'])
    assert.not.ok(
      ran.some((address) => address.endsWith(`/${kind}`)),
      kind,
    )
  assert.ok(ran.includes('tagger_build/slow/try[0]/emit'))
  assert.equal(stepsRun(await build()), [])
})

test('another clock runs nothing before pipelining', async () => {
  write(sample.replace('200 MHz', '400 MHz'))
  const ran = stepsRun(await build())
  assert.ok(ran.includes('tagger_build/fast/try[0]/schedule'))
  for (const kind of ['select', 'lower', 'optimize'])
    assert.not.ok(
      ran.some((address) => address.endsWith(`/${kind}`)),
      kind,
    )
  assert.ok(ran.every((address) => address.startsWith('tagger_build/fast/')))
})

test('a budget that no design meets ends with code 4, the nearest miss and what it would take', async () => {
  write(sample.replace('lut <= 100_000', 'lut <= 10').replace('targets = [fast]', 'targets = [fast]\n  tries = 1'))
  const done = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(done.code, 4, done.stdout)
  assert.match(done.stderr, /HGQ7031.*lut \d+ > 10 \(/)
  assert.match(done.stderr, /it would take the budget lut <= \d+/)
  assert.match(done.stderr, /pipeline\.hgq:\d+:\d+/)
})

test('a budget that no network meets is missed before anything is compiled', async () => {
  write(sample.replace('ebops <= 100_000', 'ebops <= 1'))
  const done = await build()
  assert.is(done.code, 4, done.stdout)
  assert.match(done.stdout, /HGQ7030.*would take the budget ebops <= /)
  assert.equal(stepsRun(done), ['tagger_build/fast/try[0]/select'])
})

test('a missing data file is an error at the place where it is named', async () => {
  write(sample.replace('points.csv', 'nowhere.csv'))
  const done = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(done.code, 3)
  assert.match(done.stderr, /HGQ7026: cannot read nowhere\.csv: no such file/)
  assert.match(done.stderr, /pipeline\.hgq:8:/)
})

test('data that the network is not for are an error at the training that names them', async () => {
  write(sample.replace('dense(3)', 'dense(4)'))
  const done = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(done.code, 1)
  assert.match(done.stderr, /HGQ4005: the network has 4 outputs; the data have 3 classes/)
  assert.match(done.stderr, /pipeline\.hgq:23:13[\s\S]*dataset = points[\s\S]*one of blue, green, red: change/)
})

test('results that cannot be put where they belong are an error that says why, and are kept in the store', async () => {
  write(sample)
  rmSync(join(folder, 'build'), { recursive: true })
  writeFileSync(join(folder, 'build'), 'a file of this name')
  const done = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(done.code, 1)
  assert.match(done.stderr, /HGQ7042: cannot write .*build.tagger_build.fast: a part of the path is not a folder/)
  assert.match(done.stderr, /= what is built is in the store/)
  rmSync(join(folder, 'build'))
  assert.equal(stepsRun(await build()), [])
  assert.ok(existsSync(join(built, 'report.json')))
})

test('a damaged result is said to be one where it is shown, and made again', async () => {
  write(sample)
  const records = Object.keys(tree(join(folder, '.hgq', 'actions'))).map((path): ActionRecord => {
    const text = readFileSync(join(folder, '.hgq', 'actions', path), 'utf8')
    return JSON.parse(text)
  })
  const [emit] = of('fast', ['emit'])
  // Of the emitted designs of all builds so far one is shown.
  const outputs = records.flatMap((each) => (each.address === emit ? each.outputs : []))
  assert.ok(outputs.length > 0)
  const damage = (): void => {
    for (const { digest, size } of outputs) {
      const path = join(folder, '.hgq', 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
      chmodSync(path, 0o644)
      writeFileSync(path, Buffer.alloc(size))
    }
  }
  damage()
  const { code, stderr } = await hgq(folder, ['show', 'tagger_build'])
  assert.is(code, 1)
  assert.match(stderr, /^error HGQ7045: the stored 'design' of \S+ is damaged or gone\n {2}= run/)
  assert.equal(stepsRun(await build()), [emit])
  assert.is((await hgq(folder, ['show', 'tagger_build'])).code, 0)
  // A build that does not know yet finds it when it writes the results.
  damage()
  const mended = await build()
  assert.is(mended.code, 0, mended.stderr)
  assert.equal(stepsRun(mended), [emit])
})

test('a damaged store is noticed and mended', async () => {
  write(sample)
  const before = tree(built)
  const record = JSON.parse((await hgq(folder, ['show', '--json'])).stdout)
  assert.is(record.build, 'tagger_build')
  rmSync(join(folder, '.hgq', 'actions'), { recursive: true })
  writeFileSync(join(folder, '.hgq', 'stat.json'), 'garbage')
  const done = await build()
  assert.is(done.code, 0, done.stderr)
  assert.is(stepsRun(done).length, 13)
  assert.is.not(before, undefined)
})
