import { FixedGraphBuilder } from '../../../compiler/fixed/builder.js'
import type { NodeId, Term } from '../../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { lowestBit, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import type { CmvmInput, CmvmSolution } from '../../../compiler/optimize/cmvm/types.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import { cellsOf } from '../cells.js'

const FAMILY = 'virtexuplus'

/** Look-up tables of a solution as one stage of Verilog, adder by adder as the solver left it, in Yosys. */
export async function lookUpTables(inputs: readonly CmvmInput[], solution: CmvmSolution): Promise<number> {
  const builder = new FixedGraphBuilder()
  const types = inputs.map(({ low, high, step }) => {
    const fraction = -lowestBit(step)
    const [from, to] = [low, high].map((bound) => BigInt(bound * powerOfTwo(fraction))) as [bigint, bigint]
    return typeOfInterval({ low: from, high: to, fraction })
  })
  const nodes: NodeId[] = [...builder.input('x', [inputs.length], types)]
  const term = (value: number, shift: number, negate: boolean): Term => ({
    node: nodes[value] as NodeId,
    shift,
    negate,
  })
  for (const { left, right, shift, subtract } of solution.operations) {
    nodes.push(builder.add(term(left, 0, false), term(right, shift, subtract)))
  }
  const outputs = solution.outputs.map(({ value, shift, negate }) =>
    value === null ? builder.constant(0n) : builder.scale(term(value, shift, negate)),
  )
  builder.output('y', [outputs.length], outputs)
  const scheduled = schedule(builder.finish(), { clockPeriodNs: 1000, family: FAMILY, stages: 1 })
  if (!scheduled.ok) throw new Error(scheduled.error.message)
  const cells = await cellsOf(scheduled.value, 'package')
  if (cells === null) throw new Error('the package brings a Yosys along')
  return cells.lut
}
