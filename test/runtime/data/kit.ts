import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'
import { renderDiagnostic } from '../../../lang/diagnostics/render.js'
import type { DataSource, DatasetSpec, Location } from '../../../lang/program.js'
import type { DataContext } from '../../../runtime/data/context.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { loadDataset } from '../../../runtime/data/load.js'

/** A file of the pipeline's folder. */
export function file(path: string): Location {
  return { kind: 'file', path }
}

/** A dataset declaration; half for training, a quarter each for validation and test. */
export function dataset(source: DataSource, more: Partial<DatasetSpec>): DatasetSpec {
  const split = { train: 0.5, validation: 0.25, test: 0.25 }
  return { name: 'data', doc: '', source, split, standardize: 'none', seed: 1, ...more }
}

export function csv(path: string, header = true, separator = ','): DataSource {
  return { kind: 'csv', path: file(path), header, separator }
}

/** A context whose files are in memory: text or bytes by path. */
export function contextOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  more: Partial<DataContext> = {},
): DataContext {
  return {
    readFile: async (path) => {
      const contents = files[path]
      if (contents === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
      return typeof contents === 'string' ? new TextEncoder().encode(contents) : contents
    },
    cacheFolder: '/nowhere',
    retryDelay: 1,
    ...more,
  }
}

export async function loaded(spec: DatasetSpec, context: DataContext): Promise<Dataset> {
  return successOf(await loadDataset(spec, context))
}

export function successOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`failed: ${rendered(result.error)}`)
  return result.value
}

/** The message of a failure as the user sees it. */
export function messageOf(result: Result<unknown>): string {
  assert.not.ok(result.ok, 'it should have failed')
  return result.ok ? '' : rendered(result.error)
}

export function rendered(diagnostic: Diagnostic): string {
  return renderDiagnostic(diagnostic, () => undefined, { colour: false }).trimEnd()
}

/** A folder for one test, removed afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-data-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All rows of a data set, features of the lone input and targets, sorted to forget the split. */
export function allRows(data: Dataset): number[][] {
  const rows: number[][] = []
  for (const part of Object.values(data.parts)) {
    for (let row = 0; row < part.rows; row++) {
      const values: number[] = []
      for (const tensor of part.inputs.values()) {
        const size = tensor.length / part.rows
        values.push(...tensor.subarray(row * size, (row + 1) * size))
      }
      rows.push([...values, ...part.targets.subarray(row * data.targetSize, (row + 1) * data.targetSize)])
    }
  }
  return rows.sort(compare)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0
    if (value !== other) return value - other
  }
  return 0
}
