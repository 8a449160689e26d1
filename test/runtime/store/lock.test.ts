import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { KeyLock } from '../../../runtime/store/lock.js'
import { canMount, onSmallDisk } from '../../fixtures/small-disk.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('locks')
/** The module under test as a literal for the program of another process. */
const MODULE = JSON.stringify(new URL('../../../runtime/store/lock.js', import.meta.url).href)
const never = (): Promise<boolean> => Promise.resolve(false)

test('one holds it, the other waits until it is released', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'locks', 'a.lock')
    const first = new KeyLock(path)
    const second = new KeyLock(path)
    assert.is(await first.acquire(never), 'held')
    let got = false
    const waiting = second.acquire(never).then((how) => {
      got = true
      return how
    })
    await new Promise((resolve) => setTimeout(resolve, 250))
    assert.is(got, false)
    await first.release()
    assert.is(await waiting, 'held')
    await second.release()
    assert.is(existsSync(path), false)
  }))

test('who waits learns that the work was done meanwhile', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.lock')
    const first = new KeyLock(path)
    await first.acquire(never)
    let done = false
    const waiting = new KeyLock(path).acquire(() => Promise.resolve(done))
    done = true
    assert.is(await waiting, 'done')
    await first.release()
  }))

test('waiting ends when the user interrupts', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.lock')
    const first = new KeyLock(path)
    await first.acquire(never)
    const controller = new AbortController()
    const waiting = new KeyLock(path).acquire(never, controller.signal)
    controller.abort()
    let error: unknown
    await waiting.catch((reason) => {
      error = reason
    })
    assert.instance(error, Error)
    await first.release()
  }))

test('the lock of a process that was killed is taken over at once', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.lock')
    const code = `import(${MODULE}).then(async ({ KeyLock }) => {
      await new KeyLock(${JSON.stringify(path)}).acquire(async () => false)
      console.log('held')
      setInterval(() => {}, 1000)
    })`
    const child = spawn(process.execPath, [...process.execArgv, '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const lock = new KeyLock(path)
    const begin = performance.now()
    const waiting = lock.acquire(never)
    child.kill('SIGKILL')
    assert.is(await waiting, 'held')
    assert.ok(performance.now() - begin < 5_000)
    await lock.release()
  }))

test('the lock of a holder that nobody can ask is taken over after a minute of silence', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.lock')
    mkdirSync(path)
    writeFileSync(join(path, 'holder'), '1 another-host/boot/namespace\n')
    const lock = new KeyLock(path)
    let got = false
    const waiting = lock.acquire(never).then(() => {
      got = true
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.is(got, false)
    const past = new Date(Date.now() - 61_000)
    utimesSync(path, past, past)
    await waiting
    await lock.release()
  }))

test('a lock from the future is one of silence as well, and so is a link that leads nowhere', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.lock')
    mkdirSync(path)
    writeFileSync(join(path, 'holder'), '1 another-host/boot/namespace\n')
    const future = new Date(Date.now() + 3_600_000)
    utimesSync(path, future, future)
    const begin = performance.now()
    const lock = new KeyLock(path, 400)
    assert.is(await lock.acquire(never, AbortSignal.timeout(20_000)), 'held')
    assert.ok(performance.now() - begin > 400)
    await lock.release()
    symlinkSync('nowhere', path)
    assert.is(await lock.acquire(never, AbortSignal.timeout(20_000)), 'held')
    await lock.release()
  }))

const stuck = 'a lock that is stale and cannot be removed is an error: nobody waits for it for ever'
if (!canMount) test.skip(stuck, 'no file system can be mounted here')
else {
  test(stuck, () =>
    withFolder(async (folder) => {
      const path = join(folder, 'a.lock')
      const prepare = `
        mkdir "$1" && echo '1 another-host/boot/namespace' > "$1/holder" && touch -d '2 minutes ago' "$1" &&
        mount -o remount,ro "$2" && shift 2 && exec "$@"`
      const code = `import(${MODULE}).then(({ KeyLock }) => new KeyLock(${JSON.stringify(path)})
        .acquire(async () => false, AbortSignal.timeout(5_000))
        .catch((error) => console.log(error.code)))`
      const program = [process.execPath, ...process.execArgv, '-e', code]
      const { stdout } = onSmallDisk(64, folder, ['sh', '-c', prepare, 'sh', path, folder, ...program])
      assert.is(String(stdout).trim(), 'EROFS')
    }),
  )
}
