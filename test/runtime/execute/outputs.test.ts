import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { packContents, unpackContents } from '../../../runtime/execute/container.js'
import { decodeNetworks, encodeNetworks } from '../../../runtime/execute/networks.js'
import { materialize } from '../../../runtime/execute/outputs.js'
import { Store } from '../../../runtime/store/store.js'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
import { asNobody, canWithdraw, setMode } from '../../fixtures/withdrawn.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('outputs')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
/** The address of a module of `runtime/`, as it runs here. */
const moduleAt = (path: string): URL =>
  new URL(`../../../runtime/${path}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
const files = new Map([
  ['a.v', text('module a')],
  ['sub/b.v', text('module b')],
])

async function storeIn(folder: string): Promise<Store> {
  const store = await Store.open(join(folder, 'store'))
  if (!store.ok) throw new Error(store.error.message)
  return store.value
}

test('a folder comes to hold the files: what was written before goes, what others put there stays', () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    const out = join(folder, 'build', 'b', 't')
    await materialize(out, new Map([...files, ['sub/old.v', text('old')]]), store)
    mkdirSync(join(out, 'vivado'))
    writeFileSync(join(out, 'vivado', 'timing.rpt'), 'met')
    assert.equal(await materialize(out, files, store), { ok: true, value: { state: 'written', left: null } })
    assert.equal(readdirSync(out).sort(), ['.hgq-files', 'a.v', 'sub', 'vivado'])
    assert.equal(readdirSync(join(out, 'sub')), ['b.v'])
    assert.is(readFileSync(join(out, 'sub', 'b.v'), 'utf8'), 'module b')
    assert.is(readFileSync(join(out, 'vivado', 'timing.rpt'), 'utf8'), 'met')
    assert.equal(await materialize(out, files, store), { ok: true, value: { state: 'unchanged', left: null } })
    assert.equal(readdirSync(join(folder, 'build', 'b')), ['t'], 'nothing is left beside it')
    await store.close()
    assert.equal(readdirSync(join(folder, 'store', 'tmp')), [])
  }))

test('a folder that is right is not touched', () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    const out = join(folder, 't')
    await materialize(out, files, store)
    const before = statSync(join(out, 'a.v'))
    assert.equal(await materialize(out, files, store), { ok: true, value: { state: 'unchanged', left: null } })
    assert.is(statSync(join(out, 'a.v')).ino, before.ino)
    writeFileSync(join(out, 'a.v'), 'module c')
    assert.equal(await materialize(out, files, store), { ok: true, value: { state: 'written', left: null } })
  }))

test('what cannot be written is an error about the place: the store or the results', () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    const failed = async (out: string): Promise<string> => {
      const done = await materialize(out, files, store)
      return done.ok ? '' : `${done.error.code}: ${done.error.message}`
    }
    const file = join(folder, 'file')
    writeFileSync(file, '')
    assert.match(
      await failed(join(file, 'design')),
      /^HGQ7042: cannot write .*file\/design: a part of the path is not a folder$/,
    )
    rmSync(join(folder, 'store', 'tmp'), { recursive: true, force: true })
    writeFileSync(join(folder, 'store', 'tmp'), '')
    assert.match(
      await failed(join(folder, 't')),
      /^HGQ7001: cannot use the store \S+\/store: a part of the path is not/,
    )
    assert.not.ok(existsSync(join(folder, 't')))
  }))

test("a user's folder where the design has a file is an error about the results", () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    const out = join(folder, 't')
    mkdirSync(join(out, 'a.v'), { recursive: true })
    writeFileSync(join(out, 'a.v', 'notes'), '')
    const done = await materialize(out, files, store)
    assert.match(done.ok ? '' : done.error.message, /^cannot write \S+\/t: a part of the path is not a folder$/)
    assert.ok(existsSync(join(out, 'a.v', 'notes')))
  }))

test('what others take away while it is to be copied is no error, and hides nothing of what they leave', () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    const out = join(folder, 't')
    await materialize(out, new Map([['a.v', text('module old')]]), store)
    for (const name of ['gone', 'kept']) {
      mkdirSync(join(out, name))
      writeFileSync(join(out, name, 'timing.rpt'), name)
    }
    // Between the look at the folder and the copy.
    const temporary = store.temporary.bind(store)
    store.temporary = () => {
      rmSync(join(out, 'gone'), { recursive: true })
      return temporary()
    }
    assert.equal(await materialize(out, files, store), { ok: true, value: { state: 'written', left: null } })
    assert.is(readFileSync(join(out, 'kept', 'timing.rpt'), 'utf8'), 'kept')
    assert.not.ok(existsSync(join(out, 'gone', 'timing.rpt')))
  }))

/** What `materialize` says in a process that `within` starts, after `prepare` has been there: its state, or the message. */
function saidOf(folder: string, prepare: string, within: (words: readonly string[]) => string): string {
  return within([
    process.execPath,
    ...process.execArgv,
    '--input-type=module',
    '-e',
    `
    const { chmodSync, mkdirSync, writeFileSync } = await import('node:fs')
    const { dirname } = await import('node:path')
    const { materialize } = await import(${JSON.stringify(moduleAt('execute/outputs'))})
    const { Store } = await import(${JSON.stringify(moduleAt('store/store'))})
    const folder = process.argv[1]
    const out = folder + '/t'
    const store = (await Store.open(folder + '/store')).value
    const write = (text) => materialize(out, new Map([['a.v', Buffer.from(text)]]), store)
    ${prepare}
    const done = await write('new')
    const said = done.ok ? done.value.left : done.error
    console.log(said === null ? done.value.state : said.code + ': ' + said.message + '; ' + said.notes.join('; '))`,
    folder,
  ]).trim()
}

const refusals = [
  [
    'former results with a folder in which nobody may write are removed',
    "await write('old'); mkdirSync(out + '/sub'); writeFileSync(out + '/sub/x', ''); chmodSync(out + '/sub', 0o555)",
    /^written$/,
  ],
  [
    "a user's file that cannot be read is told as what it is",
    "mkdirSync(out); writeFileSync(out + '/x', ''); chmodSync(out + '/x', 0)",
    /^HGQ7042: cannot write \S+\/t: permission denied \(\S+\/t\/x\); what is built is in the store/,
  ],
  [
    'a store that refuses what is moved is told as what refuses',
    `await write('old')
    const temporary = store.temporary.bind(store)
    store.temporary = async () => {
      const path = await temporary()
      mkdirSync(path)
      chmodSync(dirname(path), 0o555)
      return path
    }`,
    /^HGQ7001: cannot use the store \S+\/store: permission denied \(\S+\/store\/tmp\/[^/]+\); set 'cacheDir'/,
  ],
] as const
for (const [name, prepare, expected] of refusals) {
  if (!canWithdraw) test.skip(name, 'nobody is without rights here')
  else
    test(name, () =>
      withFolder(async (folder) => {
        const said = saidOf(folder, prepare, (words) => asNobody(words))
        setMode(folder, 0o755)
        assert.match(said, expected)
        assert.not.match(readdirSync(folder).join(), /-old/)
      }),
    )
}

const stuck = 'former results that cannot be removed are a warning that says where they are'
if (!canMount) test.skip(stuck, 'no file system can be mounted here')
else {
  test(stuck, () =>
    withFolder(async (folder) => {
      // Nobody removes where a file system is mounted.
      const mounted = join(folder, 't', 'sub')
      mkdirSync(mounted, { recursive: true })
      const said = saidOf(folder, '', (words) => String(onSmallDisk(8, mounted, words).stdout))
      assert.match(
        said,
        /^HGQ7046: the new results are in \S+\/t, but the former ones cannot be removed: EBUSY.*; remove \S+\/store\/tmp\/\S+-old$/,
      )
      assert.is(readFileSync(join(folder, 't', 'a.v'), 'utf8'), 'new')
    }),
  )
}

test('a mistake of the caller is no error about a place', () =>
  withFolder(async (folder) => {
    const store = await storeIn(folder)
    try {
      // Node gives this one a code of its own.
      await materialize(join(folder, 't'), new Map([['a\0.v', text('')]]), store)
    } catch (error) {
      assert.is((error as NodeJS.ErrnoException).code, 'ERR_INVALID_ARG_VALUE')
      return
    }
    assert.unreachable()
  }))

const full = "where the store has no room for a user's files it is the store that is full"
if (!canMount) test.skip(full, 'no file system can be mounted here')
else {
  test(full, () =>
    withFolder(async (folder) => {
      const script = `
        const { materialize } = await import(${JSON.stringify(moduleAt('execute/outputs'))})
        const { Store } = await import(${JSON.stringify(moduleAt('store/store'))})
        const [folder, disk] = process.argv.slice(1)
        const store = await Store.open(disk + '/store')
        const done = await materialize(folder + '/t', new Map([['a.v', Buffer.from('module a')]]), store.value)
        console.log(done.error.message)`
      const disk = join(folder, 'disk')
      mkdirSync(disk)
      mkdirSync(join(folder, 't'))
      writeFileSync(join(folder, 't', 'timing.rpt'), new Uint8Array(1 << 20))
      const words = [...process.execArgv, '--input-type=module', '-e', script, folder, disk]
      const { stdout } = onSmallDisk(64, disk, [process.execPath, ...words])
      assert.match(String(stdout), `${disk}/store`)
      assert.match(String(stdout), /^no space left/)
      assert.equal(readdirSync(join(folder, 't')), ['timing.rpt'])
    }),
  )
}

test('contents packed into one blob come back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.uint8Array())), (entries) => {
      const unpacked = unpackContents(packContents(entries))
      assert.equal(
        unpacked.map(([name, content]) => [name, [...content]]),
        entries.map(([name, content]) => [name, [...content]]),
      )
      for (const [, content] of unpacked) assert.is(content.byteOffset % 8, 0)
    }),
  )
  const networks = [{ candidate: 3, epoch: 40, content: new Uint8Array([1, 2]) }]
  assert.equal(decodeNetworks(encodeNetworks(networks)), networks)
})
