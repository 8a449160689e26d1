import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { cppCompilerMissing } from '../../lang/diagnostics/messages/tools.js'
import { type ToolName, toolVersion } from './discover.js'
import { runTool } from './process.js'

/** A C++ compiler that takes the options of GCC. */
export interface CppCompiler {
  readonly name: Extract<ToolName, 'g++' | 'clang++'>
  readonly version: string
}

/** The first that is installed of g++ and clang++; null where neither is. */
export async function findCppCompiler(): Promise<CppCompiler | null> {
  for (const name of ['g++', 'clang++'] as const) {
    const version = await toolVersion(name)
    if (version !== null) return { name, version }
  }
  return null
}

export interface Compilation {
  readonly folder: string
  /** Relative to the folder, and so is the program that is made. */
  readonly sources: readonly string[]
  readonly program: string
  /** Folders with headers, absolute or relative to the folder; the first wins. */
  readonly includes: readonly string[]
  readonly timeoutSeconds: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Compiles and links a C++17 program, quickly rather than well: a simulation runs once. What is wrong in the text is a
 * diagnostic with the compiler's first error.
 */
export async function compileCpp(compilation: Compilation): Promise<Result<CppCompiler>> {
  const compiler = await findCppCompiler()
  if (compiler === null) return { ok: false, error: cppCompilerMissing({ compilers: ['g++', 'clang++'] }) }
  const { folder, sources, program, includes, timeoutSeconds, signal } = compilation
  const result = await runTool({
    tool: compiler.name,
    program: compiler.name,
    arguments: [
      '-std=c++17',
      // Optimizers need more than linear time for one long function.
      '-O0',
      // The types' pragmas and the macros of the vendors are unknown here.
      '-w',
      ...includes.flatMap((path) => ['-I', path]),
      ...sources,
      '-o',
      program,
    ],
    folder,
    purpose: { infinitive: 'simulate C++ for high-level synthesis', gerund: 'compiling the design' },
    timeoutSeconds,
    signal,
  })
  return result.ok ? { ok: true, value: compiler } : result
}
