import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { downloadRefused, openmlUnusable } from '../../lang/diagnostics/messages/data-downloads.js'
import type { Span } from '../../lang/source.js'
import type { DataContext } from './context.js'
import { download } from './download.js'

const PUBLIC_SERVER = 'https://www.openml.org'

/** The part of OpenML's description of a data set that is used. */
const description = v.object({
  data_set_description: v.object({
    name: v.string(),
    format: v.string(),
    url: v.string(),
    md5_checksum: v.optional(v.string()),
  }),
})

type Description = v.InferOutput<typeof description>['data_set_description']

/**
 * The ARFF file of a data set of OpenML. The files of a number never change there; what was downloaded once, checked
 * against the MD5 of the description, is used from then on without asking again.
 */
export async function openmlFile(
  id: number,
  context: DataContext,
  span: Span | undefined,
): Promise<Result<{ name: string; bytes: Uint8Array }>> {
  const folder = openmlFolder(context.cacheFolder, id)
  const described = await describe(id, join(folder, 'description.json'), context, span)
  if (!described.ok) return described
  const { name, format, url, md5_checksum: md5 } = described.value
  if (format.toLowerCase() !== 'arff') {
    const cure = 'hgq reads dense ARFF from OpenML; export the data set as CSV or npz and name the file'
    return { ok: false, error: openmlUnusable({ id, what: `is in the format ${format}`, cure, span }) }
  }
  const checksum = md5 === undefined ? null : { algorithm: 'md5' as const, digest: md5.toLowerCase() }
  const bytes = await download({ url, checksum, destination: join(folder, 'data.arff'), span }, context)
  return bytes.ok ? { ok: true, value: { name: `openml(${id}) ${name}`, bytes: bytes.value } } : bytes
}

/** Where a data set of OpenML is kept. */
export function openmlFolder(cacheFolder: string, id: number): string {
  return join(cacheFolder, 'openml', String(id))
}

async function describe(
  id: number,
  kept: string,
  context: DataContext,
  span: Span | undefined,
): Promise<Result<Description>> {
  const known = parseDescription(await readFile(kept, 'utf8').catch(() => ''))
  if (known !== undefined) return { ok: true, value: known }
  const url = `${context.openmlServer ?? PUBLIC_SERVER}/api/v1/json/data/${id}`
  const fresh = `${kept}.new`
  await rm(fresh, { force: true }) // left by an answer that was not understood
  const answer = await download({ url, checksum: null, destination: fresh, span }, context)
  if (!answer.ok) {
    // The server answers 412 for a number that nobody has.
    if (answer.error.code !== downloadRefused.code || !answer.error.message.endsWith(' 412')) return answer
    const cure = `look it up at ${PUBLIC_SERVER}/search?type=data`
    return { ok: false, error: openmlUnusable({ id, what: 'does not exist', cure, span }) }
  }
  const parsed = parseDescription(new TextDecoder().decode(answer.value))
  if (parsed === undefined) {
    const cure = 'the server may be out of order; try again later'
    return {
      ok: false,
      error: openmlUnusable({ id, what: 'has a description that hgq does not understand', cure, span }),
    }
  }
  await rename(fresh, kept)
  return { ok: true, value: parsed }
}

function parseDescription(text: string): Description | undefined {
  try {
    const parsed = v.safeParse(description, JSON.parse(text))
    return parsed.success ? parsed.output.data_set_description : undefined
  } catch {
    return undefined
  }
}
