import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findTool } from '../../../runtime/tools/discover.js'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
import { canWithdraw, setMode, WITHOUT_RIGHTS } from '../../fixtures/withdrawn.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { COMMAND, sample, start, writeSample } from './rig.js'

// Tools that write their files to the store, where they are installed: without them all is done in threads.
const [icarus, yosys] = await Promise.all([findTool('icarus'), findTool('yosys')])
const outside = {
  simulator: typeof icarus === 'string' ? 'netlist' : 'icarus',
  ...(typeof yosys === 'string' ? {} : { tools: { yosys: yosys.program } }),
}

const test = suite('a store that cannot be written')

/** So many epochs that no test waits for their end: what it does happens while they run. */
const long = sample.replace('epochs = 6', 'epochs = 100_000')

/** The sample with its store in a folder of its own. */
function prepare(folder: string): string {
  writeSample(folder, long)
  prepareConfig(folder)
  const store = join(folder, 'store')
  mkdirSync(store)
  return store
}

function prepareConfig(folder: string, rest: object = { simulator: 'netlist' }): void {
  writeFileSync(join(folder, 'hgq.config.json'), JSON.stringify({ cacheDir: 'store', ...rest }))
}

/** The sample for a family that is synthesized in a fraction of the time that the sample's takes. */
const quick = `${sample.replace('device = xcvu13p', 'device = little')}
device little { part = "LFE5U-25F", vendor = lattice, family = "ecp5", lut = 24_000, ff = 24_000, dsp = 28, bram = 56 }
`

function expectFailure(reason: string, { status, stderr }: { status: number | null; stderr: string }): void {
  assert.match(stderr, new RegExp(`error HGQ7001: cannot use the store \\S+/store: ${reason}`))
  assert.not.match(stderr, /HGQ7040|\bat \S+:\d+/)
  assert.is(status, 6)
}

const closed = 'on a file system that is read-only it is an error of the store, with exit code 6'
const closing = 'where the file system becomes read-only while a step runs, too'
if (!canMount) for (const each of [closed, closing]) test.skip(each, 'no file system can be mounted here')
else {
  test(closed, () =>
    withFolder(async (folder) => {
      const store = prepare(folder)
      // One that is to be made there, and one that is there.
      for (const first of ['true', 'echo 1 > "$1/format"']) {
        const build = `${first}; mount -o remount,ro "$1" && shift && exec "$@"`
        const words = ['sh', '-c', build, 'sh', store, ...COMMAND, '--cwd', folder, 'build']
        const { status, stderr } = onSmallDisk(64, store, words)
        expectFailure('the file system is read-only', { status, stderr: String(stderr) })
      }
    }),
  )

  test(closing, () =>
    withFolder(async (folder) => {
      const store = prepare(folder)
      // It cannot change while a file is being written.
      const build = `
        store=$1 said=$2; shift 2
        "$@" > "$said" & child=$!
        until grep -q 'start  train/scan' "$said" || ! kill -0 $child; do sleep 0.05; done
        until mount -o remount,ro "$store"; do sleep 0.01; done 2> /dev/null
        wait $child`
      const command = [...COMMAND, '--cwd', folder, 'build', '--reporter', 'plain']
      const words = ['sh', '-c', build, 'sh', store, join(folder, 'said'), ...command]
      const { status, stderr } = onSmallDisk(4096, store, words)
      expectFailure('the file system is read-only', { status, stderr: String(stderr) })
    }),
  )
}

const withdrawn = 'where the right to write is withdrawn during a step it is one, and the next build goes on from there'
if (!canWithdraw) test.skip(withdrawn, 'nobody is without rights here')
else {
  test(withdrawn, () =>
    withFolder(async (folder) => {
      const store = prepare(folder)
      const failedIn = async (step: string): Promise<void> => {
        const build = start(folder, ['build', '--reporter', 'plain'], undefined, WITHOUT_RIGHTS)
        await build.printed(`start  ${step}`)
        setMode(store, 0o555)
        const { code, stdout, stderr } = await build.finished
        setMode(store, 0o755)
        assert.match(stdout, `start  ${step}`)
        expectFailure('permission denied', { status: code, stderr })
      }
      for (const step of ['dataset/points', 'train/scan']) await failedIn(step)
      writeSample(folder, quick)
      prepareConfig(folder, outside)
      for (const step of ['emit', 'verify', 'synthesize']) await failedIn(`tagger_build/fast/try[0]/${step}`)
      assert.is((await start(folder, ['build'], undefined, WITHOUT_RIGHTS).finished).code, 0)
    }),
  )
}
