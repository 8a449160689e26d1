import { suite as uvuSuite } from 'uvu'

type Body = () => void | Promise<void>

/** A group of tests: `test('name', body)`. */
export interface Suite {
  (name: string, body: Body): void
  /** Registers a test that does not run here, and says why (a missing tool, missing data). */
  skip(name: string, reason: string): void
}

const TIMEOUT_MS = 10 * 60_000

/** Of the test that runs. */
const endings: (() => void)[] = []

/** Has `end` called when the test that runs has ended, in whichever way: for what must not outlive it, like a process. */
export function whenTestEnds(end: () => void): void {
  endings.push(end)
}

/**
 * A uvu suite that runs by itself, with a time limit per test. uvu alone exits 0 when `run()` is forgotten or a hook
 * throws; here nothing can be forgotten, and there are no hooks. `test/run.ts` counts what ran. The tests start as soon
 * as the module that calls this gives way, at an `await` of its own or at its end; a test that is added later throws.
 */
export function suite(name: string): Suite {
  const tests = uvuSuite(name)
  let registered = 0
  let started = false
  const add = (testName: string, body: Body): void => {
    if (started)
      throw new Error(
        `"${testName}" comes too late: the tests of "${name}" have started. Await what they need before suite()`,
      )
    registered++
    tests(testName, () => withTimeout(testName, body))
  }
  const skip = (testName: string, reason: string): void => {
    process.stdout.write(`  skipped: ${name}: ${testName} (${reason})\n@skipped 1\n`)
  }
  queueMicrotask(() => {
    started = true
    process.stdout.write(`@registered ${registered}\n`)
    tests.run()
  })
  return Object.assign(add, { skip })
}

async function withTimeout(name: string, body: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${name}" took longer than ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS)
  })
  try {
    await Promise.race([Promise.resolve(body()), expiry])
  } finally {
    clearTimeout(timer)
    for (const end of endings.splice(0)) end()
  }
}
