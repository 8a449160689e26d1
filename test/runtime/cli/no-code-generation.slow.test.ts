import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runsFromSource } from '../../../runtime/packaging/locations.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { sample, start, tree, writeSample } from './rig.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()

const test = suite('a Node that makes no code of text')
const STRICT = '--disallow-code-generation-from-strings'

// Text of both kinds; C++ is verified with a compiler.
const languages = compiler !== null ? ['verilog', 'vitis'] : ['verilog']
const targets = languages.map(
  (language) => `target ${language}_target { device = xcvu13p, clock = 200 MHz, language = ${language} }`,
)
const pipeline = sample
  .replace('epochs = 6', 'epochs = 2')
  .replace(/target fast .*\n/, `${targets.join('\n')}\n`)
  .replace('targets = [fast]', `targets = [${languages.map((language) => `${language}_target`).join(', ')}]`)

async function built(folder: string, options: string): Promise<ReturnType<typeof tree>> {
  writeSample(folder, pipeline)
  writeFileSync(join(folder, 'hgq.config.ts'), 'export default { simulator: "netlist" as const }\n')
  const done = await start(folder, ['build'], undefined, ['env', `NODE_OPTIONS=${options}`]).finished
  assert.is(done.code, 0, done.stdout + done.stderr)
  return tree(join(folder, 'build'))
}

const name = 'trains and writes the same firmware'
if (runsFromSource) test.skip(name, 'only the package has its templates compiled')
else
  test(name, () =>
    withFolder(async (folder) => {
      const usual = await built(join(folder, 'usual'), '')
      assert.ok(Object.keys(usual).length > 0)
      assert.equal(await built(join(folder, 'strict'), STRICT), usual)
    }),
  )
