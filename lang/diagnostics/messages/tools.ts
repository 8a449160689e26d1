// HGQ6xxx: targets, external tools, verification. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
import type { Span } from '../../source.js'
import { define } from '../define.js'

export const familyWithoutEstimate = define(
  'HGQ6002',
  'error',
  'a device family for which no resource estimate exists',
  (facts: { family: string; span?: Span | undefined }) => ({
    message: `Yosys has no synthesis flow for the device family '${facts.family}'`,
    span: facts.span,
    label: 'its resources could not be told',
    notes: [
      'families with one: AMD 7-series, UltraScale, UltraScale+ and Versal; Altera Cyclone V and 10 GX, Arria 10, Stratix 10 and Agilex; Lattice ECP5 and iCE40; Gowin',
    ],
  }),
  'Resources are estimated by synthesizing the design with Yosys, which knows the cells of some families only.',
)

export const toolMissing = define(
  'HGQ6101',
  'error',
  'an external tool that is not installed',
  (facts: { tool: string; purpose: string; cure?: string | undefined; span?: Span | undefined }) => ({
    message: `${facts.tool} is needed to ${facts.purpose}, and it is not on the PATH`,
    span: facts.span,
    notes: facts.cure === undefined ? [] : [facts.cure],
  }),
)

export const toolFailed = define(
  'HGQ6102',
  'error',
  'an external tool that ended with an error',
  (facts: { tool: string; doing: string; problem: string; output: readonly string[] }) => ({
    message: `${facts.tool} failed while ${facts.doing}: ${facts.problem}`,
    notes: facts.output,
  }),
)

export const toolTimedOut = define(
  'HGQ6103',
  'error',
  'an external tool that took too long',
  (facts: { tool: string; doing: string; seconds: number; setting?: string | undefined }) => ({
    message: `${facts.tool} took longer than ${facts.seconds} s while ${facts.doing} and was stopped`,
    notes: facts.setting === undefined ? [] : [`'${facts.setting}' in hgq.config.ts says how many seconds it may take`],
  }),
)

export const reportIncomplete = define(
  'HGQ6104',
  'error',
  'a report of a tool in which something is missing',
  (facts: { tool: string; missing: string; report?: string | undefined }) => ({
    message: `the report of ${facts.tool} has no ${facts.missing}`,
    notes: [
      ...(facts.report === undefined ? [] : [`it was looked for in ${facts.report}`]),
      'a number that is missing is not a zero, so the design has no resource figures',
    ],
  }),
)

export const licenceMissing = define(
  'HGQ6111',
  'error',
  'a licence that an external tool did not get',
  (facts: { tool: string; problem: string; seconds: number; log: string }) => ({
    message: `${facts.tool} got no licence: ${facts.problem}`,
    notes: [
      facts.seconds > 0 ? `it was asked for again and again for ${facts.seconds} s` : 'it was asked for once',
      "'licenceWait' in hgq.config.ts says how many seconds to wait for a licence that others hold",
      'where none is held at all, set XILINXD_LICENSE_FILE or LM_LICENSE_FILE as the vendor says',
      `the log is ${facts.log}`,
    ],
  }),
)

export const toolUnusable = define(
  'HGQ6112',
  'error',
  'a configured tool that cannot be used',
  (facts: { tool: string; path: string; reason: string; span?: Span | undefined }) => ({
    message: `${facts.tool} at ${facts.path} cannot be used: ${facts.reason}`,
    span: facts.span,
    notes: [
      "'tools' in hgq.config.ts names the program of a tool, e.g. { vivado: '/opt/Xilinx/Vivado/2024.1/bin/vivado' }",
    ],
  }),
)

export const synthesisFailed = define(
  'HGQ6113',
  'error',
  'a synthesis that ended with an error',
  (facts: {
    tool: string
    place: string | undefined
    problem: string
    cure: string | undefined
    log: string
    output: readonly string[]
  }) => ({
    message: `${facts.tool} failed${facts.place === undefined ? '' : ` at ${facts.place}`}: ${facts.problem}`,
    notes: [...(facts.cure === undefined ? [] : [facts.cure]), ...facts.output, `the whole log is ${facts.log}`],
  }),
)

export const timingMissed = define(
  'HGQ6114',
  'warning',
  'a design that misses its clock',
  (facts: { tool: string; slackNs: number; periodNs: number; fmaxMhz: number }) => ({
    message: `${facts.tool}: the design misses its clock of ${facts.periodNs} ns by ${-facts.slackNs} ns`,
    notes: [
      `the fastest clock that it meets is ${facts.fmaxMhz} MHz`,
      "a slower 'clock', or more 'stages', gives each stage more time",
    ],
  }),
)

const GHDL_CURE = [
  'install GHDL: apt-get install ghdl, brew install ghdl, or a release from https://github.com/ghdl/ghdl',
  "or write 'language = verilog': hgq brings a simulator of Verilog along",
]

export const simulatorMissing = define(
  'HGQ6110',
  'error',
  'a design in VHDL without GHDL, which has to simulate it',
  (facts: { readonly design: string }) => ({
    message: `GHDL is needed to verify '${facts.design}', which is in VHDL, and it is not on the PATH`,
    notes: GHDL_CURE,
  }),
  'No design leaves a build before its emitted text has been simulated and compared with the emulator. For VHDL, GHDL does that.',
)

