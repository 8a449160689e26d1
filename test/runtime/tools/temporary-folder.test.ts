import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inTemporaryFolder } from '../../../runtime/tools/temporary-folder.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('runtime/tools/temporary-folder')

test('files lie where they belong, and all goes in the end, also after an error', () =>
  withFolder(async (outside) => {
    const parent = join(outside, 'not', 'there')
    const files = [['a/b.txt', 'text'] as const, ['c', Uint8Array.of(1, 2)] as const]
    const seen = await inTemporaryFolder(parent, 'hgq-', files, async (folder) => [
      readFileSync(join(folder, 'a', 'b.txt'), 'utf8'),
      [...readFileSync(join(folder, 'c'))],
    ])
    assert.equal(seen, ['text', [1, 2]])
    const failed = await inTemporaryFolder(parent, 'hgq-', files, () => Promise.reject(new Error('on purpose'))).catch(
      (error: Error) => error.message,
    )
    assert.is(failed, 'on purpose')
    assert.equal(readdirSync(parent), [])
  }))
