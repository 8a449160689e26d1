import { plain } from './habits.js'
import { UNITS } from './units.js'

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
  int: 'a number needs no conversion',
  float: 'a number needs no conversion',
  inf: 'numbers are finite',
  nan: 'numbers are finite',
  random: 'nothing is random: equal files give equal results; a `seed` is a number',
  env: 'nothing is read from the environment; what differs between uses is a parameter: `train scan(width: int) { … }`',
  dropout: 'there is no dropout; quantizers and `pressure` keep a network small',
}

/** What to write instead of a name that other languages have and this one has not. */
export function hintForName(name: string): string | undefined {
  if (UNITS.has(name)) return `a unit follows its number: \`10 ${name}\``
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
  name: 'a layer has no name; it is told by where it is called',
  reusefactor:
    'a network is laid out side by side, nothing of it is used twice; what it may cost is told by a `budget`',
  iotype: 'a network is laid out side by side: it takes all inputs at once',
  callbacks: 'nothing interrupts a training; `keep` says which of its networks are kept',
  earlystopping: 'nothing interrupts a training; `keep` says which of its networks are kept',
  validationdata: 'the `split` of the dataset says what validates',
  shuffle: 'rows are shuffled anew in each epoch, by the `seed`',
  verbose: 'what is shown is told to the command: `hgq build --help`',
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
