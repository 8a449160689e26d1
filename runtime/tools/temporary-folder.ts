import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder, removeFolder } from '../store/files.js'

/** Text as UTF-8, or bytes, at a path below the folder. */
export type TemporaryFile = readonly [path: string, content: string | Uint8Array]

/**
 * Lays `files` out in a new folder below `parent`, which is made where it is missing, lets `body` work there and removes
 * the folder in the end. Its path has no links, so that it is found in what tools print.
 */
export async function inTemporaryFolder<T>(
  parent: string,
  prefix: string,
  files: readonly TemporaryFile[],
  body: (folder: string) => Promise<T>,
): Promise<T> {
  await makeFolder(parent)
  const folder = await realpath(await mkdtemp(join(parent, prefix)))
  try {
    for (const [path, content] of files) {
      await makeFolder(dirname(join(folder, path)))
      await writeFile(join(folder, path), content)
    }
    return await body(folder)
  } finally {
    // How the work ended is what counts; what cannot be removed goes with the scratch folder it lies in.
    await removeFolder(folder).catch(() => undefined)
  }
}
