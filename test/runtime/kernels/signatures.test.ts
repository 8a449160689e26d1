import * as assert from 'uvu/assert'
import { kernelModule, kernelSignatures } from '../../../runtime/kernels/kernels.js'
import { NUMBER, signaturesOf } from '../../../runtime/kernels/signatures.js'
import { suite } from '../../kit.js'

const test = suite('signatures of kernels')

test('every exported function has one', () => {
  const exported = WebAssembly.Module.exports(kernelModule()).filter(({ kind }) => kind === 'function')
  assert.equal([...kernelSignatures().keys()].sort(), exported.map(({ name }) => name).sort())
  assert.equal(kernelSignatures().get('fill'), { parameters: [NUMBER.i32, NUMBER.f32, NUMBER.i32], results: [] })
})

test('imported functions are counted first, and other exports are left out', () => {
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // Types: () → (), (f64) → i32.
    ...[0x01, 0x09, 0x02, 0x60, 0x00, 0x00, 0x60, 0x01, 0x7c, 0x01, 0x7f],
    // Imports: a memory with a maximum, and a function of the first type.
    ...[0x02, 0x0f, 0x02, 0x01, 0x61, 0x01, 0x63, 0x02, 0x01, 0x01, 0x02, 0x01, 0x61, 0x01, 0x62, 0x00, 0x00],
    // A function of the second type.
    ...[0x03, 0x02, 0x01, 0x01],
    // Exports: it, and the memory.
    ...[0x07, 0x09, 0x02, 0x01, 0x66, 0x00, 0x01, 0x01, 0x6d, 0x02, 0x00],
    ...[0x0a, 0x06, 0x01, 0x04, 0x00, 0x41, 0x00, 0x0b],
  ])
  assert.equal(
    WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name),
    ['f', 'm'],
  )
  assert.equal([...signaturesOf(bytes)], [['f', { parameters: [NUMBER.f64], results: [NUMBER.i32] }]])
})

test('bytes that end too early are told', () => {
  assert.throws(() => signaturesOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1)), /ends too early/)
})
