import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { TrainingSpec } from '../../lang/program.js'
import type { EngineRequest, TrainingEngine } from './engine.js'

type Factory = (request: EngineRequest) => Promise<Result<TrainingEngine>>

/** How each engine is made. Its code is loaded only when it is asked for. */
const FACTORIES: Readonly<Record<TrainingSpec['engine'], Factory>> = {
  hgq: async (request) => (await import('./engine/create.js')).createWasmEngine(request),
  tfjs: async (request) => (await import('./reference/engine.js')).createReferenceEngine(request, 'tfjs'),
  tfjs_node: async (request) => (await import('./reference/engine.js')).createReferenceEngine(request, 'tfjs_node'),
}

/** The engine of this name, ready for its first step. */
export function createEngine(name: TrainingSpec['engine'], request: EngineRequest): Promise<Result<TrainingEngine>> {
  return FACTORIES[name](request)
}
