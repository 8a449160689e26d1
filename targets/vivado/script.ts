import { array, object } from 'valibot'
import { constraintsPath } from '../constraints/constraints.js'
import { nameSchema, partSchema, pathSchema, rounded, timeSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { sourceSchema, sourcesOf, type ToolProject } from '../tool-project.js'

/** Path of the script in the project. */
export const VIVADO_SCRIPT = 'build_vivado.tcl'
/** Where the script puts reports and checkpoints, beside itself. */
export const VIVADO_FOLDER = 'vivado'

const schema = object({
  top: nameSchema,
  part: partSchema,
  periodNs: timeSchema,
  sources: array(sourceSchema),
  constraints: pathSchema,
})

/** The script of an out-of-context synthesis, placement and routing in Vivado. */
export function vivadoScript(project: ToolProject, load: TemplateLoader): string {
  return renderTemplate(load, 'vivado/templates/build_vivado.tcl.njk', schema, {
    top: project.top,
    part: project.target.device.part,
    periodNs: rounded(project.interface.clock.periodNs),
    sources: sourcesOf(project),
    constraints: constraintsPath(project),
  })
}
