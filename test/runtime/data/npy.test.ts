import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { readNpyHeader, readNpyValues } from '../../../runtime/data/npy.js'
import { openNpz } from '../../../runtime/data/npz.js'
import { inMemory } from '../../../runtime/data/random-access.js'
import type { ColumnData } from '../../../runtime/data/table.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { contextOf, dataset, file, loaded, messageOf, successOf } from './kit.js'

const test = suite('npy and npz')

const arrays = new Map(
  readFileSync(join(packageRoot, 'test/runtime/data/numpy-arrays.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name, base64] = line.split(' ')
      return name === undefined || name === '#' || base64 === undefined
        ? []
        : [[name, new Uint8Array(Buffer.from(base64, 'base64'))] as const]
    }),
)

function bytesOf(name: string): Uint8Array {
  const bytes = arrays.get(name)
  if (bytes === undefined) throw new Error(`no array ${name}`)
  return bytes.slice()
}

function read(bytes: Uint8Array): Result<ColumnData> {
  const header = readNpyHeader('a.npy', bytes)
  return header.ok ? readNpyValues('a.npy', header.value, bytes) : header
}

function numbers(name: string): number[] {
  const data = successOf(read(bytesOf(name)))
  return data.kind === 'numbers' ? Array.from(data.values) : []
}

for (const type of ['i1', 'i2', 'i4', 'i8', '>i2', '>i4', '>i8', 'f2', 'f4', 'f8', '>f2', '>f4', '>f8']) {
  test(`reads ${type} as NumPy writes it`, () => assert.equal(numbers(type), [0, 1, -2, 3, -4, 5]))
}
for (const type of ['u1', 'u2', 'u4', 'u8', '>u2']) {
  test(`reads ${type} as NumPy writes it`, () => assert.equal(numbers(type), [0, 1, 2, 3, 4, 5]))
}

test('reads truth values, and headers of versions 2 and 3', () => {
  assert.equal(numbers('bool'), [0, 1, 0, 1, 0, 1])
  assert.equal(numbers('version2'), [0, 1, -2, 3, -4, 5])
  assert.equal(numbers('version3'), [0, 1, -2, 3, -4, 5])
})

test('reads half precision, subnormals included', () => {
  assert.equal(numbers('half'), [1, -2.5, 6.097555160522461e-5, 2 ** -24, 65504, 0.3330078125])
})

test('puts columns-first order into rows', () => {
  assert.equal(
    numbers('fortran'),
    Array.from({ length: 24 }, (_, index) => index),
  )
})

test('reads words', () => {
  const words = (name: string): string[] => {
    const data = successOf(read(bytesOf(name)))
    return data.kind === 'words' ? Array.from(data.codes, (code) => data.words[code] ?? '') : []
  }
  assert.equal(words('U'), ['cat', 'dög', '', '😀'])
  assert.equal(words('>U'), ['ab', 'c'])
  assert.equal(words('S'), ['cat', 'do'])
})

const REFUSED: [string, string][] = [
  ['scalar', 'error HGQ3004: a.npy is a single value\n  = save an array with one entry per row'],
  ['record', 'error HGQ3004: a.npy holds records\n  = save one array per field'],
  ['complex', "error HGQ3004: a.npy has elements of type '<c8'\n  = save real and imaginary parts as two arrays"],
  [
    'object',
    'error HGQ3004: a.npy has elements of type \'|O\'\n  = objects are Python pickles, which hgq never runs; save numbers: x.astype("float32")',
  ],
  [
    'date',
    'error HGQ3004: a.npy has elements of type \'<M8[s]\'\n  = save it as bool, integers of 1 to 8 bytes, or floats of 2, 4 or 8 bytes: x.astype("float32")',
  ],
]
for (const [name, message] of REFUSED) {
  test(`message: ${name}`, () => assert.is(messageOf(read(bytesOf(name))), message))
}

test('message: an array that is cut short, wherever it is cut', () => {
  const bytes = bytesOf('f4')
  assert.is(
    messageOf(read(bytes.subarray(0, bytes.length - 1))),
    'error HGQ3002: a.npy is cut short: 2 × 3 values take 24 bytes, and 23 are there\n  = copy or download the file again',
  )
  for (let length = 0; length < bytes.length; length++) {
    assert.match(messageOf(read(bytes.subarray(0, length))), /^error HGQ3002: a.npy is cut short/)
  }
})

test('message: no array at all', () => {
  assert.is(
    messageOf(read(new TextEncoder().encode('hello, this is text'))),
    'error HGQ3003: a.npy is no valid NumPy file: it does not begin with the NumPy signature and a version from 1 to 3',
  )
})

