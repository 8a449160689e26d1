import { basename } from 'node:path'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { Report } from '../../../targets/report.js'
import { missing } from '../../../targets/report-text.js'
import { csynthReport } from '../../../targets/vitis/csynth.js'
import type { VendorTool } from './tool.js'

const SCRIPT = 'build_prj.tcl'

/** Starts the script with its options: `vitis-run` hands none on. Simulations would need the test bench. */
const START = 'hgq_synthesize.tcl'
const START_TEXT = `set ::argv {reset=1 csim=0 synth=1}\nsource ${SCRIPT}\n`

/** Where the project of the script has its reports, with the solution's usual name. */
function reportPaths(top: string): readonly string[] {
  return [`${top}_prj/solution1/syn/report/${top}_csynth.xml`, `${top}_prj/solution1/syn/report/csynth.xml`]
}

/** Vitis HLS of AMD: C++ to RTL, with an estimate of the result. From 2024.2 on it is called `vitis-run`. */
export const vitisHls: VendorTool = {
  name: 'vitis_hls',
  title: 'Vitis HLS',
  purpose: { infinitive: 'synthesize the C++ of the design', gerund: 'synthesizing the C++ of the design' },
  script: SCRIPT,
  files: [{ path: START, text: START_TEXT }],
  command: (program) => (/^vitis-run/.test(basename(program)) ? ['--mode', 'hls', '--tcl', START] : ['-f', START]),
  error: /^ERROR: \[(?!HLS 200-70\])/,
  phase: /^INFO: \[HLS 200-10\] -- (.+)/,
  // Messages of the same numbers without ERROR say that a licence was got.
  licence:
    /^ERROR: .*(\[Common 17-34[5-9]\]|license checkout|number of users already reached|licenses? (is|are) (currently )?in use)/i,
  cures: [
    {
      error: /\[HLS 200-1023\]|part .*(not installed|not found|invalid)/i,
      cure: "check 'part' of the device, and that Vitis was installed with its family",
    },
  ],
  reports: ({ top }) => reportPaths(top),
  async read({ top }, result): Promise<Result<Report>> {
    const [first = '', second = ''] = reportPaths(top)
    const xml = (await result(first)) ?? (await result(second))
    return xml === undefined ? missing('Vitis HLS', `file ${first}`) : csynthReport(xml)
  },
}
