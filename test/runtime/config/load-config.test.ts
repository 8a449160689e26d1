import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadConfig } from '../../../runtime/config/load-config.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('configuration')

/** A project with one file in it. */
function project(folder: string, name: string, text: string): string {
  const pipelines = join(folder, 'pipelines', 'a')
  mkdirSync(pipelines, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, name), text)
  return pipelines
}

async function messages(folder: string): Promise<readonly string[]> {
  const loaded = await loadConfig(folder)
  return loaded.ok ? [] : loaded.error.map((each) => [`${each.code} ${each.message}`, ...each.notes].join(' | '))
}

test('without a file it is empty', () =>
  withFolder(async (folder) => {
    assert.equal(await loadConfig(project(folder, 'other', '')), { ok: true, value: {} })
  }))

test('a TypeScript file above the pipeline is found; paths are relative to it', () =>
  withFolder(async (folder) => {
    const text = `import { defineConfig } from 'hgq'
      enum Jobs { few = 3 }
      export default defineConfig({ cacheDir: 'cache', jobs: Jobs.few, threads: 2, reporter: 'plain' })`
    const loaded = await loadConfig(project(folder, 'hgq.config.ts', text))
    assert.equal(loaded, {
      ok: true,
      value: { cacheDir: join(folder, 'cache'), jobs: 3, threads: 2, reporter: 'plain' },
    })
  }))

test('programs of tools: paths are relative to the file, bare names are looked for on the PATH', () =>
  withFolder(async (folder) => {
    const text = '{ "tools": { "vivado": "../bin/vivado", "yosys": "yosys" }, "toolTimeout": 60, "licenceWait": 0 }'
    const loaded = await loadConfig(project(folder, 'hgq.config.json', text))
    assert.equal(loaded, {
      ok: true,
      value: {
        tools: { vivado: join(folder, '..', 'bin', 'vivado'), yosys: 'yosys' },
        toolTimeout: 60,
        licenceWait: 0,
      },
    })
  }))

test('a checkout that cannot be written to will do', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.ts', 'export default { jobs: 2 as number }')
    chmodSync(folder, 0o555)
    try {
      assert.equal(await loadConfig(start), { ok: true, value: { jobs: 2 } })
    } finally {
      chmodSync(folder, 0o755)
    }
  }))

test('a file that is named is taken, and must be there', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'mine.json', '{ "jobs": 5 }')
    assert.equal(await loadConfig(start, '../../mine.json'), { ok: true, value: { jobs: 5 } })
    const lost = await loadConfig(start, 'lost.json')
    assert.ok(!lost.ok && /HGQ7010/.test(lost.error[0]?.code ?? ''))
  }))

test('an unknown option is named with the nearest known one', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.json', '{ "cachDir": "x", "frobnicate": 1 }')
    const found = await messages(start)
    assert.is(found.length, 2)
    assert.match(
      found[0] ?? '',
      /HGQ7011 .*hgq\.config\.json: there is no option 'cachDir' \| did you mean 'cacheDir'\?/,
    )
    assert.match(found[1] ?? '', /'frobnicate' \| options are cacheDir, jobs, /)
  }))

test('a wrong value says what is expected', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.json', '{ "jobs": 0, "reporter": "loud" }')
    const found = await messages(start)
    assert.match(found[0] ?? '', /HGQ7012 .*'jobs' must be a whole number from 1, not 0/)
    assert.match(found[1] ?? '', /'reporter' must be 'tty', 'plain' or 'ndjson', not "loud"/)
  }))

test('a tool that nothing runs is an error', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.json', '{ "tools": { "vivdo": "/opt/vivado" }, "licenceWait": -1 }')
    const found = await messages(start)
    assert.match(found[0] ?? '', /HGQ7012 .*'tools' must be programs by tool: yosys, vivado, quartus, vitis_hls/)
    assert.match(found[1] ?? '', /'licenceWait' must be seconds from 0, not -1/)
  }))

test('a time that no timer holds is an error', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.json', '{ "toolTimeout": 2147484 }')
    assert.match(
      (await messages(start))[0] ?? '',
      /'toolTimeout' must be a whole number from 1 to 2147483, not 2147484/,
    )
  }))

test('a file that is no configuration, or fails, is an error and not a crash', () =>
  withFolder(async (folder) => {
    const start = project(folder, 'hgq.config.ts', 'throw new Error("on purpose")')
    assert.match((await messages(start))[0] ?? '', /HGQ7010 .*on purpose/)
    for (const empty of ['export default null', 'export const jobs = 2']) {
      writeFileSync(join(folder, 'hgq.config.ts'), empty)
      assert.match((await messages(start))[0] ?? '', /HGQ7010 .*exports no options/)
    }
    writeFileSync(join(folder, 'hgq.config.ts'), 'export default 3')
    assert.match((await messages(start))[0] ?? '', /HGQ7012 /)
  }))
