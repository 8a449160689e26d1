/**
 * What the language needs from the world. `lang/` itself reads no file, so the command line, the editor and the tests
 * share it.
 */
export interface LanguageHost {
  /**
   * Text of the module that `specifier` names when imported from `importer`; undefined when there is none.
   * `"std/…"` is the standard library; `"./…"` is relative to the importer. `path` is the module's identity and its name
   * in messages.
   */
  readModule(specifier: string, importer: string): { readonly path: string; readonly text: string } | undefined
  /** Specifiers that `readModule` knows in the standard library, for suggestions. */
  standardModules(): readonly string[]
  /**
   * Shapes of the named arrays or columns of a data file, read from its header alone, without the axis of the rows;
   * undefined when the file is absent or the format tells nothing. Lets shapes be checked against the data before
   * anything runs.
   */
  peekData?(source: DataHeaderRequest): DataHeader | undefined
  /** The shape rules of the tensor operations, supplied by `compiler/graph`. */
  readonly operations: OperationRules
}

export interface DataHeaderRequest {
  /** The `source` entry of the data set as elaborated. */
  readonly source: { readonly kind: string; readonly [argument: string]: unknown }
  /** The pipeline file, to which relative paths are relative. */
  readonly pipeline: string
}

export interface DataHeader {
  readonly columns: readonly { readonly name: string; readonly shape: readonly number[] }[]
}

/** A shape without the batch axis; every axis is known at elaboration. */
export type Shape = readonly number[]

export interface OperationRules {
  /**
   * The shape of the result of operation `kind`, or what is wrong with its operands.
   * `attributes` are the plain arguments of the `extern operation`, by parameter name, defaults filled in.
   */
  shapeOf(kind: string, operands: readonly Shape[], attributes: Readonly<Record<string, unknown>>): ShapeResult
}

export type ShapeResult =
  | { readonly ok: true; readonly shape: Shape }
  | {
      readonly ok: false
      /** e.g. `these shapes don't match`. */
      readonly message: string
      /** Which operand to point at. */
      readonly operand: number
      /** The argument to point at instead, where an attribute is wrong and not an operand. */
      readonly attribute?: string
      /** e.g. `this is [16]; the left side is [5]`. */
      readonly label: string
      /** e.g. `an elementwise sum needs equal shapes, or an axis of length 1`. */
      readonly rule: string
    }
