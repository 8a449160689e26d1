// HGQ22xx: languages, tools and options of a target that contradict each other. One function per message; `check.ts` shows the pattern.
import type { Span } from '../../source.js'
import { define } from '../define.js'

type Place = { readonly span: Span; readonly text: string }

export const languageOfOtherVendor = define(
  'HGQ2214',
  'error',
  "an output language that the device's tools don't read",
  (facts: {
    readonly language: string
    readonly vendor: string
    readonly device: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.language} is not for ${facts.vendor}'s devices, as ${facts.device} is`,
    span: facts.span,
    label: 'verilog and vhdl are for every vendor',
    related: facts.related,
  }),
)

export const toolOfOtherVendor = define(
  'HGQ2223',
  'error',
  "a synthesis tool that does not build for the device's vendor",
  (facts: {
    readonly tool: string
    readonly vendor: string
    readonly device: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.tool} does not build for devices of ${facts.vendor}, as ${facts.device} is`,
    span: facts.span,
    label: 'amd has vivado and vitis_hls, altera has quartus; yosys estimates for either',
    related: facts.related,
  }),
)

export const toolOfOtherLanguage = define(
  'HGQ2224',
  'error',
  'a synthesis tool that does not read the output language',
  (facts: { readonly tool: string; readonly language: string; readonly span: Span }) => ({
    message: `${facts.tool} does not read ${facts.language}`,
    span: facts.span,
    label: 'vitis_hls is for language = vitis, and the others are for verilog and vhdl',
  }),
)

export const stagesAndLevels = define(
  'HGQ2230',
  'error',
  'a number of stages and what is in one',
  (facts: { readonly span: Span; readonly related: readonly Place[] }) => ({
    message: 'a target has `stages` or `levels`, not both',
    span: facts.span,
    label: 'how many stages follows from this',
    related: facts.related,
    notes: ['a bound on the number of stages that `levels` lead to is `latency`'],
  }),
)

export const latencyBelowRegisters = define(
  'HGQ2231',
  'error',
  'a latency that is shorter than the registers take',
  (facts: {
    readonly latencyNs: number
    readonly cycles: number
    readonly periodNs: number
    readonly stages: number | undefined
    readonly span: Span
  }) => ({
    message: `the registers${facts.stages === undefined ? '' : ` of ${facts.stages} ${facts.stages === 1 ? 'stage' : 'stages'}`} take ${facts.cycles} ${facts.cycles === 1 ? 'cycle' : 'cycles'} of ${rounded(facts.periodNs)} ns, which is longer than ${rounded(facts.latencyNs)} ns`,
    span: facts.span,
    label: `at least ${rounded(facts.cycles * facts.periodNs)} ns`,
  }),
)

export const handshakeWithoutReset = define(
  'HGQ2232',
  'error',
  'a handshake without a reset',
  (facts: { readonly handshake: string; readonly span: Span }) => ({
    message: `a handshake (\`${facts.handshake}\`) needs a reset`,
    span: facts.span,
    label: '`synchronous` or `asynchronous`',
    notes: ['without one, what is valid when the clock starts is unknown'],
  }),
)

export const enableBesideReady = define(
  'HGQ2233',
  'error',
  'a clock enable beside a handshake that can wait',
  (facts: { readonly span: Span }) => ({
    message: '`clock_enable` and `handshake = valid_ready` both make the pipeline wait',
    span: facts.span,
    label: '`out_ready` does this already',
  }),
)

export const resetOfNothing = define(
  'HGQ2234',
  'error',
  'a reset that clears nothing, or data without a reset',
  (facts: { readonly reset: string; readonly span: Span }) => ({
    message:
      facts.reset === 'none'
        ? '`reset_data` needs a `reset`'
        : 'without a handshake there is nothing but data that a reset could clear',
    span: facts.span,
    label: facts.reset === 'none' ? 'there is no reset' : 'so this must be `true`, or left out',
  }),
)

export const optionOfRtl = define(
  'HGQ2235',
  'error',
  'an option of registers or ports in a language for high-level synthesis',
  (facts: {
    readonly option: string
    readonly language: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `\`${facts.option}\` is an option of \`verilog\` and \`vhdl\`, not of \`${facts.language}\``,
    span: facts.span,
    label: "the vendor's tool decides this",
    related: facts.related,
    notes: ['registers, resets and handshakes of high-level synthesis are set in the project for its tool'],
  }),
)

function rounded(ns: number): string {
  return String(Number(ns.toFixed(3)))
}
