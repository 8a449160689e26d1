import * as assert from 'uvu/assert'
import { randomKey } from '../../compiler/numeric/random.js'
import { analyze } from '../../lang/analyze.js'
import { checkProgram } from '../../lang/check/check.js'
import { renderDiagnostic } from '../../lang/diagnostics/render.js'
import { ENTRY } from '../cases.js'
import { suite } from '../kit.js'
import { memoryHost } from './memory-host.js'
import { editToken, touches, validFiles } from './token-edits.js'

const SEED = 20_261_123
const POINTED = 1_000
const CRASHED = 20_000
/** Share of the edits that the first message must point at. */
const TOUCHED = 0.9

const test = suite('files with one wrong token')
const bases = validFiles()

test('the files that are edited are valid', () => {
  for (const { name, text } of bases) {
    const errors = analyze(ENTRY, memoryHost({ [ENTRY]: text })).diagnostics.filter(
      ({ severity }) => severity === 'error',
    )
    assert.equal(
      errors.map(({ message }) => message),
      [],
      name,
    )
  }
})

test(`the first message points at the wrong token in ${TOUCHED * 100} % of ${POINTED} edits`, () => {
  const key = randomKey(SEED, 'pointed')
  const missed: string[] = []
  let stillValid = 0
  for (let index = 0; index < POINTED; index++) {
    const base = bases[index % bases.length]
    if (base === undefined) throw new Error('there are no valid files')
    const edit = editToken(base, key, index)
    const { diagnostics } = analyze(ENTRY, memoryHost({ [ENTRY]: edit.text }))
    const [first] = diagnostics
    if (first === undefined || !diagnostics.some(({ severity }) => severity === 'error')) stillValid++
    else if (!touches(first, edit, ENTRY)) {
      const text = renderDiagnostic(first, (file) => (file === ENTRY ? edit.text : undefined), { colour: false })
      missed.push(`${base.name}: ${edit.what}\n${text}`)
    }
  }
  const invalid = POINTED - stillValid
  const share = 1 - missed.length / invalid
  const summary = `seed ${SEED}: ${POINTED} edits, ${stillValid} still valid, ${missed.length} of ${invalid} not pointed at`
  process.stdout.write(`  ${summary} (${(100 * share).toFixed(1)} % are)\n`)
  assert.ok(share >= TOUCHED, `${summary}\n${missed.slice(0, 20).join('\n\n')}`)
})

test(`none of ${CRASHED} edits crashes the checker`, () => {
  const key = randomKey(SEED, 'crashed')
  for (let index = 0; index < CRASHED; index++) {
    const base = bases[index % bases.length]
    if (base === undefined) throw new Error('there are no valid files')
    const edit = editToken(base, key, index)
    try {
      checkProgram(ENTRY, memoryHost({ [ENTRY]: edit.text }))
    } catch (error) {
      throw new Error(`seed ${SEED}, edit ${index} of ${base.name}: ${edit.what}`, { cause: error })
    }
  }
  process.stdout.write(`  seed ${SEED}: ${CRASHED} edits\n`)
})
