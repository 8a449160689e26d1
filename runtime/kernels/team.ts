import { Worker } from 'node:worker_threads'
import type { TileRunner } from './tiles.js'

/**
 * A leader on the calling thread and followers on threads of their own. A follower that cannot start is done without:
 * those that are there take its parts, and the results stay the same.
 */
export class Team {
  readonly leader: TileRunner
  readonly #followers: Worker[] = []

  /** Starts `threads - 1` followers, since the calling thread counts. `entry`: the module that a follower runs. */
  constructor(leader: TileRunner, threads: number, entry = new URL('./thread.js', import.meta.url)) {
    this.leader = leader
    for (let slot = 1; slot < threads; slot++) {
      try {
        const follower = new Worker(entry, { workerData: { setup: leader.setup, slot } })
        // Without a listener an error would end the process. One within a part reaches the leader by the words that
        // steer the threads.
        follower.on('error', warnOfMissing)
        // A follower must not keep a process alive whose leader has ended.
        follower.unref()
        this.#followers.push(follower)
      } catch (error) {
        warnOfMissing(error)
        return
      }
    }
  }

  /** Ends the followers. A second call does nothing. */
  async close(): Promise<void> {
    this.leader.stop()
    await Promise.all(this.#followers.splice(0).map((follower) => follower.terminate()))
  }
}

function warnOfMissing(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  process.emitWarning(`a thread of the engine is missing, so it is slower: ${reason}`)
}
