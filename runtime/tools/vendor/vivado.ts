import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { Report } from '../../../targets/report.js'
import { missing } from '../../../targets/report-text.js'
import { vivadoReport } from '../../../targets/vivado/report.js'
import { VIVADO_FOLDER, VIVADO_SCRIPT } from '../../../targets/vivado/script.js'
import type { VendorTool } from './tool.js'

const UTILIZATION = `${VIVADO_FOLDER}/utilization.rpt`
const TIMING = `${VIVADO_FOLDER}/timing.rpt`
const POWER = `${VIVADO_FOLDER}/power.rpt`

/** Vivado of AMD: synthesis, placement and routing out of context. */
export const vivado: VendorTool = {
  name: 'vivado',
  title: 'Vivado',
  purpose: { infinitive: 'implement the design', gerund: 'implementing the design' },
  script: VIVADO_SCRIPT,
  command: () => ['-mode', 'batch', '-nojournal', '-nolog', '-source', VIVADO_SCRIPT, '-tclargs', 'on_miss=report'],
  // `ERROR: [Common 17-69] Command failed: …` repeats what was said before.
  error: /^ERROR: (?!\[Common 17-69\])/,
  phase: /^Command: (\w+)/,
  // Messages of the same numbers without ERROR say that a licence was got.
  licence:
    /^ERROR: .*(\[Common 17-34[5-9]\]|license checkout|number of users already reached|licenses? (is|are) (currently )?in use)/i,
  cures: [
    {
      error:
        /\[(Common 17-343|Coretcl 2-106|Vivado 12-\d+)\].*part|part .*(not found|does not exist|is not installed)/i,
      cure: "check 'part' of the device, and that Vivado was installed with its family",
    },
    { error: /\[Common 17-345\]/, cure: 'the free edition of Vivado has no licence for the larger devices' },
    {
      error: /\[Place 30-\d+\].*(over-?utili[sz]ed|more .* than are available)|\[DRC UTLZ-1\]/i,
      cure: 'the design is larger than the device: a smaller budget, or a larger device',
    },
  ],
  reports: () => [
    UTILIZATION,
    TIMING,
    POWER,
    `${VIVADO_FOLDER}/utilization_synthesized.rpt`,
    `${VIVADO_FOLDER}/drc.rpt`,
  ],
  async read({ clock }, result): Promise<Result<Report>> {
    const [utilization, timing, power] = [await result(UTILIZATION), await result(TIMING), await result(POWER)]
    if (utilization === undefined) return missing('Vivado', `file ${UTILIZATION}`)
    if (timing === undefined) return missing('Vivado', `file ${TIMING}`)
    if (power === undefined) return missing('Vivado', `file ${POWER}`)
    return vivadoReport({ utilization, timing, power }, clock.name)
  },
}
