import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

// A file system of a few pages in memory, mounted in a name space of its own, where it takes no rights.
const MOUNTED = 'mount -t tmpfs -o nr_blocks="$0" tmpfs "$1" && shift && exec "$@"'
const NAME_SPACE = ['-Urm', 'sh', '-c', MOUNTED]

/** Runs a command that finds `folder` on a file system of its own, of so many pages. */
export function onSmallDisk(pages: number, folder: string, command: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync('unshare', [...NAME_SPACE, String(pages), folder, ...command], { encoding: 'utf8', cwd: folder })
}

/** Whether this system lets its users do that. */
export const canMount = onSmallDisk(1, tmpdir(), ['true']).status === 0
