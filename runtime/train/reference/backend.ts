import { createRequire } from 'node:module'
import type * as TensorFlow from '@tensorflow/tfjs-core'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { engineMissing } from '../../../lang/diagnostics/messages/train.js'

export type Tf = typeof TensorFlow
export type Tensor = TensorFlow.Tensor
export type Variable = TensorFlow.Variable

/** `cpu`: TensorFlow.js in plain JavaScript, with own kernels for the heavy operations. `native`: its C library. */
export interface Backend {
  readonly tf: Tf
  readonly name: 'cpu' | 'native'
}

/** Loads the engine of a training. `tfjs_node` is an optional dependency, so its absence is a diagnostic. */
export async function loadBackend(engine: 'tfjs' | 'tfjs_node'): Promise<Result<Backend>> {
  const tf = await import('@tensorflow/tfjs-core')
  // Without this TensorFlow.js advertises its native library on the first tensor.
  tf.enableProdMode()
  if (engine === 'tfjs') {
    await import('@tensorflow/tfjs-backend-cpu')
    await tf.setBackend('cpu')
    return { ok: true, value: { tf, name: 'cpu' } }
  }
  const require = createRequire(import.meta.url)
  try {
    restoreUtilFunctions(require('node:util'))
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
    require('@tensorflow/tfjs-node')
    await tf.setBackend('tensorflow')
    return { ok: true, value: { tf, name: 'native' } }
  } catch (cause) {
    return { ok: false, error: engineMissing({ reason: firstLine(cause) }) }
  }
}

/** tfjs-node 4.22 calls functions of `node:util` that Node 23 removed. */
export function restoreUtilFunctions(util: Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
  util.isObject ??= (value: unknown) => value !== null && typeof value === 'object'
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
