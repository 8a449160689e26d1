// Puts faults into emitted designs, one at a time, and asks the proof of each: 200 that change what the design computes
// must all be refused.
//
//   node dist/test/bench/faults.js [COUNT [SEED]]
import { injectFaults } from '../fixtures/faults/inject.js'
import { FAULT_KINDS, faultText } from '../fixtures/faults/mutate.js'

const [count = 200, seed = 1] = process.argv.slice(2).map(Number)
const started = Date.now()
const all = await injectFaults(count, seed, ({ fault, functional, refusal, seed: design }) => {
  if (!functional || refusal !== null) return
  console.log(`missed: design ${design}, ${fault.kind}, ${faultText(fault)}`)
})
const functional = all.filter((injected) => injected.functional)
const caught = functional.filter((injected) => injected.refusal !== null)
const harmless = all.filter((injected) => !injected.functional)

console.log('| fault | changes the design | refused | changes nothing | of these refused |')
console.log('|---|---|---|---|---|')
for (const kind of FAULT_KINDS) {
  const of = (list: typeof all): number => list.filter((injected) => injected.fault.kind === kind).length
  const strict = harmless.filter((injected) => injected.refusal !== null)
  console.log(`| ${kind} | ${of(functional)} | ${of(caught)} | ${of(harmless)} | ${of(strict)} |`)
}
console.log(
  `\n${caught.length} of ${functional.length} faults refused; ${harmless.length} more change no output for any input`,
)
console.error(`${((Date.now() - started) / 1000).toFixed(0)} s`)
process.exitCode = caught.length === functional.length ? 0 : 1
