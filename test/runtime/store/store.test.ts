import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { mock } from 'node:test'
import * as assert from 'uvu/assert'
import type { Digest } from '../../../compiler/plan/action.js'
import { digestOf } from '../../../runtime/store/digest.js'
import { type Commit, Store } from '../../../runtime/store/store.js'
import { StoreUnreadable } from '../../../runtime/store/unreadable.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('store')

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function commitOf(key: Digest, outputs: Readonly<Record<string, string>>): Commit {
  return {
    key,
    kind: 'lower',
    address: 'b/t/try[0]/lower',
    params: { a: 1 },
    inputs: new Map([['calibrated', digestOf('x')]]),
    fingerprint: 'f',
    outputs: new Map(Object.entries(outputs).map(([role, content]) => [role, text(content)])),
    messages: [],
    milliseconds: 3,
  }
}

async function opened(folder: string): Promise<Store> {
  const store = await Store.open(folder)
  if (!store.ok) throw new Error(store.error.message)
  return store.value
}

/** Every file under a folder, relative. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  )
}

const key = digestOf('a key')

test('what is committed is found and read, by another process too', () =>
  withFolder(async (folder) => {
    const first = await opened(join(folder, 'store'))
    assert.is(await first.find(key), null)
    const committed = await first.commit(commitOf(key, { graph: 'content', empty: '' }))
    assert.ok(committed.ok)
    const second = await opened(join(folder, 'store'))
    const record = await second.find(key)
    assert.equal(
      record?.outputs.map((output) => [output.role, output.size]),
      [
        ['graph', 7],
        ['empty', 0],
      ],
    )
    assert.equal(record?.params, { a: 1 })
    const [graph] = record?.outputs ?? []
    assert.ok(graph)
    assert.equal(new Uint8Array((await second.read(graph)) ?? []), text('content'))
  }))

test('the layout is the one that is documented', () =>
  withFolder(async (folder) => {
    const store = await opened(folder)
    await store.commit(commitOf(key, { graph: 'content' }))
    await store.close()
    const digest = digestOf('content')
    assert.equal(files(folder).sort(), [
      'CACHEDIR.TAG',
      `actions/${key.slice(0, 2)}/${key.slice(2)}.json`,
      `cas/sha256/${digest.slice(0, 2)}/${digest.slice(2)}`,
      'format',
    ])
    assert.ok(
      readFileSync(join(folder, 'CACHEDIR.TAG'), 'utf8').startsWith('Signature: 8a477f597d28d172789f06886806bc55'),
    )
    assert.is(readFileSync(join(folder, 'format'), 'utf8'), '1\n')
    assert.is(statSync(join(folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))).mode & 0o222, 0)
  }))

test('a store of an unknown format is left alone and another folder used', () =>
  withFolder(async (folder) => {
    const old = join(folder, 'store')
    mkdirSync(old)
    writeFileSync(join(old, 'format'), '99\n')
    const store = await opened(old)
    assert.is(store.folder, `${old}-1`)
    assert.equal(files(old), ['format'])
  }))

const DAMAGE: readonly (readonly [name: string, harm: (path: string) => void])[] = [
  ['altered', (path) => writeFileSync(path, 'c0ntent')],
  ['truncated', (path) => truncateSync(path, 3)],
  ['emptied', (path) => truncateSync(path, 0)],
]

for (const [name, harm] of DAMAGE) {
  test(`a blob that was ${name} is never handed out, and is put in quarantine`, () =>
    withFolder(async (folder) => {
      const store = await opened(folder)
      const committed = await store.commit(commitOf(key, { graph: 'content' }))
      assert.ok(committed.ok)
      const [output] = committed.value.outputs
      assert.ok(output)
      const path = join(folder, 'cas', 'sha256', output.digest.slice(0, 2), output.digest.slice(2))
      chmodSync(path, 0o644)
      harm(path)
      assert.is(await store.read(output), null)
      assert.is(existsSync(path), false)
      assert.is(readdirSync(store.quarantine).length, 1)
      assert.is(await store.find(key), null)
      // Made again, all is well.
      await store.commit(commitOf(key, { graph: 'content' }))
      assert.equal(new Uint8Array((await store.read(output)) ?? []), text('content'))
    }))
}

test('what is there and cannot be read is told apart from what is not there', () =>
  withFolder(async (folder) => {
    const store = await opened(folder)
    const committed = await store.commit(commitOf(key, { graph: 'content' }))
    assert.ok(committed.ok)
    const [output] = committed.value.outputs
    assert.ok(output)
    const blob = join(folder, 'cas', 'sha256', output.digest.slice(0, 2), output.digest.slice(2))
    const record = join(folder, 'actions', key.slice(0, 2), `${key.slice(2)}.json`)
    const reasonOf = (error: unknown): string =>
      error instanceof StoreUnreadable ? `${error.path}: ${error.reason}` : String(error)
    for (const [path, attempt] of [
      [blob, () => store.read(output)],
      [record, () => store.find(key)],
    ] as const) {
      rmSync(path)
      assert.is(await attempt(), null)
      mkdirSync(path)
      assert.is(await attempt().catch(reasonOf), `${path}: it is a folder`)
    }
  }))

test('a commit replaces a damaged blob of the same name', () =>
  withFolder(async (folder) => {
    const store = await opened(folder)
    await store.commit(commitOf(key, { graph: 'content' }))
    const digest = digestOf('content')
    const path = join(folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
    chmodSync(path, 0o644)
    writeFileSync(path, 'c0ntent')
    const other = await store.commit(commitOf(digestOf('another key'), { graph: 'content' }))
    assert.ok(other.ok)
    assert.is(readFileSync(path, 'utf8'), 'content')
  }))

test('a record that is cut short, of another key or without its blobs counts for nothing', () =>
  withFolder(async (folder) => {
    const store = await opened(folder)
    const path = join(folder, 'actions', key.slice(0, 2), `${key.slice(2)}.json`)
    await store.commit(commitOf(key, { graph: 'content' }))
    truncateSync(path, 40)
    assert.is(await store.find(key), null)
    assert.is(existsSync(path), false)
    await store.commit(commitOf(key, { graph: 'content' }))
    writeFileSync(path, readFileSync(path, 'utf8').replace(key, digestOf('other')))
    assert.is(await store.find(key), null)
    await store.commit(commitOf(key, { graph: 'content' }))
    const digest = digestOf('content')
    const blob = join(folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
    chmodSync(blob, 0o644)
    truncateSync(blob, 3)
    assert.is(await store.find(key), null)
  }))

test('a folder that cannot be used is an error that says why', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'file'), '')
    const store = await Store.open(join(folder, 'file', 'store'))
    assert.not.ok(store.ok)
    if (!store.ok) {
      assert.is(store.error.code, 'HGQ7001')
      assert.match(store.error.message, /a part of the path is not a folder/)
    }
  }))

test('closing removes what was in the making', () =>
  withFolder(async (folder) => {
    const store = await opened(folder)
    writeFileSync(await store.temporary(), 'scratch')
    await store.close()
    assert.equal(readdirSync(join(folder, 'tmp')), [])
  }))

test('what a build has in the making stays, however long it takes, and goes an hour after the build is gone', () =>
  withFolder(async (folder) => {
    mock.timers.enable({ apis: ['setInterval'] })
    const long = await opened(folder)
    const scratch = await long.temporary()
    mkdirSync(scratch)
    const age = (): void => {
      const past = new Date(Date.now() - 2 * 3_600_000)
      utimesSync(dirname(scratch), past, past)
    }
    age()
    mock.timers.tick(15 * 60_000)
    mock.timers.reset()
    // Until the file system has done what the timer asked it for.
    const fresh = (): boolean => Date.now() - statSync(dirname(scratch)).mtimeMs < 60_000
    for (let wait = 0; wait < 100 && !fresh(); wait++) await new Promise((resolve) => setTimeout(resolve, 50))
    await (await opened(folder)).close()
    assert.ok(existsSync(scratch))
    age()
    await (await opened(folder)).close()
    assert.not.ok(existsSync(scratch))
    await long.close()
  }))
