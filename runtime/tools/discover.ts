import { accessSync, constants, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { runToEnd } from './process.js'
import type { VendorToolName } from './vendor/tool.js'

/** Tools that are looked for on the PATH, or where the configuration says. */
export type ToolName = 'verilator' | 'icarus' | 'ghdl' | 'g++' | 'clang++' | 'yosys' | VendorToolName

/** A tool that was found. */
export interface Installation {
  readonly program: string
  readonly version: string
}

interface Known {
  /** Names of its program, the best first. */
  readonly programs: readonly string[]
  readonly flag: string
  readonly pattern: RegExp
}

const KNOWN: { readonly [Name in ToolName]: Known } = {
  verilator: { programs: ['verilator'], flag: '--version', pattern: /Verilator\s+(\S+)/ },
  icarus: { programs: ['iverilog'], flag: '-V', pattern: /Icarus Verilog version\s+(\S+)/ },
  ghdl: { programs: ['ghdl'], flag: '--version', pattern: /GHDL\s+(\S+)/ },
  // `g++ (Debian 12.2.0-14) 12.2.0`, or another compiler under its name: `Apple clang version 15.0.0`.
  'g++': { programs: ['g++'], flag: '--version', pattern: /(?:\) |version )(\d+(?:\.\d+)+)/ },
  'clang++': { programs: ['clang++'], flag: '--version', pattern: /version (\d+(?:\.\d+)+)/ },
  yosys: { programs: ['yosys'], flag: '-V', pattern: /Yosys\s+(\S+)/ },
  vivado: { programs: ['vivado'], flag: '-version', pattern: /Vivado\s+v\.?(\S+)/i },
  quartus: { programs: ['quartus_sh'], flag: '--version', pattern: /Version\s+(\S.*?)\s*$/m },
  vitis_hls: { programs: ['vitis_hls', 'vitis-run'], flag: '-version', pattern: /\bv(\d{4}\.\S+)/ },
}

const known = new Map<string, Promise<Installation | 'missing' | 'silent'>>()

/**
 * Finds a tool: the program `configured`, else the first on the PATH that it goes by. `missing` where there is none,
 * `silent` where there is one that does not say its version. Asked once per process.
 */
export function findTool(tool: ToolName, configured?: string): Promise<Installation | 'missing' | 'silent'> {
  const key = `${tool}\0${configured ?? ''}\0${configured === undefined ? (process.env.PATH ?? '') : ''}`
  const asked = known.get(key)
  if (asked !== undefined) return asked
  const answer = ask(tool, configured)
  known.set(key, answer)
  return answer
}

/** The version of a tool on the PATH, or null where it is not installed. */
export async function toolVersion(tool: ToolName): Promise<string | null> {
  const found = await findTool(tool)
  return typeof found === 'string' ? null : found.version
}

async function ask(tool: ToolName, configured: string | undefined): Promise<Installation | 'missing' | 'silent'> {
  const { programs, flag, pattern } = KNOWN[tool]
  const program = (configured === undefined ? programs : [configured]).find(isProgram)
  if (program === undefined) return 'missing'
  const ended = await runToEnd({
    tool,
    program,
    arguments: [flag],
    folder: tmpdir(),
    purpose: { infinitive: 'run', gerund: 'asking for its version' },
    timeoutSeconds: 120,
  })
  // Icarus says its version and still ends with an error where a part of it is not installed.
  const version = ended.ok ? pattern.exec(`${ended.value.stdout}\n${ended.value.stderr}`)?.[1] : undefined
  return version === undefined ? 'silent' : { program, version }
}

function isProgram(name: string): boolean {
  const paths = isAbsolute(name)
    ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  return paths.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      // A folder may be entered, which is the same right.
      return statSync(path).isFile()
    } catch {
      return false
    }
  })
}
