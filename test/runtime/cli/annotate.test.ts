import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { ActionKind } from '../../../compiler/plan/action.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { budgetOutOfReach } from '../../../lang/diagnostics/messages/budget.js'
import { diskFull } from '../../../lang/diagnostics/messages/build.js'
import { nodeTooDeep } from '../../../lang/diagnostics/messages/schedule.js'
import { simulatorMissing, toolFailed } from '../../../lang/diagnostics/messages/tools.js'
import { trainingDiverged } from '../../../lang/diagnostics/messages/train-divergence.js'
import { layerAllZero } from '../../../lang/diagnostics/messages/train-warnings.js'
import { renderDiagnostic } from '../../../lang/diagnostics/render.js'
import { calibrate } from '../../../runtime/calibrate/calibrate.js'
import { annotator } from '../../../runtime/cli/annotate.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { planOptions, programOf, sampleText } from '../../compiler/plan/sample.js'
import { blobs } from '../../fixtures/datasets.js'
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

test('a message of a training names it and points at its declaration, in whatever segment it was made', () => {
  const one = sampleText
    .replace('epochs = 5', 'epochs = 5, segment = 2 epochs')
    .replace('from = scan', 'from = [scan, other]')
  const [scan, budget] = [one.indexOf('train scan'), one.indexOf('budget small')]
  const two = one.slice(0, budget) + one.slice(scan, budget).replace('scan', 'other') + one.slice(budget)
  const own = programOf(two)
  const { actions } = planBuilds(own, planOptions)
  const costs = { loss: 1, pressure: 1e-6, rate: 1, widthRate: 1, ebops: 100 }
  const dead = layerAllZero({ path: 'dense[0]', what: 'weights', epoch: 3, at: costs })
  const gone = trainingDiverged({
    ...{ epoch: 3, step: 9, what: 'the loss is NaN', data: undefined, regularize: null, start: 2, schedules: [] },
    settings: { rate: 1, widthRate: 1, pressure: 0 },
    help: { warmup: null, clipNorm: null },
    raw: undefined,
  })
  for (const training of ['scan', 'other'])
    for (const [address, message] of [
      [`train/${training}/segment[1]`, dead],
      [`train/${training}/segment[1]`, gone],
      [`calibrate/${training}`, gone],
    ] as const) {
      const action = actions.find((each) => each.address === address)
      if (action === undefined) throw new Error(`no ${address}`)
      const { span, label, message: said } = annotator(own)(action, message)
      assert.is(two.slice(span?.start).startsWith(`train ${training} {`), true)
      assert.equal([label, said], [`of training '${training}'`, message.message])
    }
})

test('a message about an operation of the library points at the call in the pipeline, and at the line of the library', () => {
  const wide = `{ weight = fixed(integer = 2, fraction = 9), activation = fixed(integer = 4, fraction = 14) }`
  const withTable = sampleText
    .replace('dense, relu }', 'dense, tanh }')
    .replace('|> dense(hidden) |> relu', '|> dense(hidden) |> tanh')
    .replace('tagger() with per_parameter', `tagger() with ${wide}`)
  const own = programOf(withTable)
  const action = planBuilds(own, planOptions).actions.find(({ kind }) => kind === 'calibrate')
  if (action === undefined) throw new Error('nothing is calibrated')
  const graph = action.params.graph as unknown as TensorGraph
  const checkpoint = { tensors: initialState(graph, 1), metadata: {} }
  const calibrated = calibrate(graph, checkpoint, blobs(4, 30), { data: 'train', margin: 0 })
  if (calibrated.ok) throw new Error('a table of 2^14 entries was filled')
  const placed = annotator(own)(action, calibrated.error)
  // Of the library only the name of the file is shown, so that it may change.
  const text = renderDiagnostic(placed, (file) => (file === 'pipeline.hgq' ? withTable : undefined), { colour: false })
  assert.match(
    text,
    `error HGQ4007: the operand of a table has 17 bits: element 0 of 'tanh[0]/activation[0]'
  ┌─ pipeline.hgq:20:37
  │
20│   let inner = x |> dense(hidden) |> tanh
  │                                     ^^^^ its table of 'tanh' would have 2^17 entries
  ┌─ std/layers
  = operands of tables have at most 12 bits, the sign included
`,
  )
  assert.equal(
    placed.related.map(({ text: label }) => label),
    ["needed here, inside 'tanh'"],
  )
})

test('that no network meets the budget points at the first bound of the build that is missed', () => {
  const action = plan.actions.find(({ kind }) => kind === 'select')
  if (action === undefined) throw new Error('nothing is selected')
  const [bound] = program.builds[0]?.within ?? []
  if (bound === undefined) throw new Error('the sample has no budget')
  const misses = [`${bound.quantity} 12`]
  const facts = { candidates: 3, misses, nearest: 'candidate 1', remedies: [], span: undefined }
  const { span } = annotate(action, budgetOutOfReach(facts))
  assert.equal(span, bound.span)
  assert.match(text.slice(span?.start, span?.end), bound.quantity)
})

test('what is about the disk has no place in the text', () => {
  const full = diskFull({ folder: 'store', what: 'the results of train/scan' })
  const own = programOf(sampleText)
  const action = planBuilds(own, planOptions).actions.find(({ kind }) => kind === 'train')
  if (action === undefined) throw new Error('nothing is trained')
  assert.is(annotator(own)(action, full).span, undefined)
})
