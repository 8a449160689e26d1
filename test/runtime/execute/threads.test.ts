import * as assert from 'uvu/assert'
import { segmentAddress } from '../../../compiler/plan/segments.js'
import { threadsOfTraining } from '../../../runtime/execute/threads.js'
import { NO_TOOLS } from '../../fixtures/tools.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { action, FakeRunner, plainAnswer, run } from './rig.js'

const test = suite('threads of trainings')

/** The segments of a training, one after the other. */
function training(name: string, segments: number): ReturnType<typeof action>[] {
  return Array.from({ length: segments }, (_, n) =>
    action(segmentAddress(name, n), n === 0 ? [] : [segmentAddress(name, n - 1)], {}, 'train'),
  )
}

test('trainings at once have no more threads together than there are, and one each at least', () => {
  const open = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => [segmentAddress(`t${n}`, 0), segmentAddress(`t${n}`, 1)]).flat()
  for (let threads = 1; threads <= 9; threads++)
    for (let jobs = 1; jobs <= 9; jobs++)
      for (let trainings = 1; trainings <= 9; trainings++) {
        const each = threadsOfTraining(threads, jobs, [...open(trainings), 'data/dataset', 'front/b'])
        const atOnce = Math.min(jobs, trainings)
        assert.ok(each === 1 || each * atOnce <= threads, `${threads} threads, ${jobs} jobs, ${trainings} trainings`)
        assert.ok((each + 1) * atOnce > threads, 'none is left out that all could have')
      }
})

test('segments of two trainings share the threads, and what is left alone has them all', () =>
  withFolder(async (folder) => {
    const given = new Map<string, number>()
    let used = 0
    let most = 0
    const runner = new FakeRunner(async (task) => {
      const { threads } = task.settings
      given.set(String(task.params.self), threads)
      used += task.kind === 'train' ? threads : 0
      most = Math.max(most, used)
      await new Promise((resolve) => setTimeout(resolve, 20))
      used -= task.kind === 'train' ? threads : 0
      return plainAnswer(task)
    })
    const actions = [...training('short', 1), ...training('long', 4), action('other')]
    await run(folder, actions, {
      runner,
      jobs: 3,
      settings: { downloads: folder, solutions: folder, scratch: folder, threads: 4, tools: NO_TOOLS },
    })
    assert.is(given.get('train/short/segment[0]'), 2)
    assert.is(given.get('train/long/segment[0]'), 2)
    assert.is(given.get('train/long/segment[3]'), 4)
    assert.is(given.get('other'), 4, 'of the build: it is no training')
    assert.ok(most <= 4)
  }))
