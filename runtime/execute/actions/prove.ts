import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import { specificationOf } from '../../prove/claims.js'
import { prove } from '../../prove/prove.js'
import { readNetlist } from '../../prove/read-netlist.js'
import { decodeCircuit, decodeLayout } from '../../report/design-file.js'
import { encodeJson } from '../../report/report-file.js'
import { input } from '../inputs.js'
import type { ActionFunction } from '../task.js'

/** Proves that the emitted circuit computes its graph; a design that is wrong has no output. */
export const run: ActionFunction = async (task, events) => {
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  events.onProgress({ fraction: 0, text: 'reading the emitted Verilog' })
  const netlist = await readNetlist(decodeCircuit(input(task, 'circuit')))
  if (!netlist.ok) return netlist
  const specification = specificationOf(pipeline)
  const proof = prove(specification, decodeLayout(input(task, 'layout')), netlist.value, {
    onProgress: events.onProgress,
  })
  return proof.ok ? { ok: true, value: new Map([['proof', encodeJson(proof.value)]]) } : proof
}
