import * as assert from 'uvu/assert'
import { encodeSafetensors } from '../../../compiler/numeric/safetensors.js'
import { decodeDataset, encodeDataset } from '../../../runtime/data/codec.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { suite } from '../../kit.js'

const test = suite('codec')

const DATA: Dataset = {
  task: 'regression',
  inputs: [
    { name: 'a', shape: [3], mean: new Float64Array([1, 2, 3]), scale: new Float64Array([1, 1, 0.1]) },
    { name: 'ü', shape: [], mean: new Float64Array([0]), scale: new Float64Array([1]) },
  ],
  classes: [],
  unit: 'mrad',
  targetSize: 1,
  targetScale: new Float64Array([128]),
  parts: {
    train: part(3, 0),
    validation: part(1, 20),
    test: part(0, 40),
  },
}

function part(rows: number, start: number): Dataset['parts']['train'] {
  const values = (count: number, from: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => from + i / 3)
  const inputs = new Map([
    ['a', values(rows * 3, start)],
    ['ü', values(rows, start + 10)],
  ])
  return { rows, inputs, targets: values(rows, -start) }
}

test('what comes back is what went in', () => {
  assert.equal(decodeDataset(encodeDataset(DATA)), DATA)
})

test('also from bytes at an odd place', () => {
  const bytes = encodeDataset(DATA)
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  assert.equal(decodeDataset(shifted.subarray(3)), DATA)
})

test('the same bytes for the same data', () => {
  const bytes = encodeDataset(DATA)
  assert.equal(encodeDataset(decodeDataset(bytes)), bytes)
})

test('numbers are read where they lie', () => {
  const bytes = encodeDataset(DATA)
  const { parts, targetScale } = decodeDataset(bytes)
  assert.is(parts.train.targets.buffer, bytes.buffer)
  assert.is(targetScale.buffer, bytes.buffer)
})

test('other bytes are refused', () => {
  assert.throws(() => decodeDataset(new Uint8Array(100)))
  const other = encodeSafetensors(new Map([['w', { shape: [1], values: Float32Array.of(1) }]]))
  assert.throws(() => decodeDataset(other), /no data set/)
})
