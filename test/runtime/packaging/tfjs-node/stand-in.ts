import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Machine } from '../../../../runtime/packaging/tfjs-node/machine.js'
import type { Outcome } from '../../../../runtime/packaging/tfjs-node/outcome.js'
import { type SetUp, setUp } from '../../../../runtime/packaging/tfjs-node/set-up.js'
import { withFolder } from '../../temporary.js'

/** What the stand-in of npm does instead of installing and building; text is what it fails with. */
export interface Script {
  readonly install?: string
  readonly build?: string
  /** The module that the package consists of. */
  readonly module?: string
}

const GOOD_MODULE = `
exports.enableProdMode = () => {}
exports.getBackend = () => 'tensorflow'
exports.backend = () => ({ binding: { TF_Version: '2.9.1' } })
exports.matMul = () => ({ dataSync: () => Float32Array.of(58, 64, 139, 154) })
`
const HEADERS = ['c/c_api.h', 'c/eager/c_api.h', 'core/platform/ctstring_internal.h']

/** A project, a toolchain and a scripted npm in `folder`; nothing outside of it is run but Node. */
export class StandIn {
  readonly folder: string
  readonly machine: Machine
  readonly addon: string

  constructor(folder: string, machine: Machine) {
    this.folder = folder
    this.machine = machine
    this.addon = join(folder, 'project', 'node_modules', '@tensorflow', 'tfjs-node')
    // Or one above the folder would say what the modules here are.
    this.write('package.json', '{"type":"commonjs"}')
    this.write('project/package.json', '{}')
    this.write('node/include/node/node_api.h', '')
    for (const program of ['g++', 'c++', 'make', 'python3']) this.program(program, 'exit 0')
    this.script({})
  }

  /** Puts a stand-in of npm on the path which records its calls. */
  script({ install, build, module = GOOD_MODULE }: Script): void {
    const fail = (text: string): string => `process.stderr.write(${JSON.stringify(text)}); process.exit(1)`
    const make = `
      fs.mkdirSync(${JSON.stringify(this.addon)}, { recursive: true })
      fs.writeFileSync(${JSON.stringify(join(this.addon, 'package.json'))}, '{"version":"4.22.0","main":"index.js"}')
      fs.writeFileSync(${JSON.stringify(join(this.addon, 'index.js'))}, ${JSON.stringify(module)})`
    const text = `#!${process.execPath}
      const fs = require('node:fs')
      const call = [process.cwd(), process.argv.slice(2).join(' '), process.env.npm_config_nodedir ?? ''].join(' | ')
      fs.appendFileSync(${JSON.stringify(join(this.folder, 'calls'))}, call + '\\n')
      if (process.argv[2] === 'install') { ${install === undefined ? make : fail(install)} }
      else { ${build === undefined ? '' : fail(build)} }`
    this.write('bin/npm', text)
    chmodSync(join(this.folder, 'bin', 'npm'), 0o755)
  }

  program(name: string, body: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${body}\n`)
    chmodSync(join(this.folder, 'bin', name), 0o755)
  }

  /** Folder, parameters and nodedir of each call of npm. */
  calls(): readonly string[] {
    const path = join(this.folder, 'calls')
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  }

  /** Libraries by their path in the distribution, and the headers. Gives the folder. */
  distribution(libraries: readonly string[], of: Machine = this.machine): string {
    for (const library of libraries) this.write(`tensorflow/${library}`, startOf(of))
    for (const header of HEADERS) this.write(`tensorflow/include/tensorflow/${header}`, '')
    return join(this.folder, 'tensorflow')
  }

  setUp(libtensorflow: string, overrides: Partial<SetUp> = {}): Promise<Outcome<string>> {
    return setUp({
      libtensorflow,
      root: join(this.folder, 'project'),
      version: '4.22.0',
      copy: false,
      platform: this.machine.system,
      arch: this.machine.processor,
      node: join(this.folder, 'node', 'bin', 'node'),
      env: { PATH: join(this.folder, 'bin') },
      say: () => {},
      ...overrides,
    })
  }

  write(path: string, content: string | Uint8Array): void {
    const full = join(this.folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content)
  }
}

/** The first bytes of a shared library. */
function startOf({ system, processor }: Machine): Uint8Array {
  const start = Buffer.alloc(64)
  if (system === 'linux') {
    start.write('\x7fELF', 'latin1')
    start.writeUInt16LE(processor === 'x64' ? 62 : 183, 18)
  } else {
    start.writeUInt32LE(0xfeedfacf, 0)
    start.writeUInt32LE(processor === 'x64' ? 0x01000007 : 0x0100000c, 4)
  }
  return start
}

/** Runs `body` with a stand-in of its own, which is removed afterwards. */
export function withStandIn(machine: Machine, body: (here: StandIn) => Promise<void>): Promise<void> {
  return withFolder((folder) => body(new StandIn(realpathSync(folder), machine)))
}
