import { array, boolean, object, picklist, pipe, regex, string } from 'valibot'
import type { FixedGraph } from '../../compiler/fixed/graph.js'
import { oneLine } from '../comments.js'
import type { DesignFile } from '../design.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { bodyOf, widestIn } from './body.js'
import type { Flavour } from './flavour.js'
import type { HlsPort } from './port.js'

/** What the text of the function is made from. */
export interface HlsFunction {
  readonly top: string
  readonly graph: FixedGraph
  readonly inputs: readonly HlsPort[]
  readonly outputs: readonly HlsPort[]
  readonly flavour: Flavour
}

/** Wider numbers must be asked for in Vitis HLS. */
const WIDE = 1024

const name = pipe(string(), regex(/^[A-Za-z][A-Za-z0-9_]*$/))
const sourceSchema = object({
  top: name,
  guard: name,
  language: picklist(['vitis', 'oneapi']),
  isVeryWide: boolean(),
  signature: string(),
  ports: array(object({ type: string(), typeName: name, direction: picklist(['in ', 'out']), comment: string() })),
})

/** `firmware/`: the function and its headers, in an order in which each one's includes come first. */
export function sourceFiles(hls: HlsFunction, load: TemplateLoader): readonly DesignFile[] {
  const { top, flavour, graph } = hls
  const body = bodyOf(graph, hls.inputs, hls.outputs, flavour)
  const ports = (list: readonly HlsPort[], direction: 'in ' | 'out') =>
    list.map((port) => ({
      type: flavour.typeName(port.type),
      typeName: port.typeName,
      direction,
      comment: `${port.name}: ${port.port.shape.join(' x ') || 'scalar'}, row-major`,
    }))
  const context = {
    top,
    guard: top.toUpperCase(),
    language: flavour.language,
    isVeryWide: widestIn(graph) > WIDE,
    signature: signatureOf(hls),
    ports: [...ports(hls.inputs, 'in '), ...ports(hls.outputs, 'out')],
  }
  const header = (path: string, template: string): DesignFile => ({
    path: `firmware/${path}`,
    text: renderTemplate(load, `hls/templates/${template}`, sourceSchema, context),
  })
  const shifts = body.some((line) => line.includes('hgq::shift<'))
  return [
    header('defines.h', 'defines.h.njk'),
    ...(shifts ? [header('shift.h', 'shift.h.njk')] : []),
    header(`${top}.h`, 'function.h.njk'),
    { path: `firmware/${top}.cpp`, text: functionText(hls, body, shifts) },
  ]
}

/** `void net(const x_t x[16], y_t y[5])`. */
function signatureOf({ top, inputs, outputs, flavour }: HlsFunction): string {
  const parameters = [
    ...inputs.map((port) => `const ${port.typeName} ${port.name}[${port.port.nodes.length}]`),
    ...outputs.map((port) => `${port.typeName} ${port.name}[${port.port.nodes.length}]`),
  ]
  const external = flavour.language === 'oneapi' ? 'SYCL_EXTERNAL ' : ''
  return `${external}void ${top}(${parameters.join(', ')})`
}

function functionText(hls: HlsFunction, body: readonly string[], shifts: boolean): string {
  const lines = [
    `// ${oneLine(hls.top)}: n<id> is node <id> of the fixed-point graph, in a type that holds each of its values and no more.`,
    '// Sums and products of these types keep all bits; the comment gives the range of the value and its grid.',
    `#include "${hls.top}.h"`,
    ...(shifts ? ['#include "shift.h"'] : []),
    '',
    `${signatureOf(hls)} {`,
    ...pragmas(hls),
    '',
    ...body.map((line) => (line === '' ? '' : `    ${line}`)),
    '}',
    '',
  ]
  return lines.join('\n')
}

/** Every element is a port of its own, and a new vector starts each cycle (UG1399, HLS pragmas). */
function pragmas({ inputs, outputs, flavour }: HlsFunction): readonly string[] {
  if (flavour.language !== 'vitis') return []
  return [
    ...[...inputs, ...outputs].map((port) => `#pragma HLS ARRAY_PARTITION variable=${port.name} complete dim=0`),
    '#pragma HLS PIPELINE II=1',
  ]
}
