// How long a cache line takes from one core to another and back, halved. On a virtual machine that is not the same
// from one process to the next: its two processors may share a third cache, or may not.
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const TURNS = 5_000
const ROUNDS = 5

if (!isMainThread && workerData instanceof Int32Array) answer(workerData)

/** Nanoseconds until a word that one thread writes is seen by another: the best of several rounds. */
export async function handoverNanoseconds(): Promise<number> {
  const word = new Int32Array(new SharedArrayBuffer(128))
  const partner = new Worker(new URL(import.meta.url), { workerData: word })
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let turn = 0; turn < TURNS; turn++) {
      const sent = 2 * (round * TURNS + turn) + 1
      Atomics.store(word, 0, sent)
      while (Atomics.load(word, 0) === sent);
    }
    best = Math.min(best, ((performance.now() - start) * 1e6) / TURNS / 2)
  }
  Atomics.store(word, 0, -1)
  await partner.terminate()
  return best
}

/** Adds 1 to every odd number that it finds, until it finds a negative one. */
function answer(word: Int32Array): void {
  for (;;) {
    const found = Atomics.load(word, 0)
    if (found < 0) return
    if (found % 2 === 1) Atomics.store(word, 0, found + 1)
  }
}
