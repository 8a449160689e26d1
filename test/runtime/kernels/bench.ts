import { Arena } from '../../../runtime/kernels/arena.js'
import { instantiateKernels, type Kernels, kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import type { TestRandom } from '../../fixtures/calibrated.js'

/** The kernels with room to lay numbers out for them. Tests are small, so memory is taken at once. */
export class Bench {
  readonly kernels: Kernels
  readonly #arena = new Arena()
  readonly #buffer: SharedArrayBuffer

  constructor() {
    const memory = kernelMemory(1 << 24)
    this.#buffer = memory.buffer
    this.kernels = instantiateKernels(kernelModule(), memory)
  }

  /** Address of these float32, padded with zeros. */
  floats(values: ArrayLike<number>): number {
    const address = this.#arena.words(values.length)
    new Float32Array(this.#buffer, address, values.length).set(values)
    return address
  }

  words(values: ArrayLike<number>): number {
    const address = this.#arena.words(values.length)
    new Int32Array(this.#buffer, address, values.length).set(values)
    return address
  }

  doubles(values: ArrayLike<number>): number {
    const address = this.#arena.bytes(values.length * 8)
    new Float64Array(this.#buffer, address, values.length).set(values)
    return address
  }

  /** Address of so many float32 with numbers that no result may keep. */
  room(count: number): number {
    return this.floats(new Float32Array(count).fill(1234.5))
  }

  read(address: number, count: number): Float32Array {
    return new Float32Array(this.#buffer, address, count).slice()
  }

  readDouble(address: number): number {
    return new Float64Array(this.#buffer, address, 1)[0] as number
  }

  readDoubles(address: number, count: number): Float64Array {
    return new Float64Array(this.#buffer, address, count).slice()
  }

  readWord(address: number): number {
    return new Int32Array(this.#buffer, address, 1)[0] as number
  }

  writeWord(address: number, value: number): void {
    new Int32Array(this.#buffer, address, 1)[0] = value
  }

  /** Rows of a tile: `samples` numbers each, at the distance `stride` in bytes. */
  rows(values: readonly ArrayLike<number>[], stride: number): number {
    const address = this.room((values.length * stride) / 4)
    for (const [row, numbers] of values.entries())
      new Float32Array(this.#buffer, address + row * stride, numbers.length).set(numbers)
    return address
  }

  readRows(address: number, count: number, stride: number, samples: number): Float32Array[] {
    return Array.from({ length: count }, (_, row) => this.read(address + row * stride, samples))
  }
}

export function randomFloats(random: TestRandom, count: number, size = 2): Float32Array {
  return Float32Array.from({ length: count }, () => (random.unit() * 2 - 1) * size)
}

/** Distance of two float32 counted in steps of the latter's last place. */
export function ulps(found: number, expected: number): number {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, Math.fround(Math.abs(expected)))
  const low = bits.getFloat32(0)
  bits.setUint32(0, bits.getUint32(0) + 1)
  return Math.abs(found - expected) / (bits.getFloat32(0) - low)
}
