import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq, writeSample } from './rig.js'

const test = suite('exchange of designs as DAIS')
const root = mkdtempSync(join(tmpdir(), 'hgq-dais-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

test('a design is written in both forms, each is the design again, and a changed operation is found', async () => {
  writeSample(root)
  const early = await hgq(root, ['dais', 'export', '--target', 'fast', '-o', 'fast.json'])
  assert.match(early.stderr, /HGQ7041/, 'nothing is built yet')
  const built = await hgq(root, ['build', '--target', 'fast', '--reporter', 'plain'])
  assert.is(built.code, 0, built.stdout + built.stderr)
  for (const file of ['fast.json', 'fast.bin']) {
    const written = await hgq(root, ['dais', 'export', '--target', 'fast', '-o', file])
    assert.is(written.code, 0, written.stderr)
    assert.match(written.stdout, /^tagger_build\/fast: \d+ inputs, \d+ operations, \d+ outputs in fast\.(json|bin)/)
    const compared = await hgq(root, ['dais', 'compare', file, '--target', 'fast'])
    assert.is(compared.code, 0, compared.stderr)
    assert.match(compared.stdout, /= tagger_build\/fast on \d+ vectors, every bit/)
  }
  const logic = JSON.parse(readFileSync(join(root, 'fast.json'), 'utf8'))
  // Outputs and their shifts: the first one doubled.
  logic[3][0] += 1
  writeFileSync(join(root, 'doubled.json'), JSON.stringify(logic))
  const doubled = await hgq(root, ['dais', 'compare', 'doubled.json', '--target', 'fast'])
  assert.is(doubled.code, 1, doubled.stdout)
  assert.match(doubled.stderr, /HGQ3092: doubled\.json differs from tagger_build\/fast at output 0: /)
  logic[2].pop()
  writeFileSync(join(root, 'short.json'), JSON.stringify(logic))
  assert.match((await hgq(root, ['dais', 'compare', 'short.json', '--target', 'fast'])).stderr, /HGQ3090: short\.json/)
})

test('programs that cannot be compared with a design are refused, with the reason', async () => {
  const compared = async (values: readonly number[], operations: readonly unknown[]): Promise<string> => {
    const zeros = values.map(() => 0)
    const program = [[4, values.length], [0, 0, 0, 0], values, zeros, zeros, operations, -1, -1]
    writeFileSync(join(root, 'other.json'), JSON.stringify(program))
    const { code, stderr } = await hgq(root, ['dais', 'compare', 'other.json', '--target', 'fast'])
    assert.is(code, 1)
    return stderr
  }
  const input = [0, -1, -1, 0, [-4, 3, 1], 0, 0]
  assert.match(await compared([0], [[9, ...input.slice(1)]]), /HGQ3091: operation 0 of other\.json cannot run/)
  assert.match(
    await compared([0, 0], [input]),
    /HGQ3093: other\.json has 4 inputs and 2 outputs; tagger_build\/fast has 4 inputs and 3 outputs/,
  )
  // x + x · 2^60: output 0 is value 1 there.
  const sum = [0, 0, 0, 60, [-(2 ** 63), 2 ** 63, 1], 0, 0]
  const wide = await compared([1, 0, 0], [input, sum])
  assert.match(wide, /HGQ3096: output 0 of other\.json is wider than 53 bits/)
})

test('what cannot be read, written or meant is said', async () => {
  const errorOf = async (...words: readonly string[]): Promise<string> => (await hgq(root, ['dais', ...words])).stderr
  assert.match(
    await errorOf('compare', 'absent.json', '--target', 'fast'),
    /HGQ3094: cannot read absent\.json: no such/,
  )
  assert.match(await errorOf('compare', 'fast.txt'), /ends in neither \.json nor \.bin/)
  assert.match(
    await errorOf('export', '--target', 'fast', '-o', 'fast.txt'),
    /name a file that ends in \.json or \.bin/,
  )
  assert.match(
    await errorOf('export', '--target', 'fast', '-o', 'none/fast.bin'),
    /HGQ3095: cannot write none\/fast\.bin/,
  )
})
