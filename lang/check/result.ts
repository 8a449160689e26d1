import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type {
  Declaration,
  EntryDeclaration,
  Expression,
  ExternFunction,
  Identifier,
  ModuleAst,
  Parameter,
  Statement,
} from '../syntax/ast.js'
import type { Type } from './types.js'

/**
 * What the checker hands to the elaborator: every name resolved, every argument matched to its parameter, every bare
 * name decided to be a member, a metric, a place or a call. The elaborator only evaluates.
 */
export interface CheckedProgram {
  /** Path of the pipeline file; a key of `modules`. */
  readonly entry: string
  /** Every module that was loaded, by path: imported ones before those that import them, the prelude first. */
  readonly modules: ReadonlyMap<string, CheckedModule>
  readonly prelude: CheckedModule
  /** Of all modules, in source order, the entry first. Nothing can be elaborated when one is an error. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface CheckedModule {
  readonly path: string
  readonly text: string
  readonly ast: ModuleAst
  /** What a bare name of an expression can mean, without imports: everything but extern types, enums, metrics and schemas. */
  readonly declarations: ReadonlyMap<string, Declaration>
  /** The metrics, which have their own name space. */
  readonly metrics: ReadonlyMap<string, ExternFunction>
  /**
   * What each name refers to: a `name` expression; the outermost `member` of a dotted name (`simulate.muon_tracker`);
   * the left side of a bound in a `budget` (the `Identifier` of the entry); an imported name.
   */
  readonly references: ReadonlyMap<Expression | Identifier, Reference>
  /**
   * Every call, by the expression that stands for it: a `call`, or a bare `name` or `member` that is called without
   * parentheses (`relu` after `|>`, `loss = mse`, `dataset = muons`). A value that is piped in is among the arguments:
   * for `x |> dense(5) with coarse` the key is the `call` `dense(5)`, whose first argument is `x`. So a `pipe` evaluates
   * as its `call` side. Arguments are evaluated outside the `with` that follows the call.
   * For an entry declaration, by the declaration itself: its entries are arguments of the `extern declaration` of its kind.
   */
  readonly calls: ReadonlyMap<Expression | EntryDeclaration, BoundCall>
  readonly types: ReadonlyMap<Expression, Type>
}

export interface BoundCall {
  /** A declaration, a metric, or a local of role `share`. */
  readonly callee: Reference
  /** One for each parameter, in the order of the parameters. */
  readonly arguments: readonly BoundArgument[]
  /** True for the value of a `share`: the first parameter (the tensor) is still open. */
  readonly partial: boolean
}

export interface BoundArgument {
  readonly parameter: Parameter
  /**
   * What was given. Undefined: `parameter.defaultValue` applies, evaluated in the module of the callee where it may name
   * earlier parameters; when that is undefined too, the parameter is optional and absent (or open, in a partial call).
   */
  readonly value: Expression | undefined
}

export type LocalRole = 'parameter' | 'let' | 'loop' | 'input' | 'share'

export type Reference =
  /** `definition` is where the name was introduced; a rebinding `x = …` refers to the same one. */
  | { readonly kind: 'local'; readonly name: string; readonly role: LocalRole; readonly definition: Identifier }
  | { readonly kind: 'declaration'; readonly module: string; readonly declaration: Declaration }
  | { readonly kind: 'member'; readonly enumeration: string; readonly member: string }
  | { readonly kind: 'metric'; readonly module: string; readonly declaration: ExternFunction }
  /** `chain`: the place and those it falls back to, e.g. `['output', 'activation']`. */
  | { readonly kind: 'place'; readonly chain: readonly string[]; readonly statement: PlaceStatement | undefined }
  /** The left side of a bound that is no metric. `ofDevice`: the bound is a share of what the device has. */
  | { readonly kind: 'bound'; readonly quantity: BoundQuantity; readonly ofDevice: boolean }

export type PlaceStatement = Extract<Statement, { kind: 'place' }>

export const BOUND_QUANTITIES = ['ebops', 'lut', 'ff', 'dsp', 'bram', 'latency', 'interval', 'clock'] as const
export type BoundQuantity = (typeof BOUND_QUANTITIES)[number]

/** Places that every layer knows, with the one each falls back to when a quantizer leaves it out. */
export const STANDARD_PLACES: ReadonlyMap<string, string | undefined> = new Map([
  ['weight', undefined],
  ['activation', undefined],
  ['bias', 'weight'],
  ['table', 'weight'],
])
