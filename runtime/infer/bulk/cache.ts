import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { Tables } from '../evaluate.js'
import { BulkProgram } from './program.js'
import { type ProgramShape, shapeKey } from './shape.js'

/** Programs kept for each graph: its networks differ little in shape. */
const KEPT = 8

const programsOfGraphs = new WeakMap<TensorGraph, Map<string, BulkProgram>>()

/** The program of a shape, laid out once; the least recently used one gives way. */
export function programOf(tables: Tables, shape: ProgramShape): BulkProgram {
  const programs = programsOfGraphs.get(tables.graph) ?? new Map<string, BulkProgram>()
  programsOfGraphs.set(tables.graph, programs)
  const key = shapeKey(shape)
  const program = programs.get(key) ?? new BulkProgram(tables, shape)
  programs.delete(key)
  programs.set(key, program)
  const [oldest] = programs.keys()
  if (programs.size > KEPT && oldest !== undefined) programs.delete(oldest)
  return program
}