test('npz: stored and compressed, 64-bit fields, words', () => {
  const stored = openNpz('a.npz', inMemory(bytesOf('savez')))
  assert.equal(successOf(stored).columns, [
    { name: 'x', shape: [3] },
    { name: 'y', shape: [] },
  ])
  const packed = successOf(openNpz('a.npz', inMemory(bytesOf('savez_compressed'))))
  assert.equal(packed.columns, [
    { name: 'x', shape: [3000] },
    { name: 'y', shape: [] },
  ])
  const data = successOf(
    packed.read(
      new Map([
        [0, 'numbers'],
        [1, 'labels'],
      ]),
    ),
  )
  assert.is(data.columns.get(0)?.rows, 2)
  assert.equal(data.columns.get(1), { kind: 'words', rows: 2, codes: new Uint32Array([0, 1]), words: ['a', 'b'] })
})

test('npz: a file that is cut short or damaged anywhere is noticed', () => {
  for (const name of ['savez', 'savez_compressed']) {
    const bytes = bytesOf(name)
    const all = (contents: Uint8Array): Result<unknown> => {
      const opened = openNpz('a.npz', inMemory(contents))
      return opened.ok
        ? opened.value.read(
            new Map([
              [0, 'numbers'],
              [1, 'labels'],
            ]),
          )
        : opened
    }
    for (let length = 0; length < bytes.length; length += 7) {
      const message = messageOf(all(bytes.subarray(0, length)))
      assert.match(message, /^error HGQ300[23]: a\.npz/)
    }
    assert.match(messageOf(all(bytes.subarray(0, 300))), 'a.npz is cut short: the directory at its end is missing')
    // Past the local header of the first array and before the next one, a changed bit never goes unnoticed.
    const next = Buffer.from(bytes).indexOf('PK\x03\x04', 4, 'latin1')
    for (let at = 60; at < next; at++) {
      const damaged = bytesOf(name)
      damaged[at] = (damaged[at] ?? 0) ^ 4
      assert.match(messageOf(all(damaged)), /^error HGQ300[234]: a\.npz/, `byte ${at} of ${name}`)
    }
    const damaged = bytesOf(name)
    damaged[next - 1] = (damaged[next - 1] ?? 0) ^ 4
    assert.is(
      messageOf(all(damaged)),
      "error HGQ3003: a.npz is no valid npz file: 'x.npy' is damaged\n  = copy or download it again",
    )
  }
})

test('message: arrays of different lengths', async () => {
  const context = contextOf({ 'x.npy': bytesOf('f4'), 'y.npy': bytesOf('U') })
  const spec = dataset({ kind: 'npy', arrays: { x: file('x.npy'), y: file('y.npy') } }, { features: 'x', labels: 'y' })
  assert.is(
    messageOf(await loadDataset(spec, context)),
    `error HGQ3016: array 'x' of x.npy, y.npy has 2 rows, 'y' has 4
  = every array of a data set holds one entry per row along its first axis`,
  )
})

test('message: NaN in an array, with its row', async () => {
  const bytes = bytesOf('f4')
  new DataView(bytes.buffer).setFloat32(bytes.length - 8, Number.NaN, true)
  const spec = dataset({ kind: 'npy', arrays: { x: file('x.npy'), y: file('y.npy') } }, { features: 'x', labels: 'y' })
  assert.is(
    messageOf(await loadDataset(spec, contextOf({ 'x.npy': bytes, 'y.npy': bytesOf('S') }))),
    `error HGQ3022: x.npy, y.npy, array 'x', row 1 (counted from 0): 'x' is NaN
  = remove the row or repair the value; training needs finite numbers`,
  )
})

test('message: several arrays that could be features, and one that is words', async () => {
  const arrays = { x: file('x.npy'), z: file('x.npy'), y: file('y.npy') }
  const context = contextOf({ 'x.npy': bytesOf('f4'), 'y.npy': bytesOf('S') })
  assert.is(
    messageOf(await loadDataset(dataset({ kind: 'npy', arrays }, { labels: 'y' }), context)),
    `error HGQ3017: which arrays of x.npy, x.npy, y.npy feed the network?
  = say so: features = "x"; there are: x, z`,
  )
  assert.is(
    messageOf(await loadDataset(dataset({ kind: 'npy', arrays }, { features: 'y', labels: 'x' }), context)),
    `error HGQ3033: x.npy, x.npy, y.npy, array 'x', row 0 (counted from 0): 'x' with rows of shape [3] does not name one class
  = labels are one number or word per row, or one-hot rows with a single 1`,
  )
})

test('the only other array is the features', async () => {
  const source = { kind: 'npy', arrays: { x: file('x.npy'), y: file('y.npy') } } as const
  const context = contextOf({ 'x.npy': bytesOf('fortran'), 'y.npy': bytesOf('S') })
  const split = { train: 1, validation: 0, test: 0 }
  const data = await loaded(dataset(source, { labels: 'y', split }), context)
  assert.equal(data.inputs[0]?.shape, [3, 4])
  assert.equal(data.classes, ['cat', 'do'])
})
