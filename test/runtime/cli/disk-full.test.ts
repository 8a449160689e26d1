import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { COMMAND, writeSample } from './rig.js'

const test = suite('a disk that is full')
const PROCESS = new URL(
  `../../../runtime/tools/process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

const name = 'whatever does not fit into the store ends the build with a message that says so, and exit code 6'
const silent = 'a tool that fails on a full disk and does not say why is no failure of the tool'
if (!canMount) {
  for (const each of [name, silent]) test.skip(each, 'no file system can be mounted here')
} else {
  test(name, () =>
    withFolder(async (folder) => {
      writeSample(folder)
      const store = join(folder, 'store')
      mkdirSync(store)
      writeFileSync(join(folder, 'hgq.config.json'), '{ "cacheDir": "store" }\n')
      // The files of the store itself, a lock, data, a training: each of them is the first that does not fit.
      for (const pages of [1, 2, 3, 8]) {
        const { status, stderr } = onSmallDisk(pages, store, [...COMMAND, '--cwd', folder, 'build'])
        assert.match(String(stderr), /error HGQ7002: no space left while writing .* to .*store\n {2}= nothing was left/)
        assert.not.match(String(stderr), /HGQ7040|\bat /)
        assert.is(status, 6)
      }
    }),
  )

  test(silent, () =>
    withFolder(async (folder) => {
      const [node, ...rest] = COMMAND.slice(0, -1) as [string, ...string[]]
      // Fills what there is, unless told not to, and fails without a word.
      const tool = (fills: boolean): string =>
        `${fills ? 'try { fs.writeFileSync("big", Buffer.alloc(1e6)) } catch {}; ' : ''}process.exit(1)`
      const script = (fills: boolean): string => `
        const { runTool } = await import(${JSON.stringify(PROCESS)})
        const purpose = { infinitive: 'try', gerund: 'trying' }
        const words = ['-e', ${JSON.stringify(tool(fills))}]
        const command = { tool: 'Tool', program: process.execPath, arguments: words, folder: process.argv[1], purpose, timeoutSeconds: 60 }
        console.log((await runTool(command)).error.code)`
      const codeOf = (fills: boolean): string =>
        String(
          onSmallDisk(8, folder, [node, ...rest, '--input-type=module', '-e', script(fills), folder]).stdout,
        ).trim()
      assert.is(codeOf(false), 'HGQ6102')
      assert.is(codeOf(true), 'HGQ7002')
    }),
  )
}
