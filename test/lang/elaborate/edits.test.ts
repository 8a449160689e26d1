import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { analyzeText, architecture, JETS } from './pipelines.js'

const test = suite('edited programs')

const SEEDS = [
  JETS,
  readFileSync(join(packageRoot, 'examples', 'muon', 'pipeline.hgq'), 'utf8'),
  readFileSync(join(packageRoot, 'examples', 'shared_station', 'pipeline.hgq'), 'utf8'),
  architecture(`  let a = x |> reshape([4, 4]) |> einsum_dense("pf,fo->po", [4, 6]) |> leaky_relu
  let b = a |> sum_over([0])
  share cell = dense(6)
  let c = cell(b) + cell(a |> max_over([0])) - 0.5 * b
  output add(multiply(b, c), average(b, subtract(b, c))) |> batch_norm |> dense(1) with { weight = fixed(magnitude = 6, integer = 1) }`),
]

const TOKEN = /"[^"\n]*"|\/\/.*|\d[\w.]*(?: (?:MHz|ns|%|epochs|bit|mrad))?|\w+|[^\s\w]+/g

/** Tokens by where they stand. */
function tokensOf(text: string): readonly { readonly start: number; readonly text: string }[] {
  return [...text.matchAll(TOKEN)].map((match) => ({ start: match.index, text: match[0] }))
}

test('exchanged tokens never crash, and a program that passes gives a graph', () => {
  let passed = 0
  const seed = 4711
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.nat(), fc.nat(), fc.nat(), (text, at, from, kind) => {
      const tokens = tokensOf(text)
      const old = tokens[at % tokens.length]
      // Tokens of the same look are more likely to get past the checker.
      const same = tokens.filter(
        (token) =>
          old !== undefined &&
          /^\w/.test(token.text) === /^\w/.test(old.text) &&
          /^\d/.test(token.text) === /^\d/.test(old.text),
      )
      const other = kind % 4 === 0 ? tokens[from % tokens.length] : same[from % same.length]
      if (old === undefined || other === undefined) return
      const edited = text.slice(0, old.start) + other.text + text.slice(old.start + old.text.length)
      const { program, errors } = analyzeText(edited)
      assert.is(program === null, errors.length > 0)
      if (program === null) return
      passed++
      for (const network of program.networks) buildTensorGraph(network)
    }),
    { seed, numRuns: Number(process.env.HGQ_EDITS ?? 400) },
  )
  // Else the test would only exercise the checker.
  assert.ok(passed > 20, `only ${passed} edits passed; seed ${seed}`)
})
