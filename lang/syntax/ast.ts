import type { Span } from '../source.js'

/** Every node knows where it stands in the text. */
interface Node {
  readonly span: Span
}

/** A name as written, at the place where it is written. */
export interface Identifier extends Node {
  readonly name: string
}

export interface ModuleAst extends Node {
  readonly path: string
  /** The number after `hgq` on the first line. Undefined when the line is missing (already reported). */
  readonly version?: { readonly value: number; readonly span: Span } | undefined
  readonly imports: readonly Import[]
  readonly declarations: readonly Declaration[]
  /** Text that could not be read (already reported). What it says is missing in the tree. */
  readonly broken?: readonly Span[] | undefined
  /** Whether a declaration has no name that could be read (already reported): any name that nothing declares may be its. */
  readonly lostName?: boolean | undefined
}

export interface Import extends Node {
  readonly from: { readonly value: string; readonly span: Span }
  readonly names: readonly ImportedName[]
}

export interface ImportedName extends Node {
  readonly name: Identifier
  /** The name it has in this file: that after `as`, else `name` itself. */
  readonly local: Identifier
}

// ---------------------------------------------------------------- declarations

/** Declarations whose body is a list of entries; what entries each has is declared in `std/prelude.hgq`. */
export type EntryDeclarationKind = 'dataset' | 'quantizer' | 'train' | 'budget' | 'device' | 'target' | 'build'

export const ENTRY_DECLARATION_KINDS: readonly EntryDeclarationKind[] = [
  'dataset',
  'quantizer',
  'train',
  'budget',
  'device',
  'target',
  'build',
]

interface DeclarationBase extends Node {
  readonly name: Identifier
  /** Text of the `///` lines above it, without the slashes. */
  readonly doc: string
  readonly exported: boolean
}

export interface EntryDeclaration extends DeclarationBase {
  readonly kind: EntryDeclarationKind
  /** Empty when the declaration takes none. */
  readonly parameters: readonly Parameter[]
  readonly entries: readonly Entry[]
}

export interface LayerDeclaration extends DeclarationBase {
  readonly kind: 'layer'
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
}

export interface ArchitectureDeclaration extends DeclarationBase {
  readonly kind: 'architecture'
  readonly parameters: readonly Parameter[]
  readonly body: readonly Statement[]
}

/** `let width = 16` at the top of a file. */
export interface ConstantDeclaration extends DeclarationBase {
  readonly kind: 'let'
  readonly value: Expression
}

/**
 * What TypeScript implements, declared so that it can be checked and hovered over. Only in the standard library.
 *
 *     extern enum rounding { nearest, truncate }
 *     extern type schedule
 *     extern function cosine(from: float, to: float, over: duration) -> schedule
 *     extern metric resolution(outlier: angle = 30 mrad) -> angle        // `lower` or `higher` says which is better
 *     extern declaration train(model: network, epochs: int, ...)         // the entries of a `train` declaration
 */
export type ExternDeclaration = ExternEnum | ExternType | ExternFunction

export interface ExternEnum extends DeclarationBase {
  readonly kind: 'extern'
  readonly what: 'enum'
  readonly members: readonly (Identifier & { readonly doc: string })[]
}

export interface ExternType extends DeclarationBase {
  readonly kind: 'extern'
  readonly what: 'type'
}

export interface ExternFunction extends DeclarationBase {
  readonly kind: 'extern'
  /** `function` builds a value, `operation` a node of the network, `metric` a measure, `declaration` a schema of entries. */
  readonly what: 'function' | 'operation' | 'metric' | 'declaration'
  /** May be dotted: `simulate.muon_tracker`. */
  readonly parameters: readonly Parameter[]
  /** Undefined for `declaration`. */
  readonly result?: TypeExpression | undefined
  /** Only for `metric`. */
  readonly better?: 'higher' | 'lower' | undefined
}

export type Declaration =
  | EntryDeclaration
  | LayerDeclaration
  | ArchitectureDeclaration
  | ConstantDeclaration
  | ExternDeclaration

export interface Parameter extends Node {
  readonly name: Identifier
  readonly type: TypeExpression
  readonly defaultValue?: Expression | undefined
  readonly doc: string
}

/** `name = value`, or in a budget `metric <= value` or `metric >= value`. */
export interface Entry extends Node {
  readonly name: Identifier
  readonly relation: '=' | '<=' | '>='
  readonly value: Expression
  readonly doc: string
}

