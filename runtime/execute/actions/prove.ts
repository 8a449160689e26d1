import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { specificationOf } from '../../prove/claims.js'
import { prove, type ReadNetlist } from '../../prove/prove.js'
import { readNetlist, readVhdlNetlist } from '../../prove/read/read-netlist.js'
import { decodeCircuit, decodeLayout } from '../../report/design-file.js'
import { encodeJson } from '../../report/report-file.js'
import { input, params } from '../inputs.js'
import { installationOf } from '../installation.js'
import type { ActionFunction, Task } from '../task.js'

interface Params {
  readonly language: 'verilog' | 'vhdl'
  readonly fanOut?: number
}

/** Proves that the emitted circuit computes its graph; a design that is wrong has no output. */
export const run: ActionFunction = async (task, events) => {
  const { language, fanOut } = params<Params>(task)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const layout = decodeLayout(input(task, 'layout'))
  events.onProgress({ fraction: 0, text: `reading the emitted ${language === 'vhdl' ? 'VHDL' : 'Verilog'}` })
  const netlist = await readSources(task, language)
  if (!netlist.ok) return netlist
  const instance = layout.control.handshake === null ? undefined : 'core'
  const proof = prove(specificationOf(pipeline, { fanOut, instance }), layout, netlist.value, {
    onProgress: events.onProgress,
  })
  return proof.ok ? { ok: true, value: new Map([['proof', encodeJson(proof.value)]]) } : proof
}

function readSources(task: Task, language: Params['language']): Promise<Result<ReadNetlist>> {
  const circuit = decodeCircuit(input(task, 'sources'))
  const { scratch, tools } = task.settings
  const { timeoutSeconds } = tools
  switch (language) {
    case 'verilog':
      return readNetlist(circuit, { timeoutSeconds })
    case 'vhdl':
      return readVhdlNetlist(circuit, { ghdl: installationOf(task, 'ghdl'), scratch, timeoutSeconds })
  }
}
