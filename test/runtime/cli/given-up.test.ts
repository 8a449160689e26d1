import * as assert from 'uvu/assert'
import { givenUpMessages } from '../../../runtime/cli/given-up.js'
import { TryLoop } from '../../../runtime/execute/tries.js'
import { planOptions, programOf, sampleText } from '../../compiler/plan/sample.js'
import { suite } from '../../kit.js'

const test = suite('builds that are given up')

/** Besides `beans_tagger` for `fast` and `slow`, one for `fast` and one that trains only. */
const text = `${sampleText}
build other { from = scan, targets = [fast] }
build front_only { from = scan, targets = [] }
`

function messages(
  abandoned: readonly string[],
  options: { readonly keepGoing?: boolean; readonly targets?: readonly string[]; readonly pipeline?: string } = {},
): readonly string[] {
  const program = programOf(text)
  const { targets, keepGoing = false, pipeline = 'muon/pipeline.hgq' } = options
  const chosen = { ...planOptions, ...(targets === undefined ? {} : { targets }) }
  const asked = { program, planOptions: chosen, pipeline, keepGoing }
  const found = givenUpMessages(asked, new TryLoop(program, chosen).states, new Set(abandoned))
  return found.flatMap((each) => [`${each.severity} ${each.code} ${each.message}`, ...each.notes])
}

const REPORTS = ['beans_tagger/fast/try[0]/report', 'beans_tagger/slow/try[0]/report', 'other/fast/try[0]/report']

test('nothing is said where nothing was given up', () => {
  assert.equal(messages([]), [])
  // Of a design whose own steps failed, others may have been dropped.
  assert.equal(messages(['beans_tagger/fast/try[0]/synthesize']), [])
})

test('they are named, with the command that makes them by themselves', () => {
  assert.equal(messages([...REPORTS, 'front/front_only']), [
    "warning HGQ7048 not finished: 'beans_tagger', 'front_only', 'other'; a step of something else failed, after which nothing new is started",
    'by itself: hgq build muon/pipeline.hgq beans_tagger front_only other',
    'with `--keep-going`, what does not depend on a step that failed goes on',
  ])
})

test('a design for one target is named with it', () => {
  assert.equal(messages(['beans_tagger/slow/try[0]/report', 'other/fast/try[0]/report'], { keepGoing: true }), [
    "warning HGQ7048 not finished: 'beans_tagger' for 'slow', 'other'; a step of something else failed, after which nothing new is started",
    'by itself: hgq build muon/pipeline.hgq other',
    'by itself: hgq build muon/pipeline.hgq beans_tagger --target slow',
  ])
  const [, command] = messages(REPORTS, { targets: ['fast'] })
  assert.is(command, 'by itself: hgq build muon/pipeline.hgq beans_tagger --target fast')
})

test('a path with blanks stands in quotes', () => {
  const [, command] = messages(['other/fast/try[0]/report'], { pipeline: 'my trigger/pipeline.hgq' })
  assert.is(command, 'by itself: hgq build "my trigger/pipeline.hgq" other')
})
