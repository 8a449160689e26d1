import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { MemoryShortage } from '../../kernels/kernels.js'
import type { Tables } from '../element-tables.js'
import { BulkProgram } from './program.js'
import { type ProgramShape, shapeKey } from './shape.js'

/** Programs kept for each graph: its networks differ little in shape. */
const KEPT = 8

const programsOfGraphs = new WeakMap<TensorGraph, Map<string, BulkProgram | null>>()

/**
 * The program of a shape, laid out once; the least recently used one gives way. Null where it takes too much memory.
 */
export function programOf(tables: Tables, shape: ProgramShape): BulkProgram | null {
  const programs = programsOfGraphs.get(tables.graph) ?? new Map<string, BulkProgram | null>()
  programsOfGraphs.set(tables.graph, programs)
  const key = shapeKey(shape)
  const known = programs.get(key)
  const program = known === undefined ? made(tables, shape) : known
  programs.delete(key)
  programs.set(key, program)
  const [oldest] = programs.keys()
  if (programs.size > KEPT && oldest !== undefined) programs.delete(oldest)
  return program
}

function made(tables: Tables, shape: ProgramShape): BulkProgram | null {
  try {
    return new BulkProgram(tables, shape)
  } catch (error) {
    if (error instanceof MemoryShortage) return null
    throw error
  }
}
