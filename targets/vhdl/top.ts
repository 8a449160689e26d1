import type { PortInterface } from '../design.js'
import { withBits } from '../ports.js'
import type { Slice } from '../rtl/operand.js'
import type { Signal } from '../rtl/signals.js'
import type { Stage } from '../rtl/stage.js'
import { inputElements, nameAt, outputElements, registeredBehind, type TopInput } from '../rtl/top.js'
import { range, slice, typeOf, type VectorType } from './expression.js'
import { LIBRARIES, vector } from './stage.js'

/**
 * The text of the top entity: it unpacks the input buses, strings the stages together with a register layer behind each,
 * and packs the output buses. A port without bits does not appear.
 */
export function topModule(top: TopInput): string {
  const sections = [
    ...top.inputs.map((port, index) => unpack(top, port, index)),
    ...top.stages.map((stage) => stageSection(top, stage)),
    ...top.outputs.map((port, index) => pack(top, port, index)),
  ].filter((section) => section.statements.length > 0)
  const declarations = sections.flatMap((section) => section.declarations)
  return [
    ...header(top),
    `architecture rtl of ${top.name} is`,
    ...declarations,
    'begin',
    ...sections.flatMap((section, index) => (index === 0 ? section.statements : ['', ...section.statements])),
    'end architecture rtl;',
    '',
  ].join('\n')
}

interface Section {
  readonly declarations: readonly string[]
  readonly statements: readonly string[]
}

function header(top: TopInput): readonly string[] {
  const bus = (direction: string, port: PortInterface): string =>
    `    ${port.name} : ${direction} std_logic_vector(${port.bits - 1} downto 0)`
  const ports = [
    '    clk : in  std_logic',
    ...withBits(top.inputs).map((port) => bus('in ', port)),
    ...withBits(top.outputs).map((port) => bus('out', port)),
  ]
  const cycles = top.stages.length
  return [
    `-- ${top.name}: a new input every clock cycle, its output ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'} later.`,
    '-- There is no reset: what is in the pipeline when the clock starts leaves it.',
    '-- Each bus holds its elements back to back, element 0 at the lowest bits; interface.json gives their types.',
    ...LIBRARIES,
    '',
    `entity ${top.name} is`,
    '  port (',
    ports.join(';\n'),
    '  );',
    `end entity ${top.name};`,
    '',
  ]
}

function declared(name: string, signal: { readonly width: number; readonly signed: boolean }): string {
  return `  signal ${name} : ${vector(signal)};`
}

function unpack(top: TopInput, port: PortInterface, index: number): Section {
  const declarations: string[] = []
  const statements: string[] = []
  for (const { signal, element, bits, comment } of inputElements(top, port, index)) {
    declarations.push(declared(signal.name, signal))
    const type = typeOf(signal)
    if (element === null) {
      statements.push(`  ${signal.name} <= ${ofBus(bits, type)}; -- ${comment}`)
      continue
    }
    declarations.push(declared(element.name, element))
    statements.push(`  ${element.name} <= ${ofBus(element.bits, typeOf(element))};`)
    statements.push(`  ${signal.name} <= ${slice(bits, type)}; -- ${comment}`)
  }
  if (statements.length === 0) return { declarations, statements }
  return { declarations, statements: [`  -- Elements of ${port.name}`, ...statements] }
}

/** Bits of a bus, none of them beyond it. */
function ofBus({ operand, from, width }: Slice, type: VectorType): string {
  if (operand.kind === 'constant') throw new Error('a bus is a signal')
  return `${type}(${range(operand, from, from + width)})`
}

function stageSection(top: TopInput, stage: Stage): Section {
  const declarations: string[] = []
  const statements = [`  -- Stage ${stage.index + 1}`]
  if (stage.outputs.length > 0) {
    declarations.push(...stage.outputs.map((signal) => declared(signal.name, signal)))
    const connections = [
      ...stage.inputs.map((signal) => `    ${signal.name} => ${nameAt(signal, stage.index)}`),
      ...stage.outputs.map((signal) => `    ${signal.name} => ${signal.name}`),
    ]
    statements.push(`  stage${stage.index} : entity work.${stage.module} port map (`, connections.join(',\n'), '  );')
  }
  const registered = registeredBehind(top, stage)
  if (registered.length > 0) {
    const behind = (signal: Signal): string => nameAt(signal, stage.index + 1)
    declarations.push(...registered.map((signal) => declared(behind(signal), signal)))
    statements.push(
      '  process (clk)',
      '  begin',
      '    if rising_edge(clk) then',
      ...registered.map((signal) => `      ${behind(signal)} <= ${nameAt(signal, stage.index)};`),
      '    end if;',
      '  end process;',
    )
  }
  return { declarations, statements }
}

function pack(top: TopInput, port: PortInterface, index: number): Section {
  const statements = outputElements(top, port, index).map(({ offset, bits, comment }) => {
    const { operand } = bits
    const value =
      operand.kind === 'constant' ? slice(bits, 'unsigned') : `std_logic_vector(${slice(bits, typeOf(operand))})`
    return `  ${range({ name: port.name, width: port.bits }, offset, offset + bits.width)} <= ${value}; -- ${comment}`
  })
  return { declarations: [], statements }
}
