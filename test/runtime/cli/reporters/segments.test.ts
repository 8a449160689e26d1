import * as assert from 'uvu/assert'
import type { Digest } from '../../../../compiler/plan/action.js'
import { SegmentsAsOne } from '../../../../runtime/cli/reporters/segments.js'
import type { Event } from '../../../../runtime/events.js'
import { suite } from '../../../kit.js'

const test = suite('segments of a training on the screen')
const key = 'k' as Digest
const segment = (n: number): string => `train/scan/segment[${n}]`
const started = (address: string): Event => ({ type: 'action-started', address, kind: 'train', key })
const finished = (address: string, how: 'ran' | 'hit'): Event => ({
  type: 'action-finished',
  address,
  kind: 'train',
  key,
  how,
  milliseconds: how === 'ran' ? 5 : 0,
})
const planned: Event = {
  type: 'actions-planned',
  actions: ['dataset/points', segment(0), segment(1), segment(2)].map((address) => ({ address, kind: 'train' })),
}

/** What is shown of the events, briefly. */
function shown(events: readonly Event[]): readonly string[] {
  const view = new SegmentsAsOne()
  return events.flatMap((event) => {
    const each = view.translate(event)
    if (each === null || !('address' in each)) return []
    return [
      `${each.type.replace('action-', '')} ${each.address}${'milliseconds' in each ? ` ${each.milliseconds}` : ''}`,
    ]
  })
}

test('they are one step, from the first that runs to the last', () => {
  const progress: Event = { type: 'action-progress', address: segment(2), progress: { fraction: 0.5, text: '' } }
  assert.equal(
    shown([
      planned,
      started('dataset/points'),
      finished('dataset/points', 'ran'),
      finished(segment(0), 'hit'),
      started(segment(1)),
      finished(segment(1), 'ran'),
      started(segment(2)),
      progress,
      finished(segment(2), 'ran'),
    ]),
    [
      'started dataset/points',
      'finished dataset/points 5',
      'started train/scan',
      'progress train/scan',
      'finished train/scan 10',
    ],
  )
})

test('what is stored is not shown; a failure and a stop are, once', () => {
  assert.equal(shown([planned, ...[0, 1, 2].map((n) => finished(segment(n), 'hit'))]), [])
  const cancelled = (n: number): Event => ({ type: 'action-cancelled', address: segment(n), kind: 'train' })
  assert.equal(shown([planned, started(segment(0)), cancelled(0), cancelled(1), cancelled(2)]), [
    'started train/scan',
    'cancelled train/scan',
  ])
})
