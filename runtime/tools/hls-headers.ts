import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { HlsLanguage } from '../../targets/hls/flavour.js'
import { packageRoot } from '../packaging/locations.js'

/** Where the vendor's integer and fixed-point types come from. */
export interface HlsHeaders {
  readonly folder: string
  /** As reports name it. */
  readonly origin: string
}

/** The stand-ins that come with the package: the part of the vendors' types that emitted designs use. */
export const STANDINS: HlsHeaders = { folder: join(packageRoot, 'test', 'standins', 'hls'), origin: 'stand-in types' }

/**
 * The headers that a vendor's installation brings, where its environment names one: `XILINX_HLS`, which the settings of
 * Vitis HLS set, or `AC_TYPES`, a folder with Siemens' ac_types. Else the stand-ins.
 */
export function hlsHeaders(
  language: HlsLanguage,
  environment: { readonly [name: string]: string | undefined } = process.env,
): HlsHeaders {
  const { variable, header } = VENDOR[language]
  const root = environment[variable]
  const folder = root === undefined ? '' : join(root, 'include')
  return root !== undefined && existsSync(join(folder, header)) ? { folder, origin: `types of ${variable}` } : STANDINS
}

const VENDOR: Record<HlsLanguage, { readonly variable: string; readonly header: string }> = {
  vitis: { variable: 'XILINX_HLS', header: 'ap_fixed.h' },
  oneapi: { variable: 'AC_TYPES', header: 'ac_fixed.h' },
}
