import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SourceDigests } from '../store/source-digests.js'
import type { Sources } from './execute.js'

/** Files beside the pipeline; `folder` is that of the pipeline file. */
export function sourcesIn(folder: string, digests: SourceDigests): Sources {
  return {
    digest: (path) => digests.digest(resolve(folder, path)),
    read: (path) => readFile(resolve(folder, path)),
  }
}
