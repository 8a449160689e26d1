import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Action } from '../../../compiler/plan/action.js'
import { usage } from '../../../lang/diagnostics/messages/build.js'
import { toolMissing } from '../../../lang/diagnostics/messages/tools.js'
import { type ExecuteRequest, LostResult } from '../../../runtime/execute/execute.js'
import { preview } from '../../../runtime/execute/preview.js'
import { digestOf } from '../../../runtime/store/digest.js'
import { StoreUnreadable } from '../../../runtime/store/unreadable.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { action, answer, FakeRunner, plainAnswer, type Run, run, stateOf } from './rig.js'

const test = suite('execute')

const diamond = [action('a'), action('b', ['a']), action('c', ['a']), action('d', ['b', 'c'])]

/** Something that happens once, and that others wait for. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give }
}

/** Where the store keeps the only output of an action. */
function blobOf(done: Run, address: string): string {
  const outcome = done.result.outcomes.get(address)
  if (outcome?.state !== 'done') throw new Error(`${address} is not done`)
  const digest = outcome.record.outputs[0]?.digest ?? ''
  return join(done.store.folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
}

test('every action runs once, after what it reads', () =>
  withFolder(async (folder) => {
    const done = await run(folder, diamond)
    assert.is(done.ran[0], 'a')
    assert.is(done.ran[3], 'd')
    assert.equal([...done.ran].sort(), ['a', 'b', 'c', 'd'])
  }))

test('a second time nothing runs', () =>
  withFolder(async (folder) => {
    await run(folder, diamond)
    const again = await run(folder, diamond)
    assert.equal(again.ran, [])
    assert.equal([...again.hits].sort(), ['a', 'b', 'c', 'd'])
  }))

test('a changed parameter runs that action and what follows from it', () =>
  withFolder(async (folder) => {
    await run(folder, diamond)
    const edited = [diamond[0], action('b', ['a'], { edited: true }), diamond[2], diamond[3]].flatMap(
      (each) => each ?? [],
    )
    assert.equal((await run(folder, edited)).ran, ['b', 'd'])
    assert.equal((await run(folder, diamond)).ran, [], 'the old results are still there')
  }))

test('an action whose result comes out as before lets nothing else run', () =>
  withFolder(async (folder) => {
    const runner = () =>
      new FakeRunner((task) => (task.params.self === 'b' ? answer('always the same') : plainAnswer(task)))
    await run(folder, diamond, { runner: runner() })
    const edited = diamond.map((each) => (each.address === 'b' ? action('b', ['a'], { edited: true }) : each))
    assert.equal((await run(folder, edited, { runner: runner() })).ran, ['b'])
  }))

test('other code of a kind runs the actions of that kind again', () =>
  withFolder(async (folder) => {
    const actions = [action('a'), action('b', ['a'], {}, 'emit')]
    await run(folder, actions)
    const fingerprints = (kind: string): string => (kind === 'emit' ? 'other code' : 'code')
    assert.equal((await run(folder, actions, { fingerprints })).ran, ['b'])
  }))

test('independent actions run side by side, never more than allowed', () =>
  withFolder(async (folder) => {
    // Each waits for two more, so that the first three must be under way together.
    const three = signal()
    let begun = 0
    const runner = new FakeRunner(async (task) => {
      if (++begun === 3) three.give()
      await three.given
      return plainAnswer(task)
    })
    const many = Array.from({ length: 7 }, (_, index) => action(`a${index}`))
    await run(folder, many, { runner, jobs: 3 })
    assert.is(runner.most, 3)
    assert.is(runner.calls.length, 7)
  }))

/** Files of one content, each of which takes so many milliseconds to know. */
function slowFiles(milliseconds: { readonly [path: string]: number }): ExecuteRequest['sources'] {
  const content = new TextEncoder().encode('rows')
  return {
    digest: async (path) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds[path]))
      return digestOf(content)
    },
    read: () => Promise.resolve(content),
  }
}

const reading = (address: string, path: string, key = address): Action => ({
  ...action(key),
  address,
  inputs: { rows: { from: 'file', path } },
})

