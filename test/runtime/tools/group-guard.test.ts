import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { isRunning } from '../../fixtures/processes.js'
import { suite } from '../../kit.js'

const test = suite('runtime/tools/group-guard')
const PROCESS = new URL(
  `../../../runtime/tools/process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

/** A program that runs a tool which goes on for a minute, deaf to SIGTERM or not, as does what the tool starts. */
async function program(deaf: boolean): Promise<{ kill: () => void; tools: readonly number[] }> {
  const waiting = `${deaf ? 'process.on("SIGTERM", () => {}); ' : ''}setTimeout(() => {}, 60_000)`
  const inner = `console.log(process.pid); ${waiting}`
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

const name = 'a tool, with what it has started, ends when the program is killed'
if (process.platform !== 'linux') test.skip(name, 'processes are looked up in /proc')
else {
  test(name, async () => {
    const { kill, tools } = await program(false)
    assert.ok(tools.every(isRunning))
    kill()
    await untilEnded(tools)
  })

  test('one that does not listen is forced, not at once', async () => {
    const { kill, tools } = await program(true)
    kill()
    assert.ok((await untilEnded(tools)) > 1_500)
  })
}
