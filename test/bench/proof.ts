// Prints what the proofs of built designs say, stage by stage.
//
//   node dist/runtime/cli/main.js build examples/muon
//   node dist/test/bench/proof.js examples/muon/build/muon_trigger/vu13p ...
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addLevels, LEVELS, type Levels, partsOf } from '../../runtime/prove/levels.js'
import { proofSchema } from '../../runtime/prove/proof.js'
import { decodeJson } from '../../runtime/report/report-file.js'

for (const folder of process.argv.slice(2)) {
  const proof = decodeJson(proofSchema, readFileSync(join(folder, 'proof.json')))
  const row = (name: string, levels: Levels): string => {
    const parts = partsOf(levels)
    const proven = parts === 0 ? '' : `${((100 * (parts - levels.vectors)) / parts).toFixed(1)} %`
    return `| ${[name, parts, ...LEVELS.map((level) => levels[level]), proven].join(' | ')} |`
  }
  const { rule, affine, sat, vectors } = proof.ranges
  console.log(`${folder}, read by ${proof.reader.name} ${proof.reader.version}\n`)
  console.log(`| part | number | ${LEVELS.join(' | ')} | proven |`)
  console.log(`|---|${'---|'.repeat(LEVELS.length + 2)}`)
  for (const { stage, levels } of proof.stages) console.log(row(`values of stage ${stage + 1}`, levels))
  console.log(row('registers', proof.registers))
  console.log(row('output elements', proof.outputs))
  console.log(row('all', addLevels([proof.nodes, proof.registers, proof.outputs])))
  console.log(`\nintervals: ${rule} by rule, ${affine} by affine arithmetic, ${sat} by search, ${vectors} not proven\n`)
}
