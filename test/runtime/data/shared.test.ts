import { readFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import type { DatasetSpec } from '../../../lang/program.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'
import { contextOf, csv, dataset, file, loaded } from './kit.js'

const test = suite('shared data')

/** A test that runs where all of these files are. */
function withFiles(name: string, paths: readonly string[], body: (load: Load) => Promise<void>): void {
  const absent = paths.find((path) => sharedFile(`data/${path}`) === null)
  if (absent !== undefined) {
    test.skip(name, `../shared/data/${absent} is absent`)
    return
  }
  const readShared = async (path: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(sharedFile(`data/${path}`) ?? ''))
  test(name, () => body((source, more) => loaded(dataset(source, more), contextOf({}, { readFile: readShared }))))
}

type Load = (source: DatasetSpec['source'], more: Partial<DatasetSpec>) => Promise<Dataset>

const SPLIT = { train: 0.7, validation: 0.1, test: 0.2 }

/** The same values, up to those that differ in the last places of single precision. */
function assertNear(a: Dataset, b: Dataset, tolerance: number): void {
  for (const part of ['train', 'validation', 'test'] as const) {
    assert.equal(a.parts[part].targets, b.parts[part].targets)
    const left = a.parts[part].inputs.get('') ?? new Float32Array(0)
    const right = b.parts[part].inputs.get('') ?? new Float32Array(0)
    assert.is(left.length, right.length)
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? Number.NaN
      if (!(Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(other)))) {
        assert.unreachable(`${part} ${index}: ${value} and ${other}`)
      }
    }
  }
}

const BEANS = ['BARBUNYA', 'BOMBAY', 'CALI', 'DERMASON', 'HOROZ', 'SEKER', 'SIRA']

withFiles('dry_bean: csv and npz agree', ['dry_bean/dry_bean.csv', 'dry_bean/dry_bean.npz'], async (load) => {
  const more = { split: SPLIT, standardize: 'standard' as const, seed: 42 }
  const text = await load(csv('dry_bean/dry_bean.csv'), { ...more, labels: 'Class' })
  const arrays = await load(
    { kind: 'npz', path: file('dry_bean/dry_bean.npz') },
    { ...more, features: 'X', labels: 'y', classes: BEANS },
  )
  assert.equal(text.classes, BEANS)
  assert.equal([text.parts.train.rows, text.parts.validation.rows, text.parts.test.rows], [9528, 1361, 2722])
  assertNear(text, arrays, 1e-4)
})

withFiles('magic04: no header, label by index', ['magic04/magic04.csv'], async (load) => {
  const source = csv('magic04/magic04.csv', false)
  const data = await load(source, { labels: -1, classes: ['h', 'g'], split: SPLIT, standardize: 'power_of_two' })
  assert.equal(data.inputs[0]?.shape, [10])
  const counts = [0, 0]
  for (const part of Object.values(data.parts)) {
    for (const label of part.targets) counts[label] = (counts[label] ?? 0) + 1
  }
  assert.equal(counts, [6688, 12332])
})

withFiles(
  'pendigits: arff and npz agree exactly',
  ['pendigits/pendigits.arff', 'pendigits/pendigits.npz'],
  async (load) => {
    const text = await load({ kind: 'arff', path: file('pendigits/pendigits.arff') }, { labels: 'class', split: SPLIT })
    const arrays = await load(
      { kind: 'npz', path: file('pendigits/pendigits.npz') },
      { features: 'X', labels: 'y', split: SPLIT },
    )
    assert.equal(text.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    assertNear(text, arrays, 0)
  },
)

withFiles(
  'mnist: 47 million numbers, without a second copy in double precision',
  ['mnist/train-images-idx3-ubyte.gz', 'mnist/train-labels-idx1-ubyte.gz'],
  async (load) => {
    const source = {
      kind: 'idx',
      images: file('mnist/train-images-idx3-ubyte.gz'),
      labels: file('mnist/train-labels-idx1-ubyte.gz'),
    } as const
    const data = await load(source, { labels: 'labels', split: SPLIT, standardize: 'standard' })
    assert.equal(data.inputs[0]?.shape, [28, 28])
    assert.is(data.parts.train.rows, 42_000)
    // The corners are always black: constants, with scale 1.
    assert.is(data.inputs[0]?.scale[0], 1)
    const sum = data.inputs[0]?.mean.reduce((a, b) => a + b) ?? 0
    assert.ok(Math.abs(sum / 784 - 33.3) < 0.3, `mean pixel ${sum / 784}`)
    // 47 MB of pixels and 188 MB of single precision; in double precision they would take 376 MB more.
    const megabytes = process.resourceUsage().maxRSS / 1024
    assert.ok(megabytes < 650, `${megabytes.toFixed(0)} MB of memory`)
  },
)

withFiles(
  'mnist: the test files',
  ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz'],
  async (load) => {
    const source = {
      kind: 'idx',
      images: file('mnist/t10k-images-idx3-ubyte.gz'),
      labels: file('mnist/t10k-labels-idx1-ubyte.gz'),
    } as const
    const data = await load(source, { features: 'images', labels: 'labels', split: SPLIT })
    assert.is(data.classes.length, 10)
    assert.equal([data.parts.train.rows, data.parts.validation.rows, data.parts.test.rows], [7000, 1000, 2000])
  },
)
