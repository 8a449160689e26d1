import { array, type InferInput, minValue, object, pipe } from 'valibot'
import type { PortInterface } from '../design.js'
import { bitsOf, withBits } from '../ports.js'
import { countSchema, nameSchema, rounded, timeSchema } from '../project/fields.js'
import type { Project } from '../project/project.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'

const testbenchSchema = object({
  top: nameSchema,
  vectors: pipe(countSchema, minValue(1)),
  latency: countSchema,
  halfPeriodNs: timeSchema,
  inputBits: countSchema,
  outputBits: countSchema,
  ports: array(object({ name: nameSchema, signal: nameSchema, high: countSchema, low: countSchema })),
})

/** Reads `tb_data/inputs.hex` and `tb_data/expected.hex`: all ports of a side side by side, the first one lowest. */
export function testbench(project: Project, template: string, load: TemplateLoader): string {
  const inputs = placed(project.interface.inputs, 'driven')
  const outputs = placed(project.interface.outputs, 'got')
  return renderTemplate(load, template, testbenchSchema, {
    top: project.top,
    vectors: project.vectors,
    latency: project.interface.latencyCycles,
    halfPeriodNs: rounded(project.interface.clock.periodNs / 2),
    inputBits: bitsOf(project.interface.inputs),
    outputBits: bitsOf(project.interface.outputs),
    ports: [...inputs, ...outputs],
  })
}

function placed(ports: readonly PortInterface[], signal: string): InferInput<typeof testbenchSchema>['ports'] {
  let low = 0
  return withBits(ports).map((port) => {
    const place = { name: port.name, signal, high: low + port.bits - 1, low }
    low += port.bits
    return place
  })
}
