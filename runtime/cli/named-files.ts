import { access, constants, readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { sourceUnreadable } from '../../lang/diagnostics/messages/build.js'
import type { PipelineInputs } from '../../lang/program.js'
import { nearest } from '../../lang/suggest.js'
import { namedFiles } from '../data/open.js'
import { errorReason, NO_FILE } from '../store/files.js'

/**
 * An error (HGQ7026) for each file that a pipeline in `folder` names and that cannot be read: data and checkpoints. A
 * download is looked for by the build alone.
 */
export async function unreadableFiles(inputs: PipelineInputs, folder: string): Promise<readonly Diagnostic[]> {
  const named: { readonly path: string; readonly pointer: string }[] = []
  for (const [index, { source }] of inputs.datasets.entries())
    for (const [argument, path] of namedFiles(source))
      named.push({ path, pointer: `/datasets/${index}/source/${argument}` })
  for (const [index, { checkpoint }] of inputs.imports.entries())
    named.push({ path: checkpoint.path, pointer: `/imports/${index}/checkpoint/path` })
  const found = await Promise.all(
    named.map(async ({ path, pointer }) => {
      const full = resolve(folder, path)
      const reason = await whyUnreadable(full)
      if (reason === null) return []
      const similar = nearest(basename(full), await readdir(dirname(full)).catch(() => []))
      const meant = similar && path.slice(0, path.length - basename(path).length) + similar
      return [sourceUnreadable({ path, reason, span: inputs.origins[pointer], nearest: meant })]
    }),
  )
  return found.flat()
}

/** Null for what can be read as a file. */
async function whyUnreadable(path: string): Promise<string | null> {
  try {
    const info = await stat(path)
    if (info.isDirectory()) return 'it is a folder'
    if (!info.isFile()) return NO_FILE
    await access(path, constants.R_OK)
    return null
  } catch (error) {
    return errorReason(error)
  }
}
