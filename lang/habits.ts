import { nearest, spellingOf } from './suggest.js'

/**
 * What Keras, PyTorch, HGQ2, hls4ml, Python, HCL and the tools of vendors call what has another name here. Lower case and
 * without `_`, as `Conv2D` and `conv_2d` are one word; of several names that one counts which can stand there.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  // Declarations and statements.
  model: ['architecture', 'from'],
  network: ['architecture', 'model'],
  architecture: ['model'],
  train: ['from'],
  foreach: ['for'],
  arch: ['architecture', 'model'],
  training: ['train', 'from'],
  data: ['dataset', 'source'],
  datasource: ['source'],
  const: ['let'],
  constant: ['let'],
  var: ['let'],
  fpga: ['device'],
  board: ['device'],
  constraints: ['budget', 'within'],
  include: ['import'],
  require: ['import'],
  use: ['import'],
  using: ['import'],
  // Types.
  str: ['string'],
  text: ['string'],
  integer: ['int'],
  double: ['float'],
  number: ['float'],
  real: ['float'],
  boolean: ['bool'],
  array: ['list', 'tensor'],
  ndarray: ['tensor'],
  tuple: ['list'],
  sequence: ['list'],
  vector: ['list'],
  dict: ['record'],
  map: ['record'],
  object: ['record'],
  // Entries of data sets.
  file: ['source', 'path'],
  filename: ['path'],
  inputs: ['features'],
  columns: ['features'],
  label: ['labels'],
  labelcolumn: ['labels'],
  val: ['validation'],
  valid: ['validation'],
  testsize: ['split'],
  validationsplit: ['split'],
  normalize: ['standardize'],
  scale: ['standardize'],
  randomstate: ['seed'],
  randomseed: ['seed'],
  delimiter: ['separator'],
  sep: ['separator'],
  // Entries of trainings and builds.
  lossfunction: ['loss'],
  lossfn: ['loss'],
  criterion: ['loss'],
  lr: ['rate'],
  learningrate: ['rate'],
  batchsize: ['batch'],
  nepochs: ['epochs'],
  beta: ['pressure'],
  beta0: ['pressure'],
  budget: ['within'],
  target: ['targets'],
  // Entries of targets and devices, names of what a budget bounds.
  clockperiod: ['clock'],
  period: ['clock'],
  frequency: ['clock'],
  freq: ['clock'],
  fmax: ['clock'],
  part: ['device'],
  xilinxpart: ['device'],
  backend: ['language'],
  lang: ['language'],
  hdl: ['language'],
  outputlanguage: ['language'],
  luts: ['lut'],
  ffs: ['ff'],
  registers: ['ff'],
  dsps: ['dsp'],
  dsp48: ['dsp'],
  brams: ['bram'],
  ii: ['interval'],
  initiationinterval: ['interval'],
  acc: ['accuracy'],
  // Parameters of layers and of fixed-point types.
  nodes: ['units'],
  neurons: ['units'],
  outfeatures: ['units'],
  outchannels: ['filters'],
  kernelsize: ['kernel'],
  poolsize: ['window'],
  dilationrate: ['dilation'],
  kernelinitializer: ['init'],
  intbits: ['integer'],
  integerbits: ['integer'],
  fracbits: ['fraction'],
  fractionalbits: ['fraction'],
  rounding: ['round'],
  roundmode: ['round'],
  overflowmode: ['overflow'],
  kernelquantizer: ['weight'],
  weights: ['weight'],
  activations: ['activation'],
  // Layers.
  qdense: ['dense'],
  fullyconnected: ['dense'],
  qeinsumdense: ['einsum_dense'],
  maxpool: ['max_pool2d', 'max_pool1d'],
  maxpooling1d: ['max_pool1d'],
  maxpooling2d: ['max_pool2d'],
  averagepooling1d: ['average_pool1d'],
  averagepooling2d: ['average_pool2d'],
  avgpool1d: ['average_pool1d'],
  avgpool2d: ['average_pool2d'],
  globalaveragepooling1d: ['global_average_pool'],
  globalaveragepooling2d: ['global_average_pool'],
  globalmaxpooling1d: ['global_max_pool'],
  globalmaxpooling2d: ['global_max_pool'],
  batchnormalization: ['batch_norm'],
  qbatchnormalization: ['batch_norm'],
  batchnorm1d: ['batch_norm'],
  batchnorm2d: ['batch_norm'],
  qbatchnormdense: ['dense_batch_norm'],
  qconv1d: ['conv1d'],
  qconv2d: ['conv2d'],
  swish: ['silu'],
  // Losses, metrics, optimizers, schedules, initial values.
  crossentropyloss: ['cross_entropy'],
  categoricalcrossentropy: ['cross_entropy'],
  sparsecategoricalcrossentropy: ['cross_entropy'],
  bce: ['binary_cross_entropy'],
  bceloss: ['binary_cross_entropy'],
  bcewithlogitsloss: ['binary_cross_entropy'],
  binarycrossentropy: ['binary_cross_entropy'],
  meansquarederror: ['mse'],
  mseloss: ['mse'],
  meanabsoluteerror: ['mae'],
  l1loss: ['mae'],
  huberloss: ['huber'],
  categoricalaccuracy: ['accuracy'],
  sparsecategoricalaccuracy: ['accuracy'],
  binaryaccuracy: ['accuracy'],
  cosinedecay: ['cosine'],
  cosineannealinglr: ['cosine'],
  exponentialdecay: ['geometric'],
  xavieruniform: ['glorot_uniform'],
  kaiminguniform: ['he_uniform'],
  // Members of enumerations, and truth.
  yes: ['true'],
  on: ['true'],
  no: ['false'],
  off: ['false'],
  sv: ['verilog'],
  systemverilog: ['verilog'],
  vitishls: ['vitis'],
  hls: ['vitis'],
  vivadohls: ['vitis'],
  xilinx: ['amd'],
  intel: ['altera'],
  standardscaler: ['standard'],
  rnd: ['nearest'],
  aprnd: ['nearest'],
  aprndconv: ['nearest_even'],
  aptrn: ['truncate'],
  aptrnzero: ['truncate_to_zero'],
  apsat: ['saturate'],
  apsatsym: ['saturate_symmetric'],
  apwrap: ['wrap'],
  rndconv: ['nearest_even'],
  trn: ['truncate'],
  sat: ['saturate'],
  satsym: ['saturate_symmetric'],
}

/** The candidate that `name` was probably meant to be: what other tools call so, or one that is written much alike. */
export function meantBy(name: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  const letters = plain(name)
  const sameLetters = known.find((candidate) => candidate !== name && plain(candidate) === letters)
  const word = sameLetters ?? wordsFor(name).find((each) => known.includes(each))
  return word ?? nearest(name, known) ?? soleContaining(name, known) ?? soleContained(name, known)
}

/** Below that, a part of a name tells nothing. */
const TELLING = 4

/** The only candidate that `name` is a part of: `per_param`, `VU13P`. */
function soleContaining(name: string, candidates: readonly string[]): string | undefined {
  const letters = plain(name)
  if (letters.length < TELLING) return undefined
  const found = candidates.filter((candidate) => candidate !== name && plain(candidate).includes(letters))
  return found.length === 1 ? found[0] : undefined
}

/** The only candidate that is a word of `name`: `num_epochs`, `max_latency`. */
function soleContained(name: string, candidates: readonly string[]): string | undefined {
  const words = name.toLowerCase().split('_')
  if (words.length < 2) return undefined
  const found = candidates.filter((candidate) => candidate.length >= 3 && words.includes(candidate))
  return found.length === 1 ? found[0] : undefined
}

function wordsFor(name: string): readonly string[] {
  const key = plain(name)
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? []) : []
}

/** As names are compared: in lower case and without `_`. */
export function plain(name: string): string {
  return spellingOf(name).plain
}
