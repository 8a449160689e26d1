import { array, object } from 'valibot'
import { constraintsPath } from '../constraints/constraints.js'
import { controlPorts } from '../control.js'
import { withBits } from '../ports.js'
import { nameSchema, partSchema, pathSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { sourceSchema, sourcesOf, type ToolProject } from '../tool-project.js'

/** Path of the script in the project. */
export const QUARTUS_SCRIPT = 'build_quartus.tcl'
/** Where the script puts its project and the reports, beside itself. */
export const QUARTUS_FOLDER = 'quartus'

const schema = object({
  top: nameSchema,
  part: partSchema,
  sources: array(sourceSchema),
  constraints: pathSchema,
  ports: array(nameSchema),
  controls: array(nameSchema),
})

/** The script of a compilation in Quartus Prime with virtual pins, which is Altera's out-of-context synthesis. */
export function quartusScript(project: ToolProject, load: TemplateLoader): string {
  const { inputs, outputs, control } = project.interface
  return renderTemplate(load, 'quartus/templates/build_quartus.tcl.njk', schema, {
    top: project.top,
    part: project.target.device.part,
    sources: sourcesOf(project),
    constraints: constraintsPath(project),
    ports: withBits([...inputs, ...outputs]).map((port) => port.name),
    controls: [...controlPorts(control, 'in'), ...controlPorts(control, 'out')],
  })
}
