import * as assert from 'uvu/assert'
import type { ActionKind } from '../../../compiler/plan/action.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { nodeTooDeep } from '../../../lang/diagnostics/messages/schedule.js'
import { simulatorMissing, toolFailed } from '../../../lang/diagnostics/messages/tools.js'
import { annotator } from '../../../runtime/cli/annotate.js'
import { planOptions, programOf, sampleText } from '../../compiler/plan/sample.js'
import { suite } from '../../kit.js'

const test = suite('places of messages of actions')

const text = sampleText.replace('10 ns, language = verilog', '10 ns, language = vhdl, levels = 3')
const program = programOf(text)
const plan = planBuilds(program, planOptions)
const annotate = annotator(program)

/** The text that a message of the action of a target points at, and what it says there. */
function pointedAt(target: string, kind: ActionKind, diagnostic: Diagnostic): readonly [string, string | undefined] {
  const action = plan.actions.find((each) => each.kind === kind && each.address.includes(`/${target}/`))
  if (action === undefined) throw new Error(`no ${kind} of ${target}`)
  const { span, label } = annotate(action, diagnostic)
  if (span === undefined) throw new Error('no place')
  return [text.slice(span.start, span.end), label]
}

test('a message about a design points at the target that it is of, and at the entry that asks for it', () => {
  const deep = nodeTooDeep({ node: 3, kind: 'lookup', origin: 'tanh[0]', width: 8, levels: 3, neededLevels: 4 })
  assert.equal(pointedAt('slow', 'schedule', deep), ['3', "of target 'slow'"])
  assert.equal(pointedAt('fast', 'schedule', deep), ['200 MHz', "of target 'fast'"])
  const missing = simulatorMissing({ design: 'beans_tagger' })
  assert.equal(pointedAt('slow', 'verify', missing), ['vhdl', "of target 'slow'"])
  const failed = toolFailed({ tool: 'yosys', doing: 'counting', problem: 'killed', output: [] })
  assert.equal(pointedAt('fast', 'synthesize', failed), ['xcvu13p', "of target 'fast'"])
})
