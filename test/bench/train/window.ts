/** How often something was done in about so many seconds, at least once, and how long it took exactly. */
export function countIn(seconds: number, body: () => void): { readonly count: number; readonly seconds: number } {
  const start = performance.now()
  let count = 0
  let passed = 0
  while (passed < seconds) {
    body()
    count++
    passed = (performance.now() - start) / 1000
  }
  return { count, seconds: passed }
}
