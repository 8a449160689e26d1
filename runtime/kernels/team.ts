import { Worker } from 'node:worker_threads'
import { TileRunner, type TileSetup } from './tiles.js'

/** A leader on the calling thread and followers on threads of their own. */
export class Team {
  readonly leader: TileRunner
  readonly #followers: readonly Worker[]

  /** `threads` counts the calling one. */
  constructor(setup: TileSetup, threads: number) {
    this.leader = new TileRunner(setup, 0)
    this.#followers = Array.from({ length: threads - 1 }, (_, index) => {
      const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: { setup, slot: index + 1 } })
      // A follower must not keep a process alive whose leader has ended.
      worker.unref()
      return worker
    })
  }

  async close(): Promise<void> {
    this.leader.stop()
    await Promise.all(this.#followers.map((follower) => follower.terminate()))
  }
}
