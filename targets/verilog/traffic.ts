import { controlPorts } from '../control.js'
import type { DesignInterface } from '../design.js'

/**
 * The part of a test bench that works a design's inputs and outputs, as Verilog-2001: it resets, enables the clock and
 * hands over at random where the design has ports for that, and lets inputs change at falling edges. The module around it
 * has `clk`, the memory `vectors` of VECTORS rows, the register `driven`, and two tasks: `take_output`, called at the rising
 * edge at which output number `received` is there, and `finish`, called when no more can come.
 */
export function trafficText({ control, latencyCycles }: DesignInterface, inputBits: number): string {
  const { reset, clockEnable, handshake } = control
  const junk = handshake === null ? 0 : Math.min(latencyCycles, 8) + 3
  const start = reset === null ? 0 : handshake === null ? 2 : 2 + junk + 2
  const enabled = clockEnable === null ? '' : ' && ce'
  // Outputs are kept waiting long enough for every place to fill up.
  const pause = 4 + (latencyCycles + 4).toString(2).length
  const words = Math.ceil(inputBits / 32)
  const noise = words > 1 ? `{${words}{random}}` : 'random'
  const wait = 8 * latencyCycles + 64
  const driving =
    handshake === null
      ? [`    driven = (sent < VECTORS${enabled}) ? vectors[sent] : ${noise};`]
      : [
          '    if (edges < START) begin',
          '      // What is inside when a reset comes must never come out.',
          '      in_valid = 1;',
          `      driven = ${noise};`,
          '    end else if (!pending) begin',
          '      in_valid = sent < VECTORS && random[4:2] != 0;',
          `      driven = in_valid ? vectors[sent] : ${noise};`,
          '    end',
        ]
  const moving =
    handshake === null
      ? [
          '      if (sent >= LATENCY && received < VECTORS) begin',
          '        take_output;',
          '        received = received + 1;',
          '      end',
          '      sent = sent + 1;',
          '      idle = received == VECTORS ? idle + 1 : 0;',
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
          '      sent = sent + 1;',
          '        idle = 0;',
          '      end',
        ]
  const done = handshake === null ? 'idle > 0' : `idle > ${wait} + (1 << ${pause + 1})`
  return [
    `  localparam LATENCY = ${latencyCycles};`,
    `  localparam START = ${start};`,
    '  integer edges;',
    '  integer sent;',
    '  integer received;',
    '  integer idle;',
    '  reg [31:0] random;',
    ...(reset === null ? [] : ['  reg rst;']),
    ...(clockEnable === null ? [] : ['  reg ce;']),
    ...(handshake === null ? [] : ['  reg in_valid;', '  reg pending;', '  wire out_valid;']),
    ...(handshake?.inReady === undefined || handshake.inReady === null ? [] : ['  wire in_ready;', '  reg out_ready;']),
    '',
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
    ...(reset === null ? [] : ['    rst = edges < 2 || (edges >= START - 2 && edges < START);']),
    ...(clockEnable === null ? [] : ['    ce = random[1:0] != 0;']),
    ...(handshake?.kind === 'valid_ready'
      ? [`    out_ready = edges[${pause + 1}:${pause}] != 0 && random[6:5] != 0;`]
      : []),
    ...(inputBits === 0 && handshake === null ? [] : driving),
    '  end',
    '',
    "  // What a simulator does to make the clock's first value may look like an edge.",
    '  always @(posedge clk) if (edges >= 0) begin',
    `    if (edges >= START${enabled}) begin`,
    ...moving,
    '    end',
    '    edges = edges + 1;',
    `    if (${done} || edges > 64 * (VECTORS + START) + (1 << ${pause + 4})) finish;`,
    '  end',
  ].join('\n')
}

/** How the traffic is connected: `.ce(ce)` and so on. */
export function trafficPorts({ clock, control }: DesignInterface): readonly string[] {
  const names = [...controlPorts(control, 'in'), ...controlPorts(control, 'out')]
  return [`.${clock.port}(clk)`, ...names.map((name) => `.${name}(${name})`)]
}
