import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { DATASETS } from './datasets.js'
import { RECIPES } from './recipes.js'
import type { Task } from './run.js'

export const USAGE = `node dist/test/bench/quality.js [options]      trains and prints tables
node dist/test/bench/quality.js --from FILE... prints the tables of earlier runs' rows

  --datasets LIST        ${DATASETS.map(({ name }) => name).join(',')} (default: the first)
  --recipes LIST         ${RECIPES.map(({ name }) => name).join(',')} (default: the first)
  --epochs LIST          lengths of the trainings (default: 600)
  --seeds LIST           e.g. 1-10 or 1,4 (default: 1-3); a seed decides initial weights and the order of rows
  --split-seed N|follow  seed of the split, or the same as that of the training (default: 42)
  --select PART          validation: for choosing recipes, the test part is not looked at; test: final figures
                         (default: validation)
  --jobs N               trainings at once, each on one thread (default: 1, with all threads)
  --threads N            threads of a training
  --json FILE            writes one row for each training; they may be merged with --from`

export interface Options {
  readonly tasks: readonly Task[]
  readonly jobs: number
  readonly json: string | null
  readonly from: readonly string[]
}

/** Throws with a word to the user where an option is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      datasets: { type: 'string', default: DATASETS[0]?.name ?? '' },
      recipes: { type: 'string', default: RECIPES[0]?.name ?? '' },
      epochs: { type: 'string', default: '600' },
      seeds: { type: 'string', default: '1-3' },
      'split-seed': { type: 'string', default: '42' },
      select: { type: 'string', default: 'validation' },
      jobs: { type: 'string', default: '1' },
      threads: { type: 'string' },
      json: { type: 'string' },
      from: { type: 'string', multiple: true, default: [] },
    },
  })
  if (positionals.length > 0 && values.from.length === 0) throw new Error(`what is '${positionals[0]}' to be?`)
  const jobs = whole(values.jobs, '--jobs')
  const { select } = values
  if (select !== 'validation' && select !== 'test') throw new Error('--select is validation or test')
  const threads =
    values.threads === undefined ? (jobs > 1 ? 1 : availableParallelism()) : whole(values.threads, '--threads')
  const follow = values['split-seed'] === 'follow'
  const splitSeed = follow ? 0 : whole(values['split-seed'], '--split-seed')
  const tasks: Task[] = []
  for (const dataset of named(values.datasets, DATASETS))
    for (const recipe of named(values.recipes, RECIPES))
      for (const epochs of numbers(values.epochs, '--epochs'))
        for (const seed of numbers(values.seeds, '--seeds'))
          tasks.push({ dataset, recipe, epochs, seed, splitSeed: follow ? seed : splitSeed, select, threads })
  return { tasks, jobs, json: values.json ?? null, from: [...values.from, ...positionals] }
}

function named(list: string, all: readonly { readonly name: string }[]): string[] {
  const names = list.split(',')
  for (const name of names)
    if (!all.some((each) => each.name === name))
      throw new Error(`no '${name}' among ${all.map((each) => each.name).join(', ')}`)
  return names
}

/** `1-3,7` */
function numbers(list: string, option: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = '', last = first] = part.split('-')
    const [low, high] = [whole(first, option), whole(last, option)]
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index)
  })
}

function whole(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option}: '${text}' is no whole number`)
  return Number(text)
}
