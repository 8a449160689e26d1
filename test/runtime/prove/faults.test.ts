import * as assert from 'uvu/assert'
import { toolVersion } from '../../../runtime/tools/discover.js'
import type { Fault } from '../../fixtures/faults/fault.js'
import { type Injected, type InjectOptions, injectFaults } from '../../fixtures/faults/inject.js'
import { injectControlFaults } from '../../fixtures/faults/inject-control.js'
import { type FaultLanguage, VERILOG, VHDL } from '../../fixtures/faults/languages.js'
import { suite } from '../../kit.js'

const hasGhdl = (await toolVersion('ghdl')) !== null
const test = suite('runtime/prove/faults')
const SEED = 7

/** `node dist/test/bench/faults.js` does this with 200. */
async function allRefused(
  language: FaultLanguage,
  count: number,
  options?: InjectOptions,
): Promise<readonly Injected[]> {
  const all = await injectFaults(language, count, SEED, options)
  assertRefused(all, count)
  return all
}

function assertRefused(all: readonly Injected<string>[], count: number): void {
  assert.is(all.filter(({ shown }) => shown !== null).length, count)
  for (const { fault, shown, refusal, seed } of all) {
    if (shown !== null) assert.is.not(refusal, null, `design ${seed}, ${fault.text}, seen by ${shown}`)
  }
}

/** A sum of three is one expression. */
const OF_THREE = /which was .* <?= [^;]* [+-] [^;]* [+-] [^;]*;/

for (const language of [VERILOG, VHDL]) {
  const { name } = language
  if (language === VHDL && !hasGhdl) {
    test.skip('faults in VHDL are all refused', 'GHDL is not installed')
    continue
  }

  test(`faults that change what a design in ${name} computes are all refused (seed ${SEED})`, async () => {
    const all = await allRefused(language, 12)
    assert.ok(all.some(({ refusal }) => refusal?.startsWith('HGQ6204')))
  })

  test(`faults in three-input adders in ${name} are all refused (seed ${SEED})`, async () => {
    const among = ({ text }: Fault): boolean => OF_THREE.test(text)
    await allRefused(language, 12, { kinds: ['sign', 'shift', 'width', 'operand'], among })
  })

  test(`signals in ${name} that are said and made too narrow or of another sign are refused (seed ${SEED})`, async () => {
    const all = await allRefused(language, 6, { kinds: ['signal'] })
    for (const { fault, refusal, seed } of all) assert.match(refusal ?? '', /^HGQ6/, `design ${seed}, ${fault.text}`)
  })
}

if (hasGhdl)
  test(`faults in control in vhdl that show at the ports are all refused (seed ${SEED})`, async () => {
    const all = await injectControlFaults(VHDL, 8, SEED)
    assertRefused(all, 8)
    assert.ok(all.some(({ refusal }) => refusal?.startsWith('HGQ6207')))
  })
