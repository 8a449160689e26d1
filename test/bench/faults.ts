// Puts faults into emitted designs, one at a time, and asks the proof of each: 200 that change what the design computes
// must all be refused, and so must 200 in what resets, enables and hands over, of other designs; in every language whose
// text is proven.
//
//   node dist/test/bench/faults.js [COUNT [SEED]] [--language verilog|vhdl]
import { parseArgs } from 'node:util'
import { toolVersion } from '../../runtime/tools/discover.js'
import { CONTROL_FAULT_KINDS, FAULT_KINDS } from '../fixtures/faults/fault.js'
import { type Injected, injectFaults } from '../fixtures/faults/inject.js'
import { injectControlFaults } from '../fixtures/faults/inject-control.js'
import { FAULT_LANGUAGES } from '../fixtures/faults/languages.js'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { language: { type: 'string' } } })
const [count = 200, seed = 1] = positionals.map(Number)
const languages = FAULT_LANGUAGES.filter(({ name }) => values.language === undefined || name === values.language)
if (languages.length === 0 || !Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
  console.error('COUNT and SEED are whole numbers, and the language is verilog or vhdl')
  process.exit(2)
}

function missed({ fault, shown, refusal, seed: design }: Injected<string>): void {
  if (shown !== null && refusal === null)
    console.log(`missed, seen by ${shown}: design ${design}, ${fault.kind}, ${fault.text}`)
}

/** Whether all were refused. */
function print(all: readonly Injected<string>[], kinds: readonly string[], where: string): boolean {
  const functional = all.filter(({ shown }) => shown !== null)
  const caught = functional.filter(({ refusal }) => refusal !== null)
  const harmless = all.filter(({ shown }) => shown === null)
  console.log(
    `| fault in ${where} | changes the design | refused | changes nothing | of these refused | not readable |`,
  )
  console.log('|---|---|---|---|---|---|')
  for (const kind of kinds) {
    const of = (list: readonly Injected<string>[]): number => list.filter(({ fault }) => fault.kind === kind).length
    const strict = harmless.filter(({ refusal }) => refusal !== null)
    const unread = all.reduce((sum, injected) => sum + (injected.fault.kind === kind ? injected.unread : 0), 0)
    console.log(`| ${kind} | ${of(functional)} | ${of(caught)} | ${of(harmless)} | ${of(strict)} | ${unread} |`)
  }
  console.log(
    `\n${caught.length} of ${functional.length} faults in ${where} refused; ${harmless.length} more change no output\n`,
  )
  return caught.length === functional.length
}

let good = true
for (const language of languages) {
  if (language.name === 'vhdl' && (await toolVersion('ghdl')) === null) {
    console.log('vhdl: skipped, for GHDL is not installed')
    continue
  }
  const started = Date.now()
  const data = await injectFaults(language, count, seed, { onInjected: missed })
  good = print(data, FAULT_KINDS, `the data path in ${language.name}`) && good
  const control = await injectControlFaults(language, count, seed, missed)
  good = print(control, CONTROL_FAULT_KINDS, `control in ${language.name}`) && good
  console.error(`${language.name}: ${((Date.now() - started) / 1000).toFixed(0)} s`)
}
process.exitCode = good ? 0 : 1
