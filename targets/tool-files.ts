import { constraints, constraintsPath } from './constraints/constraints.js'
import { QUARTUS_SCRIPT, quartusScript } from './quartus/script.js'
import type { TemplateLoader } from './templates.js'
import { isAltera, isAmd, type ToolProject } from './tool-project.js'
import { VIVADO_SCRIPT, vivadoScript } from './vivado/script.js'
import { YOSYS_SCRIPT, yosysScript } from './yosys/script.js'

/** Constraints, and a script for every tool that can take the project: by vendor and family of its device. */
export function toolFiles(
  project: ToolProject,
  load: TemplateLoader,
): readonly { readonly path: string; readonly text: string }[] {
  const files = [{ path: constraintsPath(project), text: constraints(project, load) }]
  if (isAmd(project)) files.push({ path: VIVADO_SCRIPT, text: vivadoScript(project, load) })
  if (isAltera(project)) files.push({ path: QUARTUS_SCRIPT, text: quartusScript(project, load) })
  const yosys = yosysScript(project, load)
  if (yosys !== null) files.push({ path: YOSYS_SCRIPT, text: yosys })
  return files
}
