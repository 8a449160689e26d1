import { EMITTED, unique } from '../rtl/names.js'
import { VERILOG_WORDS } from '../verilog/names.js'

/** The reserved words of VHDL-2008 and VHDL-2019. */
const RESERVED = new Set(
  `abs access after alias all and architecture array assert assume assume_guarantee attribute begin block body buffer
  bus case component configuration constant context cover default disconnect downto else elsif end entity exit fairness
  file for force function generate generic group guarded if impure in inertial inout is label library linkage literal
  loop map mod nand new next nor not null of on open or others out package parameter port postponed private procedure
  process property protected pure range record register reject release rem report restrict restrict_guarantee return
  rol ror select sequence severity shared signal sla sll sra srl strong subtype then to transport type unaffected units
  until use variable view vmode vpkg vprop vunit wait when while with xnor xor`.split(/\s+/),
)

/** What the emitted text calls by its name, which a port of that name would hide. */
const USED = new Set(
  'ieee std work rtl std_logic std_logic_vector std_logic_1164 numeric_std signed unsigned resize rising_edge'.split(
    ' ',
  ),
)

/** What GHDL calls what it makes, in the Verilog by which Yosys reads the design. */
const MADE = /^(n\d+_(o|q|data)|stage\d+_n\d+|core_.*)$/

/**
 * A VHDL identifier as close to `name` as the rules allow, different from all in `taken`, to which it is added. VHDL
 * does not tell capital letters from small ones. It is no word of Verilog, so that the entity can be used from there, too.
 * Names of the form n<number>, stage<number> and clk belong to the emitter.
 */
export function identifier(name: string, taken: Set<string>): string {
  const cleaned = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+(?=.)|(?<=.)_+$/g, '')
  const started = /^[A-Za-z]/.test(cleaned) ? cleaned : `p_${cleaned}`.replace(/_+$/, '')
  const folded = started.toLowerCase()
  const isUsable = ![RESERVED, USED, VERILOG_WORDS].some((words) => words.has(folded))
  const base = !isUsable || EMITTED.test(folded) || MADE.test(folded) ? `${started}_port` : started
  const used = new Set([...taken].map((each) => each.toLowerCase()))
  return unique(base, taken, (candidate) => used.has(candidate.toLowerCase()))
}
