import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { entrySpan, withSpans } from '../../../compiler/plan/spans.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { timingMissed } from '../../../lang/diagnostics/messages/tools.js'
import { layerAllZero } from '../../../lang/diagnostics/messages/train-warnings.js'
import type { ExecuteRequest } from '../../../runtime/execute/execute.js'
import { preview } from '../../../runtime/execute/preview.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { action, FakeRunner, plainAnswer, type Run, run } from './rig.js'

const costs = { loss: 1, pressure: 1e-6, rate: 1, widthRate: 1, ebops: 100 }
const test = suite('execute: what actions say while they run')

const late = timingMissed({ tool: 'Vivado', slackNs: -0.1, periodNs: 2, fmaxMhz: 476.19 })
const dead: Diagnostic = {
  ...layerAllZero({ path: 'dense[0]', what: 'weights', epoch: 3, at: costs }),
  span: entrySpan('pressure'),
  label: 'with this',
}
const plan = [action('a'), action('b', ['a']), action('c', ['a'])]

/** `a` says two things, `b` one of them as well; places and labels are added for whoever listens. */
const speaking = (): Partial<ExecuteRequest> => ({
  runner: new FakeRunner((task, { onMessage }) => {
    if (task.params.self === 'a') onMessage(dead)
    if (task.params.self !== 'c') onMessage(late)
    return plainAnswer(task)
  }),
  annotate: ({ address }, diagnostic) => {
    const entry = (): Diagnostic['span'] => ({ file: `the pipeline of ${address}`, start: 1, end: 2 })
    return withSpans(diagnostic, { entry, operation: () => undefined })
  },
})

/** As programs read it. */
function said(done: Run): readonly Diagnostic[] {
  const all = done.events.flatMap((event) => (event.type === 'message' ? [event.diagnostic] : []))
  return JSON.parse(JSON.stringify(all))
}

function records(done: Run): readonly string[] {
  const folder = join(done.store.folder, 'actions')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(folder, path))
}

test('each is said with the address of its action', () =>
  withFolder(async (folder) => {
    const done = await run(folder, plan, speaking())
    assert.equal(
      done.events.flatMap((event) => (event.type === 'message' ? [event.address] : [])),
      ['a', 'a', 'b'],
    )
  }))

test('what is found in the store says again what it said, with the places of today', () =>
  withFolder(async (folder) => {
    const first = await run(folder, plan, speaking())
    const place = { file: 'the pipeline of a', start: 1, end: 2 }
    assert.equal(
      said(first).map(({ code, span, label }) => [code, span, label]),
      [
        [dead.code, place, dead.label],
        [late.code, undefined, undefined],
        [late.code, undefined, undefined],
      ],
    )
    const again = await run(folder, plan, speaking())
    assert.equal(again.ran, [])
    assert.equal(said(again), said(first))
    // Another name for the same work: its place is its own.
    const renamed = await run(folder, [{ ...action('a'), address: 'z' }], speaking())
    assert.equal(renamed.hits, ['z'])
    assert.is(said(renamed)[0]?.span?.file, 'the pipeline of z')
  }))

test('no place in the text is stored', () =>
  withFolder(async (folder) => {
    const done = await run(folder, plan, speaking())
    const texts = records(done).map((path) => readFileSync(path, 'utf8'))
    assert.is(texts.filter((text) => text.includes(late.message)).length, 2)
    assert.not.ok(texts.some((text) => text.includes('the pipeline of')))
  }))

test('actions that are the same work each say it, and one that is made again says it once', () =>
  withFolder(async (folder) => {
    const twins = [action('a'), { ...action('a'), address: 'twin' }]
    const files = said(await run(folder, twins, speaking())).map(({ span }) => span?.file)
    assert.equal([...files].sort(), ['the pipeline of a', 'the pipeline of twin', undefined, undefined])
    const stored = await run(folder, [action('a')], speaking())
    const outcome = stored.result.outcomes.get('a')
    const digest = outcome?.state === 'done' ? (outcome.record.outputs[0]?.digest ?? '') : ''
    const blob = join(stored.store.folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
    const { length } = readFileSync(blob)
    rmSync(blob)
    writeFileSync(blob, 'x'.repeat(length))
    const repaired = await run(folder, plan, speaking())
    assert.equal(repaired.hits, ['a'])
    assert.ok(repaired.ran.includes('a'))
    assert.is(said(repaired).filter(({ code }) => code === dead.code).length, 1)
  }))

test('a record of a version that kept no messages is found, and says nothing; a damaged message is no record', () =>
  withFolder(async (folder) => {
    const done = await run(folder, [action('a')], speaking())
    const [path = ''] = records(done)
    const record = JSON.parse(readFileSync(path, 'utf8'))
    const { messages: _messages, ...former } = record
    writeFileSync(path, JSON.stringify(former))
    const found = await run(folder, [action('a')], speaking())
    assert.equal([found.hits, said(found)], [['a'], []])
    writeFileSync(path, JSON.stringify({ ...record, messages: [{ code: 'HGQ4003' }] }))
    assert.equal((await run(folder, [action('a')], speaking())).ran, ['a'])
  }))

test('a look at what would be done says nothing', () =>
  withFolder(async (folder) => {
    const { store } = await run(folder, plan, speaking())
    const previews = await preview({
      plan: { actions: plan },
      store,
      fingerprints: () => 'code',
      sources: { digest: () => Promise.reject(new Error('no file')), read: () => Promise.reject(new Error('no file')) },
    })
    assert.ok(previews.every(({ state }) => state === 'hit'))
  }))
