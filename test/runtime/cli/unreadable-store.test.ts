import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { hgq, writeSample } from './rig.js'

const test = suite('a store that cannot be read')

for (const words of [['plan'], ['show'], ['show', '--json'], ['dais', 'export', '-o', 'design.json'], ['build']]) {
  test(`hgq ${words.join(' ')} says which file, why and what to do, with exit code 6`, () =>
    withFolder(async (folder) => {
      writeSample(folder)
      mkdirSync(join(folder, '.hgq'))
      writeFileSync(join(folder, '.hgq', 'format'), '1\n')
      // Whoever runs the tests may read any file, but not a file below what is none.
      writeFileSync(join(folder, '.hgq', 'actions'), 'no folder')
      const { code, stderr } = await hgq(folder, words)
      assert.match(
        stderr,
        /error HGQ7044: cannot read \S+[/\\]\.hgq[/\\]actions[/\\]\S+ of the store: a part of the path is not a folder\n {2}= make it readable, or remove it: 'hgq build' makes again what is not there/,
      )
      assert.not.match(stderr, /HGQ70(?:40|43)|\bat /)
      assert.is(code, 6)
    }))
}
