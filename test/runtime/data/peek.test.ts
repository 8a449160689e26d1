import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import type { DataSource } from '../../../lang/program.js'
import { dataFiles } from '../../../runtime/data/open.js'
import { peekData } from '../../../runtime/data/peek.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'
import { csv, file, inFolder } from './kit.js'

const test = suite('peek')

test('headers of files, without their rows', () =>
  inFolder(async (folder) => {
    const columns = (source: DataSource): [string, readonly number[]][] | undefined =>
      peekData({ source: { ...source }, pipeline: join(folder, 'pipeline.hgq') })?.columns.map(({ name, shape }) => [
        name,
        shape,
      ])
    writeFileSync(join(folder, 'a.csv'), '\ufeffx,"the y"\r\nrubbish')
    writeFileSync(join(folder, 'a.arff'), "@relation r\n@attribute 'a b' real\n@attribute c {d}\n@data\nrubbish")
    const images = new Uint8Array(16 + 6)
    images.set([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3])
    writeFileSync(join(folder, 'images'), images)
    writeFileSync(join(folder, 'labels'), gzipSync(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7])).subarray(0, 22))
    assert.equal(columns(csv('a.csv')), [
      ['x', []],
      ['the y', []],
    ])
    assert.equal(columns(csv('a.csv', false)), [
      ['0', []],
      ['1', []],
    ])
    assert.equal(columns({ kind: 'arff', path: file('a.arff') }), [
      ['a b', []],
      ['c', []],
    ])
    assert.equal(columns({ kind: 'idx', images: file('images'), labels: file('labels') }), [
      ['images', [2, 3]],
      ['labels', []],
    ])
    const muons = { events: 1, efficiency: 1, noise: 0, crosstalk: 0, seed: 0 }
    assert.equal(columns({ kind: 'simulate.muon_tracker', ...muons }), [
      ['station_1', [3, 50]],
      ['station_2', [2, 50]],
      ['station_3', [2, 50]],
      ['angle', []],
    ])
    assert.is(columns(csv('absent.csv')), undefined)
    assert.is(columns(csv('.')), undefined)
    assert.is(columns({ kind: 'npz', path: file('a.csv') }), undefined)
    assert.is(columns({ kind: 'npz', path: { kind: 'url', url: 'http://127.0.0.1:9/a', sha256: '0' } }), undefined)
  }))

const npz = sharedFile('data/dry_bean/dry_bean.npz')
if (npz === null) test.skip('headers of a real npz', '../shared/data/dry_bean is absent')
else
  test('headers of a real npz', () => {
    assert.equal(peekData({ source: { kind: 'npz', path: file(npz) }, pipeline: 'pipeline.hgq' })?.columns, [
      { name: 'X', shape: [16] },
      { name: 'y', shape: [] },
      { name: 'classes', shape: [] },
    ])
  })

test('the files that a source reads', () => {
  assert.equal(dataFiles(csv('a.csv')), ['a.csv'])
  assert.equal(dataFiles({ kind: 'idx', images: file('i'), labels: file('l') }), ['i', 'l'])
  const url = { kind: 'url', url: 'http://127.0.0.1:9/a', sha256: '0' } as const
  assert.equal(dataFiles({ kind: 'npy', arrays: { x: file('x.npy'), y: url } }), ['x.npy'])
  assert.equal(dataFiles({ kind: 'openml', id: 1 }), [])
})
