/** Where the rows of an input or of the targets stand. */
export interface RowSource {
  readonly address: number
  readonly elements: number
}

/** The rows of one part of the data set, by input, and the order in which a batch takes them. */
export interface DataSource {
  readonly inputs: ReadonlyMap<string, RowSource>
  readonly order: number
}
