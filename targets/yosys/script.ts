import { array, object, string } from 'valibot'
import { keepingCopies, yosysFlow } from '../families.js'
import { nameSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { sourceSchema, sourcesOf, type ToolProject } from '../tool-project.js'

/** Path of the script in the project. */
export const YOSYS_SCRIPT = 'build_yosys.ys'

const schema = object({ top: nameSchema, sources: array(sourceSchema), synthesis: string() })

/** Null for a family that Yosys cannot synthesize for, and for sources that it does not read by itself (VHDL). */
export function yosysScript(project: ToolProject, load: TemplateLoader): string | null {
  const flow = yosysFlow(project.target.device.family)
  const sources = sourcesOf(project)
  if (flow === null || sources.some((source) => source.language === 'vhdl')) return null
  return renderTemplate(load, 'yosys/templates/build_yosys.ys.njk', schema, {
    top: project.top,
    sources: sources.filter((source) => source.language === 'verilog'),
    synthesis: [...keepingCopies(project.top, project.texts), flow.command(project.top)].join('\n'),
  })
}
