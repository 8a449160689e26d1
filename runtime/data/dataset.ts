/** The tensors of a data set, split and standardized, ready for training. */
export interface Dataset {
  readonly task: 'classification' | 'regression'
  readonly inputs: readonly DatasetInput[]
  readonly classes: readonly string[]
  /** Unit of the target, e.g. `mrad`; empty for classification. */
  readonly unit: string
  /** Length of a row of `targets`: 1 for class numbers. */
  readonly targetSize: number
  /**
   * Regression: per target, the power of two nearest to its deviation on the training part. The network learns
   * target / scale, so that its numbers are of order 1; in hardware that is a shift of the binary point, which costs
   * nothing. Empty for classification.
   */
  readonly targetScale: Float64Array
  readonly parts: { readonly train: DatasetPart; readonly validation: DatasetPart; readonly test: DatasetPart }
}

export interface DatasetInput {
  /** As in the `features` record; empty when one selection feeds the network's only input. */
  readonly name: string
  /** Without the axis of the rows. */
  readonly shape: readonly number[]
  /** Per element, row-major: value = (physical - mean) / scale. All 0 and 1 when not standardized. */
  readonly mean: Float64Array
  readonly scale: Float64Array
}

export interface DatasetPart {
  readonly rows: number
  /** By input name; row-major, rows first. */
  readonly inputs: ReadonlyMap<string, Float32Array>
  /** Class numbers, or target values in the physical unit; `rows × targetSize`. */
  readonly targets: Float32Array
}