test('of those that are ready the first of the plan runs first, however long it takes to know its key', () =>
  withFolder(async (folder) => {
    const actions = [reading('first', 'slow'), action('second'), action('third', ['first']), action('fourth')]
    const options = { sources: slowFiles({ slow: 50 }), jobs: 1 }
    assert.equal((await run(folder, actions, options)).ran, ['first', 'second', 'third', 'fourth'])
    assert.equal((await run(folder, actions, options)).ran, [], 'what is there needs no slot')
  }))

test('what an action makes ready comes before what stands behind that in the plan', () =>
  withFolder(async (folder) => {
    const chains = [action('a0'), action('a1', ['a0']), action('a2', ['a1']), action('b0'), action('b1', ['b0'])]
    assert.equal((await run(folder, chains, { jobs: 1 })).ran, ['a0', 'a1', 'a2', 'b0', 'b1'])
    for (const [found, other] of [
      [1, 40],
      [40, 1],
    ] as const) {
      const sources = slowFiles({ found, other })
      await run(folder, [reading('found', 'found')], { sources })
      const plan = [
        reading('found', 'found'),
        action('next', ['found'], { other }),
        reading('other', 'other', `o${other}`),
      ]
      assert.equal((await run(folder, plan, { sources, jobs: 1 })).ran, ['next', 'other'], `${found} ms`)
    }
  }))

test('several slots do not wait for the key of an action', () =>
  withFolder(async (folder) => {
    const fast = signal()
    const runner = new FakeRunner((task) => {
      if (task.params.self === 'fast') fast.give()
      return plainAnswer(task)
    })
    const files = slowFiles({ slow: 0 })
    // Not known before the other has begun.
    const sources = { ...files, digest: (path: string) => fast.given.then(() => files.digest(path)) }
    const actions = [reading('slow', 'slow'), action('fast')]
    assert.equal((await run(folder, actions, { sources, runner, jobs: 2 })).ran, ['fast', 'slow'])
  }))

test('equal keys run once', () =>
  withFolder(async (folder) => {
    const slow = new FakeRunner(async (task) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return plainAnswer(task)
    })
    const twins = ['x', 'y', 'z'].map((address) => ({ ...action('a'), address }))
    const done = await run(folder, twins, { runner: slow, jobs: 3 })
    assert.is(slow.calls.length, 1)
    for (const twin of twins) assert.is(stateOf(done, twin.address), 'done')
  }))

test('equal keys run once, whichever is known first', () =>
  withFolder(async (folder) => {
    // The second runs, in the only slot, while the first has a place before it.
    const twins = [reading('x', 'slow', 'a'), reading('y', 'fast', 'a')]
    const done = await run(folder, twins, { sources: slowFiles({ slow: 50, fast: 1 }), jobs: 1 })
    assert.is(done.ran.length, 1)
    for (const { address } of twins) assert.is(stateOf(done, address), 'done')
  }))

test('equal keys with an input that is damaged are all done once it has been made again', () =>
  withFolder(async (folder) => {
    for (const jobs of [1, 2]) {
      const blob = blobOf(await run(folder, [action('base')]), 'base')
      chmodSync(blob, 0o644)
      // Of the same length: it is noticed when it is read.
      writeFileSync(blob, Buffer.alloc(readFileSync(blob).length))
      const twins = ['x', 'y'].map((address) => ({ ...action('a', ['base'], { jobs }), address }))
      const done = await run(folder, [action('base'), ...twins, action('after', ['y'])], { jobs })
      for (const address of ['base', 'x', 'y', 'after'])
        assert.is(stateOf(done, address), 'done', `${address}, ${jobs} jobs`)
    }
  }))

test('a failure ends what depends on it and starts nothing new', () =>
  withFolder(async (folder) => {
    const begun = signal()
    const failed = signal()
    const runner = new FakeRunner(async (task) => {
      if (task.params.self === 'bad') {
        await begun.given
        setTimeout(failed.give, 50)
        return { ok: false, error: toolMissing({ tool: 'x', purpose: 'y' }) }
      }
      begun.give()
      await failed.given
      return plainAnswer(task)
    })
    const done = await run(folder, [action('bad'), action('after', ['bad']), action('ok'), action('later', ['ok'])], {
      runner,
    })
    assert.equal(
      ['bad', 'after', 'ok', 'later'].map((each) => stateOf(done, each)),
      ['failed', 'cancelled', 'done', 'cancelled'],
    )
    assert.equal([...done.result.abandoned], ['later'], 'what depends on the failure is not given up for another one')
  }))

