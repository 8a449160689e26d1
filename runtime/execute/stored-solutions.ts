import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SolutionCache } from '../../compiler/optimize/cmvm/solutions.js'
import { ownFingerprints } from '../packaging/identity.js'
import { digestOf } from '../store/digest.js'
import { uniqueName } from '../store/files.js'

/**
 * Solutions of constant matrix–vector products in a folder, one file each, so that a network of which some layers stayed
 * the same is not solved again as a whole. They belong to the code of the optimizer that found them: with it or without,
 * a build gives the same.
 */
export class StoredSolutions implements SolutionCache {
  readonly #folder: string
  readonly #code: string

  constructor(folder: string, code: string = ownFingerprints()('optimize')) {
    this.#folder = folder
    this.#code = code
  }

  find(problem: string): string | null {
    try {
      return readFileSync(this.#path(problem), 'utf8')
    } catch {
      return null
    }
  }

  /** Writes aside and renames. What cannot be written is solved again some other time. */
  keep(problem: string, solution: string): void {
    const path = this.#path(problem)
    const temporary = `${path}.${uniqueName()}`
    quietly(() => {
      mkdirSync(dirname(path), { recursive: true })
      try {
        writeFileSync(temporary, solution)
        renameSync(temporary, path)
      } catch {
        rmSync(temporary, { force: true })
      }
    })
  }

  #path(problem: string): string {
    const digest = digestOf(`${this.#code}\n${problem}`)
    return join(this.#folder, digest.slice(0, 2), `${digest.slice(2)}.json`)
  }
}

function quietly(body: () => void): void {
  try {
    body()
  } catch {
    // Of the file system: a full or read-only disk costs time, not the build.
  }
}