export const simulatorMissingYet = define(
  'HGQ6115',
  'warning',
  'a target in VHDL on a machine without GHDL',
  (facts: { readonly target: string; readonly span: Span | undefined }) => ({
    message: `target '${facts.target}' is in VHDL, and GHDL, which has to verify it, is not on the PATH`,
    span: facts.span,
    label: 'only a design that was verified before can be had without GHDL',
    notes: GHDL_CURE,
  }),
  'The build goes on, since the verification may be in the cache, or GHDL installed until it is needed. Else it fails there.',
)

export const cppCompilerMissing = define(
  'HGQ6131',
  'error',
  'no C++ compiler to verify a design for high-level synthesis with',
  (facts: { compilers: readonly string[] }) => ({
    message: `a C++ compiler is needed to verify C++ for high-level synthesis, and ${facts.compilers.join(' and ')} are not on the PATH`,
    notes: ["install one (Debian: 'apt-get install g++', macOS: 'xcode-select --install')"],
  }),
  'A target in vitis or oneapi is verified by compiling its sources and running them on all vectors. No vendor software is needed for that.',
)

export const netlistNotUnderstood = define(
  'HGQ6201',
  'error',
  'a netlist of an emitted design that hgq cannot evaluate',
  (facts: { problem: string }) => ({
    message: `the netlist of the emitted design cannot be evaluated: ${facts.problem}`,
  }),
)

interface Difference {
  readonly part: string
  readonly vector: number
  readonly port: string
  readonly element: string
  readonly mismatches: number
  readonly vectors: number
}

export const inferenceDiffers = define(
  'HGQ6202',
  'error',
  'exact inference and the emulator of the hardware disagree',
  (facts: Difference & { inference: number; emulator: number }) => ({
    message: `inference and emulator differ in ${place(facts)}: inference gives ${facts.inference}, the emulator ${facts.emulator}`,
    notes: [share(facts), 'this is a fault of hgq, not of the pipeline: the design is not used'],
  }),
  'Every build checks on all validation and test rows that the network that was measured and the integer graph that is built are the same function.',
)

export const designDiffers = define(
  'HGQ6203',
  'error',
  'the emitted design and the emulator disagree',
  (facts: Difference & { simulator: string; expected: number; simulated: number }) => ({
    message: `the emitted design differs from the emulator in ${place(facts)}: the emulator gives ${facts.expected}, ${facts.simulator} ${facts.simulated}`,
    notes: [share(facts), 'this is a fault of hgq, not of the pipeline: the design is not used'],
  }),
  'Every build simulates the emitted text on data, random and corner vectors and compares every output bit with the emulator.',
)

function place(facts: Difference): string {
  return `${facts.part} vector ${facts.vector}, signal ${facts.port}${facts.element}`
}

function share(facts: Difference): string {
  return `${facts.mismatches} of ${facts.vectors} vectors differ`
}

interface Operands {
  /** `n12 = -3.5`. */
  readonly operands: readonly string[]
}

export const designRefuted = define(
  'HGQ6204',
  'error',
  'an emitted design whose proof found a value that is wrong',
  (
    facts: Operands & { signal: string; stage: number; node: number; layer: string; expected: string; found: string },
  ) => ({
    message: `the emitted design is wrong: ${facts.signal} should hold node ${facts.node} of '${facts.layer}' in stage ${facts.stage + 1}, which is ${facts.expected}, and it holds ${facts.found}`,
    notes: [
      ...(facts.operands.length > 0 ? [`with ${facts.operands.join(', ')}`] : []),
      'this is a fault of hgq, not of the pipeline: the design is not used',
    ],
  }),
  'Every build reads the emitted text back and proves, value by value, that each signal holds exactly what the integer graph says.',
)

export const designNotAsStated = define(
  'HGQ6205',
  'error',
  'an emitted design that lacks what is stated about it',
  (facts: { problem: string }) => ({
    message: `the emitted design is not what is stated about it: ${facts.problem}`,
    notes: ['this is a fault of hgq, not of the pipeline: the design is not used'],
  }),
)

export const intervalRefuted = define(
  'HGQ6206',
  'error',
  'a value that can leave the interval that its width was taken from',
  (facts: { node: number; layer: string; value: string; interval: string }) => ({
    message: `node ${facts.node} of '${facts.layer}' can be ${facts.value}, which is not in ${facts.interval}: it could overflow`,
    notes: ['this is a fault of hgq, not of the pipeline: the design is not used'],
  }),
  'Widths in hardware follow from intervals, so every build proves that no value leaves its own.',
)

export const controlRefuted = define(
  'HGQ6207',
  'error',
  'an emitted design whose reset, clock enable or handshake does something else',
  (facts: { rule: string }) => ({
    message: `the emitted design is wrong: ${facts.rule}, and it does not always`,
    notes: ['this is a fault of hgq, not of the pipeline: the design is not used'],
  }),
  'Every build proves of each register when it loads, keeps and clears its value, and of a handshake that no value is lost, doubled or out of order.',
)
