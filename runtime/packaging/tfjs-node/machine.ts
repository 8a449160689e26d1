import { failed, type Outcome, succeeded } from './outcome.js'

/** What libraries must be made for. */
export interface Machine {
  readonly system: 'linux' | 'darwin'
  readonly processor: 'x64' | 'arm64'
}

/** `platform` and `arch` are those of `node:process`. */
export function machineOf(platform: string, arch: string): Outcome<Machine> {
  if ((platform === 'linux' || platform === 'darwin') && (arch === 'x64' || arch === 'arm64'))
    return succeeded({ system: platform, processor: arch })
  return failed({
    place: `${platform} ${arch}`,
    cause: 'the addon is built on Linux and macOS only, for x64 and arm64',
    cure: 'leave `engine` out of the training: the default engine, `hgq`, runs everywhere',
  })
}

/** What a library is made for, by its first bytes; null for what is no library of Linux or macOS. */
export function madeFor(start: Uint8Array): readonly Machine[] | null {
  if (start.length < 20) return null
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const magic = view.getUint32(0)
  if (magic === ELF) {
    const processor = ELF_PROCESSORS[view.getUint16(18, true)]
    return processor === undefined ? [] : [{ system: 'linux', processor }]
  }
  if (magic === MACH_O_64) {
    const processor = MACH_O_PROCESSORS[view.getUint32(4, true)]
    return processor === undefined ? [] : [{ system: 'darwin', processor }]
  }
  // A universal binary holds several; the loader takes the one that fits or says that none does.
  if (magic === MACH_O_UNIVERSAL)
    return [
      { system: 'darwin', processor: 'x64' },
      { system: 'darwin', processor: 'arm64' },
    ]
  return null
}

// As read from the file in big-endian order. Both formats are little-endian after that on these processors.
const ELF = 0x7f454c46
const MACH_O_64 = 0xcffaedfe
const MACH_O_UNIVERSAL = 0xcafebabe
const ELF_PROCESSORS: Readonly<Record<number, Machine['processor']>> = { 62: 'x64', 183: 'arm64' }
const MACH_O_PROCESSORS: Readonly<Record<number, Machine['processor']>> = { 16777223: 'x64', 16777228: 'arm64' }
