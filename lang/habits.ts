import { nearest } from './suggest.js'

/**
 * What Keras, PyTorch, HGQ2, hls4ml, Python, HCL and the tools of vendors call what has another name here. Lower case and
 * without `_`, as `Conv2D` and `conv_2d` are one word; of several names that one counts which can stand there.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  // Declarations and statements.
  model: ['architecture', 'from'],
  network: ['architecture', 'model'],
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
  separableconv2d: ['depthwise_conv2d'],
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
  vivadohls: ['vitis'],
  xilinx: ['amd'],
  intel: ['altera'],
  standardscaler: ['standard'],
  rnd: ['nearest'],
  rndconv: ['nearest_even'],
  trn: ['truncate'],
  sat: ['saturate'],
  satsym: ['saturate_symmetric'],
}

/** The candidate that `name` was probably meant to be: what other tools call so, or one that is written much alike. */
export function meantBy(name: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  const sameLetters = known.find((candidate) => candidate !== name && plain(candidate) === plain(name))
  return sameLetters ?? wordsFor(name).find((word) => known.includes(word)) ?? nearest(name, known)
}

function wordsFor(name: string): readonly string[] {
  const key = plain(name)
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? []) : []
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** How what a name stands for in other languages is written in this one, where no single word does it. */
const NAMES: Readonly<Record<string, string>> = {
  range: '`range(3)` of other languages is `0..2`: both ends belong to a range',
  none: 'what is not wanted is left out; shapes have no axis for the rows',
  null: 'what is not wanted is left out; shapes have no axis for the rows',
  nil: 'what is not wanted is left out',
  undefined: 'what is not wanted is left out',
  dict: 'a record is written `{ a = 1, b = 2 }`',
  list: 'a list is written `[1, 2]`',
  tuple: 'a list is written `[1, 2]`',
  input: 'the input of a network is a statement of its own: `input x[16]`',
  inputlayer: 'the input of a network is a statement of its own: `input x[16]`',
  sequential: "a network is an `architecture`, and layers follow each other by '|>': `x |> dense(16) |> relu`",
  activation: 'an activation is a layer of its own: `x |> relu`',
  qactivation: 'an activation is a layer of its own: `x |> relu`; what quantizes it is told by `with`',
  dropout: 'there is no dropout; quantizers and `pressure` keep a network small',
}

/** What to write instead of a name that other languages have and this one has not. */
export function hintForName(name: string): string | undefined {
  const key = plain(name)
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined
}

const DECLARATIONS: Readonly<Record<string, string>> = {
  def: 'a network is an `architecture`, a part of one a `layer`',
  class: 'a network is an `architecture`, a part of one a `layer`',
  fn: 'a network is an `architecture`, a part of one a `layer`',
  function: 'a network is an `architecture`, a part of one a `layer`',
  variable:
    'a constant is written `let width = 16`; what differs between uses is a parameter: `train scan(width: int) { … }`',
  resource: 'a declaration has one word and a name without quotes: `target vu13p { … }`',
}

/** What to declare instead of what other languages have. */
export function hintForDeclaration(word: string): string | undefined {
  return Object.hasOwn(DECLARATIONS, word) ? DECLARATIONS[word] : undefined
}

const ARGUMENTS: Readonly<Record<string, string>> = {
  activation: 'an activation is a layer of its own: `x |> dense(16) |> relu`',
  quantizer: 'a quantizer follows the call: `dense(16) with per_parameter`',
  precision: 'a quantizer follows the call: `dense(16) with per_parameter`',
  kernelquantizer: 'a quantizer follows the call: `dense(16) with per_parameter`',
  biasquantizer: 'a quantizer follows the call: `dense(16) with per_parameter`',
  inputshape: 'the shape of an input stands where it is declared: `input x[16]`',
  reusefactor:
    'a network is laid out side by side, nothing of it is used twice; what it may cost is told by a `budget`',
  iotype: 'a network is laid out side by side: it takes all inputs at once',
  strategy: 'what a design may cost, and how long it may take, is told by a `budget`',
}

/** What to write instead of an argument or an entry that other tools have. */
export function hintForArgument(name: string): string | undefined {
  const key = plain(name)
  return Object.hasOwn(ARGUMENTS, key) ? ARGUMENTS[key] : undefined
}

/** A fixed-point type of HLS, `ap_fixed<16,6>` of 16 bits with 6 before the point and the sign among them, as it is written here. */
export function fixedPointMeant(text: string): string | undefined {
  const [, unsigned, width, integer] =
    /^(?:a[pc]_)?(u)?fixed<\s*(\d+)\s*,\s*(-?\d+)\s*(?:,[^<>]*)?>$/i.exec(text.trim()) ?? []
  if (width === undefined || integer === undefined) return undefined
  const before = Number(integer) - (unsigned === undefined ? 1 : 0)
  const fraction = Number(width) - Number(integer)
  return `fixed(integer = ${before}, fraction = ${fraction}${unsigned === undefined ? '' : ', signed = false'})`
}
