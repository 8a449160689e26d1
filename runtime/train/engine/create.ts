import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { EngineRequest, TrainingEngine } from '../engine.js'
import { WasmEngine } from './wasm-engine.js'

/** The engine of WebAssembly kernels: the same bits on every machine, for every number of threads. */
export function createWasmEngine(request: EngineRequest): Promise<Result<TrainingEngine>> {
  return Promise.resolve({ ok: true, value: new WasmEngine(request) })
}
