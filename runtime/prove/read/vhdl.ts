import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { Circuit } from '../../../targets/design.js'
import { LONGEST_SECONDS, runTool } from '../../tools/process.js'
import { sourceFiles } from '../../tools/sources.js'
import { inTemporaryFolder } from '../../tools/temporary-folder.js'
import type { VhdlOptions } from './read-netlist.js'

/** That a net which GHDL made in a stage may be what the stage calls `name`. */
export interface Alias {
  /** `stage3`. */
  readonly instance: string
  readonly name: string
  readonly net: string
}

export interface Synthesized {
  readonly text: string
  readonly aliases: readonly Alias[]
}

/** What `ghdl --synth` makes of a circuit in VHDL: a netlist of word-level operators, as Verilog. */
export function verilogOfVhdl(circuit: Circuit, options: VhdlOptions): Promise<Result<Synthesized>> {
  const files = sourceFiles(circuit)
  return inTemporaryFolder(options.scratch, 'hgq-ghdl-', Object.entries(files), async (folder) => {
    const ran = await runTool({
      tool: 'GHDL',
      program: options.ghdl.program,
      arguments: ['--synth', '--std=08', '--out=verilog', ...Object.keys(files), '-e', circuit.top],
      folder,
      purpose: { infinitive: 'prove the design', gerund: 'reading the emitted VHDL' },
      timeoutSeconds: options.timeoutSeconds ?? LONGEST_SECONDS,
      setting: 'toolTimeout',
    })
    if (!ran.ok) return ran
    const lines = placed(ran.value.stdout)
    const text = lines.map((line) => repaired(line, files)).join('\n')
    return { ok: true, value: { text, aliases: aliasesOf(files, outermost(lines)) } }
  })
}

/** A line that GHDL wrote, and which line of which file it is about: `net_stage0.vhd:12`. */
interface PlacedLine {
  readonly text: string
  readonly place: string | null
}

function placed(verilog: string): readonly PlacedLine[] {
  let place: string | null = null
  return verilog.split('\n').map((text) => {
    const line = { text, place }
    place = /^ {2}\/\* (\S+:\d+):\d+ {2}\*\/$/.exec(text)?.[1] ?? null
    return line
  })
}

/**
 * What GHDL 2.0 means by a line. Constants of more than 32 bits it writes as text, without their size; and a negative factor in
 * a product of more than 32 bits it extends by zeros above bit 31, so that it is taken from the source.
 */
function repaired({ text, place }: PlacedLine, files: { readonly [name: string]: string }): string {
  const sized = text.replace(/"([01xz]+)"/gi, (_, digits: string) => `${digits.length}'b${digits}`)
  const product = /^(.* \* \d+'b)([01]{33,})(; \/\/ smul)$/.exec(sized)
  if (product === null || place === null) return sized
  const [, before = '', factor = '', after = ''] = product
  const [file = '', line = ''] = place.split(':')
  const literal = / \* "(1[01]*)";/.exec(files[file]?.split('\n')[Number(line) - 1] ?? '')?.[1]
  const extended = literal?.padStart(factor.length, '1')
  const isCut = extended !== undefined && factor === extended.slice(-32).padStart(factor.length, '0')
  return isCut ? `${before}${extended}${after}` : sized
}

/** The last net that was made for a line of the source, by its place: that of the outermost operator. */
function outermost(lines: readonly PlacedLine[]): ReadonlyMap<string, string> {
  const nets = new Map<string, string>()
  for (const { text, place } of lines) {
    const net = /^ {2}assign (\w+) = /.exec(text)?.[1]
    if (place !== null && net !== undefined) nets.set(place, net)
  }
  return nets
}

/** Which net holds what is assigned in each line of a stage, as far as can be guessed. */
function aliasesOf(files: { readonly [name: string]: string }, places: ReadonlyMap<string, string>): readonly Alias[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const instance = /_(stage\d+)\.vhd$/.exec(file)?.[1]
    if (instance === undefined) return []
    const nets = new Map<string, string>()
    text.split('\n').forEach((line, index) => {
      const [, condition, target, value = ''] = ASSIGNMENT.exec(line) ?? []
      if (target === undefined) return
      // What only calls a value by another name makes no net.
      const [, other = ''] = condition === undefined ? (RENAMING.exec(value) ?? []) : []
      const net = other === '' ? places.get(`${file}:${index + 1}`) : (nets.get(other) ?? other)
      if (net !== undefined) nets.set(target, net)
    })
    return [...nets].map(([target, net]) => ({ instance, name: target.replace(/^v/, 'n'), net }))
  })
}

/** `v12 := …;`, `n12 <= …;`, or the first choice in `if … then v12 := …; else …`. */
const ASSIGNMENT = /^ {4}(if .* then )?([nv]\w+) (?:<=|:=) ([^;]*);/
/** A name, of another type or not. */
const RENAMING = /^(?:(?:un)?signed\()?(\w+)\)?$/
