import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { denseModel } from '../import/kit.js'
import { hgq, sample, stepsRun, writeSample } from './rig.js'

const test = suite('builds of networks from files')
const root = mkdtempSync(join(tmpdir(), 'hgq-import-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

const start = sample.indexOf('architecture tagger')
const end = sample.indexOf('budget small')
const pipeline = (path: string): string =>
  `${sample.slice(0, start)}train scan { checkpoint = keras("${path}"), dataset = points }\n\n${sample.slice(end)}`
    .replace('import "std/layers" { dense, relu }\n', '')
    .replace('import "std/quantizers" { per_parameter }\n', '')

test('a Keras model becomes a verified design with its numbers; only another model makes it anew', async () => {
  writeSample(root, pipeline('tagger.keras'))
  // Classes are sorted: blue, green, red.
  writeFileSync(join(root, 'tagger.keras'), await denseModel([-0.25, 0, 1, 0, 1, -0.25, 1, 0, 0, 0, 0, 0], 3))
  const built = await hgq(root, ['build', '--target', 'fast', '--reporter', 'ndjson'])
  assert.is(built.code, 0, built.stdout + built.stderr)
  assert.equal(stepsRun(built).slice(0, 3), ['dataset/points', 'import/scan', 'front/tagger_build'])
  const report = JSON.parse(readFileSync(join(root, 'build/tagger_build/fast/report.json'), 'utf8'))
  assert.ok(report.test.accuracy > 0.6, JSON.stringify(report.test))
  assert.is(report.verified.mismatches, 0)
  assert.ok(report.lut > 0)

  // The same bytes under another name are the same network.
  writeFileSync(join(root, 'other.keras'), readFileSync(join(root, 'tagger.keras')))
  writeFileSync(join(root, 'pipeline.hgq'), pipeline('other.keras'))
  const again = await hgq(root, ['build', '--reporter', 'ndjson'])
  assert.equal(stepsRun(again), [])
  writeFileSync(join(root, 'other.keras'), await denseModel([0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0, 0], 3))
  assert.is(stepsRun(await hgq(root, ['build', '--reporter', 'ndjson']))[0], 'import/scan')
})

test('a model without a data set becomes a verified design', async () => {
  const alone = pipeline('tagger.keras')
    .replace(', dataset = points', '')
    .replace(/ *accuracy.*\n/, '')
  writeFileSync(join(root, 'pipeline.hgq'), alone)
  const built = await hgq(root, ['build', '--target', 'fast', '--reporter', 'ndjson'])
  assert.is(built.code, 0, built.stdout + built.stderr)
  assert.equal(stepsRun(built).slice(0, 2), ['import/scan', 'front/tagger_build'])
  const report = JSON.parse(readFileSync(join(root, 'build/tagger_build/fast/report.json'), 'utf8'))
  assert.equal([report.validation, report.test, report.verified.mismatches], [{}, {}, 0])
})

test('a model that is not there, and one that cannot be imported, are pointed at', async () => {
  writeFileSync(join(root, 'pipeline.hgq'), pipeline('absent.keras'))
  const absent = await hgq(root, ['build'])
  assert.match(absent.stdout + absent.stderr, /cannot read absent\.keras[\s\S]*\^+ named here/)
  writeFileSync(join(root, 'pipeline.hgq'), pipeline('points.csv'))
  const wrong = await hgq(root, ['build'])
  assert.match(wrong.stdout + wrong.stderr, /points\.csv is no valid Keras 3 model[\s\S]*keras\("points\.csv"\)/)
})
