import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inTemporaryFolder } from '../../../runtime/tools/temporary-folder.js'
import { asNobody, canWithdraw, setMode } from '../../fixtures/withdrawn.js'
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

const kept = 'where it cannot be removed what was done in it counts, and what went wrong'
if (!canWithdraw) test.skip(kept, 'nobody is without rights here')
else {
  test(kept, () =>
    withFolder(async (outside) => {
      const module = new URL(
        `../../../runtime/tools/temporary-folder.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
        import.meta.url,
      )
      const script = `
        const { chmodSync } = await import('node:fs')
        const { inTemporaryFolder } = await import(${JSON.stringify(module)})
        const work = (body) => {
          chmodSync(process.argv[1], 0o755)
          return inTemporaryFolder(process.argv[1], 'hgq-', [], async () => {
            chmodSync(process.argv[1], 0o555)
            return body()
          })
        }
        console.log(await work(() => 'done'))
        await work(() => { throw new Error('on purpose') }).catch((error) => console.log(error.message))`
      const said = asNobody([process.execPath, ...process.execArgv, '--input-type=module', '-e', script, outside])
      setMode(outside, 0o755)
      assert.is(said, 'done\non purpose\n')
    }),
  )
}
