// Puts faults into emitted designs, one at a time, and asks the proof of each: 200 that change what the design computes
// must all be refused, and so must 200 in what resets, enables and hands over, of other designs.
//
//   node dist/test/bench/faults.js [COUNT [SEED]]
import { CONTROL_FAULT_KINDS } from '../fixtures/faults/control.js'
import { injectFaults } from '../fixtures/faults/inject.js'
import { injectControlFaults } from '../fixtures/faults/inject-control.js'
import { FAULT_KINDS, type Fault, faultText } from '../fixtures/faults/mutate.js'

const [count = 200, seed = 1] = process.argv.slice(2).map(Number)

interface Injection {
  readonly fault: Pick<Fault, 'places'> & { readonly kind: string }
  readonly seed: number
  readonly functional: boolean
  readonly refusal: string | null
}

function missed({ fault, functional, refusal, seed: design }: Injection): void {
  if (functional && refusal === null) console.log(`missed: design ${design}, ${fault.kind}, ${faultText(fault)}`)
}

/** Whether all were refused. */
function print(all: readonly Injection[], kinds: readonly string[], where: string): boolean {
  const functional = all.filter((injected) => injected.functional)
  const caught = functional.filter((injected) => injected.refusal !== null)
  const harmless = all.filter((injected) => !injected.functional)
  console.log(`| fault in ${where} | changes the design | refused | changes nothing | of these refused |`)
  console.log('|---|---|---|---|---|')
  for (const kind of kinds) {
    const of = (list: readonly Injection[]): number => list.filter((injected) => injected.fault.kind === kind).length
    const strict = harmless.filter((injected) => injected.refusal !== null)
    console.log(`| ${kind} | ${of(functional)} | ${of(caught)} | ${of(harmless)} | ${of(strict)} |`)
  }
  console.log(
    `\n${caught.length} of ${functional.length} faults in ${where} refused; ${harmless.length} more change no output\n`,
  )
  return caught.length === functional.length
}

const started = Date.now()
const data = print(await injectFaults(count, seed, missed), FAULT_KINDS, 'the data path')
const control = print(await injectControlFaults(count, seed, missed), CONTROL_FAULT_KINDS, 'control')
console.error(`${((Date.now() - started) / 1000).toFixed(0)} s`)
process.exitCode = data && control ? 0 : 1
