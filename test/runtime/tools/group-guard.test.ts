import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { GRACE_MS } from '../../../runtime/tools/process-groups.js'
import { isRunning } from '../../fixtures/processes.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('runtime/tools/group-guard')
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const PROCESS = new URL(`../../../runtime/tools/process.${ending}`, import.meta.url)
const GUARD = new URL(`../../../runtime/tools/group-guard.${ending}`, import.meta.url)

/** A program that runs a tool which goes on for a minute, as does what the tool starts; `onTerm` is what both do when asked to end. */
async function program(
  onTerm?: string,
  path = process.env.PATH,
): Promise<{ kill: () => void; tools: readonly number[] }> {
  const waiting = `${onTerm === undefined ? '' : `process.on("SIGTERM", () => { ${onTerm} }); `}setTimeout(() => {}, 60_000)`
  // Who has its number may end it at once: it says that only when it listens.
  const inner = `${waiting}; console.log(process.pid)`
  const outer = `
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })
    ${inner}`
  const script = `
    const { runTool } = await import(${JSON.stringify(PROCESS)})
    const purpose = { infinitive: 'wait', gerund: 'waiting' }
    const words = ['-e', ${JSON.stringify(outer)}]
    await runTool({ tool: 'Tool', program: process.execPath, arguments: words, folder: '.', purpose, timeoutSeconds: 60,
      onOutput: (text) => process.stdout.write(text) })`
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: path },
  })
  const tools: number[] = []
  while (tools.length < 2) {
    const [text] = await once(child.stdout, 'data')
    tools.push(...String(text).trim().split('\n').map(Number))
  }
  return { kill: () => child.kill('SIGKILL'), tools }
}

/** Milliseconds until none of them runs. */
async function untilEnded(pids: readonly number[]): Promise<number> {
  const begin = performance.now()
  while (pids.some(isRunning)) {
    if (performance.now() - begin > 20_000) throw new Error(`${pids.filter(isRunning).join(', ')} still run`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - begin
}

/** The leader of a group, a child of ours so that nothing of it stays once it has ended, and a program that guards the group. */
async function guarded(): Promise<{ kill: () => void; leader: number; guard: number }> {
  const leader = spawn(process.execPath, ['-e', 'console.log(""); setTimeout(() => {}, 60_000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(leader.stdout, 'data')
  const script = `
    const { guardGroup } = await import(${JSON.stringify(GUARD)})
    guardGroup(${leader.pid})
    console.log('guarded')
    setTimeout(() => {}, 60_000)`
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const guard = readdirSync('/proc').find((each) => {
    const words = /^\d+$/.test(each) ? commandLine(each) : []
    return words[0] === '/bin/sh' && words[3] === String(leader.pid)
  })
  if (leader.pid === undefined || guard === undefined) throw new Error('nothing guards the group')
  return { kill: () => child.kill('SIGKILL'), leader: leader.pid, guard: Number(guard) }
}

function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    // It has ended since it was listed.
    return []
  }
}

const name = 'a tool, with what it has started, ends when the program is killed'
if (process.platform !== 'linux') test.skip(name, 'processes are looked up in /proc')
else {
  test(name, async () => {
    const { kill, tools } = await program()
    assert.ok(tools.every(isRunning))
    kill()
    await untilEnded(tools)
  })

  test('the guard ends with the group, before its number can be that of another which would be forced', async () => {
    const { kill, leader, guard } = await guarded()
    kill()
    assert.ok((await untilEnded([leader, guard])) < GRACE_MS / 2)
  })

  test('one that takes a while to end is left that time', () =>
    withFolder(async (folder) => {
      const ended = `require("fs").writeFileSync(${JSON.stringify(folder)} + "/" + process.pid, "")`
      const { kill, tools } = await program(`setTimeout(() => { ${ended}; process.exit() }, ${GRACE_MS / 4})`)
      kill()
      await untilEnded(tools)
      assert.equal(readdirSync(folder).sort(), tools.map(String).sort())
    }))

  test('one that does not listen is forced, not at once', async () => {
    const { kill, tools } = await program('')
    kill()
    assert.ok((await untilEnded(tools)) > 0.75 * GRACE_MS)
  })

  test('where nothing sleeps for a part of a second it is forced no later', () =>
    withFolder(async (folder) => {
      const whole = '#!/bin/sh\ncase "$1" in *.*) exit 1 ;; esac\nexec /bin/sleep "$1"\n'
      writeFileSync(join(folder, 'sleep'), whole, { mode: 0o755 })
      const { kill, tools } = await program('', `${folder}${delimiter}${process.env.PATH}`)
      kill()
      const waited = await untilEnded(tools)
      assert.ok(waited > 0.75 * GRACE_MS, `${waited} ms`)
      assert.ok(waited < 2 * GRACE_MS, `${waited} ms`)
    }))
}
