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
  classes: '49cd9f3c07859790791a067a48d447b469e292ba598757a474d411d07c16e4bf',
  normalized: 'db5a8c0fb20253caa898bc762f4fe9128f26207d37fad34f473428f7d25dea92',
  numbers: '1755bcb4f2c25e751cc1326f32f557dec16b4d73508e8151a323e33c764bf495',
  sparse: 'bab4f070547881fba329b56357d3933522c971820d2e70a152bf562438cafcda',
  taught: 'aea327aeef7cfff10469cd8765233cfe4c6a2bb5d86cc4e3b14dbe5dd108741a',
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
