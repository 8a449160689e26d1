import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { analyze } from '../../../lang/analyze.js'
import { LineTable } from '../../../lang/diagnostics/lines.js'
import type { PipelineInputs } from '../../../lang/program.js'
import { lex } from '../../../lang/syntax/lexer.js'
import { isName } from '../../../lang/syntax/tokens.js'
import { namedFiles } from '../../../runtime/data/open.js'
import { ENTRY, testCases } from '../../cases.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { memoryHost } from '../memory-host.js'

const test = suite('what a pipeline with mistakes reads')

/** Each file with where it is named. */
function filesOf(inputs: PipelineInputs): readonly { readonly path: string; readonly pointer: string }[] {
  return [
    ...inputs.datasets.flatMap(({ source }, index) =>
      [...namedFiles(source)].map(([argument, path]) => ({ path, pointer: `/datasets/${index}/source/${argument}` })),
    ),
    ...inputs.imports.map(({ checkpoint }, index) => ({
      path: checkpoint.path,
      pointer: `/imports/${index}/checkpoint/path`,
    })),
  ]
}

testCases(test, 'inputs', ({ files }) => {
  const { inputs, diagnostics } = analyze(ENTRY, memoryHost(Object.fromEntries(files)))
  const lines = filesOf(inputs).map(({ path, pointer }) => {
    const span = inputs.origins[pointer]
    const text = span === undefined ? undefined : files.get(span.file)
    if (span === undefined || text === undefined) return `${path}, named nowhere`
    const { line, column } = new LineTable(text).positionAt(span.start)
    assert.is(text.slice(span.start, span.end), JSON.stringify(path))
    return `${path}, named at ${span.file}:${line}:${column}`
  })
  const errors = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`)
  return [...errors, ...(lines.length === 0 ? ['no file'] : lines)].join('\n')
})
test('whatever other name is wrong, the file of the data is found, and no other', () => {
  const text = readFileSync(join(packageRoot, 'examples/dry_bean/pipeline.hgq'), 'utf8')
  const start = text.indexOf('dataset beans')
  const end = text.indexOf('architecture')
  let wrong = 0
  for (const token of lex({ path: ENTRY, text }).tokens) {
    const at = token.startOffset
    // Of the name of the data set, what is wrong is where it is used.
    const isOwn = at >= start && at < end && token.image !== 'beans'
    if (!isName(token.tokenType)) continue
    const edited = `${text.slice(0, at)}nonsense${text.slice(at + token.image.length)}`
    const { program, inputs } = analyze(ENTRY, memoryHost({ [ENTRY]: edited }))
    if (program === null) wrong++
    const expected = isOwn && program === null ? [] : ['dry_bean.csv']
    assert.equal(
      filesOf(inputs).map(({ path }) => path),
      expected,
      `'${token.image}' at ${at}`,
    )
  }
  assert.ok(wrong > 50, `only ${wrong} mistakes`)
})

test('a long chain of trainings that need the one before twice is read once each', () => {
  const link = (n: number): string =>
    `train t${n} { model = m() with per_parameter, dataset = d, loss = cross_entropy, epochs = 1, from = t${n - 1}, teacher = t${n - 1} }`
  const chain = Array.from({ length: 60 }, (_, n) => link(n + 1)).join('\n')
  const text = `hgq 1
import "std/layers" { dense }
import "std/quantizers" { per_parameter }
dataset d { source = csv("d.csv"), labels = "c", classes = ["a", "b"], split = { train = 80 %, validation = 10 %, test = 10 % } }
architecture m() {
  input x[2]
  output x |> dense(2)
}
train t0 { model = m() with per_parameter, dataset = d, loss = cross_entropy, epochs = 1 }
${chain}
build b { from = t60, targets = [] }
`
  const { program, diagnostics } = analyze(ENTRY, memoryHost({ [ENTRY]: text }))
  assert.equal(diagnostics, [])
  assert.is(program?.trainings.length, 61)
})
