import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../../runtime/cli/exit-code.js'
import { WorkerPool } from '../../../runtime/execute/pool.js'
import { TaskCrash } from '../../../runtime/execute/task.js'
import { encodeCircuit } from '../../../runtime/report/design-file.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { NO_TOOLS } from '../../fixtures/tools.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'
import { withFolder } from '../temporary.js'
import { action, FakeRunner, run } from './rig.js'

const test = suite('execute: files that the system refuses')

/** What is said of a step whose thread dies of an error, with the exit code. */
async function said(folder: string, code: string, path: string): Promise<readonly [message: string, exitCode: number]> {
  const runner = new FakeRunner(() => Promise.reject(new TaskCrash(`Error: ${code}`, { code, path })))
  const outcome = (await run(folder, [action('a')], { runner })).result.outcomes.get('a')
  if (outcome?.state !== 'failed') throw new Error('it did not fail')
  const { diagnostic } = outcome
  return [[`${diagnostic.code}: ${diagnostic.message}`, ...diagnostic.notes].join('\n'), exitCodeOf(diagnostic)]
}

test('each, from a thread, is an error of the store with place, cause and cure, and exit code 6', () =>
  withFolder(async (folder) => {
    const full = /^HGQ7002: no space left while writing the results of a to \S+\/store\n.*free some space/
    const denied = /^HGQ7001: cannot use the store \S+\/store: permission denied \(\S+\/tmp\/x\)\nset 'cacheDir'/
    const expected = {
      ENOSPC: full,
      EDQUOT: full,
      EROFS: /^HGQ7001: cannot use the store \S+\/store: the file system is read-only \(\S+\/tmp\/x\)\nset 'cacheDir'/,
      EACCES: denied,
      EPERM: denied,
      EIO: /^HGQ7001: cannot use the store \S+\/store: .*EIO.* \(\S+\/tmp\/x\)\nset 'cacheDir'/,
    }
    for (const [code, wanted] of Object.entries(expected)) {
      const [message, exitCode] = await said(folder, code, join(folder, 'store', 'tmp', 'x'))
      assert.match(message, wanted)
      assert.is(exitCode, 6)
    }
  }))

test('another error of a thread is a mistake, and so is a file elsewhere that may not be touched', () =>
  withFolder(async (folder) => {
    const others = [
      ['EBADF', join(folder, 'store', 'tmp', 'x')],
      ['EACCES', join(folder, 'store-beside', 'x')],
    ] as const
    for (const [code, path] of others) {
      const [message, exitCode] = await said(folder, code, path)
      assert.match(message, /^HGQ7040: /)
      assert.is(exitCode, 1)
    }
  }))

test("the system's code and the path come out of a thread", () =>
  withFolder(async (folder) => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const pipeline = randomPipeline(3, { inputs: 6, nodes: 14, stages: 2 })
    const circuit = encodeCircuit(emitVerilog(pipeline, { name: 'net', target: vu13p, templates }))
    const installed = { yosys: { program: 'never-started', version: '0' } }
    const pool = new WorkerPool()
    try {
      const died: unknown = await pool
        .run(
          {
            kind: 'synthesize',
            params: { tool: 'yosys', family: 'ecp5', vendor: 'lattice', version: '0' },
            inputs: new Map([['circuit', circuit]]),
            // No folder can be made in a file.
            settings: {
              downloads: folder,
              solutions: folder,
              scratch: join(file, 'scratch'),
              threads: 1,
              tools: { ...NO_TOOLS, installed },
            },
            hints: {},
          },
          { onProgress: () => undefined, onMessage: () => undefined },
        )
        .catch((error: unknown) => error)
      assert.instance(died, TaskCrash)
      assert.is((died as TaskCrash).code, 'ENOTDIR')
      assert.is((died as TaskCrash).path, join(file, 'scratch'))
    } finally {
      await pool.close()
    }
  }))
