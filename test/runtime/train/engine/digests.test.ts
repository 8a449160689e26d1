import { execFileSync } from 'node:child_process'
import { delimiter } from 'node:path'
import * as assert from 'uvu/assert'
import { KNOWN_TRAININGS, type KnownName, trainingDigest } from '../../../fixtures/trainings.js'
import { suite } from '../../../kit.js'

const test = suite('the same bits everywhere')

/**
 * What these trainings have given on every machine so far. A change of the engine's arithmetic changes them; nothing
 * else may.
 */
const DIGESTS: Readonly<Record<KnownName, string>> = {
  classes: 'c9bc3e0257624020076b367835df4a80f833dcc1a25cf603339acf74eceebe30',
  normalized: 'bc145cf65fa63e94cea0689f9c0d5fcbbf1e06ec6b689cad363d50743e73972d',
  numbers: '74a90e6a06bd26544791c0baf597a8c1c4559462aea4b921292267d32c35cf16',
}
const names = Object.keys(KNOWN_TRAININGS) as KnownName[]

for (const name of names) {
  test(`${name}: the digest is the known one for 1, 2 and 3 threads, in one piece and in segments`, async () => {
    for (const [threads, segment] of [
      [1, 100],
      [2, 100],
      [3, 4],
    ] as const)
      assert.is(
        await trainingDigest(name, { threads, segment }),
        DIGESTS[name],
        `${threads} threads, segments of ${segment}`,
      )
  })
}

/** Paths of other Nodes to try, as `.ci/run` provides them. */
const others = (process.env.HGQ_TEST_NODES ?? '').split(delimiter).filter((path) => path !== '')
if (others.length === 0)
  test.skip('other versions of Node', 'HGQ_TEST_NODES names none; .ci/run installs Node 22 and 24')
for (const node of others) {
  test(`the same digests on ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`, () => {
    const fixture = new URL('../../../fixtures/trainings.js', import.meta.url).href
    // No module of `-e`: its `--input-type` would be handed to the threads, which run files and would refuse it.
    const code = `(async () => {
      const { trainingDigest } = await import(${JSON.stringify(fixture)})
      for (const name of ${JSON.stringify(names)}) console.log(await trainingDigest(name, { threads: 2, segment: 5 }))
    })()`
    const printed = execFileSync(node, ['-e', code], { encoding: 'utf8' })
    assert.equal(
      printed.trim().split('\n'),
      names.map((name) => DIGESTS[name]),
    )
  })
}
