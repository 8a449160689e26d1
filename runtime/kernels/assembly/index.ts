// All kernels, as the exports of one WebAssembly module. Pointers and strides are in bytes.
export { gatherElements, gatherSamples, scatterElements, scatterSamples, sumParts } from './batch'
export { contract, contractData, outerProducts, packPanels, sumSamples } from './contraction'
export {
  binary,
  binaryBackward,
  fill,
  moveRows,
  moveRowsBackward,
  repeatConstant,
  unary,
  unaryBackward,
} from './elementwise'
export { binaryCrossEntropy, crossEntropy, residualLoss } from './loss'
export { adam, allFinite, limit, momentum, scaleBy, sumOfSquares } from './optimizer'
export {
  greatestRows,
  prepareTypes,
  quantizeConstants,
  quantizeConstantsBackward,
  quantizeRows,
  quantizeRowsBackward,
} from './quantizer'
export { momentsBackward, reduceRows, reduceRowsBackward, sumMoments } from './reduction'
export { reflectRows, reflectRowsBackward } from './reflection'
