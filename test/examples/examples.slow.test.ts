import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { showSchema } from '../../runtime/report/schema.js'
import { suite } from '../kit.js'
import { packageRoot, sharedFile } from '../paths.js'
import { hgq } from '../runtime/cli/rig.js'

const test = suite('examples')

type Numbers = v.InferOutput<typeof showSchema>['targets'][string]

/** Builds a copy of an example, with the data that it needs beside it, and gives the numbers of its design. */
async function built(example: string, build: string, data: readonly string[] = []): Promise<Numbers> {
  const folder = mkdtempSync(join(tmpdir(), `hgq-${example}-`))
  try {
    cpSync(join(packageRoot, 'examples', example, 'pipeline.hgq'), join(folder, 'pipeline.hgq'))
    for (const file of data) symlinkSync(file, join(folder, file.slice(file.lastIndexOf('/') + 1)))
    const done = await hgq(folder, ['build', '--reporter', 'plain'])
    assert.is(done.code, 0, done.stdout + done.stderr)
    const shown = await hgq(folder, ['show', build, '--json'])
    const numbers = v.parse(showSchema, JSON.parse(shown.stdout)).targets.vu13p
    assert.ok(numbers)
    return numbers
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('every example checks without a message, but for data that its README tells to download', async () => {
  for (const example of readdirSync(join(packageRoot, 'examples'))) {
    const checked = await hgq(packageRoot, ['check', join('examples', example)])
    const messages = [...checked.stderr.matchAll(/HGQ(\d+): (?:cannot read (\S+):)?/g)]
    const readme = readFileSync(join(packageRoot, 'examples', example, 'README.md'), 'utf8')
    for (const [, code, file = ''] of messages)
      assert.ok(code === '7026' && readme.includes(`Save it as \`${file}\``), checked.stderr)
    assert.is(checked.code, messages.length === 0 ? 0 : 3, checked.stderr)
  }
})

test('a layer of one’s own, with a place and a shared sub-layer, trains and reaches Verilog', async () => {
  const numbers = await built('shared_station', 'paired')
  assert.is(numbers.verified.mismatches, 0)
  assert.is(numbers.proven?.levels.vectors, 0, 'proven to the last')
  assert.ok(numbers.verified.vectors > 1_800, 'all of validation and test, and more')
  // Guessing the mean of angles uniform in ±200 mrad would leave about 17 mrad within the 30 mrad that count.
  assert.ok((numbers.test.resolution ?? Number.POSITIVE_INFINITY) < 15, `${numbers.test.resolution} mrad`)
})

test('a convolution trains, and every value of its circuit is proven', async () => {
  const numbers = await built('muon_conv', 'muon_conv')
  assert.is(numbers.verified.mismatches, 0)
  assert.is(numbers.proven?.levels.vectors, 0, 'proven to the last')
  assert.ok((numbers.test.resolution ?? Number.POSITIVE_INFINITY) <= 12, `${numbers.test.resolution} mrad`)
})

test('bounds on LUT and latency choose another network than one on EBOPs alone, and the build says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-two-budgets-'))
  try {
    cpSync(join(packageRoot, 'examples', 'two_budgets', 'pipeline.hgq'), join(folder, 'pipeline.hgq'))
    const done = await hgq(folder, ['build', '--reporter', 'plain'])
    assert.is(done.code, 0, done.stdout + done.stderr)
    const choiceOf = async (build: string) => {
      const shown = await hgq(folder, ['show', build, '--json'])
      const numbers = v.parse(showSchema, JSON.parse(shown.stdout)).targets.vu13p
      assert.ok(numbers)
      const last = numbers.choice.tried[numbers.choice.tried.length - 1]
      if (last === undefined) throw new Error(`${build} has no network`)
      assert.ok(last.checks.every(({ met }) => met))
      return { ...numbers, last }
    }
    const ebops = await choiceOf('cheap_in_ebops')
    const hardware = await choiceOf('cheap_in_hardware')
    assert.is.not(hardware.last.epoch, ebops.last.epoch)
    assert.is(ebops.choice.tried.length, 1, 'EBOPs are known before synthesis')
    assert.ok(hardware.choice.tried.length > 1)
    for (const tried of hardware.choice.tried.slice(0, -1)) {
      assert.ok(tried.checks.some(({ phase, met }) => phase === 'design' && !met))
    }
    assert.match(done.stdout, /cheap_in_ebops\/vu13p: epoch \d+ of scan, the best on the validation part/)
    assert.match(done.stdout, /1\. {2}epoch \d+ of scan .* no: (lut|latency) .* over\)/)
    assert.match(done.stdout, /yes: lut [\d ]+, latency [\d.]+ ns/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

const beans = sharedFile('data/dry_bean/dry_bean.csv')
const beansTest = 'dry_bean: at least 90 % of the test part are right within 3 000 EBOPs, without one mismatch'
if (beans === null) test.skip(beansTest, 'the shared dry_bean.csv is absent')
else {
  test(beansTest, async () => {
    const numbers = await built('dry_bean', 'bean_sorter', [beans])
    assert.ok((numbers.test.accuracy ?? 0) >= 0.9, `accuracy ${numbers.test.accuracy}`)
    assert.ok(numbers.ebops <= 3_000, `${numbers.ebops} EBOPs`)
    assert.is(numbers.verified.mismatches, 0)
    assert.is(numbers.proven?.levels.vectors, 0, 'proven to the last')
    // 20 % of 13 611 rows are the test part, and all of it is simulated.
    assert.ok(numbers.verified.vectors > 2_722, `${numbers.verified.vectors} vectors`)
    assert.ok(numbers.lut > 0 && numbers.ff > 0)
    process.stdout.write(
      `dry_bean: accuracy ${numbers.test.accuracy}, ${numbers.ebops} EBOPs (exact ${numbers.ebops_exact}), ` +
        `${numbers.lut} LUT, LUT / EBOPs ${(numbers.lut / numbers.ebops).toFixed(2)}\n`,
    )
  })
}