test('the one that waits for the place of a failure is not started', () =>
  withFolder(async (folder) => {
    const runner = new FakeRunner((task) =>
      task.params.self === 'bad' ? { ok: false, error: toolMissing({ tool: 'x', purpose: 'y' }) } : plainAnswer(task),
    )
    const done = await run(folder, [action('bad'), action('waiting')], { runner, jobs: 1 })
    assert.equal(done.ran, ['bad'])
    assert.is(stateOf(done, 'waiting'), 'cancelled')
  }))

test('what is finished after a failure is followed up, and what it adds is not started', () =>
  withFolder(async (folder) => {
    const begun = signal()
    const failed = signal()
    const runner = new FakeRunner(async (task) => {
      if (task.params.self === 'bad') {
        await begun.given
        setTimeout(failed.give, 50)
        return { ok: false, error: toolMissing({ tool: 'x', purpose: 'y' }) }
      }
      begun.give()
      await failed.given
      return plainAnswer(task)
    })
    const expanded: string[] = []
    const done = await run(folder, [action('bad'), action('ok')], {
      runner,
      expand: ({ address }) => {
        expanded.push(address)
        return Promise.resolve([action('more', ['ok'])])
      },
    })
    assert.equal(expanded, ['ok'])
    assert.is(stateOf(done, 'more'), 'cancelled')
    assert.equal([...done.result.abandoned], ['more'])
  }))

test('a failure of one design alone lets the others go on', () =>
  withFolder(async (folder) => {
    const missed = usage({ reason: 'stands for a missed budget' })
    const runner = new FakeRunner((task) =>
      task.params.self === 'bad' ? { ok: false, error: missed } : plainAnswer(task),
    )
    const actions = [action('bad'), action('ok'), action('later', ['ok'])]
    const done = await run(folder, actions, { runner, isLocal: (diagnostic) => diagnostic.code === missed.code })
    assert.is(stateOf(done, 'later'), 'done')
    assert.equal([...done.result.abandoned], [])
  }))

test('what an action that fails had done by then is stored as the result of the one that asks for that alone', () =>
  withFolder(async (folder) => {
    const asked = (to: number) => action('a', [], { to })
    const part = { params: asked(2).params, outputs: answer('two epochs').value }
    const failing = new FakeRunner(() => ({ ok: false, error: usage({ reason: 'diverged' }), part }))
    assert.is(stateOf(await run(folder, [asked(5)], { runner: failing }), 'a'), 'failed')
    const shorter = await run(folder, [asked(2)])
    assert.equal([shorter.ran, shorter.hits], [[], ['a']])
    assert.is(new TextDecoder().decode(await shorter.result.read('a', 'out')), 'two epochs')
    assert.equal((await run(folder, [asked(3)])).ran, ['a'], 'of another length nothing is stored')
    assert.equal((await run(folder, [asked(5)])).ran, ['a'], 'nor of the one that failed')
  }))

test('failures are not stored', () =>
  withFolder(async (folder) => {
    const runner = new FakeRunner(() => ({ ok: false, error: usage({ reason: 'no' }) }))
    await run(folder, [action('a')], { runner })
    assert.equal((await run(folder, [action('a')])).ran, ['a'])
  }))

test('an exception is a message with the address, not the end of the program', () =>
  withFolder(async (folder) => {
    const runner = new FakeRunner(() => {
      throw new Error('index out of range')
    })
    const done = await run(folder, [action('a')], { runner })
    const outcome = done.result.outcomes.get('a')
    assert.ok(outcome?.state === 'failed' && outcome.diagnostic.code === 'HGQ7040')
    assert.ok(outcome?.state === 'failed' && /^a stopped .*index out of range/.test(outcome.diagnostic.message))
  }))

