import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { DATASETS } from './datasets.js'
import { readOptions } from './options.js'
import { programOf } from './pipeline.js'
import { RECIPES } from './recipes.js'
import type { Row } from './run.js'
import { mean, median, standardError } from './statistics.js'
import { tables } from './table.js'

const test = suite('benchmark of quality')

for (const recipe of RECIPES) {
  test(`recipe ${recipe.name} is a pipeline for every data set`, () => {
    for (const dataset of DATASETS) {
      const program = programOf({ dataset, recipe, epochs: 600, seed: 4, splitSeed: 42 })
      const measured = program.trainings.filter(({ id }) => program.builds[0]?.from.includes(id))
      assert.is(
        measured.reduce((sum, { epochs }) => sum + epochs, 0),
        600,
      )
      assert.ok(program.trainings.every((training) => training.seed === 4))
      assert.is(program.datasets[0]?.seed, 42)
    }
  })
}

test('lists and ranges of options become one task each', () => {
  const { tasks } = readOptions(['--datasets', 'dry_bean,magic04', '--seeds', '1-3,7', '--split-seed', 'follow'])
  assert.equal(
    tasks.map(({ dataset, seed, splitSeed }) => `${dataset} ${seed} ${splitSeed}`),
    ['dry_bean', 'magic04'].flatMap((dataset) => [1, 2, 3, 7].map((seed) => `${dataset} ${seed} ${seed}`)),
  )
  assert.ok(tasks.every(({ select }) => select === 'validation'))
  assert.throws(() => readOptions(['--recipes', 'nowhere']), /no 'nowhere'/)
  assert.throws(() => readOptions(['--seeds', 'a']), /whole number/)
})

test('mean, standard error and median', () => {
  assert.is(mean([1, 2, 6]), 3)
  assert.is(median([6, 1, 2]), 2)
  assert.is(median([1, 2, 4, 6]), 3)
  assert.ok(Math.abs(standardError([1, 2, 6]) - Math.sqrt(7 / 3)) < 1e-12)
})

test('a table compares test accuracies with the reference, and validation accuracies with nothing', () => {
  const row = (select: 'validation' | 'test', seed: number): Row => ({
    dataset: 'dry_bean',
    recipe: 'reference',
    epochs: 600,
    seed,
    splitSeed: 42,
    select,
    threads: 1,
    chosen: [
      null,
      ...[1000, 2500, 7000].map((bound) => ({ bound, ebops: bound - 1, epoch: 9, validation: 0.9, test: 0.92 })),
    ],
    candidates: 64,
    front: 32,
    seconds: { training: 4, calibration: 1, front: 0.5 },
  })
  const final = tables([row('test', 1), row('test', 2)])
  assert.match(final, /\| none \| 92\.00 ± 0\.00 \|/)
  assert.match(final, /\| reference \| 3 \|/)
  assert.match(final, /5\.5 = 4\.0 \+ 1\.0 \+ 0\.5/)
  const choosing = tables([row('validation', 1)])
  assert.match(choosing, /90\.00/)
  assert.not.match(choosing, /92\.00|\| reference \| 3/)
})
