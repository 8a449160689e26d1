import { tmpdir } from 'node:os'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq } from './rig.js'

const test = suite('explain')

test('a code is explained, an unknown one is refused', async () => {
  const known = await hgq(tmpdir(), ['explain', 'hgq2001'])
  assert.is(known.code, 0, known.stderr)
  assert.match(known.stdout, /^error HGQ2001: a name that nothing declares\n/)
  const unknown = await hgq(tmpdir(), ['explain', 'HGQ2999'])
  assert.is(unknown.code, 3)
  assert.match(unknown.stderr, /no message has the code 'HGQ2999'/)
})
