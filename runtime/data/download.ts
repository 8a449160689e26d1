import { createHash } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import {
  cacheUnwritable,
  checksumMismatch,
  downloadBroken,
  downloadRefused,
  malformedAddress,
  offline,
} from '../../lang/diagnostics/messages/data-downloads.js'
import type { Span } from '../../lang/source.js'
import { errorReason, makeFolder } from '../store/files.js'
import type { DataContext } from './context.js'
import { discard, isFileError, lock, readTag, sizeOnDisk, syncFile, tagFile, writeTag } from './partial-file.js'

/** What a file must be: the digest of its bytes. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5'
  /** Lower-case hexadecimal. */
  readonly digest: string
}

export interface DownloadRequest {
  readonly url: string
  /** Null where the publisher names none. */
  readonly checksum: Checksum | null
  /** Where the finished file goes; what was received so far waits beside it. */
  readonly destination: string
  readonly span?: Span | undefined
}

/** Attempts in a row that bring no byte before the download is given up. */
const ATTEMPTS = 5
/** A connection that brings nothing for so long is dropped. */
const STALL_MS = 60_000

/**
 * Makes sure that `destination` holds the file, and returns its bytes.
 *
 * What arrives is appended to `<destination>.partial`; after a broken connection, or in a later run, the download
 * continues there if the server allows it and the file is still the same (Range with If-Range). The finished file is
 * checked, then moved into place in one step, so a file at `destination` is always whole; it is checked again on use.
 * Server errors (5xx, 408, 429) and network errors are retried with growing pauses, other refusals are final.
 */
export async function download(request: DownloadRequest, context: DataContext): Promise<Result<Uint8Array>> {
  const { url, checksum, destination, span } = request
  const kept = await readFile(destination).catch(() => undefined)
  if (kept !== undefined && (checksum === null || checksumOf(kept, checksum.algorithm) === checksum.digest)) {
    return { ok: true, value: kept }
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return { ok: false, error: malformedAddress({ url, span }) }
  if (context.offline === true) return { ok: false, error: offline({ url, span }) }
  try {
    await makeFolder(dirname(destination))
    const unlock = await lock(`${destination}.lock`)
    try {
      return await downloadTo(request, unlock.shared ? `${destination}.partial` : unlock.alone, context)
    } finally {
      await unlock.release()
    }
  } catch (error) {
    if (!isFileError(error)) throw error
    return { ok: false, error: cacheUnwritable({ folder: dirname(destination), reason: errorReason(error), span }) }
  }
}

async function downloadTo(
  request: DownloadRequest,
  partial: string,
  context: DataContext,
): Promise<Result<Uint8Array>> {
  const { url, checksum, destination, span } = request
  // A damaged resumption is repeated once from the beginning before the file itself is blamed.
  for (let round = 0; ; round++) {
    const startedAt = await sizeOnDisk(partial)
    const received = await receive(request, partial, context)
    if (!received.ok) return received
    const bytes = await readFile(partial)
    const found = checksum === null ? '' : checksumOf(bytes, checksum.algorithm)
    if (checksum === null || found === checksum.digest) {
      await syncFile(partial)
      await rename(partial, destination)
      await rm(tagFile(partial), { force: true })
      return { ok: true, value: bytes }
    }
    await discard(partial)
    if (startedAt === 0 || round > 0) {
      const facts = {
        url,
        algorithm: checksum.algorithm === 'sha256' ? 'SHA-256' : 'MD5',
        expected: checksum.digest,
        found,
      }
      return { ok: false, error: checksumMismatch({ ...facts, span }) }
    }
  }
}

/** Brings the partial file to its full length. */
async function receive(request: DownloadRequest, partial: string, context: DataContext): Promise<Result<undefined>> {
  const { url, span } = request
  let attempt = 0
  for (;;) {
    const before = await sizeOnDisk(partial)
    const outcome = await attemptOnce(url, partial, before, context)
    if (outcome.kind === 'complete') return { ok: true, value: undefined }
    if (outcome.kind === 'refused') return { ok: false, error: downloadRefused({ url, status: outcome.status, span }) }
    const received = await sizeOnDisk(partial)
    attempt = received > before ? 1 : attempt + 1
    if (attempt >= ATTEMPTS) {
      const facts = { url, reason: outcome.reason, attempts: attempt, received }
      return { ok: false, error: downloadBroken({ ...facts, span }) }
    }
    await delay((context.retryDelay ?? 500) * 2 ** (attempt - 1), undefined, { signal: context.signal })
  }
}

type Outcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'broken'; readonly reason: string }

