/**
 * A data-side value of a tile: rows of samples, one for each element. Offsets are in bytes from the start of the tile.
 */
export interface TileValue {
  readonly offset: number
  readonly elements: number
  readonly needsGradient: boolean
  /** Rows of the gradient. Made when the adjoint of a user first asks. */
  gradient: number | null
  /** The gradient's rows hold something to add to. */
  written: boolean
  /** Result of a ReLU whose only user, a quantizer, lets no gradient through where it is 0. */
  readonly maskedByUser: boolean
}

/** A parameter-side value: its elements one after the other. */
export interface ConstantValue {
  readonly address: number
  readonly elements: number
  /** Address of the gradient, set to 0 before each step; 0 where nothing trained is reached. */
  readonly gradient: number
  /** The pass over the tiles before which it is computed. */
  readonly level: number
}
