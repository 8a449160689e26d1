import type { CheckedModule } from '../../check/result.js'
import type { Span } from '../../source.js'
import type { LayerDeclaration } from '../../syntax/ast.js'
import type { Arguments } from '../value.js'
import type { Frames } from './frames.js'

/** A layer that a `share` line made one set of parameters for, with what the line gives: arguments and quantizers. */
export interface SharedLayer {
  readonly name: string
  readonly definition: Span
  readonly declaration: LayerDeclaration
  readonly module: CheckedModule
  readonly arguments: Arguments
  readonly frames: Frames
  /** The path that every call has. */
  readonly path: string
}
