import type { FixedGraph, NodeId } from '../../compiler/fixed/graph.js'
import type { LookupTable } from '../../compiler/fixed/lookup.js'
import { nodeAt, operandsOf } from '../../compiler/fixed/nodes.js'
import { oneLine, rangeText } from '../comments.js'
import { expressionOf } from '../rtl/expression.js'
import { type Operand, operandOf } from '../rtl/operand.js'
import { readName, type Stage, stageInputs } from '../rtl/stage.js'
import { romsOf } from '../rtl/tables.js'
import { assign, typeOf } from './expression.js'
import { romConstant } from './table.js'

/**
 * The text of a stage's entity. One process computes the nodes in order, in variables: what is a signal costs a simulator
 * many times more, and a synthesizer makes the same of both.
 */
export function stageModule(stage: Stage, stages: number, graph: FixedGraph): string {
  const ports = [
    ...stageInputs(stage).map((signal) => `    ${signal.name} : in  ${vector(signal)}`),
    ...stage.outputs.map((signal) => `    ${signal.name} : out ${vector(signal)}`),
  ]
  const { roms, nameOf } = romsOf(stage.computed)
  const { variables, statements } = body(stage, graph, nameOf)
  return [
    `-- Stage ${stage.index + 1} of ${stages}: combinational.`,
    ...(stage.index === 0 ? CONVENTIONS : []),
    ...LIBRARIES,
    '',
    `entity ${stage.module} is`,
    '  port (',
    ports.join(';\n'),
    '  );',
    `end entity ${stage.module};`,
    '',
    `architecture rtl of ${stage.module} is`,
    ...roms.flatMap(romConstant),
    'begin',
    '  process (all)',
    ...variables,
    '  begin',
    ...statements,
    '  end process;',
    `end architecture rtl;`,
    '',
  ].join('\n')
}

/** A node that is read here is a variable; one that is only handed on is the output itself. */
function body(
  stage: Stage,
  graph: FixedGraph,
  tableName: (table: LookupTable) => string,
): { readonly variables: readonly string[]; readonly statements: readonly string[] } {
  const computed = new Set(stage.computed.map((signal) => signal.id))
  const read = new Set(stage.computed.flatMap((signal) => operandsOf(signal.node)))
  const operandOfReader =
    (reader: NodeId) =>
    (id: NodeId): Operand =>
      operandOf(nodeAt(graph, id), computed.has(id) ? `v${id}` : readName(stage, reader, id))
  const variables: string[] = []
  const statements: string[] = []
  const declare = (name: string, signal: Vector): void => {
    variables.push(`    variable ${name} : ${vector(signal)};`)
  }
  const handedOn = new Set(stage.outputs.map((signal) => signal.id))
  let origin: string | null = null
  for (const signal of stage.computed) {
    if (signal.node.origin !== origin) {
      origin = signal.node.origin
      statements.push(...(statements.length === 0 ? [] : ['']), `    -- ${oneLine(origin) || 'no origin'}`)
    }
    const variable = `v${signal.id}`
    const { value, helpers } = expressionOf(signal.node, variable, operandOfReader(signal.id), tableName)
    for (const helper of helpers) {
      declare(helper.name, helper)
      statements.push(`    ${assign(helper.name, ':=', helper.value, typeOf(helper))}`)
    }
    const direct = handedOn.has(signal.id) && !read.has(signal.id)
    const assignment = direct
      ? assign(signal.name, '<=', value, typeOf(signal))
      : assign(variable, ':=', value, typeOf(signal))
    statements.push(`    ${assignment} -- ${rangeText(signal.node.interval)}`)
    if (direct) continue
    declare(variable, signal)
    if (handedOn.has(signal.id)) statements.push(`    ${signal.name} <= ${variable};`)
  }
  return { variables, statements }
}

interface Vector {
  readonly width: number
  readonly signed: boolean
}

/** `signed(7 downto 0)`. */
export function vector(signal: Vector): string {
  return `${typeOf(signal)}(${signal.width - 1} downto 0)`
}

const CONVENTIONS = [
  '-- Signal n<id> or variable v<id> is node <id> of the fixed-point graph: an integer that stands for integer * 2^-f. The',
  '-- comment behind it gives the range of the real value and the grid. Sums have operands of the width of their result.',
]

export const LIBRARIES = ['library ieee;', 'use ieee.std_logic_1164.all;', 'use ieee.numeric_std.all;']
