import { EMITTED, unique } from '../rtl/names.js'

/** Words that no Verilog or SystemVerilog tool takes as an identifier and that a user may well choose as a name. */
export const VERILOG_WORDS: ReadonlySet<string> = new Set(
  `always and assign automatic begin bit buf bufif0 bufif1 byte case casex casez cell chandle class clocking cmos config
  const constraint context cover cross deassign default defparam design disable dist do edge else end endcase endclass
  endconfig endfunction endgenerate endmodule endtask enum event expect export extends extern final for force foreach
  forever fork function generate genvar global highz0 highz1 if iff ifnone import incdir include initial inout input
  inside instance int integer interface intersect join large let liblist library local localparam logic longint
  macromodule matches medium modport module nand negedge new nmos nor noshowcancelled not notif0 notif1 null or output
  package packed parameter pmos posedge primitive priority program property protected pull0 pull1 pulldown pullup
  pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg release
  repeat return rnmos rpmos rtran rtranif0 rtranif1 scalared sequence shortint shortreal showcancelled signed small
  solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 table tagged task this
  throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union
  unique unsigned use uwire var vectored virtual void wait wand weak weak0 weak1 while wildcard wire with within wor
  xnor xor`.split(/\s+/),
)

/**
 * A Verilog identifier as close to `name` as the rules allow, different from all in `taken`, to which it is added.
 * Names of the form n<number>, stage<number> and clk belong to the emitter.
 */
export function identifier(name: string, taken: Set<string>): string {
  const cleaned = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+(?=.)|(?<=.)_+$/g, '')
  const started = /^[A-Za-z_]/.test(cleaned) ? cleaned : `p_${cleaned}`
  const base = VERILOG_WORDS.has(started) || EMITTED.test(started) ? `${started}_port` : started
  return unique(base, taken, (candidate) => taken.has(candidate))
}
