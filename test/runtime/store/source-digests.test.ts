import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { digestOf } from '../../../runtime/store/digest.js'
import { SourceDigests } from '../../../runtime/store/source-digests.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('digests of sources')

test('a digest follows the content, also when size and modification time are kept', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'data.csv')
    const time = new Date(Date.now() - 100_000)
    writeFileSync(path, 'one')
    utimesSync(path, time, time)
    const digests = new SourceDigests(folder)
    assert.is(await digests.digest(path), digestOf('one'))
    writeFileSync(path, 'two')
    utimesSync(path, time, time)
    assert.is(await digests.digest(path), digestOf('two'))
  }))

test('a file that has settled is remembered; one that has just changed is not', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'data.csv')
    writeFileSync(path, 'one')
    const fresh = new SourceDigests(folder)
    await fresh.digest(path)
    await fresh.save()
    assert.throws(() => readFileSync(join(folder, 'stat.json')))
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const settled = new SourceDigests(folder)
    await settled.digest(path)
    await settled.save()
    assert.ok(readFileSync(join(folder, 'stat.json'), 'utf8').includes(digestOf('one')))
    assert.is(await new SourceDigests(folder).digest(path), digestOf('one'))
  }))

test('a memo that is damaged is as good as none', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'data.csv')
    writeFileSync(path, 'one')
    writeFileSync(join(folder, 'stat.json'), '{"half')
    assert.is(await new SourceDigests(folder).digest(path), digestOf('one'))
  }))
