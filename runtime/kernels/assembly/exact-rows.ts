// What the kernels of exact inference share.
/** Bytes of the samples of a row. */
// @ts-expect-error: decorator
@inline
export function bytes<T>(samples: i32): usize {
  return <usize>samples * sizeof<T>()
}
