import * as assert from 'uvu/assert'
import { type BoundedProblem, type SolutionCache, Solutions } from '../../../../compiler/optimize/cmvm/solutions.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/solutions')

const problem: BoundedProblem = {
  kernel: [
    [7, -3, 0.5],
    [5, 11, 20],
  ],
  inputs: [
    { low: -8, high: 7, step: 1, latency: 2 },
    { low: 0, high: 3, step: 0.25, latency: 3 },
  ],
  model: { adderSize: 1, carrySize: null, concatenates: true },
  extraDepth: 2,
}

class Recorder implements SolutionCache {
  readonly texts = new Map<string, string>()
  found = 0
  find(key: string): string | null {
    const text = this.texts.get(key) ?? null
    if (text !== null) this.found++
    return text
  }
  keep(key: string, text: string): void {
    this.texts.set(key, text)
  }
}

test('what a cache kept is the solution that is found without it, whenever the inputs arrive', () => {
  const cache = new Recorder()
  const solution = new Solutions(cache).of(problem)
  assert.ok(solution !== null)
  assert.is(cache.texts.size, 1)
  assert.equal(new Solutions(cache).of(problem), solution)
  assert.is(cache.found, 1)
  const later = { ...problem, inputs: problem.inputs.map((input) => ({ ...input, latency: input.latency + 5 })) }
  assert.equal(new Solutions(cache).of(later), solution)
  assert.is(cache.found, 2)
  assert.is(cache.texts.size, 1)
})

test('one object asks for each problem once', () => {
  const cache = new Recorder()
  const solutions = new Solutions(cache)
  assert.is(solutions.of(problem), solutions.of(problem))
  assert.is(cache.found, 0)
})

test('a text that was damaged is not believed', () => {
  const cache = new Recorder()
  const solution = new Solutions(cache).of(problem)
  const [[key, text] = ['', '']] = [...cache.texts]
  const { operations, outputs } = JSON.parse(text)
  const wrong = [
    '',
    '{}',
    'null',
    text.slice(0, -1),
    JSON.stringify({ operations, outputs: outputs.slice(1) }),
    JSON.stringify({ operations: operations.slice(1), outputs }),
    JSON.stringify({ operations, outputs: [...outputs].reverse() }),
    ...operations.flatMap(([left, right, shift, subtract]: [number, number, number, boolean], n: number) =>
      [
        [right, left, shift + 1, subtract],
        [left, right, shift + 1, subtract],
        [left, right, shift, !subtract],
        [left, 1e6, shift, subtract],
      ].map((changed) => JSON.stringify({ operations: operations.toSpliced(n, 1, changed), outputs })),
    ),
  ]
  for (const damaged of wrong) {
    cache.texts.set(key, damaged)
    assert.equal(new Solutions(cache).of(problem), solution, damaged)
    assert.is(cache.texts.get(key), text, 'what was refuted is replaced')
  }
})

test('what a register costs, and how late outputs may come, are part of the problem', () => {
  const cache = new Recorder()
  const { model } = problem
  for (const each of [problem, { ...problem, extraDepth: 0 }, { ...problem, model: { ...model, registerCost: 1 } }])
    assert.ok(new Solutions(cache).of(each) !== null)
  assert.is(cache.found, 0)
  assert.is(cache.texts.size, 3)
})

test('a solution that is too late for its bound is not taken', () => {
  const cache = new Recorder()
  const loose = new Solutions(cache).of({ ...problem, extraDepth: 9 })
  const strict = new Solutions(cache).of({ ...problem, extraDepth: 0 })
  assert.ok(loose !== null && strict !== null && strict.latency < loose.latency)
  const keys = [...cache.texts.keys()]
  cache.texts.set(keys[1] as string, cache.texts.get(keys[0] as string) as string)
  assert.equal(new Solutions(cache).of({ ...problem, extraDepth: 0 }), strict)
})

test('the operations of one problem serve another of its kernel whose inputs have fewer values, within its own bound', () => {
  const solutions = new Solutions(null)
  const wide = solutions.of({
    ...problem,
    inputs: problem.inputs.map(({ low, high, step, latency }) => ({ low: 2 * low - 1, high: 2 * high, step, latency })),
  })
  assert.ok(wide !== null)
  const like = solutions.like(problem, wide)
  assert.ok(like !== null && like.cost < wide.cost)
  assert.equal(
    like.operations.map(({ left, right, shift }) => [left, right, shift]),
    wide.operations.map(({ left, right, shift }) => [left, right, shift]),
  )
  const loose = solutions.of({ ...problem, extraDepth: 9 })
  assert.ok(loose !== null)
  assert.is(solutions.like({ ...problem, extraDepth: 0 }, loose), null, 'too late')
  const other = {
    ...problem,
    kernel: [
      [7, -3, 0.5],
      [5, 11, 21],
    ],
  } as const
  assert.throws(() => solutions.like(other, wide), /output 2 takes input 1 times 20, not 21/)
})
