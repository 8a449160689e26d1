/** How much the solver is given at once. What it takes long for is pairs of signed digits within a sum, not time. */
export interface Bounds {
  /** Pairs up to which sums that have to do with each other are solved together, whatever they are, */
  readonly jointPairs: number
  /** as far as comparing all of them with each other does not take more than so many entries, */
  readonly comparisons: number
  /** and they read no more than so many nodes: each attempt keeps a coefficient of every value for every row. */
  readonly jointRows: number
  /** Parts of more: what their sums read, and how many they are. */
  readonly rows: number
  readonly columns: number
  /** Pairs in a tile of a larger convolution. */
  readonly tilePairs: number
  /** Pairs, once for each plan that the solver tries, up to which problems of one kernel are solved one by one. */
  readonly effort: number
}

/**
 * Found by measuring (test/bench/convolutions.ts): beyond them adders become few fewer, and seconds many more. But for
 * `jointRows`, which keeps the arrays with which an attempt begins (`AdderGraph`) below 64 MiB.
 */
export const BOUNDS: Bounds = {
  jointPairs: 600_000,
  comparisons: 70_000_000,
  jointRows: 2000,
  rows: 256,
  columns: 256,
  tilePairs: 150_000,
  effort: 2_000_000,
}
