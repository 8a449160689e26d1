import { type Argument, BASE, BASES, type Call } from './program.js'
import { NUMBER, type NumberType, type Signature } from './signatures.js'
import { WasmWriter } from './wasm-writer.js'

/** Where the kernels are imported from. */
export const KERNELS = 'kernels'
/** Calls of one function: compilers take no function of any length. */
const MOST_CALLS = 1000

/** What a function of calls is given: all bases but `none`, in the order of their numbers, as `bind.ts` passes them. */
const PARAMETERS: readonly NumberType[] = Array.from({ length: BASES - 1 }, (_, at) =>
  at + 1 === BASE.share ? NUMBER.f64 : NUMBER.i32,
)

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const
const FUNCTION_TYPE = 0x60
const FUNCTION = 0x00
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

/** A kernel by its number among the imports. */
interface Import {
  readonly kernel: string
  readonly number: number
  readonly signature: Signature
}

/**
 * Lists of calls as functions of a module that imports the kernels: it is ready at once, where functions of JavaScript
 * would be interpreted until they have run some thousand times. Bytes follow the binary format of the WebAssembly Core
 * Specification, section 5. Throws on a call whose arguments are not those of its kernel.
 */
export function assemble(lists: readonly (readonly Call[])[], signatures: ReadonlyMap<string, Signature>): Assembled {
  const imports = importsOf(lists, signatures)
  const bodies: WasmWriter[] = []
  const functions = lists.map((calls) => {
    const names: string[] = []
    for (let first = 0; first < calls.length; first += MOST_CALLS) {
      names.push(String(bodies.length))
      bodies.push(bodyOf(calls.slice(first, first + MOST_CALLS), imports))
    }
    return names
  })
  const kernels = [...imports.values()]
  const types = [{ parameters: PARAMETERS, results: [] }, ...kernels.map(({ signature }) => signature)]
  const module = new WasmWriter()
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) module.byte(byte)
  module.section(SECTION.type, (content) =>
    content.vector(types, ({ parameters, results }) => {
      content.byte(FUNCTION_TYPE)
      content.sized(Uint8Array.from(parameters))
      content.sized(Uint8Array.from(results))
    }),
  )
  module.section(SECTION.import, (content) =>
    content.vector(kernels, ({ kernel, number }) => {
      content.name(KERNELS)
      content.name(kernel)
      content.byte(FUNCTION)
      content.unsigned(1 + number)
    }),
  )
  module.section(SECTION.function, (content) => content.vector(bodies, () => content.unsigned(0)))
  module.section(SECTION.export, (content) =>
    content.vector(bodies, (_, at) => {
      content.name(String(at))
      content.byte(FUNCTION)
      content.unsigned(kernels.length + at)
    }),
  )
  module.section(SECTION.code, (content) => content.vector(bodies, (body) => content.sized(body.bytes)))
  return { bytes: module.bytes, functions }
}

function importsOf(
  lists: readonly (readonly Call[])[],
  signatures: ReadonlyMap<string, Signature>,
): ReadonlyMap<string, Import> {
  const imports = new Map<string, Import>()
  for (const calls of lists)
    for (const { kernel } of calls) {
      if (imports.has(kernel)) continue
      const signature = signatures.get(kernel)
      if (signature === undefined) throw new Error(`there is no kernel ${kernel}`)
      imports.set(kernel, { kernel, number: imports.size, signature })
    }
  return imports
}

/** Without locals of its own: calls, one after the other. */
function bodyOf(calls: readonly Call[], imports: ReadonlyMap<string, Import>): WasmWriter {
  const body = new WasmWriter()
  body.unsigned(0)
  for (const { kernel, given } of calls) {
    // Every kernel of the lists is imported.
    const { number, signature } = imports.get(kernel) as Import
    const { parameters, results } = signature
    if (given.length !== parameters.length)
      throw new Error(`${kernel} takes ${parameters.length} arguments, not ${given.length}`)
    for (const [at, argument] of given.entries())
      if (!writeArgument(body, argument, parameters[at]))
        throw new Error(`${kernel} cannot be given ${JSON.stringify(argument)} as argument ${at}`)
    body.byte(CODE.call)
    body.unsigned(number)
    for (const _ of results) body.byte(CODE.drop)
  }
  body.byte(CODE.end)
  return body
}

/** Puts an argument on the stack; false where it has another type. */
function writeArgument(body: WasmWriter, argument: number | Argument, type: NumberType | undefined): boolean {
  const { value, base } = typeof argument === 'number' ? { value: argument, base: BASE.none } : argument
  if (type === NUMBER.i32) {
    // Addresses go up to 2^32; beyond 2^31 they are negative numbers of 32 bits.
    if (base === BASE.share || !Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) return false
    if (base !== BASE.none) writeBase(body, base)
    if (base !== BASE.none && value === 0) return true
    body.byte(CODE.i32Const)
    body.signed(value)
    if (base !== BASE.none) body.byte(CODE.i32Add)
    return true
  }
  if ((base !== BASE.none && base !== BASE.share) || (type !== NUMBER.f32 && type !== NUMBER.f64)) return false
  if (base === BASE.share) {
    writeBase(body, base)
    if (type === NUMBER.f32) body.byte(CODE.f32DemoteF64)
  } else if (type === NUMBER.f32) {
    body.byte(CODE.f32Const)
    body.float32(value)
  } else {
    body.byte(CODE.f64Const)
    body.float64(value)
  }
  return true
}

/** A base, as the function was given it. */
function writeBase(body: WasmWriter, base: number): void {
  body.byte(CODE.localGet)
  body.unsigned(base - 1)
}
