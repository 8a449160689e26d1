import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { JETS, programOf, withoutSpans } from './pipelines.js'

const test = suite('what does not change a program')

const HEAD = `hgq 1
import "std/layers" { dense, relu }
import "std/quantizers" { per_parameter, per_channel }
`

/** Declarations with names in `<…>` that belong to one body alone. */
const DECLARATIONS = [
  'let <depth> = 2',
  `layer twice(x: tensor, units: int) {
  let <weights> = parameter([x.shape[-1], units], init = glorot_uniform)
  let <product> = einsum("...i,io->...o", quantize(x, at = activation), quantize(<weights>, at = weight))
  return <product> |> relu |> dense(units)
}`,
  `architecture tower(width: int = 4) {
  input left[6]
  input right[6]
  share <cell> = twice(width)
  let <seen> = <cell>(left) - <cell>(right)
  for <step> in 1..<depth> {
    <seen> = <seen> |> dense(width + <step>) |> relu
  }
  output angle = <seen> |> dense(1) with per_channel
}`,
  `dataset hits {
  source = simulate.muon_tracker(events = 1_000)
  features = { left = "station_1", right = "station_2" }
  target = "angle"
  unit = mrad
  split = { train = 70 %, validation = 10 %, test = 20 % }
}`,
  'train fit(width: int) {\n  model = tower(width) with per_parameter\n  dataset = hits\n  loss = mse\n  epochs = 3\n}',
  'train other {\n  model = tower() with per_channel\n  dataset = hits\n  loss = mae\n  metric = mae\n  epochs = 3\n}',
  'budget small {\n  mae <= 3.0\n  lut <= 100\n}',
  'build all {\n  from = [fit(3), other, fit(5)]\n  targets = []\n}',
  'build some {\n  from = fit(5)\n  within = small\n  targets = []\n}',
] as const

const LOCALS = ['depth', 'weights', 'product', 'cell', 'seen', 'step'] as const

function pipeline(declarations: readonly string[], rename: (name: string) => string, comment: string): string {
  const text = declarations.join(`\n\n// ${comment}\n`)
  return `${HEAD}\n${text.replace(/<(\w+)>/g, (_, name: string) => rename(name))}\n// ${comment}\n`
}

test('names of locals, comments, blank lines and the order of declarations', () => {
  const original = withoutSpans(programOf(pipeline(DECLARATIONS, (name) => name, '')))
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z_]{3,8}_[a-z]$/), {
    minLength: LOCALS.length,
    maxLength: LOCALS.length,
  })
  const order = fc.shuffledSubarray([...DECLARATIONS], {
    minLength: DECLARATIONS.length,
    maxLength: DECLARATIONS.length,
  })
  fc.assert(
    fc.property(names, order, fc.stringMatching(/^[ -~]{0,20}$/), (chosen, declarations, comment) => {
      const renamed = new Map(LOCALS.map((name, index) => [name, chosen[index] ?? name] as const))
      const text = pipeline(declarations, (name) => [...renamed].find(([old]) => old === name)?.[1] ?? name, comment)
      assert.equal(withoutSpans(programOf(text)), original)
    }),
    { seed: 20_26, numRuns: 40 },
  )
})

test('an imported name may be changed by `as`', () => {
  const renamed = JETS.replace('{ dense, relu }', '{ dense as full, relu as rectify }')
    .replaceAll('|> dense(', '|> full(')
    .replace('|> relu', '|> rectify')
  assert.is.not(renamed, JETS)
  assert.equal(withoutSpans(programOf(renamed)), withoutSpans(programOf(JETS)))
})

test('units that say the same', () => {
  const same = JETS.replace('200 MHz', '5 ns')
    .replace('50 ns', '0.05 us')
    .replace('74 %', '100 % - 26 %')
    .replace('300 epochs', '3 * 100 epochs')
  assert.equal(withoutSpans(programOf(same)), withoutSpans(programOf(JETS)))
})
