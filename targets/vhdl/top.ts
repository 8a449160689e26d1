import type { PortInterface } from '../design.js'
import type { Slice } from '../rtl/operand.js'
import type { Stage } from '../rtl/stage.js'
import {
  inputElements,
  type Load,
  outputElements,
  registersBehind,
  stageConnections,
  type TopInput,
  topNotes,
  topPorts,
} from '../rtl/top.js'
import { literal, range, slice, typeOf, type VectorType } from './expression.js'
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
    ...(declarations.some((line) => line.includes('attribute keep')) ? KEEPING : []),
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
  const ports = topPorts(top).map(({ name, direction, bits }) => {
    const type = bits === null ? 'std_logic' : `std_logic_vector(${bits - 1} downto 0)`
    return `    ${name} : ${direction.padEnd(3)} ${type}`
  })
  return [
    ...topNotes(top).map((note) => `-- ${note}`),
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
    const connections = stageConnections(stage).map(([port, signal]) => `    ${port} => ${signal}`)
    statements.push(`  stage${stage.index} : entity work.${stage.module} port map (`, connections.join(',\n'), '  );')
  }
  const loads = registersBehind(top, stage)
  declarations.push(...loads.map(({ register }) => declared(register.name, register)), ...kept(loads))
  statements.push(...clocked(top, loads))
  return { declarations, statements }
}

/** Without it a synthesizer would make one register of equal ones. For Vivado, and for Quartus. */
function kept(loads: readonly Load[]): readonly string[] {
  return loads
    .filter(({ keep }) => keep)
    .flatMap(({ register }) => [
      `  attribute keep of ${register.name} : signal is "true";`,
      `  attribute dont_merge of ${register.name} : signal is true;`,
    ])
}

const KEEPING = ['  attribute keep : string;', '  attribute dont_merge : boolean;']

/** The process that loads registers: a reset goes before the clock enable. */
function clocked({ control: { reset, clockEnable } }: TopInput, loads: readonly Load[]): readonly string[] {
  if (loads.length === 0) return []
  const assign = (indent: string, value: (load: Load) => string): readonly string[] =>
    loads.map((load) => `${indent}${load.register.name} <= ${value(load)};`)
  const loading = (indent: string): readonly string[] => assign(indent, (load) => load.from)
  const clearing = (indent: string): readonly string[] => assign(indent, ({ register }) => literal(0n, register.width))
  const process = (sensitivity: string, body: readonly string[]): readonly string[] => [
    `  process (${sensitivity})`,
    '  begin',
    ...body,
    '  end process;',
  ]
  const enabled = clockEnable === null ? null : `${clockEnable.port} = '1'`
  if (reset === null) {
    const edge = ['    if rising_edge(clk) then']
    if (enabled === null) return process('clk', [...edge, ...loading('      '), '    end if;'])
    return process('clk', [...edge, `      if ${enabled} then`, ...loading('        '), '      end if;', '    end if;'])
  }
  const resetting = `${reset.port} = '1'`
  switch (reset.kind) {
    case 'synchronous':
      return process('clk', [
        '    if rising_edge(clk) then',
        `      if ${resetting} then`,
        ...clearing('        '),
        enabled === null ? '      else' : `      elsif ${enabled} then`,
        ...loading('        '),
        '      end if;',
        '    end if;',
      ])
    case 'asynchronous':
      return process(`clk, ${reset.port}`, [
        `    if ${resetting} then`,
        ...clearing('      '),
        '    elsif rising_edge(clk) then',
        ...(enabled === null
          ? loading('      ')
          : [`      if ${enabled} then`, ...loading('        '), '      end if;']),
        '    end if;',
      ])
  }
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
