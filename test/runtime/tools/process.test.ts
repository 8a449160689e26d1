import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Excerpt } from '../../../runtime/tools/excerpt.js'
import { runTool, type ToolCommand } from '../../../runtime/tools/process.js'
import { isRunning } from '../../fixtures/processes.js'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
import { asNobody, canWithdraw, setMode } from '../../fixtures/withdrawn.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('runtime/tools/process')
const PROCESS = new URL(
  `../../../runtime/tools/process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

function node(script: string, rest: Partial<ToolCommand> = {}): ReturnType<typeof runTool> {
  return runTool({
    tool: 'Tool',
    program: process.execPath,
    arguments: ['-e', script],
    folder: tmpdir(),
    purpose: { infinitive: 'do the work', gerund: 'doing the work' },
    timeoutSeconds: 20,
    ...rest,
  })
}

test('gives what the tool wrote', async () => {
  const result = await node('console.log("out"); console.error("err")')
  assert.equal(result, { ok: true, value: { stdout: 'out\n', stderr: 'err\n' } })
})

test('a missing tool is a diagnostic that says what it is for', async () => {
  const result = await node('', { program: 'hgq-no-such-program' })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.message, 'Tool is needed to do the work, and it is not on the PATH')
})

test('a failure quotes the first line with an error', async () => {
  const result = await node(
    'console.log("reading"); console.error("x.v:3: error: no"); console.error("more"); process.exit(3)',
  )
  assert.not.ok(result.ok)
  if (result.ok) return
  assert.is(result.error.code, 'HGQ6102')
  assert.is(result.error.message, 'Tool failed while doing the work: x.v:3: error: no')
  assert.equal(result.error.notes, ['x.v:3: error: no', 'more', 'reading'])
})

test('a tool that says that the disk is full is believed', async () => {
  const script = 'console.error("/tmp/x.s: fatal error: No space left on device"); process.exit(1)'
  const result = await node(script)
  assert.is(!result.ok && result.error.code, 'HGQ7002')
  assert.match(result.ok ? '' : result.error.message, /^no space left while writing the files of Tool to /)
})

test('it speaks English, whatever the language of the user', async () => {
  const before = { ...process.env }
  Object.assign(process.env, { LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' })
  try {
    // As the C library looks for the language.
    const script = `const { LANGUAGE, LC_ALL, LC_MESSAGES, LANG } = process.env
      const german = /^de/.test(LANGUAGE || LC_ALL || LC_MESSAGES || LANG)
      console.error(german ? 'Auf dem Gerät ist kein Speicherplatz mehr verfügbar' : 'No space left on device')
      process.exit(1)`
    const result = await node(script)
    assert.is(!result.ok && result.error.code, 'HGQ7002')
  } finally {
    for (const name of ['LC_ALL', 'LANGUAGE']) delete process.env[name]
    Object.assign(process.env, before)
  }
})

test('a failure without a word gives the exit code', async () => {
  const result = await node('process.exit(7)')
  assert.not.ok(result.ok)
  if (!result.ok) assert.match(result.error.message, /exit code 7/)
})

test('a tool that takes too long is stopped, also where what it started goes on', async () => {
  const started = Date.now()
  const script =
    'require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit" }); setTimeout(() => {}, 60000)'
  const result = await node(script, { timeoutSeconds: 1 })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.code, 'HGQ6103')
  assert.ok(Date.now() - started < 4_000)
})

test('what it starts ends with it, and a tool that does not listen is forced', async () => {
  const deaf = 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60000)'
  const script = `const child = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(deaf)}], { stdio: "ignore" }); child.unref(); console.log(child.pid)`
  const result = await node(script)
  const child = Number(result.ok ? result.value.stdout : Number.NaN)
  assert.ok(child > 0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.not.ok(isRunning(child))
  const started = Date.now()
  const late = await node(deaf, { timeoutSeconds: 0.5 })
  assert.is(!late.ok && late.error.code, 'HGQ6103')
  assert.ok(Date.now() - started < 8_000)
})

test('what it leaves behind, in its group or outside of it, keeps nobody waiting for the end of its outputs', async () => {
  for (const detached of [false, true]) {
    const started = Date.now()
    const script = `const options = { stdio: "inherit", detached: ${detached} }
      const child = require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], options)
      child.unref(); console.log(child.pid)`
    const result = await node(script)
    const child = Number(result.ok ? result.value.stdout : Number.NaN)
    assert.ok(child > 0)
    assert.ok(Date.now() - started < 20_000)
    if (detached) process.kill(child, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.not.ok(isRunning(child))
  }
})

test('a tool that the system does not start is a failure of the tool', async () => {
  const long = await node(`"${'x'.repeat(4 << 20)}"`)
  assert.match(!long.ok ? long.error.message : '', /^Tool failed while doing the work: .*E2BIG/)
  // Without a file to spare.
  const script = `
    const { openSync } = await import('node:fs')
    const { runTool } = await import(${JSON.stringify(PROCESS)})
    const purpose = { infinitive: 'try', gerund: 'trying' }
    try { for (;;) openSync('/dev/null') } catch {}
    const result = await runTool({ tool: 'Tool', program: 'true', arguments: [], folder: '/', purpose, timeoutSeconds: 60 })
    process._rawDebug(result.ok ? 'ok' : result.error.message)`
  const words = [process.execPath, ...process.execArgv, '--input-type=module', '-e', script]
  const { stderr } = spawnSync('sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...words], { encoding: 'utf8' })
  assert.match(stderr, /^Tool failed while trying: .*EMFILE/)
})

test('of a tool that writes and writes the begin and the end are kept, and its log holds everything', () =>
  withFolder(async (folder) => {
    const excerpt = new Excerpt(10)
    for (const each of 'abcdefghijklmnopqrstuvwxyz'.repeat(4)) excerpt.add(Buffer.from(each))
    assert.is(excerpt.text(), 'abcdefghij\n… 84 bytes are left out here …\nqrstuvwxyz')
    const short = new Excerpt(10)
    short.add(Buffer.from('all of '))
    short.add(Buffer.from('it, begin and end'))
    assert.is(short.text(), 'all of it, begin and end')
    const log = join(folder, 'tool.log')
    const result = await node('for (let i = 0; i < 160; i++) fs.writeSync(1, Buffer.alloc(1 << 20, 97))', { log })
    assert.ok(result.ok && result.value.stdout.length < 140 << 20)
    assert.is(statSync(log).size, 160 << 20)
  }))

test('its log holds what it writes, and more comes behind', () =>
  withFolder(async (folder) => {
    const log = join(folder, 'not', 'there', 'tool.log')
    const heard: string[] = []
    await node('console.log("one"); process.exit(1)', { log, onOutput: (text) => heard.push(text) })
    await node('console.error("two")', { log })
    assert.is(readFileSync(log, 'utf8'), 'one\ntwo\n')
    assert.equal(heard, ['one\n'])
  }))

test('of a tool that is known, the line counts in which it reports errors', async () => {
  const output = 'console.log("0 errors so far"); console.log("ERROR: [Synth 8-439] gone"); process.exit(1)'
  const result = await node(output, { complaint: /^ERROR: / })
  assert.is(!result.ok && result.error.message, 'Tool failed while doing the work: ERROR: [Synth 8-439] gone')
})

test('it can be aborted', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 200)
  const result = await node('setTimeout(() => {}, 60000)', { signal: abort.signal })
  assert.not.ok(result.ok)
})

test('a limit beyond what a timer holds does not end the tool at once', async () => {
  const result = await node('setTimeout(() => console.log("done"), 300)', { timeoutSeconds: 3e6 })
  assert.equal(result.ok && result.value.stdout, 'done\n')
})

test('time that is up and an abort end a tool once, and leave no timer', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const abort = new AbortController()
  const slow =
    'process.on("SIGTERM", () => setTimeout(() => process.exit(), 500)); setTimeout(() => {}, 60000); console.log("up")'
  let aborting: NodeJS.Timeout | undefined
  const result = await node(slow, {
    timeoutSeconds: 2,
    signal: abort.signal,
    onOutput: () => {
      aborting = setTimeout(() => abort.abort(), 2_200)
    },
  })
  clearTimeout(aborting)
  assert.not.ok(result.ok)
  assert.is(timers(), before)
})

test('a folder that is not there is not taken for a missing tool', async () => {
  const result = await node('', { folder: '/no/such/folder' })
  assert.is(!result.ok && result.error.message, 'Tool failed while doing the work: there is no folder /no/such/folder')
})

test('where the log cannot be written nothing is started', () =>
  withFolder(async (folder) => {
    const started = join(folder, 'started')
    const script = `require("fs").writeFileSync(${JSON.stringify(started)}, "")`
    const result = await node(script, { log: '/dev/null/no/tool.log' })
    assert.match(!result.ok ? result.error.message : '', '/dev/null/no')
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.not.ok(existsSync(started))
  }))

test('a log that is a folder is told, and nothing is started', () =>
  withFolder(async (folder) => {
    const result = await node('', { log: folder })
    assert.is(!result.ok && result.error.message, `cannot write ${folder}: it is a folder`)
  }))

const readOnly = 'a log that cannot be made since the file system is read-only is told as that'
if (!canMount) test.skip(readOnly, 'no file system can be mounted here')
else {
  test(readOnly, () =>
    withFolder(async (folder) => {
      const script = `
        const { runTool } = await import(${JSON.stringify(PROCESS)})
        const purpose = { infinitive: 'try', gerund: 'trying' }
        // In a folder that is to be made, and in one that is there.
        for (const log of ['/not/there/tool.log', '/tool.log'].map((path) => process.argv[1] + path)) {
          const command = { tool: 'Tool', program: 'true', arguments: [], folder: '.', purpose, timeoutSeconds: 60, log }
          console.log((await runTool(command)).error?.message)
        }`
      const node = [process.execPath, ...process.execArgv, '--input-type=module', '-e', script, folder]
      const { stdout } = onSmallDisk(8, folder, ['sh', '-c', 'mount -o remount,ro "$0" && exec "$@"', folder, ...node])
      const refused = (path: string): string => `cannot write ${folder}${path}: the file system is read-only\n`
      assert.is(String(stdout), refused('/not/there') + refused('/tool.log'))
    }),
  )
}

const withdrawn = 'a tool that fails where nobody may write any more is no failure of the tool'
if (!canWithdraw) test.skip(withdrawn, 'nobody is without rights here')
else {
  test(withdrawn, () =>
    withFolder(async (folder) => {
      const script = `
        const { runTool } = await import(${JSON.stringify(PROCESS)})
        const purpose = { infinitive: 'try', gerund: 'trying' }
        const words = ['-e', 'fs.chmodSync(".", 0o555); fs.writeFileSync("x", "")']
        const command = { tool: 'Tool', program: process.execPath, arguments: words, folder: process.argv[1], purpose, timeoutSeconds: 60 }
        await runTool(command).catch((error) => console.log(error.code, error.path))`
      const said = asNobody([process.execPath, ...process.execArgv, '--input-type=module', '-e', script, folder])
      setMode(folder, 0o755)
      assert.is(said, `EACCES ${folder}\n`)
    }),
  )
}