test('a damaged result that is needed is made again, and the build is right', () =>
  withFolder(async (folder) => {
    const first = await run(folder, diamond)
    const expected = await first.result.read('d', 'out')
    const blob = blobOf(first, 'a')
    chmodSync(blob, 0o644)
    writeFileSync(blob, 'garbage of another size')
    const edited = diamond.map((each) => (each.address === 'd' ? action('d', ['b', 'c'], { edited: true }) : each))
    // The size tells on sight: `a` runs again, and nothing follows since it comes out as before.
    assert.equal([...(await run(folder, edited)).ran].sort(), ['a', 'd'])
    const same = blobOf(await run(folder, diamond), 'b')
    const original = 'x'.repeat((await run(folder, diamond).then((each) => each.result.read('b', 'out'))).byteLength)
    chmodSync(same, 0o644)
    writeFileSync(same, original)
    const thrice = diamond.map((each) => (each.address === 'd' ? action('d', ['b', 'c'], { edited: 2 }) : each))
    // Same size: noticed when it is read.
    const repaired = await run(folder, thrice)
    assert.equal([...repaired.ran].sort(), ['b', 'd'])
    assert.ok(repaired.events.some((event) => event.type === 'message' && event.diagnostic.code === 'HGQ7003'))
    const last = await run(folder, diamond)
    assert.equal(last.ran, [])
    assert.equal(await last.result.read('d', 'out'), expected)
  }))

test('a repair reaches back as far as it must', () =>
  withFolder(async (folder) => {
    const chain = [action('a'), action('b', ['a']), action('c', ['b'])]
    const first = await run(folder, chain)
    for (const address of ['a', 'b']) {
      const blob = blobOf(first, address)
      const size = (await first.result.read(address, 'out')).byteLength
      chmodSync(blob, 0o644)
      writeFileSync(blob, '?'.repeat(size))
    }
    const edited = [...chain.slice(0, 2), action('c', ['b'], { edited: true })]
    const done = await run(folder, edited, { jobs: 1 })
    assert.equal([...done.ran].sort(), ['a', 'b', 'c'])
    assert.is(stateOf(done, 'c'), 'done')
  }))

test('a damaged result that cannot be made again is lost with a reason', () =>
  withFolder(async (folder) => {
    const first = await run(folder, diamond)
    const blob = blobOf(first, 'a')
    const size = (await first.result.read('a', 'out')).byteLength
    const again = await run(folder, diamond, { runner: new FakeRunner(() => Promise.reject(new Error('no more'))) })
    chmodSync(blob, 0o644)
    writeFileSync(blob, '?'.repeat(size))
    let error: unknown
    await again.result.read('a', 'out').catch((reason) => {
      error = reason
    })
    assert.instance(error, LostResult)
    const outcome = again.result.outcomes.get('a')
    assert.ok(outcome?.state === 'failed' && /^a stopped .*no more/.test(outcome.diagnostic.message))
  }))

test('what cannot be read to see what follows is a failure of that step, while others still run', () =>
  withFolder(async (folder) => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): number => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const slow = new FakeRunner(async (task) => {
      if (task.params.self === 'slow') await new Promise((resolve) => setTimeout(resolve, 300))
      return plainAnswer(task)
    })
    const expand = ({ address }: Action): Promise<readonly Action[]> =>
      address === 'quick' ? Promise.reject(new StoreUnreadable('x', { code: 'EACCES' })) : Promise.resolve([])
    const done = await run(folder, [action('slow'), action('quick')], { runner: slow, expand })
    process.off('unhandledRejection', note)
    assert.equal(unhandled, [])
    assert.is(stateOf(done, 'slow'), 'done')
    const outcome = done.result.outcomes.get('quick')
    assert.is(outcome?.state === 'failed' && outcome.diagnostic.code, 'HGQ7044')
  }))

test('a result that is lost while the build looks at it is made again', () =>
  withFolder(async (folder) => {
    const first = await run(folder, diamond)
    rmSync(blobOf(first, 'd'))
    assert.equal((await run(folder, diamond)).ran, ['d'])
  }))

