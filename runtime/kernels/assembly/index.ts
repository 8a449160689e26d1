// All kernels, as the exports of one WebAssembly module. Pointers and strides are in bytes.
export { gatherElements, gatherSamples, scatterElements, scatterSamples, sumParts } from './batch'
export { contract, contractData } from './contraction'
export { costChoice, costContraction, costLookups, costProducts, costRuns, costSum } from './ebops'
export {
  binary,
  binaryBackward,
  claim,
  zeroLines,
  fill,
  moveRows,
  moveRowsBackward,
  repeatConstant,
  unary,
  unaryBackward,
} from './elementwise'
export {
  binary32,
  binary64,
  demoteRows,
  move32,
  move64,
  promoteRows,
  putRows32,
  putRows64,
  reduce32,
  reduce64,
  unary32,
  unary64,
} from './exact-elementwise'
export { quantize32, quantize64 } from './exact-quantizer'
export { sumProducts32, sumProducts64, sumTerms32, sumTerms64 } from './exact-sums'
export { functionRows, functionRowsBackward } from './functions'
export { binaryCrossEntropy, crossEntropy, residualLoss, softCrossEntropy } from './loss'
export { adam, momentum, scaleBy, sumOfSquares } from './optimizer'
export { outerProducts } from './outer-products'
export { listWeights, packPanels } from './panels'
export { quantizeConstants, quantizeConstantsBackward } from './quantizer-constants'
export { greatestRows, quantizeRows } from './quantizer-rows'
export { quantizeRowsBackward } from './quantizer-rows-backward'
export { prepareTypes } from './quantizer-types'
export { momentsBackward, reduceRows, reduceRowsBackward, sumMoments, sumSamples } from './reduction'
export { reflectRows, reflectRowsBackward } from './reflection'
export { addPenalty, addWidthGradients, fillWidths, trackWidths } from './widths'
