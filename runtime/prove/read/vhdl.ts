import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { Circuit } from '../../../targets/design.js'
import { LONGEST_SECONDS, runTool } from '../../tools/process.js'
import { sourceFiles } from '../../tools/sources.js'
import { inTemporaryFolder } from '../../tools/temporary-folder.js'
import type { VhdlOptions } from './read-netlist.js'

/** That a net which GHDL made in a stage is what the stage calls `name`: a hint that the proof does not believe. */
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
    const text = withSizes(ran.value.stdout)
    return { ok: true, value: { text, aliases: aliasesOf(files, placesOf(text)) } }
  })
}

/** GHDL 2.0 writes constants of more than 32 bits as text, without their size. */
function withSizes(verilog: string): string {
  return verilog.replace(/"([01xz]+)"/gi, (_, digits: string) => `${digits.length}'b${digits}`)
}

/** The last net that was made for a line, by `file:line`: that of the outermost operator. */
function placesOf(verilog: string): ReadonlyMap<string, string> {
  const nets = new Map<string, string>()
  let place: string | null = null
  for (const line of verilog.split('\n')) {
    const said = /^ {2}\/\* (\S+:\d+):\d+ {2}\*\/$/.exec(line)
    const assigned = /^ {2}assign (\w+) = /.exec(line)
    if (place !== null && assigned !== null) nets.set(place, assigned[1] ?? '')
    place = said?.[1] ?? null
  }
  return nets
}

/** Which net holds what is assigned in each line of a stage. */
function aliasesOf(
  files: { readonly [name: string]: string },
  places: ReadonlyMap<string, string>,
): readonly Alias[] {
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
