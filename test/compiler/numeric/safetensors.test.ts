import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../../compiler/numeric/safetensors.js'
import { suite } from '../../kit.js'

const test = suite('safetensors')

const values = fc.oneof(
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
  fc.int8Array(),
  fc.uint8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
)
const names = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((name) => name !== '__metadata__' && name !== '__proto__')

test('what is written is read back, whatever the order of the tensors', () => {
  fc.assert(
    fc.property(
      fc.dictionary(names, values, { maxKeys: 5 }),
      fc.dictionary(names, fc.string()),
      (tensors, metadata) => {
        const data = Object.entries(tensors).map(([name, array]): [string, TensorData] => [
          name,
          { shape: [array.length], values: array },
        ])
        const bytes = encodeSafetensors(new Map(data), metadata)
        assert.equal(encodeSafetensors(new Map([...data].reverse()), metadata), bytes)
        const back = decodeSafetensors(bytes)
        assert.is(back.tensors.size, data.length)
        for (const [name, tensor] of data) assert.equal(back.tensors.get(name), tensor)
        assert.equal({ ...back.metadata }, { ...metadata })
      },
    ),
  )
})

test('the bytes are those of the format', () => {
  const bytes = encodeSafetensors(new Map([['w', { shape: [1, 2], values: Float32Array.of(1, -2) }]]), { a: 'b' })
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  assert.is(length % 8, 0)
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  assert.equal(header, { __metadata__: { a: 'b' }, w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } })
  assert.equal(Array.from(bytes.subarray(8 + length)), [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
})

test('damaged bytes are refused', () => {
  const bytes = encodeSafetensors(new Map([['w', { shape: [2], values: Float64Array.of(1, 2) }]]))
  for (const cut of [0, 4, 12, bytes.length - 1]) assert.throws(() => decodeSafetensors(bytes.subarray(0, cut)))
})