test('further actions may follow from a result', () =>
  withFolder(async (folder) => {
    const done = await run(folder, [action('a')], {
      expand: (after) => Promise.resolve(after.address === 'a' ? [action('b', ['a'])] : []),
    })
    assert.equal(done.ran, ['a', 'b'])
    assert.is(stateOf(done, 'b'), 'done')
  }))

test('an interrupt starts nothing more and leaves no lock', () =>
  withFolder(async (folder) => {
    const controller = new AbortController()
    const runner = new FakeRunner(async (task) => {
      if (task.params.self !== 'a') {
        controller.abort()
        await new Promise(() => undefined)
      }
      return plainAnswer(task)
    })
    const done = await run(folder, diamond, { runner, signal: controller.signal, jobs: 1 })
    assert.equal(
      ['a', 'b', 'c', 'd'].map((each) => stateOf(done, each)),
      ['done', 'cancelled', 'cancelled', 'cancelled'],
    )
    const locks = join(done.store.folder, 'locks')
    assert.equal(existsSync(locks) ? readdirSync(locks) : [], [])
    assert.equal([...(await run(folder, diamond)).ran].sort(), ['b', 'c', 'd'], 'what was done is kept')
  }))

test('two builds at once share the work', () =>
  withFolder(async (folder) => {
    const runner = new FakeRunner(async (task) => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return plainAnswer(task)
    })
    const both = await Promise.all([run(folder, diamond, { runner }), run(folder, diamond, { runner })])
    assert.is(runner.calls.length, 4)
    for (const each of both) assert.is(stateOf(each, 'd'), 'done')
  }))

test('source files are read, checked and named when they are not there', () =>
  withFolder(async (folder) => {
    const reading = { ...action('a'), inputs: { data: { from: 'file', path: 'data.csv' } } } as const
    const content = new TextEncoder().encode('1,2')
    const sources = { digest: () => Promise.resolve(digestOf(content)), read: () => Promise.resolve(content) }
    const runner = new FakeRunner()
    await run(folder, [reading], { sources, runner })
    assert.equal(runner.calls[0]?.inputs.get('data'), content)
    const lost = await run(folder, [{ ...reading, params: { other: 1 } }])
    const outcome = lost.result.outcomes.get('a')
    assert.ok(outcome?.state === 'failed' && outcome.diagnostic.message.includes('data.csv'))
  }))

test('a file that is edited between hashing and reading is hashed again', () =>
  withFolder(async (folder) => {
    const reading = { ...action('a'), inputs: { data: { from: 'file', path: 'data.csv' } } } as const
    const contents = ['old', 'new', 'new', 'new'].map((text) => new TextEncoder().encode(text))
    let calls = 0
    const next = (): Uint8Array => contents[Math.min(calls++, 3)] ?? new Uint8Array()
    const sources = { digest: () => Promise.resolve(digestOf(next())), read: () => Promise.resolve(next()) }
    const runner = new FakeRunner()
    const done = await run(folder, [reading], { sources, runner })
    const outcome = done.result.outcomes.get('a')
    assert.ok(outcome?.state === 'done')
    assert.is(outcome?.state === 'done' ? outcome.record.inputs.data : '', digestOf('new'))
    assert.is(runner.calls.length, 1)
  }))

test('a preview says what a build then does', () =>
  withFolder(async (folder) => {
    const look = async (actions = diamond) => {
      const { store } = await run(folder, [])
      const sources = { digest: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) }
      const previews = await preview({ plan: { actions }, store, fingerprints: () => 'code', sources })
      return previews.map((each) => `${each.action.address} ${each.state}`)
    }
    assert.equal(await look(), ['a run', 'b follows', 'c follows', 'd follows'])
    await run(folder, diamond)
    assert.equal(await look(), ['a hit', 'b hit', 'c hit', 'd hit'])
    const edited = diamond.map((each) => (each.address === 'b' ? action('b', ['a'], { edited: true }) : each))
    assert.equal(await look(edited), ['a hit', 'b run', 'c hit', 'd follows'])
  }))
