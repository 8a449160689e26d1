import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { packContents, unpackContents } from '../../../runtime/execute/container.js'
import { decodeNetworks, encodeNetworks } from '../../../runtime/execute/networks.js'
import { materialize } from '../../../runtime/execute/outputs.js'
import { Store } from '../../../runtime/store/store.js'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
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
    assert.equal(await materialize(out, files, store), { ok: true, value: 'written' })
    assert.equal(readdirSync(out).sort(), ['.hgq-files', 'a.v', 'sub', 'vivado'])
    assert.equal(readdirSync(join(out, 'sub')), ['b.v'])
    assert.is(readFileSync(join(out, 'sub', 'b.v'), 'utf8'), 'module b')
    assert.is(readFileSync(join(out, 'vivado', 'timing.rpt'), 'utf8'), 'met')
    assert.equal(await materialize(out, files, store), { ok: true, value: 'unchanged' })
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
    assert.equal(await materialize(out, files, store), { ok: true, value: 'unchanged' })
    assert.is(statSync(join(out, 'a.v')).ino, before.ino)
    writeFileSync(join(out, 'a.v'), 'module c')
    assert.equal(await materialize(out, files, store), { ok: true, value: 'written' })
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
