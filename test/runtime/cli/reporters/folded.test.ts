import * as assert from 'uvu/assert'
import { foldSteps } from '../../../../runtime/cli/reporters/folded.js'
import { suite } from '../../../kit.js'

const test = suite('a list of steps on the screen')
const segment = (n: number): string => `train/scan/segment[${n}]`
const always = (): boolean => true

function fold(items: readonly string[], alike: (a: string, b: string) => boolean): readonly string[] {
  return foldSteps(items, (item) => item, alike).map(({ address }) => address)
}

test('segments are written as a range where they follow each other and are alike', () => {
  const items = ['dataset/a', segment(0), segment(1), segment(2), 'train/other/segment[3]', 'calibrate/scan']
  assert.equal(fold(items, always), [
    'dataset/a',
    'train/scan/segment[0..2]',
    'train/other/segment[3]',
    'calibrate/scan',
  ])
  assert.equal(
    fold(items, (a) => a !== segment(0)),
    ['dataset/a', segment(0), 'train/scan/segment[1..2]', 'train/other/segment[3]', 'calibrate/scan'],
  )
})

test('so are the steps of one try of a design', () => {
  const a = ['a/x/try[0]/select', 'a/x/try[0]/emit', 'a/x/try[0]/synthesize/vivado']
  const items = ['front/a', ...a, 'a/x/try[1]/select', 'a/y/try[1]/select', 'a/y/try[1]/report']
  assert.equal(fold(items, always), [
    'front/a',
    'a/x/try[0]/select..synthesize/vivado',
    'a/x/try[1]/select',
    'a/y/try[1]/select..report',
  ])
  assert.equal(
    fold(a, (before) => before !== a[0]),
    ['a/x/try[0]/select', 'a/x/try[0]/emit..synthesize/vivado'],
  )
})

test('all items of a list are in it', () => {
  const items = [segment(0), segment(1), 'a/x/try[0]/select', 'a/x/try[0]/emit', 'front/b']
  assert.equal(
    foldSteps(items, (item) => item, always).flatMap((each) => each.items),
    items,
  )
})
