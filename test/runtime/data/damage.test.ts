import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { integerAt, randomKey } from '../../../compiler/numeric/random.js'
import type { DatasetSpec } from '../../../lang/program.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { contextOf, csv, dataset, file } from './kit.js'

const test = suite('damaged data')

const ROUNDS = 1000
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function numpyFile(name: string): Uint8Array {
  const text = readFileSync(join(packageRoot, 'test/runtime/data/numpy-arrays.txt'), 'utf8')
  const base64 = text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.split(' ')[1]
  if (base64 === undefined) throw new Error(`no array ${name}`)
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

const images = new Uint8Array([0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8])
const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1])
const CASES: { name: string; spec: DatasetSpec; files: { a: Uint8Array; b?: Uint8Array } }[] = [
  {
    name: 'csv',
    spec: dataset(csv('a'), { labels: 'y' }),
    files: { a: encode('x,"z",y\n1,2,a\n3,"4",b\n5,6,a\n7,8,b\n') },
  },
  {
    name: 'arff',
    spec: dataset({ kind: 'arff', path: file('a') }, { labels: 'y' }),
    files: { a: encode("@relation r\n@attribute 'x' real\n@attribute y {a,'b c'}\n@data\n1,a\n2,'b c'\n3,a\n4,a\n") },
  },
  {
    name: 'npz',
    spec: dataset({ kind: 'npz', path: file('a') }, { features: 'x', labels: 'y' }),
    files: { a: numpyFile('savez') },
  },
  {
    name: 'compressed npz',
    spec: dataset({ kind: 'npz', path: file('a') }, { features: 'x', labels: 'y' }),
    files: { a: numpyFile('savez_compressed') },
  },
  {
    name: 'npy',
    spec: dataset({ kind: 'npy', arrays: { x: file('a'), y: file('b') } }, { features: 'x', labels: 'y' }),
    files: { a: numpyFile('fortran'), b: numpyFile('S') },
  },
  {
    name: 'idx',
    spec: dataset({ kind: 'idx', images: file('a'), labels: file('b') }, { labels: 'labels' }),
    files: { a: images, b: labels },
  },
  {
    name: 'gzipped idx',
    spec: dataset({ kind: 'idx', images: file('a'), labels: file('b') }, { labels: 'labels' }),
    files: { a: gzipSync(images), b: labels },
  },
]

/** A copy with some bytes changed, removed or doubled. */
function damaged(bytes: Uint8Array, round: number): Uint8Array {
  const key = randomKey(round, 'damage')
  let result = Array.from(bytes)
  for (let edit = 0; edit <= integerAt(key, 0, 3); edit++) {
    const at = integerAt(key, 10 + 4 * edit, result.length)
    const other = integerAt(key, 11 + 4 * edit, 256)
    switch (integerAt(key, 12 + 4 * edit, 4)) {
      case 0:
        result[at] = other
        break
      case 1:
        result[at] = (result[at] ?? 0) ^ (1 << (other & 7))
        break
      case 2:
        result.splice(at, 1 + (other & 3))
        break
      default:
        result = [...result.slice(0, at), ...result.slice(Math.max(0, at - (other & 7)))]
    }
  }
  return Uint8Array.from(result)
}

for (const { name, spec, files } of CASES) {
  test(`${name}: ${ROUNDS} damaged files end in a data set or a message, never in a crash`, async () => {
    let refused = 0
    for (let round = 0; round < ROUNDS; round++) {
      const broken = { ...files, a: damaged(files.a, round) }
      try {
        const result = await loadDataset(spec, contextOf(broken))
        if (!result.ok) {
          refused++
          assert.match(result.error.code, /^HGQ3\d{3}$/)
          assert.not.match(result.error.message, /undefined|\[object|\n/)
        }
      } catch (error) {
        throw new Error(`round ${round}: ${Buffer.from(broken.a).toString('base64')}`, { cause: error })
      }
    }
    assert.ok(refused > ROUNDS / 10, `only ${refused} were refused`)
  })
}