async function attemptOnce(url: string, partial: string, before: number, context: DataContext): Promise<Outcome> {
  const tag = before > 0 ? await readTag(partial, url) : undefined
  if (before > 0 && tag === undefined) await discard(partial)
  const stall = new AbortController()
  const signal = context.signal === undefined ? stall.signal : AbortSignal.any([stall.signal, context.signal])
  const watch = setTimeout(() => stall.abort(), STALL_MS)
  try {
    // Without `identity` a server may compress, and the bytes would not be those that the checksum is of.
    const headers: Record<string, string> = { 'accept-encoding': 'identity' }
    if (tag !== undefined) Object.assign(headers, { range: `bytes=${before}-`, 'if-range': tag })
    const response = await fetch(url, { headers, signal })
    if (response.status === 416) {
      // Nothing is left to send when all had arrived before and only the checking was cut off.
      if (response.headers.get('content-range') === `bytes */${before}`) return { kind: 'complete' }
      await discard(partial)
      return { kind: 'broken', reason: 'the server no longer has the rest of the file' }
    }
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel()
      const temporary = response.status >= 500 || response.status === 408 || response.status === 429
      return temporary
        ? { kind: 'broken', reason: `the server answers ${response.status}` }
        : { kind: 'refused', status: response.status }
    }
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
    const start = response.status === 206 ? Number(range?.[1] ?? Number.NaN) : 0
    if (start !== 0 && start !== before) {
      await response.body?.cancel()
      await discard(partial)
      return { kind: 'broken', reason: 'the server sent another part of the file than was asked for' }
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? start + length : undefined
    if (start === 0) await writeTag(partial, url, response)
    return await append(response, partial, start, total, context, () => watch.refresh())
  } catch (error) {
    if (context.signal?.aborted === true) throw error
    if (isFileError(error)) throw error
    return { kind: 'broken', reason: stall.signal.aborted ? 'the connection is silent' : reasonOf(error) }
  } finally {
    clearTimeout(watch)
  }
}

async function append(
  response: Response,
  partial: string,
  start: number,
  total: number | undefined,
  context: DataContext,
  alive: () => void,
): Promise<Outcome> {
  const file = await open(partial, start === 0 ? 'w' : 'a')
  let received = start
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      alive()
      // Which names no file itself, and is no error of the network.
      await file.write(chunk).catch((error) => Promise.reject(Object.assign(error, { path: partial })))
      received += chunk.length
      context.onProgress?.(progressOf(response.url, received, total))
    }
  } finally {
    await file.close()
  }
  return total !== undefined && received < total
    ? { kind: 'broken', reason: 'the connection ended too early' }
    : { kind: 'complete' }
}

function progressOf(
  url: string,
  received: number,
  total: number | undefined,
): { fraction: number | null; text: string } {
  const name = new URL(url).pathname.split('/').pop() || url
  const amount = total === undefined ? megabytes(received) : `${megabytes(received)} of ${megabytes(total)}`
  return { fraction: total === undefined || total === 0 ? null : received / total, text: `${name}  ${amount} MB` }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

/** Digest of bytes as lower-case hexadecimal. */
export function checksumOf(bytes: Uint8Array, algorithm: Checksum['algorithm']): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') {
    switch (cause.code) {
      case 'ECONNREFUSED':
        return 'the server refuses the connection'
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return 'the name of the server is not known here'
      case 'ECONNRESET':
      case 'UND_ERR_SOCKET':
        return 'the connection broke'
      default:
        return cause.code
    }
  }
  return cause instanceof Error ? cause.message : String(cause)
}
