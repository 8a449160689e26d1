import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Suite } from './kit.js'
import { packageRoot } from './paths.js'

/**
 * One data-file case: a `.hgq` file whose last lines, each after `//! `, are what is expected of it. A line
 * `//@ other.hgq` starts a further file, which the first one may import as "./other.hgq".
 */
export interface Case {
  /** File name without its ending, e.g. `missing comma`. */
  readonly name: string
  /** The texts by path; the first one is `pipeline.hgq`. */
  readonly files: ReadonlyMap<string, string>
  readonly expected: string
}

/** The path under which messages name the first file of a case. */
export const ENTRY = 'pipeline.hgq'

/**
 * Registers a test for each case of `test/cases/<folder>`: `actual` must give the expected text. With
 * HGQ_UPDATE_CASES=1 in the environment the expected texts are written instead; read the difference before committing.
 */
export function testCases(test: Suite, folder: string, actual: (test: Case) => string): void {
  const path = join(packageRoot, 'test', 'cases', folder)
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.hgq')) : []
  for (const name of names.sort()) {
    const file = join(path, name)
    const text = readFileSync(file, 'utf8')
    const { source, expected } = splitCase(text)
    test(name.replace(/\.hgq$/, ''), () => {
      // As editors leave it: no blanks at line ends.
      const found = actual({ name, files: filesOf(source), expected }).replace(/ +$/gm, '')
      if (process.env.HGQ_UPDATE_CASES === '1') writeFileSync(file, joinCase(source, found))
      else assert.is(found, expected)
    })
  }
}

function splitCase(text: string): { source: string; expected: string } {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  let end = lines.length
  while (end > 0 && lines[end - 1]?.startsWith('//!')) end--
  const expected = lines.slice(end).map((line) => line.slice(4))
  return {
    source: lines
      .slice(0, end)
      .map((line) => `${line}\n`)
      .join(''),
    expected: expected.join('\n'),
  }
}

function joinCase(source: string, expected: string): string {
  const comments = expected.split('\n').map((line) => `//! ${line}`.trimEnd())
  return `${source}${comments.join('\n')}\n`
}

function filesOf(source: string): Map<string, string> {
  const files = new Map<string, string>()
  let path = ENTRY
  for (const part of source.split(/^(?=\/\/@ )/m)) {
    const header = /^\/\/@ (.*)\n/.exec(part)
    if (header?.[1] !== undefined) path = header[1]
    files.set(path, header === null ? part : part.slice(header[0].length))
  }
  return files
}
