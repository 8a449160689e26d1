// Prints what the proofs of built designs say, stage by stage.
//
//   node dist/runtime/cli/main.js build examples/muon
//   node dist/test/bench/proof.js examples/muon/build/muon_trigger/vu13p ...
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addLevels, LEVELS, type Levels, partsOf } from '../../runtime/prove/levels.js'
import { type Proof, proofSchema } from '../../runtime/prove/proof.js'
import { decodeJson } from '../../runtime/report/report-file.js'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error(
    'usage: node dist/test/bench/proof.js FOLDER...\nA folder is that of a built design, with its proof.json.',
  )
  process.exitCode = 2
}
for (const folder of folders) {
  const proof = proofIn(folder)
  if (typeof proof === 'string') {
    console.error(proof)
    process.exitCode = 1
  } else print(folder, proof)
}

/** What is wrong with the folder, as text. */
function proofIn(folder: string): Proof | string {
  const path = join(folder, 'proof.json')
  if (!existsSync(path)) return `there is no ${path}: name the folder of a built design, such as build/NAME/TARGET`
  try {
    return decodeJson(proofSchema, readFileSync(path))
  } catch (error) {
    return `${path} is not what a build writes: ${error instanceof Error ? error.message : error}`
  }
}

function print(folder: string, proof: Proof): void {
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
  console.log(row('rules of control', proof.control))
  console.log(row('all', addLevels([proof.nodes, proof.registers, proof.outputs, proof.control])))
  console.log(`\nintervals: ${rule} by rule, ${affine} by affine arithmetic, ${sat} by search, ${vectors} not proven\n`)
}
