import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../kit.js'
import { packageRoot } from '../paths.js'

const test = suite('lint: no inexact math')
const rule = join(packageRoot, 'test/lint/no-inexact-math.grit')

/** Columns in the one line of source that the rule marks. */
function marked(source: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-lint-'))
  try {
    writeFileSync(
      join(folder, 'biome.json'),
      JSON.stringify({ plugins: [rule], linter: { rules: { preset: 'none' } } }),
    )
    writeFileSync(join(folder, 'a.ts'), `${source}\n`)
    const biome = join(packageRoot, 'node_modules/@biomejs/biome/bin/biome')
    const run = spawnSync(process.execPath, [biome, 'lint', '--colors=off', 'a.ts'], { cwd: folder, encoding: 'utf8' })
    return [...`${run.stdout}${run.stderr}`.matchAll(/a\.ts:1:(\d+) plugin/g)].map((match) => Number(match[1]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('inexact functions, random numbers and general powers are marked', () => {
  assert.equal(marked('export const a = Math.exp(1)'), [23])
  assert.equal(marked('export const a = [1].map(Math.tanh)'), [31])
  assert.equal(marked('export const a = Math.random()'), [23])
  assert.equal(marked("export const a = Math['log'](2)"), [18])
  assert.equal(marked('export const { sin } = Math'), [8])
  assert.equal(marked('export const a = (x: number) => x ** 0.5'), [33])
})

test('exact ones are not', () => {
  const source =
    'export const a = (n: number) => Math.sqrt(n) + Math.floor(n) + Math.imul(n, 3) + 2 ** n + n ** 2 + Math.PI'
  assert.equal(marked(source), [])
  assert.equal(marked('export const a = (n: bigint) => 5n ** n'), [])
})

test('the rule is in force for everything that can reach an artifact', () => {
  const { overrides } = JSON.parse(readFileSync(join(packageRoot, 'biome.json'), 'utf8')) as { overrides?: unknown }
  assert.equal(overrides, [
    {
      includes: ['lang/**', 'compiler/**', 'targets/**', 'runtime/**'],
      plugins: ['./test/lint/no-inexact-math.grit'],
    },
  ])
})
