import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { endGroups, forgetGroup, killGroups, noteGroup, sharedGroups } from '../../../runtime/tools/process-groups.js'
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

test('once nothing is left of a group it is off the list, and after the last one no time is lost', async () => {
  const listed = (pid: number): boolean => new Int32Array(sharedGroups()).includes(pid)
  const quick = await leader('')
  const slow = await leader("process.on('SIGTERM', () => setTimeout(() => process.exit(), 500))")
  const began = performance.now()
  const ended = endGroups(10_000)
  await quick.ended
  while (listed(quick.pid)) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.ok(listed(slow.pid))
  await ended
  assert.not.ok(listed(slow.pid))
  assert.is(await slow.ended, null)
  assert.ok(performance.now() - began < 5_000)
})

test('a group that is gone at any question gets no signal any more', async () => {
  const { pid, ended } = await leader("process.on('SIGTERM', () => {})")
  const usual = process.kill
  const sent: (string | number | undefined)[] = []
  let asked = 0
  // It runs when it is first asked for; then its number is another's.
  process.kill = (to, signal) => {
    if (to === -pid && signal === 0 && asked++ > 0) throw new Error('ESRCH')
    if (to === -pid && signal !== 0) sent.push(signal)
    return usual.call(process, to, signal)
  }
  try {
    await endGroups(10_000)
  } finally {
    process.kill = usual
  }
  assert.equal(sent, ['SIGTERM'])
  assert.not.ok(new Int32Array(sharedGroups()).includes(pid))
  process.kill(-pid, 'SIGKILL')
  assert.is(await ended, 'SIGKILL')
})

test('what has ended and was not waited for is not waited for here either', async () => {
  // The parent stops before it would ask how its child ended.
  const script = `const child = require('node:child_process').spawn('/bin/sleep', ['60'], { detached: true })
    console.log(child.pid)
    process.kill(process.pid, 'SIGSTOP')`
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(parent, 'exit')
  const [pid] = await once(parent.stdout, 'data')
  noteGroup(Number(pid))
  const began = performance.now()
  await endGroups(10_000)
  assert.ok(performance.now() - began < 5_000)
  // Its parent keeps the number for it.
  process.kill(-Number(pid), 0)
  parent.kill('SIGKILL')
  await ended
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
