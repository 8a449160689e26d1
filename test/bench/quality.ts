// How good are the networks that a recipe finds? Trains on real data, for several seeds, and prints tables beside the
// reference implementation's figures. A benchmark, no test: it fails on mistakes alone. See README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { sharedFile } from '../paths.js'
import { DATASETS } from './quality/datasets.js'
import { runTasks } from './quality/jobs.js'
import { type Options, readOptions, USAGE } from './quality/options.js'
import type { Row, Task } from './quality/run.js'
import { tables } from './quality/table.js'

if (process.argv.includes('--help')) console.log(USAGE)
else await main()

async function main(): Promise<void> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  const rows = options.from.length > 0 ? readRows(options.from) : await train(options)
  if (rows.length > 0) console.log(`\n${tables(rows)}`)
}

async function train({ tasks, jobs, json }: Options): Promise<Row[]> {
  const missing = DATASETS.filter(
    ({ name, folder, file }) =>
      tasks.some(({ dataset }) => dataset === name) && sharedFile(`data/${folder}/${file}`) === null,
  )
  if (missing.length > 0) {
    console.log(`no data: ../shared/data/{${missing.map(({ folder }) => folder).join(',')}} beside the checkout`)
    return []
  }
  const done: Row[] = []
  const rows = await runTasks(tasks, jobs, {
    onProgress: (task, text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${nameOf(task)}: ${text}`)
    },
    onRow: (row) => {
      done.push(row)
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      console.error(`${nameOf(row)}: ${lineOf(row)}`)
      // After every row, so that a run that is interrupted leaves what it has.
      if (json !== null) writeRows(json, done)
    },
  })
  if (json !== null) writeRows(json, rows)
  return rows
}

function nameOf({ dataset, recipe, epochs, seed }: Task): string {
  return `${dataset} ${recipe} ${epochs} epochs seed ${seed}`
}

function lineOf({ chosen, select, candidates, front, seconds }: Row): string {
  const found = chosen.map((each) => (each === null ? 'none' : (100 * (each[select] ?? 0)).toFixed(2)))
  const times = [seconds.training, seconds.calibration, seconds.front].map((each) => each.toFixed(1))
  return `${found.join(' / ')} %, ${candidates} candidates, ${front} on the front, ${times.join(' + ')} s`
}

function writeRows(file: string, rows: readonly Row[]): void {
  writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`)
}

function readRows(files: readonly string[]): Row[] {
  return files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Row[])
}
