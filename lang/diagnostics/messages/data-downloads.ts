// HGQ3050 to 3069: downloads; `data.ts` has the rest.
import { define } from '../define.js'
import { counted, type Origin, quoted } from './data-text.js'

export const checksumMismatch = define(
  'HGQ3050',
  'error',
  'a download with other contents than promised',
  (
    facts: Origin & {
      readonly url: string
      readonly algorithm: string
      readonly expected: string
      readonly found: string
    },
  ) => ({
    message: `${facts.url} is not the file that was promised: its ${facts.algorithm} is ${facts.found}`,
    span: facts.span,
    notes: [
      `expected ${facts.algorithm} ${facts.expected}`,
      'the file has changed or was damaged on the way; nothing was kept. Correct the checksum only if you trust the new file',
    ],
  }),
)

export const downloadRefused = define(
  'HGQ3051',
  'error',
  'a download that the server refuses',
  (facts: Origin & { readonly url: string; readonly status: number }) => ({
    message: `${facts.url} cannot be downloaded: the server answers ${facts.status}`,
    span: facts.span,
    notes: [refusalCure(facts.status)],
  }),
)

function refusalCure(status: number): string {
  if (status === 404 || status === 410) return 'there is no such file; check the address'
  if (status === 401 || status === 403)
    return 'the file needs permission; download it by hand and name the file instead'
  return 'try again later, or download it by hand and name the file instead'
}

export const downloadBroken = define(
  'HGQ3052',
  'error',
  'a download that keeps failing',
  (
    facts: Origin & {
      readonly url: string
      readonly reason: string
      readonly attempts: number
      readonly received: number
    },
  ) => ({
    message: `${facts.url} cannot be downloaded: ${facts.reason} (tried ${facts.attempts} times)`,
    span: facts.span,
    notes: [
      facts.received > 0
        ? `${counted(facts.received, 'byte')} are kept; the next run continues there`
        : 'check the network, or download it by hand and name the file instead',
    ],
  }),
)

export const malformedChecksum = define(
  'HGQ3053',
  'error',
  'text that is no SHA-256',
  (facts: Origin & { readonly text: string }) => ({
    message: `${quoted(facts.text)} is no SHA-256`,
    span: facts.span,
    notes: ['it has 64 hexadecimal digits; `sha256sum FILE` prints it'],
  }),
)

export const malformedAddress = define(
  'HGQ3054',
  'error',
  'an address that cannot be downloaded from',
  (facts: Origin & { readonly url: string }) => ({
    message: `'${facts.url}' is no http or https address`,
    span: facts.span,
    notes: ['a local file is named by its path alone'],
  }),
)

export const offline = define(
  'HGQ3055',
  'error',
  'a download that is needed while offline',
  (facts: Origin & { readonly url: string }) => ({
    message: `${facts.url} is not downloaded yet, and downloads are switched off`,
    span: facts.span,
  }),
)

export const cacheUnwritable = define(
  'HGQ3056',
  'error',
  'a folder for downloads that cannot be written',
  (facts: Origin & { readonly folder: string; readonly reason: string }) => ({
    message: `cannot keep downloads in ${facts.folder}: ${facts.reason}`,
    span: facts.span,
    notes: ["make room there, or set 'cacheDir' in hgq.config.ts to a folder that can be written"],
  }),
)

export const openmlUnusable = define(
  'HGQ3060',
  'error',
  'an OpenML data set that hgq cannot use',
  (facts: Origin & { readonly id: number; readonly what: string; readonly cure: string }) => ({
    message: `OpenML data set ${facts.id} ${facts.what}`,
    span: facts.span,
    notes: [facts.cure],
  }),
)
