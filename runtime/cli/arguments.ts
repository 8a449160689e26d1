import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The words after `hgq build`: at most one names the pipeline, the others builds. */
export interface Words {
  /** Path of the pipeline file as the user wrote it, relative to the working folder. */
  readonly file: string
  readonly builds: readonly string[]
}

export const DEFAULT_FILE = 'pipeline.hgq'

/**
 * Tells the pipeline from the builds: a word that ends in `.hgq`, has a slash, or names a folder with a pipeline in it is the
 * pipeline, if none came before; any other word is a build. Without one it is `pipeline.hgq`; where there is none, a word
 * that names any folder is the pipeline as well, so that the message is about that folder.
 */
export function readWords(words: readonly string[], cwd: string): Words {
  let file: string | undefined
  const builds: string[] = []
  for (const word of words) {
    const path = file === undefined ? pipelinePath(word, cwd) : undefined
    if (path === undefined) builds.push(word)
    else file = path
  }
  return { file: file ?? DEFAULT_FILE, builds }
}

function pipelinePath(word: string, cwd: string): string | undefined {
  const full = resolve(cwd, word)
  if (existsSync(full)) {
    if (!statSync(full).isDirectory()) return word
    const inside = join(word, DEFAULT_FILE)
    if (existsSync(resolve(cwd, inside)) || /[\\/]/.test(word) || word === '.') return inside
    return existsSync(resolve(cwd, DEFAULT_FILE)) ? undefined : inside
  }
  return word.endsWith('.hgq') || /[\\/]/.test(word) ? word : undefined
}
