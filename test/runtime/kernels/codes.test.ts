import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { BINARY, REDUCTIONS, UNARY } from '../../../runtime/kernels/codes.js'
import { kernelModule } from '../../../runtime/kernels/kernels.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { Bench } from './bench.js'

const test = suite('what TypeScript and AssemblyScript both know of kernels')
const A = [-2, 3, 0, 1.5]
const B = [1, -4, 0, 1.5]

test('the module exports the kernels that are declared, and nothing else', () => {
  const source = readFileSync(join(packageRoot, 'runtime', 'kernels', 'kernels.ts'), 'utf8')
  const type = /export type KernelName =([\s\S]*?)\n\n/.exec(source)?.[1] ?? ''
  const declared = [...type.matchAll(/'(\w+)'/g)].map(([, name = '']) => name).sort()
  assert.ok(declared.length > 30)
  const exported = WebAssembly.Module.exports(kernelModule()).filter(({ kind }) => kind === 'function')
  assert.equal(exported.map(({ name }) => name).sort(), declared)
})

test('binary operations', () => {
  const expected: Record<keyof typeof BINARY, (a: number, b: number) => number> = {
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    maximum: Math.max,
    minimum: Math.min,
  }
  for (const [name, of] of Object.entries(expected)) {
    const bench = new Bench()
    const [a, b, y, map] = [bench.floats(A), bench.floats(B), bench.room(4), bench.words([0])]
    bench.kernels.binary(y, a, map, b, map, 1, 32, 4, BINARY[name as keyof typeof BINARY])
    assert.equal(
      Array.from(bench.read(y, 4), (value) => value + 0),
      A.map((value, at) => of(value, B[at] as number) + 0),
      name,
    )
  }
})

test('unary operations', () => {
  const expected: Record<keyof typeof UNARY, (a: number) => number> = {
    relu: (a) => Math.max(a, 0),
    abs: Math.abs,
    scale: (a) => -4 * a,
  }
  for (const [name, of] of Object.entries(expected)) {
    const bench = new Bench()
    const [a, y] = [bench.floats(A), bench.room(4)]
    bench.kernels.unary(y, a, 1, 32, 4, UNARY[name as keyof typeof UNARY], -4)
    assert.equal(
      Array.from(bench.read(y, 4), (value) => value + 0),
      A.map((value) => of(value) + 0),
      name,
    )
  }
})

test('reductions', () => {
  const expected: Record<keyof typeof REDUCTIONS, (a: number, b: number) => number> = {
    sum: (a, b) => a + b,
    max: Math.max,
    min: Math.min,
  }
  for (const [name, of] of Object.entries(expected)) {
    const bench = new Bench()
    const [x, y, scratch] = [bench.rows([A, B], 32), bench.room(8), bench.room(8)]
    bench.kernels.reduceRows(
      y,
      x,
      bench.words([0, 0]),
      scratch,
      2,
      1,
      32,
      4,
      REDUCTIONS[name as keyof typeof REDUCTIONS],
    )
    assert.equal(
      Array.from(bench.read(y, 4), (value) => value + 0),
      A.map((value, at) => of(value, B[at] as number) + 0),
      name,
    )
  }
})
