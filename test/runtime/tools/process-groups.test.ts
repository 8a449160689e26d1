import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { endGroups, forgetGroup, killGroups, noteGroup } from '../../../runtime/tools/process-groups.js'
import { suite } from '../../kit.js'

const test = suite('runtime/tools/process-groups')

/** A leader of a group that prints `ready`; gives how it ends. */
async function leader(script: string): Promise<{ pid: number; ended: Promise<NodeJS.Signals | null> }> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('ready'); setInterval(() => {}, 1000)`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null)
  await once(child.stdout, 'data')
  const { pid } = child
  if (pid === undefined) throw new Error('it did not start')
  noteGroup(pid)
  return { pid, ended }
}

test('groups are asked to end, and forced where they do not', async () => {
  const polite = await leader('')
  const deaf = await leader("process.on('SIGTERM', () => {})")
  await endGroups(300)
  assert.is(await polite.ended, 'SIGTERM')
  assert.is(await deaf.ended, 'SIGKILL')
})

test('a group that is forgotten goes on', async () => {
  const other = await leader('')
  const kept = await leader('')
  forgetGroup(kept.pid)
  killGroups()
  assert.is(await other.ended, 'SIGKILL')
  process.kill(kept.pid, 0)
  process.kill(-kept.pid, 'SIGKILL')
  await kept.ended
})
