import { array, object } from 'valibot'
import { controlPorts } from '../control.js'
import { withBits } from '../ports.js'
import { nameSchema, rounded, timeSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { isAltera, isAmd, type ToolProject } from '../tool-project.js'

/** `xdc` of Vivado, `sdc` of Quartus (`intel`) and of everyone else, `lpf` of the ECP5, `pcf` of the iCE40. */
export type ConstraintFormat = 'xdc' | 'intel' | 'sdc' | 'lpf' | 'pcf'

/** The format that the tools of a device read. */
function constraintFormat(project: ToolProject): ConstraintFormat {
  if (isAmd(project)) return 'xdc'
  if (isAltera(project)) return 'intel'
  const family = project.target.device.family.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (family.startsWith('ecp5')) return 'lpf'
  return family.startsWith('ice40') ? 'pcf' : 'sdc'
}

/** Path of the constraints in the project. */
export function constraintsPath(project: ToolProject): string {
  const format = constraintFormat(project)
  return `constraints/${project.top}.${format === 'intel' ? 'sdc' : format}`
}

const schema = object({
  top: nameSchema,
  clock: nameSchema,
  periodNs: timeSchema,
  frequencyMhz: timeSchema,
  uncertaintyNs: timeSchema,
  delayMinNs: timeSchema,
  delayMaxNs: timeSchema,
  inputs: array(nameSchema),
  outputs: array(nameSchema),
  controlInputs: array(nameSchema),
  controlOutputs: array(nameSchema),
})

/**
 * The clock, and of formats that know them: a tenth of the period as uncertainty, and two to four tenths for what lies
 * outside of the ports, as the reference designs have it.
 */
export function constraints(project: ToolProject, load: TemplateLoader): string {
  const { clock, control, inputs, outputs } = project.interface
  const period = clock.periodNs
  return renderTemplate(load, `constraints/templates/${constraintFormat(project)}.njk`, schema, {
    top: project.top,
    clock: clock.port,
    periodNs: rounded(period),
    frequencyMhz: rounded(1000 / period),
    uncertaintyNs: rounded(period * 0.1),
    delayMinNs: rounded(period * 0.2),
    delayMaxNs: rounded(period * 0.4),
    inputs: withBits(inputs).map((port) => port.name),
    outputs: withBits(outputs).map((port) => port.name),
    controlInputs: [...controlPorts(control, 'in')],
    controlOutputs: [...controlPorts(control, 'out')],
  })
}