// ---------------------------------------------------------------- types, as written

export type TypeExpression =
  /** `int`, `tensor`, `rounding`, `time`. */
  | (Node & { readonly kind: 'named_type'; readonly name: string })
  | (Node & { readonly kind: 'list_type'; readonly element: TypeExpression })
  /** `record[T]`: any names, values of T. */
  | (Node & { readonly kind: 'map_type'; readonly element: TypeExpression })
  /** `{ train: fraction, validation: fraction }`; `optional` after `?`. */
  | (Node & { readonly kind: 'record_type'; readonly fields: readonly RecordTypeField[] })
  | (Node & { readonly kind: 'union_type'; readonly options: readonly TypeExpression[] })
  /** `T?`: may be left out. */
  | (Node & { readonly kind: 'optional_type'; readonly element: TypeExpression })

export interface RecordTypeField extends Node {
  readonly name: Identifier
  readonly type: TypeExpression
}

// ---------------------------------------------------------------- statements of a layer or an architecture

export type Statement =
  /** `let y = …`, or `y = …` (which rebinds; `rebinds` is true). */
  | (Node & { readonly kind: 'let'; readonly name: Identifier; readonly value: Expression; readonly rebinds: boolean })
  | (Node & {
      readonly kind: 'for'
      readonly variable: Identifier
      readonly list: Expression
      readonly body: readonly Statement[]
    })
  | (Node & { readonly kind: 'return'; readonly value: Expression })
  /** `input x[3, 50] as fixed(…)`. */
  | (Node & {
      readonly kind: 'input'
      readonly name: Identifier
      readonly shape: readonly Expression[]
      readonly type?: Expression | undefined
    })
  /** `output y` or `output logits = y`. */
  | (Node & { readonly kind: 'output'; readonly name?: Identifier | undefined; readonly value: Expression })
  /** `share cell = dense(32)`. */
  | (Node & { readonly kind: 'share'; readonly name: Identifier; readonly value: Expression })
  /** `place output = activation`: a place of quantizers of its own, which falls back to another. */
  | (Node & { readonly kind: 'place'; readonly name: Identifier; readonly fallback: Identifier })

// ---------------------------------------------------------------- expressions

export type BinaryOperator = '+' | '-' | '*' | '/' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '..'

export type Expression =
  /** `text` as written, e.g. `5_000`; `isInteger` when it has neither a dot nor an exponent. */
  | (Node & { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean; readonly text: string })
  /** `200 MHz`: one token. */
  | (Node & { readonly kind: 'quantity'; readonly value: number; readonly unit: string; readonly text: string })
  | (Node & { readonly kind: 'string'; readonly value: string })
  | (Node & { readonly kind: 'boolean'; readonly value: boolean })
  | NameExpression
  | (Node & { readonly kind: 'member'; readonly object: Expression; readonly name: Identifier })
  | (Node & { readonly kind: 'index'; readonly object: Expression; readonly index: Expression })
  | CallExpression
  | (Node & { readonly kind: 'list'; readonly items: readonly Expression[] })
  | (Node & { readonly kind: 'record'; readonly entries: readonly Entry[] })
  | (Node & { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression })
  | (Node & {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly operatorSpan: Span
      readonly left: Expression
      readonly right: Expression
    })
  | (Node & {
      readonly kind: 'conditional'
      readonly condition: Expression
      readonly whenTrue: Expression
      readonly whenFalse: Expression
    })
  /** `x |> f(a)`: `call` is `f(a)` or the bare `f`. */
  | (Node & { readonly kind: 'pipe'; readonly value: Expression; readonly call: Expression })
  /** `dense(5) with coarse`. */
  | (Node & { readonly kind: 'with'; readonly call: Expression; readonly quantizer: Expression })

export type NameExpression = Node & { readonly kind: 'name'; readonly name: string }

export type CallExpression = Node & {
  readonly kind: 'call'
  /** A name, or a dotted name as `member` expressions: `simulate.muon_tracker`. */
  readonly callee: Expression
  readonly arguments: readonly Argument[]
}

export interface Argument extends Node {
  /** Undefined for a positional argument. */
  readonly name?: Identifier | undefined
  readonly value: Expression
}
