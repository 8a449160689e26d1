import { readFileSync } from 'node:fs'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import { lower } from '../../../compiler/lower/lower.js'
import type { Overflow } from '../../../lang/program.js'
import { importKeras } from '../../../runtime/import/keras/import.js'
import { CalibratedBuilder, TestRandom } from '../../fixtures/calibrated.js'
import { sharedFile } from '../../paths.js'

export interface Network {
  readonly name: string
  readonly graph: FixedGraph
}

const MODELS = ['ebops530', 'ebops1572', 'ebops2571', 'ebops7229', 'ebops13285']

/** The five jet taggers of HGQ that are there, and networks of random weights for what these do not have. */
export async function networks(): Promise<readonly Network[]> {
  const found: Network[] = []
  for (const model of MODELS) {
    const path = sharedFile(`data/hgq-models/jsc_openml_${model}.keras`)
    if (path === null) continue
    const imported = await importKeras(model, new Uint8Array(readFileSync(path)))
    if (!imported.ok) throw new Error(imported.error.message)
    found.push({ name: model, graph: lowered(imported.value.calibrated) })
  }
  for (const overflow of ['saturate', 'wrap'] as const) {
    for (const relu of [true, false]) {
      const name = `random, ${overflow === 'wrap' ? 'wraps' : 'saturates'}, ${relu ? 'relu' : 'linear'}`
      found.push({ name, graph: lowered(dense(overflow, relu)) })
    }
  }
  return found
}

function lowered(calibrated: Calibrated): FixedGraph {
  const result = lower(calibrated)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** 16 → 24 → 16 → 5 with 6-bit weights, three in four of them 0, and activations of 5 to 7 bits. */
function dense(overflow: Overflow, relu: boolean): Calibrated {
  const random = new TestRandom(3)
  const build = new CalibratedBuilder()
  const types = (count: number, k: 0 | 1): FixedType[] =>
    Array.from({ length: count }, () => ({ k, i: 3, f: random.integer(2, 4) - k }))
  const inputs = { types: types(16, 1), rounding: 'nearest', overflow: 'saturate' } as const
  let value = build.input('x', inputs)
  let from = 16
  for (const [layer, units] of [24, 16, 5].entries()) {
    const scope = `dense[${layer}]`
    const weight = (): number => (random.unit() < 0.75 ? 0 : random.integer(-31, 31) / 16)
    const w = build.parameter(`${scope}/w`, [from, units], Array.from({ length: from * units }, weight))
    const b = build.parameter(`${scope}/b`, [units], Array.from({ length: units }, weight))
    const data = { side: 'data', shape: [units] } as const
    const product = build.push({ ...data, kind: 'einsum', equation: '...i,io->...o', operands: [value, w] }, scope)
    value = build.push({ ...data, kind: 'add', operands: [product, b] }, scope)
    if (relu && layer < 2) value = build.push({ ...data, kind: 'relu', operands: [value] }, `relu[${layer}]`)
    if (layer < 2) {
      const kept = types(units, relu && overflow === 'saturate' ? 0 : 1)
      value = build.quantize(value, `${scope}/y`, { types: kept, rounding: 'nearest', overflow })
    }
    from = units
  }
  return build.finish([{ name: 'y', operation: value }])
}
