import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { type Signature, signaturesOf } from './signatures.js'

type Kernel = (...values: number[]) => number

/** The exports of `assembly/index.ts`; their parameters are documented there. */
export type KernelName =
  | 'adam'
  | 'addPenalty'
  | 'addWidthGradients'
  | 'binary'
  | 'binary32'
  | 'binary64'
  | 'binaryBackward'
  | 'binaryCrossEntropy'
  | 'claim'
  | 'zeroLines'
  | 'contract'
  | 'contractData'
  | 'costChoice'
  | 'costContraction'
  | 'costLookups'
  | 'costProducts'
  | 'costRuns'
  | 'costSum'
  | 'crossEntropy'
  | 'demoteRows'
  | 'fill'
  | 'fillWidths'
  | 'functionRows'
  | 'functionRowsBackward'
  | 'gatherElements'
  | 'gatherSamples'
  | 'greatestRows'
  | 'listWeights'
  | 'momentsBackward'
  | 'momentum'
  | 'move32'
  | 'move64'
  | 'moveRows'
  | 'moveRowsBackward'
  | 'outerProducts'
  | 'packPanels'
  | 'prepareTypes'
  | 'promoteRows'
  | 'putRows32'
  | 'putRows64'
  | 'quantize32'
  | 'quantize64'
  | 'quantizeConstants'
  | 'quantizeConstantsBackward'
  | 'quantizeRows'
  | 'quantizeRowsBackward'
  | 'reduce32'
  | 'reduce64'
  | 'reduceRows'
  | 'reduceRowsBackward'
  | 'reflectRows'
  | 'reflectRowsBackward'
  | 'repeatConstant'
  | 'residualLoss'
  | 'scaleBy'
  | 'scatterElements'
  | 'scatterSamples'
  | 'softCrossEntropy'
  | 'sumMoments'
  | 'sumOfSquares'
  | 'sumParts'
  | 'sumProducts32'
  | 'sumProducts64'
  | 'sumSamples'
  | 'sumTerms32'
  | 'sumTerms64'
  | 'trackWidths'
  | 'unary'
  | 'unary32'
  | 'unary64'
  | 'unaryBackward'

/** The kernels of one instance. Each takes and gives numbers alone. */
export type Kernels = { readonly [name in KernelName]: Kernel }

let bytes: Uint8Array<ArrayBuffer> | undefined
let compiled: WebAssembly.Module | undefined
let signatures: ReadonlyMap<string, Signature> | undefined

function kernelBytes(): Uint8Array<ArrayBuffer> {
  bytes ??= readFileSync(fileURLToPath(new URL('./kernels.wasm', import.meta.url)))
  return bytes
}

/** The first Node whose compiler can join pairs of 128-bit operations into 256-bit ones; results stay the same. */
const REVECTORIZING_NODE = 24

/** The module of all kernels, compiled once per thread; it can be sent to other threads. */
export function kernelModule(): WebAssembly.Module {
  if (compiled === undefined && Number.parseInt(process.versions.node, 10) >= REVECTORIZING_NODE)
    setFlagsFromString('--experimental-wasm-revectorize')
  compiled ??= new WebAssembly.Module(kernelBytes())
  return compiled
}

/** What each kernel takes and gives. */
export function kernelSignatures(): ReadonlyMap<string, Signature> {
  signatures ??= signaturesOf(kernelBytes())
  return signatures
}

const PAGE = 65536
/** What a 32-bit WebAssembly memory can hold. */
const MOST_BYTES = 65536 * PAGE

/** So many bytes were wanted; `most` is what can be had at all, null where this machine has no room for them now. */
export class MemoryShortage extends Error {
  readonly bytes: number
  readonly most: number | null

  constructor(bytes: number, most: number | null) {
    super(`there are no ${bytes} bytes of memory for the kernels`)
    this.bytes = bytes
    this.most = most
  }
}

/**
 * A shared memory of at least `bytes` bytes. Throws a MemoryShortage where WebAssembly cannot address them or the
 * machine has none left.
 */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  if (bytes > MOST_BYTES) throw new MemoryShortage(bytes, MOST_BYTES)
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MOST_BYTES / PAGE, shared: true })
  } catch (error) {
    if (error instanceof RangeError) throw new MemoryShortage(bytes, null)
    throw error
  }
}

/** The kernels at work on a memory. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  // Every name of `Kernels` is exported, which a test checks.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
}
