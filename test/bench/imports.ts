// Builds the five jet taggers that the authors of HGQ published, from their files to synthesized circuits, and prints a
// row for each.
//
//   node dist/test/bench/imports.js
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { targetNumbersSchema } from '../../runtime/report/schema.js'
import { packageRoot, sharedFile } from '../paths.js'

const MODELS = ['ebops530', 'ebops1572', 'ebops2571', 'ebops7229', 'ebops13285']

/** What was recorded are outputs, not labels: they are the targets of a regression that the network solves exactly. */
const pipeline = (file: string): string => `hgq 1

import "std/devices" { xcvu13p }

dataset recorded {
  source = npz("${file}.npz")
  features = "x"
  target = "y"
  unit = none
  split = { train = 10 %, validation = 45 %, test = 45 % }
}

train tagger { checkpoint = keras("${file}.keras"), dataset = recorded }
target vu13p { device = xcvu13p, clock = 200 MHz, language = verilog }
build jet_tagger { from = tagger, targets = [vu13p] }
`

const MSE = v.object({ mse: v.number() })
const REPORT = v.object({
  ...v.pick(targetNumbersSchema, ['ebops', 'lut', 'ff', 'stages', 'latency_ns', 'verified']).entries,
  validation: MSE,
  test: MSE,
})

const root = mkdtempSync(join(tmpdir(), 'hgq-imports-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

console.log('| model | EBOPs | LUT | LUT / EBOPs | FF | stages | latency | wraps | mse |')
console.log('|---|---|---|---|---|---|---|---|---|')
for (const model of MODELS) {
  const row = build(model)
  if (row === null) {
    console.log(`../shared/data/hgq-models is missing ${model}: nothing is measured`)
    break
  }
  console.log(row)
}

function build(model: string): string | null {
  const file = `jsc_openml_${model}`
  const folder = join(root, model)
  mkdirSync(folder)
  for (const name of [`${file}.keras`, `${file}.npz`]) {
    const shared = sharedFile(`data/hgq-models/${name}`)
    if (shared === null) return null
    copyFileSync(shared, join(folder, name))
  }
  writeFileSync(join(folder, 'pipeline.hgq'), pipeline(file))
  const main = join(packageRoot, 'dist', 'runtime', 'cli', 'main.js')
  const built = spawnSync(process.execPath, [main, 'build', '--target', 'vu13p'], { cwd: folder, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stdout + built.stderr)
  const text = readFileSync(join(folder, 'build', 'jet_tagger', 'vu13p', 'report.json'), 'utf8')
  const { ebops, lut, ff, stages, latency_ns, verified, validation, test } = v.parse(REPORT, JSON.parse(text))
  const error = Math.max(validation.mse, test.mse)
  const cells = [ebops, lut, (lut / ebops).toFixed(2), ff, stages, `${latency_ns} ns`, verified.wraps, error]
  return `| \`${model}\` | ${cells.join(' | ')} |`
}
