import {
  languageOfOtherVendor,
  toolOfOtherLanguage,
  toolOfOtherVendor,
} from '../../diagnostics/messages/check-targets.js'
import type { DeviceSpec, TargetSpec } from '../../program.js'
import type { Span } from '../../source.js'
import { entriesOf } from '../call.js'
import { atLeastOne, checkNumbers, notNegative, positive } from '../checks.js'
import type { Elaboration } from '../context.js'
import { identityOf } from '../identity.js'
import type { Traced } from '../origins.js'
import { type Arguments, hasFailed, type Value, type ValueOf } from '../value.js'
import { controlSpec, OPTION_POINTERS, onlyRtlOptions, PIPELINE_RULES, pipelineSpec } from './pipeline.js'

type Language = TargetSpec['language']
type Tool = TargetSpec['tool']

const NUMBER_RULES = { clock: positive, ...PIPELINE_RULES }

/** What firmware is made for. Undefined, and reported, where it makes no sense. */
export function targetSpec(target: ValueOf<'declared'>, elaboration: Elaboration): Traced<TargetSpec> | undefined {
  const entries = entriesOf(target, elaboration)
  for (const value of entries.values()) if (hasFailed(value)) return undefined
  const good = checkNumbers(entries, NUMBER_RULES, elaboration)
  const deviceValue = entries.get('device')
  const device = deviceValue?.kind === 'declared' ? deviceSpec(deviceValue, elaboration) : undefined
  const clock = entries.get('clock')
  const language = languageOf(entries.get('language'))
  if (!good || device === undefined || clock?.kind !== 'quantity' || language === undefined) return undefined
  if (!vendorReads(language, device, entries, elaboration)) return undefined
  const tool = toolOf(entries.get('tool'))
  if (tool === undefined || !toolServes(tool, language, device, entries, elaboration)) return undefined
  const clockPeriodNs = clock.dimension === 'frequency' ? 1000 / clock.value : clock.value
  const pipeline = pipelineSpec(entries, clockPeriodNs, elaboration)
  const control = controlSpec(entries, elaboration)
  const ternary = entries.get('ternary_adders')
  if (pipeline === undefined || control === undefined) return undefined
  if (!onlyRtlOptions(language, pipeline, control, entries, elaboration)) return undefined
  return {
    spec: {
      name: identityOf(target, elaboration),
      doc: target.declaration.doc,
      device,
      clockPeriodNs,
      language,
      tool,
      pipeline,
      control,
      ...(ternary?.kind === 'bool' ? { ternaryAdders: ternary.value } : {}),
    },
    traces: new Map<string, Value | Span>([
      ['', target.declaration.span],
      ['clockPeriodNs', clock],
      ...[...entries].flatMap(([name, value]): [string, Value][] => {
        return name === 'clock' ? [] : [[OPTION_POINTERS[name] ?? name, value]]
      }),
    ]),
  }
}

/** A device, alone or of a target. */
export function deviceSpec(device: ValueOf<'declared'>, elaboration: Elaboration): DeviceSpec | undefined {
  const entries = entriesOf(device, elaboration)
  const rules = { lut: atLeastOne, ff: atLeastOne, dsp: notNegative, bram: notNegative, uram: notNegative }
  if (!checkNumbers(entries, rules, elaboration)) return undefined
  const text = (name: string): string => textOf(entries, name)
  const count = (name: string): number => {
    const value = entries.get(name)
    return value?.kind === 'number' ? value.value : 0
  }
  return {
    name: identityOf(device, elaboration),
    part: text('part'),
    vendor: text('vendor'),
    family: text('family'),
    speedGrade: text('speed_grade'),
    resources: { lut: count('lut'), ff: count('ff'), dsp: count('dsp'), bram: count('bram'), uram: count('uram') },
  }
}

function textOf(entries: Arguments, name: string): string {
  const value = entries.get(name)
  if (value?.kind === 'text') return value.value
  return value?.kind === 'member' ? value.name : ''
}

function languageOf(value: Value | undefined): Language | undefined {
  if (value?.kind !== 'member') return undefined
  switch (value.name) {
    case 'verilog':
    case 'vhdl':
    case 'vitis':
    case 'oneapi':
      return value.name
    default:
      return undefined
  }
}

function toolOf(value: Value | undefined): Tool | undefined {
  if (value?.kind !== 'member') return undefined
  switch (value.name) {
    case 'yosys':
    case 'vivado':
    case 'quartus':
    case 'vitis_hls':
      return value.name
    default:
      return undefined
  }
}

/** Whose devices a tool builds for. */
const VENDOR_OF_TOOL: { readonly [Name in Tool]: string | null } = {
  yosys: null,
  vivado: 'amd',
  quartus: 'altera',
  vitis_hls: 'amd',
}

/** Reports a tool of another vendor than the device's, or Vitis HLS on what is no C++. */
function toolServes(
  tool: Tool,
  language: Language,
  device: DeviceSpec,
  entries: Arguments,
  elaboration: Elaboration,
): boolean {
  const span = entries.get('tool')?.span
  const vendor = VENDOR_OF_TOOL[tool]
  if (span === undefined) return true
  if (vendor !== null && vendor !== device.vendor) {
    const deviceSpan = entries.get('device')?.span
    const related = deviceSpan === undefined ? [] : [{ span: deviceSpan, text: 'the device' }]
    elaboration.report(toolOfOtherVendor({ tool, vendor: device.vendor, device: device.name, span, related }))
    return false
  }
  const isRtl = language === 'verilog' || language === 'vhdl'
  const reads = tool === 'vitis_hls' ? language === 'vitis' : tool === 'yosys' || isRtl
  if (!reads) elaboration.report(toolOfOtherLanguage({ tool, language, span }))
  return reads
}

/** Languages of one vendor's high-level synthesis. */
const VENDOR_OF: Readonly<Partial<Record<Language, string>>> = { vitis: 'amd', oneapi: 'altera' }

function vendorReads(language: Language, device: DeviceSpec, entries: Arguments, elaboration: Elaboration): boolean {
  const only = VENDOR_OF[language]
  if (only === undefined || only === device.vendor) return true
  const span = entries.get('language')?.span
  const deviceSpan = entries.get('device')?.span
  if (span === undefined || deviceSpan === undefined) return true
  const related = [{ span: deviceSpan, text: 'the device' }]
  elaboration.report(languageOfOtherVendor({ language, vendor: device.vendor, device: device.name, span, related }))
  return false
}
