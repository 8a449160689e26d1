import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { loadDataset } from '../../../runtime/data/load.js'
import { suite } from '../../kit.js'
import { allRows, contextOf, dataset, file, loaded, messageOf } from './kit.js'

const test = suite('idx')
const source = { kind: 'idx', images: file('images'), labels: file('labels') } as const
const spec = dataset(source, { labels: 'labels' })

/** A file of the format: type, shape, big-endian body. */
function idx(type: number, shape: readonly number[], body: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + body.length)
  bytes[2] = type
  bytes[3] = shape.length
  const view = new DataView(bytes.buffer)
  for (const [axis, length] of shape.entries()) view.setUint32(4 + 4 * axis, length)
  bytes.set(body, 4 + 4 * shape.length)
  return bytes
}

const images = idx(0x08, [4, 1, 2], [0, 255, 1, 254, 2, 253, 3, 252])
const labels = idx(0x08, [4], [7, 9, 7, 9])

test('plain and gzipped', async () => {
  for (const files of [
    { images, labels },
    { images: gzipSync(images), labels: gzipSync(labels) },
  ]) {
    const data = await loaded(spec, contextOf(files))
    assert.equal(data.inputs[0]?.shape, [1, 2])
    assert.equal(data.classes, ['7', '9'])
    assert.equal(allRows(data), [
      [0, 255, 0],
      [1, 254, 1],
      [2, 253, 0],
      [3, 252, 1],
    ])
  }
})

test('every type of element', async () => {
  const bodies: [number, number[]][] = [
    [0x09, [255, 1, 2, 3]],
    [0x0b, [255, 255, 0, 1, 0, 2, 0, 3]],
    [0x0c, [255, 255, 255, 255, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]],
    [0x0d, [191, 128, 0, 0, 63, 128, 0, 0, 64, 0, 0, 0, 64, 64, 0, 0]],
    [0x0e, [-1, 1, 2, 3].flatMap((value) => [...new Uint8Array(new Float64Array([value]).buffer).reverse()])],
  ]
  for (const [type, body] of bodies) {
    const data = await loaded(spec, contextOf({ images: idx(type, [4, 1], body), labels }))
    assert.equal(
      allRows(data).map((row) => row[0]),
      [-1, 1, 2, 3],
      `type ${type}`,
    )
  }
})

const BROKEN: [name: string, files: { images: Uint8Array; labels: Uint8Array }, message: string][] = [
  [
    'fewer values than announced',
    { images: images.subarray(0, 20), labels },
    'error HGQ3002: images is cut short: 4 × 1 × 2 values take 24 bytes, and 20 are there\n  = copy or download the file again',
  ],
  [
    'a cut header',
    { images: images.subarray(0, 9), labels },
    'error HGQ3002: images is cut short: the header is incomplete\n  = copy or download the file again',
  ],
  [
    'a cut gzip stream',
    { images: gzipSync(images).subarray(0, 30), labels },
    'error HGQ3002: images is cut short: the gzip stream does not end\n  = copy or download the file again',
  ],
  [
    'another format',
    { images: new TextEncoder().encode('a,b,c'), labels },
    'error HGQ3003: images is no valid idx file: it does not begin with two zero bytes',
  ],
  [
    'an unknown type',
    { images: idx(0x07, [1], [0]), labels },
    'error HGQ3003: images is no valid idx file: it names an unknown type (7)',
  ],
  [
    'different lengths',
    { images, labels: idx(0x08, [3], [1, 2, 3]) },
    `error HGQ3016: array 'images' of images, labels has 4 rows, 'labels' has 3
  = every array of a data set holds one entry per row along its first axis`,
  ],
]
for (const [name, files, message] of BROKEN) {
  test(`message: ${name}`, async () => assert.is(messageOf(await loadDataset(spec, contextOf(files))), message))
}

test('message: a gzip stream with a wrong bit', async () => {
  const packed = gzipSync(images)
  packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1
  assert.is(
    messageOf(await loadDataset(spec, contextOf({ images: packed, labels }))),
    'error HGQ3003: images is no valid gzip file: it is damaged\n  = copy or download it again',
  )
})

test('message: images in a list of columns', async () => {
  assert.is(
    messageOf(
      await loadDataset(
        dataset(source, { features: ['images', 'labels'], labels: 'labels' }),
        contextOf({ images, labels }),
      ),
    ),
    `error HGQ3013: 'images' of images, labels has rows of shape [1, 2] and cannot be joined with other columns
  = columns in a list form one vector; give an array of its own an input of its own: features = { a = "…", b = "…" }`,
  )
})
