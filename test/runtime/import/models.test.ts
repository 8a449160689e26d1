import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { assignedEbops } from '../../../compiler/ebops/report.js'
import { decodeCalibrated, encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { openNpz } from '../../../runtime/data/npz.js'
import { inMemory } from '../../../runtime/data/random-access.js'
import type { Numbers } from '../../../runtime/data/table.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { type ImportedModel, importKeras } from '../../../runtime/import/keras/import.js'
import { inferInColumns, inferNetwork, inferOnKernels } from '../../../runtime/infer/infer.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'

const test = suite('imported jet taggers')

/** EBOPs as HGQ2 counted them while it trained: near what the stored widths give. */
const MODELS = [530, 1572, 2571, 7229, 13285]

for (const ebops of MODELS) {
  const name = `jsc_openml_ebops${ebops}`
  const model = sharedFile(`data/hgq-models/${name}.keras`)
  const recorded = sharedFile(`data/hgq-models/${name}.npz`)
  const about = `${name}: inference and circuit agree with every recorded output, bit for bit`
  if (model === null || recorded === null) {
    test.skip(about, `../shared/data/hgq-models/${name}.keras or .npz is absent`)
    continue
  }
  test(about, async () => {
    const { calibrated } = await imported(model)
    const { x, y, rows } = arraysOf(recorded)
    assert.is(y.length, rows * 10)
    const inputs = new Map([['input_layer', x]])
    const inference = inferNetwork(calibrated, inputs, rows)
    assertSame(inference.outputs.get('output'), y)
    assertSame(inferInColumns(calibrated, inputs, rows).outputs.get('output'), y)
    assertSame(inferOnKernels(calibrated, inputs, rows)?.outputs.get('output'), y)
    const lowered = lower(decodeCalibrated(encodeCalibrated(calibrated)))
    if (!lowered.ok) throw new Error(lowered.error.message)
    assertSame(emulate(optimize(lowered.value), inference.ports, rows).get('output'), y)
  })
  test(`${name}: EBOPs are within 3 % of those in its name`, async () => {
    const { calibrated } = await imported(model)
    const { total } = assignedEbops(calibrated)
    assert.ok(Math.abs(total / ebops - 1) < 0.03, `${total}`)
  })
}

async function imported(path: string): Promise<ImportedModel> {
  const result = await importKeras('model.keras', new Uint8Array(readFileSync(path)))
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Outputs were recorded as doubles in some files; each is a float32 number. */
function arraysOf(path: string): { readonly x: Float32Array; readonly y: ArrayLike<number>; readonly rows: number } {
  const opened = openNpz(path, inMemory(new Uint8Array(readFileSync(path))))
  if (!opened.ok) throw new Error(opened.error.message)
  const { columns } = opened.value
  const read = opened.value.read(new Map(columns.map((_, index) => [index, 'numbers'])))
  if (!read.ok) throw new Error(read.error.message)
  const column = (name: string): { readonly values: Numbers; readonly rows: number } => {
    const data = read.value.columns.get(columns.findIndex((each) => each.name === name))
    if (data?.kind !== 'numbers') throw new Error(`${name} holds no numbers`)
    return data
  }
  const x = column('x')
  return { x: Float32Array.from(x.values), y: column('y').values, rows: x.rows }
}

/** The doubles themselves are float32 numbers: nothing is rounded to compare them. */
function assertSame(found: Float64Array | undefined, recorded: ArrayLike<number>): void {
  assert.is(found?.length, recorded.length)
  const different = Array.from(recorded).findIndex((value, at) => found?.[at] !== value || Math.fround(value) !== value)
  assert.is(different, -1, `output ${different}: ${found?.[different]} and ${recorded[different]}`)
}
