import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { quartusReport } from '../../../targets/quartus/report.js'
import { QUARTUS_FOLDER, QUARTUS_SCRIPT } from '../../../targets/quartus/script.js'
import type { Report } from '../../../targets/report.js'
import { missing } from '../../../targets/report-text.js'
import type { VendorTool } from './tool.js'

/** Quartus Prime of Altera, Standard or Pro: compilation with virtual pins. */
export const quartus: VendorTool = {
  name: 'quartus',
  title: 'Quartus',
  purpose: { infinitive: 'implement the design', gerund: 'implementing the design' },
  script: QUARTUS_SCRIPT,
  command: () => ['-t', QUARTUS_SCRIPT],
  // Lines without a number only say that a step was not successful.
  error: /^Error \(\d+\)|^Error: hgq:/,
  phase: /^Info: Running Quartus Prime (.+)/,
  licence: /Error \(292\d{3}\)|number of users already reached|licenses? (is|are) (currently )?in use/i,
  cures: [
    { error: /Error \(119013\)/, cure: 'the licence of Quartus does not hold for that device' },
    { error: /Error \(12006\)/, cure: 'the file of that module is not among the sources' },
    {
      error: /Error \((170011|11802)\)|can't (fit|place) /i,
      cure: 'the design is larger than the device: a smaller budget, or a larger device',
    },
    {
      error: /(part|device).*(illegal|not (found|installed|supported))/i,
      cure: "check 'part' of the device, and that Quartus was installed with its family",
    },
  ],
  reports: ({ top }) =>
    ['fit.summary', 'sta.summary', 'fit.rpt', 'sta.rpt'].map((name) => `${QUARTUS_FOLDER}/${top}.${name}`),
  async read({ top, clock }, result): Promise<Result<Report>> {
    const fit = await result(`${QUARTUS_FOLDER}/${top}.fit.summary`)
    const timing = await result(`${QUARTUS_FOLDER}/${top}.sta.summary`)
    if (fit === undefined) return missing('Quartus', `file ${QUARTUS_FOLDER}/${top}.fit.summary`)
    if (timing === undefined) return missing('Quartus', `file ${QUARTUS_FOLDER}/${top}.sta.summary`)
    return quartusReport({ fit, timing }, clock)
  },
}
