import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { notEnoughMemory } from '../../../lang/diagnostics/messages/train.js'
import { MemoryShortage } from '../../kernels/kernels.js'
import type { EngineRequest, TrainingEngine } from '../engine.js'
import { WasmEngine } from './wasm-engine.js'

/**
 * The engine of WebAssembly kernels: the same bits on every machine, for every number of threads. Fails where memory is
 * short.
 */
export async function createWasmEngine(request: EngineRequest): Promise<Result<TrainingEngine>> {
  try {
    return { ok: true, value: new WasmEngine(request) }
  } catch (error) {
    if (!(error instanceof MemoryShortage)) throw error
    const { bytes, most } = error
    return { ok: false, error: notEnoughMemory({ bytes, most, data: dataBytes(request) }) }
  }
}

/** What the rows take that the engine holds: single precision, training and validation part. */
function dataBytes({ dataset: { parts }, taught }: EngineRequest): number {
  const tensors = [...parts.train.inputs.values(), taught ?? parts.train.targets, ...parts.validation.inputs.values()]
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
