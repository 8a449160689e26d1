import { type Argument, BASE, type Call } from './program.js'
import { NUMBER, type NumberType, type Signature } from './signatures.js'

/** Where the kernels are imported from. */
export const KERNELS = 'kernels'
/** Calls of one function: compilers take no function of any length. */
const MOST_CALLS = 1000

/** What a function of calls is given: the bases in the order of `BASE`, from 1 on. */
const PARAMETERS: readonly NumberType[] = Object.values(BASE)
  .filter((base) => base !== BASE.none)
  .sort((a, b) => a - b)
  .map((base) => (base === BASE.share ? NUMBER.f64 : NUMBER.i32))

const CODE = {
  end: 0x0b,
  call: 0x10,
  drop: 0x1a,
  localGet: 0x20,
  i32Const: 0x41,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Add: 0x6a,
  f32DemoteF64: 0xb6,
} as const

/** A module, and for each list of calls the names of the functions that make them, one after the other. */
export interface Assembled {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly functions: readonly (readonly string[])[]
}

/**
 * Lists of calls as functions of a module that imports the kernels: it is ready at once, where functions of JavaScript
 * would be interpreted until they have run some thousand times. Bytes follow the binary format of the WebAssembly Core
 * Specification, section 5. Throws on a call whose arguments are not those of its kernel.
 */
export function assemble(lists: readonly (readonly Call[])[], signatures: ReadonlyMap<string, Signature>): Assembled {
  const kernels = [...new Set(lists.flatMap((calls) => calls.map(({ kernel }) => kernel)))]
  const places = new Map(
    kernels.map((kernel, place) => [kernel, { place, signature: signatureOf(kernel, signatures) }]),
  )
  const bodies: number[][] = []
  const functions = lists.map((calls) => {
    const names: string[] = []
    for (let first = 0; first < calls.length; first += MOST_CALLS) {
      names.push(String(bodies.length))
      bodies.push(bodyOf(calls.slice(first, first + MOST_CALLS), places))
    }
    return names
  })
  const types = [{ parameters: PARAMETERS, results: [] }, ...kernels.map((kernel) => signatureOf(kernel, signatures))]
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      types.map(({ parameters, results }) => [0x60, ...vector(parameters.map(one)), ...vector(results.map(one))]),
    ),
    ...section(
      2,
      kernels.map((kernel, place) => [...text(KERNELS), ...text(kernel), 0x00, ...unsigned(1 + place)]),
    ),
    ...section(
      3,
      bodies.map(() => [0]),
    ),
    ...section(
      7,
      bodies.map((_, at) => [...text(String(at)), 0x00, ...unsigned(kernels.length + at)]),
    ),
    ...section(
      10,
      bodies.map((body) => [...unsigned(body.length), ...body]),
    ),
  ])
  return { bytes, functions }
}

type Places = ReadonlyMap<string, { readonly place: number; readonly signature: Signature }>

function signatureOf(kernel: string, signatures: ReadonlyMap<string, Signature>): Signature {
  const signature = signatures.get(kernel)
  if (signature === undefined) throw new Error(`there is no kernel ${kernel}`)
  return signature
}

/** Without locals of its own: calls, one after the other. */
function bodyOf(calls: readonly Call[], places: Places): number[] {
  const body = [0]
  for (const { kernel, given } of calls) {
    const known = places.get(kernel)
    if (known === undefined) throw new Error(`there is no kernel ${kernel}`)
    const { parameters, results } = known.signature
    if (given.length !== parameters.length)
      throw new Error(`${kernel} takes ${parameters.length} arguments, not ${given.length}`)
    for (const [at, argument] of given.entries()) {
      const code = codeOf(argument, parameters[at])
      if (code === null) throw new Error(`${kernel} cannot be given ${JSON.stringify(argument)} as argument ${at}`)
      body.push(...code)
    }
    body.push(CODE.call, ...unsigned(known.place), ...results.map(() => CODE.drop))
  }
  return [...body, CODE.end]
}

/** What puts an argument on the stack; null where it has another type. */
function codeOf(argument: number | Argument, type: NumberType | undefined): readonly number[] | null {
  const { value, base } = typeof argument === 'number' ? { value: argument, base: BASE.none } : argument
  if (type === NUMBER.i32) {
    if (base === BASE.share || !Number.isInteger(value)) return null
    // Addresses beyond 2^31 are negative numbers of 32 bits.
    const constant = [CODE.i32Const, ...signed(value | 0)]
    if (base === BASE.none) return constant
    return value === 0 ? given(base) : [...given(base), ...constant, CODE.i32Add]
  }
  if (base !== BASE.none && base !== BASE.share) return null
  if (type === NUMBER.f64) return base === BASE.share ? given(base) : [CODE.f64Const, ...float(value, 8)]
  if (type === NUMBER.f32)
    return base === BASE.share ? [...given(base), CODE.f32DemoteF64] : [CODE.f32Const, ...float(value, 4)]
  return null
}

/** A base, as the function was given it. */
function given(base: number): readonly number[] {
  return [CODE.localGet, ...unsigned(base - 1)]
}

function section(id: number, entries: readonly (readonly number[])[]): readonly number[] {
  const content = vector(entries)
  return [id, ...unsigned(content.length), ...content]
}

function vector(entries: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(entries.length), ...entries.flat()]
}

function text(name: string): readonly number[] {
  return vector([...new TextEncoder().encode(name)].map(one))
}

const one = (byte: number): readonly number[] => [byte]

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** LEB128 of a number of 32 bits with a sign. */
function signed(value: number): readonly number[] {
  const low = value & 0x7f
  const rest = value >> 7
  const ends = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
  return ends ? [low] : [low | 0x80, ...signed(rest)]
}

/** IEEE 754, the lowest byte first. */
function float(value: number, bytes: 4 | 8): readonly number[] {
  const view = new DataView(new ArrayBuffer(bytes))
  if (bytes === 4) view.setFloat32(0, value, true)
  else view.setFloat64(0, value, true)
  return [...new Uint8Array(view.buffer)]
}
