import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '../../../../runtime/packaging/tfjs-node/machine.js'
import type { SetUp } from '../../../../runtime/packaging/tfjs-node/set-up.js'
import type { Script, StandIn } from './stand-in.js'

const MAC: Machine = { system: 'darwin', processor: 'arm64' }
const WHEEL = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']

/** One way in which it cannot work on Linux x64, and what must be said then. */
export interface Fault {
  readonly what: string
  readonly make: (here: StandIn) => string
  readonly overrides?: (here: StandIn) => Partial<SetUp>
  readonly place: RegExp
  readonly cause: RegExp
  readonly cure: RegExp
  /** How often npm was called before. */
  readonly calls: number
}

/** A distribution in which nothing is missing. */
export const good = (here: StandIn): string => here.distribution(WHEEL)
/** The same, with another npm. */
export const scripted =
  (script: Script) =>
  (here: StandIn): string => {
    here.script(script)
    return good(here)
  }

export const FAULTS: readonly Fault[] = [
  {
    what: 'the folder is missing',
    make: ({ folder }) => join(folder, 'nowhere'),
    place: /\/nowhere$/,
    cause: /no such folder/,
    cure: /libtensorflow C library/,
    calls: 0,
  },
  {
    what: 'the folder is a file',
    make: ({ folder }) => join(folder, 'project', 'package.json'),
    place: /package\.json$/,
    cause: /is a file/,
    cure: /give the folder/,
    calls: 0,
  },
  {
    what: 'there is no libtensorflow',
    make: (here) => here.distribution(['libtensorflow_framework.so.2']),
    place: /\/tensorflow$/,
    cause: /libtensorflow\.so\.2 is neither here nor in lib\/, nor libtensorflow_cc\.so\.2/,
    cure: /tf\.__path__/,
    calls: 0,
  },
  {
    what: 'there is no framework',
    make: (here) => here.distribution(['libtensorflow_cc.so.2']),
    place: /\/tensorflow$/,
    cause: /libtensorflow_framework\.so\.2 is neither/,
    cure: /give the folder/,
    calls: 0,
  },
  {
    what: 'a header is missing',
    make: (here) => {
      const folder = good(here)
      rmSync(join(folder, 'include', 'tensorflow', 'c', 'eager'), { recursive: true })
      return folder
    },
    place: /\/tensorflow\/include$/,
    cause: /tensorflow\/c\/eager\/c_api\.h is missing/,
    cure: /same distribution/,
    calls: 0,
  },
  {
    what: 'a library is made for another processor',
    make: (here) => here.distribution(WHEEL, { system: 'linux', processor: 'arm64' }),
    place: /libtensorflow_cc\.so\.2$/,
    cause: /made for linux arm64/,
    cure: /for linux x64/,
    calls: 0,
  },
  {
    what: 'a library is made for another system',
    make: (here) => here.distribution(WHEEL, MAC),
    place: /libtensorflow_cc\.so\.2$/,
    cause: /made for darwin arm64/,
    cure: /for linux x64/,
    calls: 0,
  },
  {
    what: 'a library is none',
    make: (here) => {
      const folder = good(here)
      here.write('tensorflow/libtensorflow_framework.so.2', 'version https://git-lfs.github.com/spec/v1')
      return folder
    },
    place: /libtensorflow_framework\.so\.2$/,
    cause: /no shared library/,
    cure: /linux x64/,
    calls: 0,
  },
  {
    what: 'the platform is not supported',
    make: good,
    overrides: () => ({ platform: 'win32' }),
    place: /^win32 x64$/,
    cause: /Linux and macOS only/,
    cure: /default engine/,
    calls: 0,
  },
  ...(['g++', 'make', 'python3'] as const).map((program) => ({
    what: `there is no ${program}`,
    make: (here: StandIn) => {
      rmSync(join(here.folder, 'bin', program))
      return good(here)
    },
    place: new RegExp(program.replaceAll('+', '\\+')),
    cause: /is needed to build the addon and is not on the PATH/,
    cure: /apt-get install g\+\+ make python3/,
    calls: 0,
  })),
  {
    what: 'the headers of Node are missing',
    make: good,
    overrides: ({ folder }) => ({ node: join(folder, 'elsewhere', 'bin', 'node') }),
    place: /elsewhere\/include\/node$/,
    cause: /node_api\.h/,
    cure: /npm_config_nodedir/,
    calls: 0,
  },
  {
    what: 'there is no npm',
    make: (here) => {
      rmSync(join(here.folder, 'bin', 'npm'))
      return good(here)
    },
    place: /^npm$/,
    cause: /not on the PATH/,
    cure: /comes with Node/,
    calls: 0,
  },
  {
    what: 'npm cannot install the package',
    make: scripted({ install: 'npm error code ENOTFOUND\nnpm error network request failed\n' }),
    place: /\/project$/,
    cause: /could not install @tensorflow\/tfjs-node@4\.22\.0: npm error network request failed$/,
    cure: /npm install --no-save --ignore-scripts/,
    calls: 1,
  },
  {
    what: 'the compiler fails',
    make: scripted({ build: 'gyp info it worked\n../b.cc:9:1: error: no TF_Version\nmake: *** [b.o] Error 1\n' }),
    place: /\/tfjs-node$/,
    cause: /did not build: \.\.\/b\.cc:9:1: error: no TF_Version$/,
    cure: /hgq-build\.log/,
    calls: 2,
  },
  {
    what: 'the addon does not load',
    make: scripted({ module: `throw new Error('libtensorflow_cc.so.2: cannot open shared object file')` }),
    place: /\/tfjs-node$/,
    cause: /does not load: Error: libtensorflow_cc\.so\.2: cannot open shared object file$/,
    cure: /--copy/,
    calls: 2,
  },
  {
    what: 'the addon ends its process',
    make: scripted({ module: `process.kill(process.pid, 'SIGKILL'); while (true);` }),
    place: /\/tfjs-node$/,
    cause: /does not load: ended by SIGKILL$/,
    cure: /Troubleshooting/,
    calls: 2,
  },
  {
    what: 'a product is wrong',
    make: scripted({
      module: `
        exports.enableProdMode = () => {}
        exports.getBackend = () => 'tensorflow'
        exports.backend = () => ({ binding: { TF_Version: '2.9.1' } })
        exports.matMul = () => ({ dataSync: () => [1, 2, 3, 4] })`,
    }),
    place: /\/tfjs-node$/,
    cause: /gave \[1,2,3,4\] instead of \[58,64,139,154\]/,
    cure: /same version/,
    calls: 2,
  },
]
