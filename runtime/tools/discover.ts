import { tmpdir } from 'node:os'
import { runTool } from './process.js'

export type ToolName = 'verilator' | 'icarus' | 'g++' | 'clang++'

const VERSION: Record<ToolName, { readonly program: string; readonly flag: string; readonly pattern: RegExp }> = {
  verilator: { program: 'verilator', flag: '--version', pattern: /Verilator\s+(\S+)/ },
  icarus: { program: 'iverilog', flag: '-V', pattern: /Icarus Verilog version\s+(\S+)/ },
  // `g++ (Debian 12.2.0-14) 12.2.0`, or another compiler under its name: `Apple clang version 15.0.0`.
  'g++': { program: 'g++', flag: '--version', pattern: /(?:\) |version )(\d+(?:\.\d+)+)/ },
  'clang++': { program: 'clang++', flag: '--version', pattern: /version (\d+(?:\.\d+)+)/ },
}

const known = new Map<ToolName, Promise<string | null>>()

/** The version of a tool on the PATH, or null where it is not installed. Asked once per process. */
export function toolVersion(tool: ToolName): Promise<string | null> {
  const asked = known.get(tool)
  if (asked !== undefined) return asked
  const answer = ask(tool)
  known.set(tool, answer)
  return answer
}

async function ask(tool: ToolName): Promise<string | null> {
  const { program, flag, pattern } = VERSION[tool]
  const result = await runTool({
    tool,
    program,
    arguments: [flag],
    folder: tmpdir(),
    purpose: { infinitive: 'simulate the design', gerund: 'asking for its version' },
    timeoutSeconds: 30,
  })
  // Icarus says its version and still ends with an error where a part of it is not installed.
  return result.ok ? (pattern.exec(`${result.value.stdout}${result.value.stderr}`)?.[1] ?? null) : null
}
