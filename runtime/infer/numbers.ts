/** Values of a network in either precision in which it is computed. */
export type Numbers = Float32Array | Float64Array
