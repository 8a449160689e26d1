import {
  enableBesideReady,
  handshakeWithoutReset,
  latencyBelowRegisters,
  optionOfRtl,
  resetOfNothing,
  stagesAndLevels,
} from '../../diagnostics/messages/check-targets.js'
import type { ControlSpec, PipelineSpec, TargetSpec } from '../../program.js'
import { atLeastOne, numberOf, positive } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Arguments, Value } from '../value.js'

/** Rules for the numbers of a target that say where registers stand. */
export const PIPELINE_RULES = {
  stages: atLeastOne,
  levels: atLeastOne,
  latency: positive,
  register_layers: atLeastOne,
  fan_out: atLeastOne,
}

/** Where the options of a declaration stand in its `TargetSpec`. */
export const OPTION_POINTERS: Readonly<Record<string, string>> = {
  stages: 'pipeline/stages',
  levels: 'pipeline/levels',
  latency: 'pipeline/latencyNs',
  input_registers: 'pipeline/inputRegisters',
  output_registers: 'pipeline/outputRegisters',
  register_layers: 'pipeline/registerLayers',
  reset: 'control/reset',
  reset_data: 'control/resetData',
  clock_enable: 'control/clockEnable',
  handshake: 'control/handshake',
  fan_out: 'control/fanOut',
  ternary_adders: 'ternaryAdders',
}

/** Where a target's registers stand. Undefined, and reported, where the entries contradict each other. */
export function pipelineSpec(
  entries: Arguments,
  clockPeriodNs: number,
  elaboration: Elaboration,
): PipelineSpec | undefined {
  const [stages, levels, latency] = ['stages', 'levels', 'latency'].map((name) => entries.get(name))
  const number = (value: Value | undefined): number | undefined => (value === undefined ? undefined : numberOf(value))
  const counts = { stages: number(stages), levels: number(levels), latencyNs: number(latency) }
  if (stages !== undefined && levels !== undefined && counts.stages !== undefined && counts.levels !== undefined) {
    elaboration.report(stagesAndLevels({ span: levels.span, related: [{ span: stages.span, text: 'the stages' }] }))
    return undefined
  }
  const inputRegisters = isTrue(entries.get('input_registers'))
  const outputRegisters = isTrue(entries.get('output_registers'))
  const registerLayers = number(entries.get('register_layers')) ?? 1
  const boundaries = (counts.stages ?? 1) - 1 + (inputRegisters ? 1 : 0) + (outputRegisters ? 1 : 0)
  const handshake = handshakeOf(entries.get('handshake'))
  const cycles = boundaries * registerLayers + (handshake === 'valid_ready' ? 1 : 0)
  // A bound of 5 periods allows 5, whatever the last digits are.
  if (
    latency !== undefined &&
    counts.latencyNs !== undefined &&
    cycles * clockPeriodNs > counts.latencyNs * (1 + 1e-6)
  ) {
    const facts = { latencyNs: counts.latencyNs, cycles, periodNs: clockPeriodNs, stages: counts.stages }
    elaboration.report(latencyBelowRegisters({ ...facts, span: latency.span }))
    return undefined
  }
  return {
    ...(counts.stages === undefined ? {} : { stages: counts.stages }),
    ...(counts.levels === undefined ? {} : { levels: counts.levels }),
    ...(counts.latencyNs === undefined ? {} : { latencyNs: counts.latencyNs }),
    inputRegisters,
    outputRegisters,
    registerLayers,
  }
}

/** How a design is reset, stalled and fed. Undefined, and reported, where the entries contradict each other. */
export function controlSpec(entries: Arguments, elaboration: Elaboration): ControlSpec | undefined {
  const handshakeValue = entries.get('handshake')
  const handshake = handshakeOf(handshakeValue)
  const resetValue = entries.get('reset')
  const reset = resetOf(resetValue) ?? (handshake === 'none' ? 'none' : 'synchronous')
  const clockEnable = entries.get('clock_enable')
  const resetData = entries.get('reset_data')
  const fanOut = entries.get('fan_out')
  const saysData = resetData?.kind === 'bool'
  if (handshake !== 'none' && reset === 'none' && resetValue !== undefined) {
    elaboration.report(handshakeWithoutReset({ handshake, span: resetValue.span }))
    return undefined
  }
  if (handshake === 'valid_ready' && clockEnable !== undefined && isTrue(clockEnable)) {
    elaboration.report(enableBesideReady({ span: clockEnable.span }))
    return undefined
  }
  if (
    saysData &&
    ((reset === 'none' && resetData.value) || (reset !== 'none' && handshake === 'none' && !resetData.value))
  ) {
    elaboration.report(resetOfNothing({ reset, span: resetData.span }))
    return undefined
  }
  const limit = fanOut === undefined ? undefined : numberOf(fanOut)
  return {
    reset,
    resetData: reset !== 'none' && (saysData ? resetData.value : handshake === 'none'),
    clockEnable: isTrue(clockEnable),
    handshake,
    ...(limit === undefined ? {} : { fanOut: limit }),
  }
}

/** Reports options that a vendor's high-level synthesis leaves no room for, since it places registers and makes ports itself. */
export function onlyRtlOptions(
  language: TargetSpec['language'],
  pipeline: PipelineSpec,
  control: ControlSpec,
  entries: Arguments,
  elaboration: Elaboration,
): boolean {
  if (language === 'verilog' || language === 'vhdl') return true
  const said: { readonly [option: string]: boolean } = {
    input_registers: pipeline.inputRegisters,
    output_registers: !pipeline.outputRegisters,
    register_layers: pipeline.registerLayers > 1,
    fan_out: control.fanOut !== undefined,
    reset: control.reset !== 'none',
    clock_enable: control.clockEnable,
    handshake: control.handshake !== 'none',
  }
  const languageSpan = entries.get('language')?.span
  const related = languageSpan === undefined ? [] : [{ span: languageSpan, text: 'the language' }]
  let good = true
  for (const [option, isSaid] of Object.entries(said)) {
    const span = entries.get(option)?.span
    if (!isSaid || span === undefined) continue
    elaboration.report(optionOfRtl({ option, language, span, related }))
    good = false
  }
  return good
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'bool' && value.value
}

function resetOf(value: Value | undefined): ControlSpec['reset'] | undefined {
  if (value?.kind !== 'member') return undefined
  switch (value.name) {
    case 'none':
    case 'synchronous':
    case 'asynchronous':
      return value.name
    default:
      return undefined
  }
}

function handshakeOf(value: Value | undefined): ControlSpec['handshake'] {
  if (value?.kind !== 'member') return 'none'
  switch (value.name) {
    case 'valid':
    case 'valid_ready':
      return value.name
    default:
      return 'none'
  }
}
