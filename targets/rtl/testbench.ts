import { array, type InferInput, minValue, object, pipe, string } from 'valibot'
import type { PortInterface } from '../design.js'
import { bitsOf, withBits } from '../ports.js'
import { countSchema, nameSchema, rounded, timeSchema } from '../project/fields.js'
import type { Project } from '../project/project.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import type { TestbenchLanguage } from './language.js'

const testbenchSchema = object({
  top: nameSchema,
  vectors: pipe(countSchema, minValue(1)),
  halfPeriodNs: timeSchema,
  inputBits: countSchema,
  /** Highest bit of what drives the inputs, which has a bit in any case. */
  drivenHigh: countSchema,
  outputBits: countSchema,
  traffic: object({ declarations: string(), variables: string(), statements: string() }),
  connections: array(string()),
  ports: array(object({ name: nameSchema, signal: nameSchema, high: countSchema, low: countSchema })),
})

/** Reads `tb_data/inputs.hex` and `tb_data/expected.hex`: all ports of a side side by side, the first one lowest. */
export function testbench(project: Project, language: TestbenchLanguage, load: TemplateLoader): string {
  const { clock, inputs, outputs } = project.interface
  const inputBits = bitsOf(inputs)
  return renderTemplate(load, language.template, testbenchSchema, {
    top: project.top,
    vectors: project.vectors,
    halfPeriodNs: rounded(clock.periodNs / 2),
    inputBits,
    drivenHigh: Math.max(1, inputBits) - 1,
    outputBits: bitsOf(outputs),
    traffic: language.traffic(project.interface, project.vectors),
    connections: [...language.connections(project.interface)],
    ports: [...placed(inputs, 'driven'), ...placed(outputs, 'got')],
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
