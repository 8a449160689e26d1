import { controlPorts } from '../control.js'
import type { DesignInterface } from '../design.js'
import { bitsOf } from '../ports.js'
import { type Traffic, trafficPlan } from '../rtl/traffic.js'

/**
 * Verilog-2001 that lets inputs change at falling edges. The module around it has `clk`, the memory `vectors`, the register
 * `driven` of one bit at least, and two tasks: `take_output`, called at the rising edge at which output number `received` is
 * there, and `finish`, called when no more can come.
 */
export function traffic(design: DesignInterface, vectors: number): Traffic {
  const { reset, clockEnable, handshake } = design.control
  const { latency, start, resetCycles, pauseExponent, idleCycles, limit } = trafficPlan(design)
  const inputBits = bitsOf(design.inputs)
  const enabled = clockEnable === null ? '' : ' && ce'
  const words = Math.ceil(Math.max(1, inputBits) / 32)
  const noise = words > 1 ? `{${words}{random}}` : 'random'
  const driving =
    handshake === null
      ? [`    driven = (sent < ${vectors}${enabled}) ? vectors[sent] : ${noise};`]
      : [
          `    if (edges < ${start}) begin`,
          '      // What is inside when a reset comes must never come out.',
          '      in_valid = 1;',
          `      driven = ${noise};`,
          '    end else if (!pending) begin',
          `      in_valid = sent < ${vectors} && random[4:2] != 0;`,
          `      driven = in_valid ? vectors[sent] : ${noise};`,
          '    end',
        ]
  const moving =
    handshake === null
      ? [
          `      if (sent >= ${latency} && received < ${vectors}) begin`,
          '        take_output;',
          '        received = received + 1;',
          '      end',
          '      sent = sent + 1;',
          `      idle = received == ${vectors} ? idle + 1 : 0;`,
        ]
      : [
          '      idle = idle + 1;',
          `      if (out_valid${handshake.outReady === null ? '' : ' && out_ready'}) begin`,
          '        take_output;',
          '        received = received + 1;',
          '        idle = 0;',
          '      end',
          `      pending = in_valid${handshake.inReady === null ? ' && 0' : ' && !in_ready'};`,
          '      if (in_valid && !pending) begin',
          '        sent = sent + 1;',
          '        idle = 0;',
          '      end',
        ]
  const declarations = [
    '  integer edges;',
    '  integer sent;',
    '  integer received;',
    '  integer idle;',
    '  reg [31:0] random;',
    ...(reset === null ? [] : ['  reg rst;']),
    ...(clockEnable === null ? [] : ['  reg ce;']),
    ...(handshake === null ? [] : ['  reg in_valid;', '  reg pending;', '  wire out_valid;']),
    ...(handshake?.inReady === undefined || handshake.inReady === null ? [] : ['  wire in_ready;', '  reg out_ready;']),
  ]
  const statements = [
    '  initial begin',
    '    edges = -1;',
    '    sent = 0;',
    '    received = 0;',
    '    idle = 0;',
    "    random = 32'h2545f491;",
    ...(reset === null ? [] : ['    rst = 1;']),
    ...(clockEnable === null ? [] : ['    ce = 1;']),
    ...(handshake === null ? [] : ['    in_valid = 0;', '    pending = 0;']),
    ...(handshake?.kind === 'valid_ready' ? ['    out_ready = 0;'] : []),
    '  end',
    '',
    '  // Inputs change at falling edges, outputs are read at rising ones, so neither races with the registers.',
    '  always @(negedge clk) begin',
    '    if (edges < 0) edges = 0;',
    '    random = random ^ (random << 13);',
    '    random = random ^ (random >> 17);',
    '    random = random ^ (random << 5);',
    ...(reset === null
      ? []
      : [`    rst = edges < ${resetCycles} || (edges >= ${start - resetCycles} && edges < ${start});`]),
    ...(clockEnable === null ? [] : ['    ce = random[1:0] != 0;']),
    ...(handshake?.kind === 'valid_ready'
      ? [`    out_ready = edges[${pauseExponent + 1}:${pauseExponent}] != 0 && random[6:5] != 0;`]
      : []),
    ...(inputBits === 0 && handshake === null ? [] : driving),
    '  end',
    '',
    "  // What a simulator does to make the clock's first value may look like an edge.",
    '  always @(posedge clk) if (edges >= 0) begin',
    `    if (edges >= ${start}${enabled}) begin`,
    ...moving,
    '    end',
    '    edges = edges + 1;',
    `    if (idle > ${idleCycles} || edges > ${limit(vectors)}) finish;`,
    '  end',
  ]
  return { declarations: declarations.join('\n'), variables: '', statements: statements.join('\n') }
}

/** `.ce(ce)` and so on. */
export function connections({ clock, control }: DesignInterface): readonly string[] {
  const names = [...controlPorts(control, 'in'), ...controlPorts(control, 'out')]
  return [`.${clock.port}(clk)`, ...names.map((name) => `.${name}(${name})`)]
}
