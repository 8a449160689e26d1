// Builds the five jet taggers that the authors of HGQ published, from their files to synthesized circuits, cut by a clock
// of 200 MHz and behind every level of adders, and prints a row for each. Where a Yosys is installed it counts as well.
//
//   node dist/test/bench/imports.js [MODEL…]
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { targetNumbersSchema } from '../../runtime/report/schema.js'
import { yosysFlow } from '../../targets/families.js'
import { yosysReport } from '../../targets/yosys/statistics.js'
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
target by_clock { device = xcvu13p, clock = 200 MHz, language = verilog }
target by_levels { device = xcvu13p, clock = 200 MHz, language = verilog, levels = 1 }
build jet_tagger { from = tagger, targets = [by_clock, by_levels] }
`

const TARGETS = ['by_clock', 'by_levels'] as const

const STATISTICS = v.object({ design: v.object({ num_cells_by_type: v.record(v.string(), v.number()) }) })

const MSE = v.object({ mse: v.number() })
const REPORT = v.object({
  ...v.pick(targetNumbersSchema, ['ebops', 'lut', 'ff', 'latency_cycles', 'fmax_estimate_mhz', 'verified']).entries,
  validation: MSE,
  test: MSE,
})
type Report = v.InferOutput<typeof REPORT>

const root = mkdtempSync(join(tmpdir(), 'hgq-imports-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

const version = spawnSync('yosys', ['-V'], { encoding: 'utf8' })
const installed = version.status === 0 ? (/Yosys [\d.]+/.exec(version.stdout)?.[0] ?? 'yosys') : null

const asked = process.argv.slice(2)
for (const target of TARGETS) {
  const counted = installed === null ? '' : ` LUT, ${installed} | FF, ${installed} |`
  console.log(`\n${target}\n`)
  console.log(`| model | EBOPs | LUT | LUT / EBOPs | FF |${counted} cycles | Fmax, estimate | wraps | mse |`)
  console.log(`|---|---|---|---|---|${counted === '' ? '' : '---|---|'}---|---|---|---|`)
  for (const model of MODELS.filter((name) => asked.length === 0 || asked.includes(name))) {
    const report = build(model, target)
    if (report === null) {
      console.log(`../shared/data/hgq-models is missing ${model}: nothing is measured`)
      break
    }
    console.log(row(model, target, report))
  }
}

function row(model: string, target: string, report: Report): string {
  const { ebops, lut, ff, latency_cycles, fmax_estimate_mhz, verified, validation, test } = report
  const other = installed === null ? [] : countInstalled(join(root, model, 'build', 'jet_tagger', target))
  const { low, high } = fmax_estimate_mhz
  const error = Math.max(validation.mse, test.mse)
  const cells = [ebops, lut, (lut / ebops).toFixed(2), ff, ...other, latency_cycles, `${low} … ${high} MHz`]
  return `| \`${model}\` | ${[...cells, verified.wraps, error].join(' | ')} |`
}

/** Builds both targets at the first call for a model. */
function build(model: string, target: string): Report | null {
  const file = `jsc_openml_${model}`
  const folder = join(root, model)
  if (!existsSync(folder)) {
    mkdirSync(folder)
    for (const name of [`${file}.keras`, `${file}.npz`]) {
      const shared = sharedFile(`data/hgq-models/${name}`)
      if (shared === null) return null
      copyFileSync(shared, join(folder, name))
    }
    writeFileSync(join(folder, 'pipeline.hgq'), pipeline(file))
    const main = join(packageRoot, 'dist', 'runtime', 'cli', 'main.js')
    const built = spawnSync(process.execPath, [main, 'build'], { cwd: folder, encoding: 'utf8' })
    if (built.status !== 0) throw new Error(built.stdout + built.stderr)
  }
  const text = readFileSync(join(folder, 'build', 'jet_tagger', target, 'report.json'), 'utf8')
  return v.parse(REPORT, JSON.parse(text))
}

/** LUT and FF of a project by the Yosys that is installed, with the project's own script. */
function countInstalled(folder: string): readonly [lut: number, ff: number] {
  const run = spawnSync('yosys', ['-q', 'build_yosys.ys'], { cwd: folder, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  const flow = yosysFlow('virtexuplus')
  const text = readFileSync(join(folder, 'yosys_statistics.json'), 'utf8')
  const { design } = v.parse(STATISTICS, JSON.parse(text.slice(text.indexOf('{'))))
  if (flow === null) throw new Error('Yosys has no flow for the family')
  const { resources } = yosysReport(design.num_cells_by_type, flow, '')
  return [resources.lut.total, resources.ff]
}
