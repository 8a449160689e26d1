// Run as a process of its own, since an addon that does not fit may end its process: loads the package in the folder
// given, multiplies two matrices and prints what it found as one line of JSON.
import { createRequire } from 'node:module'
import { restoreUtilFunctions } from '../../train/reference/backend.js'

/** What is used of tfjs-node, which may be absent when this is compiled. */
interface TfjsNode {
  enableProdMode(): void
  getBackend(): string
  backend(): { readonly binding: { readonly TF_Version: string } }
  matMul(a: readonly number[][], b: readonly number[][]): { dataSync(): ArrayLike<number> }
}

const require = createRequire(import.meta.url)
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
restoreUtilFunctions(require('node:util'))
const tf = require(process.argv[2] ?? '') as TfjsNode
tf.enableProdMode()
const left = [
  [1, 2, 3],
  [4, 5, 6],
]
const right = [
  [7, 8],
  [9, 10],
  [11, 12],
]
const product = Array.from(tf.matMul(left, right).dataSync())
const found = { version: tf.backend().binding.TF_Version, backend: tf.getBackend(), product }
process.stdout.write(`\n@tfjs-node ${JSON.stringify(found)}\n`)
