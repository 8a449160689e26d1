import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { packContents, unpackContents } from '../../../runtime/execute/container.js'
import { decodeNetworks, encodeNetworks } from '../../../runtime/execute/networks.js'
import { materialize } from '../../../runtime/execute/outputs.js'
import { Store } from '../../../runtime/store/store.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('outputs')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
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
    assert.is(await materialize(out, files, store), 'written')
    assert.equal(readdirSync(out).sort(), ['.hgq-files', 'a.v', 'sub', 'vivado'])
    assert.equal(readdirSync(join(out, 'sub')), ['b.v'])
    assert.is(readFileSync(join(out, 'sub', 'b.v'), 'utf8'), 'module b')
    assert.is(readFileSync(join(out, 'vivado', 'timing.rpt'), 'utf8'), 'met')
    assert.is(await materialize(out, files, store), 'unchanged')
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
    assert.is(await materialize(out, files, store), 'unchanged')
    assert.is(statSync(join(out, 'a.v')).ino, before.ino)
    writeFileSync(join(out, 'a.v'), 'module c')
    assert.is(await materialize(out, files, store), 'written')
  }))

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
