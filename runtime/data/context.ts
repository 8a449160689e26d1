import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Span } from '../../lang/source.js'
import type { Progress } from '../events.js'

/** What reading a data set needs from its surroundings. */
export interface DataContext {
  /** Contents of a file, named relative to the pipeline file. Rejects when it cannot be read. */
  readFile(path: string): Promise<Uint8Array>
  /** Folder that keeps downloads by their checksum, shared by all projects. */
  readonly cacheFolder: string
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Takes warnings. */
  readonly onMessage?: ((diagnostic: Diagnostic) => void) | undefined
  /** Where an entry of the dataset was written (`source`, `features`, …), for messages. */
  readonly origin?: ((entry: string) => Span | undefined) | undefined
  /** Where OpenML is asked, without a slash at the end. Left out: its public server. */
  readonly openmlServer?: string | undefined
  /** True: nothing is downloaded. */
  readonly offline?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds before the first repetition of a failed download; doubled each time. Left out: 500. */
  readonly retryDelay?: number | undefined
}
