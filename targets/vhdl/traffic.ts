import { controlPorts } from '../control.js'
import type { DesignInterface } from '../design.js'
import { type Traffic, trafficPlan } from '../rtl/traffic.js'

/**
 * VHDL-2008 with numeric_std, in one process, which makes the clock too: what runs beside a design costs a simulator time.
 * Around it are the constant `HALF`, half a period, the signals `clk` and `driven`, of one bit at least, and in the process
 * the variable `vector`, like `driven`, and two procedures: `load`, which gives it the next vector, and `take_output`, called
 * when output number `received` is there. When no more can come, what follows the statements runs.
 */
export function traffic(design: DesignInterface, vectors: number): Traffic {
  const { reset, clockEnable, handshake } = design.control
  const { latency, start, resetCycles, pauseExponent, idleCycles, limit } = trafficPlan(design)
  const isFree = reset === null && clockEnable === null && handshake === null
  const inputs = controlPorts(design.control, 'in')
  const enabled = clockEnable === null ? '' : ` and ${clockEnable.port} = '1'`
  const present = handshake === null || handshake.inReady === null ? '' : ` and ${handshake.inReady} = '0'`
  const driving = isFree
    ? [`      if sent < ${vectors} then`, '        load;', '        driven <= vector;', '      end if;']
    : handshake === null
      ? [
          `      if edges >= ${start} and sent < ${vectors}${clockEnable === null ? '' : ' and enabled'} then`,
          '        load;',
          '        driven <= vector;',
          '      else',
          '        driven <= noise;',
          '      end if;',
        ]
      : [
          `      if edges < ${start} then`,
          '        -- What is inside when a reset comes must never come out.',
          `        ${handshake.inValid} <= '1';`,
          '        driven <= noise;',
          '      elsif not pending then',
          `        if sent < ${vectors} and random(4 downto 2) /= 0 then`,
          '          if not loaded then',
          '            load;',
          '            loaded := true;',
          '          end if;',
          `          ${handshake.inValid} <= '1';`,
          '          driven <= vector;',
          '        else',
          `          ${handshake.inValid} <= '0';`,
          '          driven <= noise;',
          '        end if;',
          '      end if;',
        ]
  const moving =
    handshake === null
      ? [
          `        if sent >= ${latency} and received < ${vectors} then`,
          '          take_output;',
          '          received := received + 1;',
          '        end if;',
          '        sent := sent + 1;',
          `        if received = ${vectors} then`,
          '          idle := idle + 1;',
          '        end if;',
        ]
      : [
          '        idle := idle + 1;',
          `        if ${handshake.outValid} = '1'${handshake.outReady === null ? '' : ` and ${handshake.outReady} = '1'`} then`,
          '          take_output;',
          '          received := received + 1;',
          '          idle := 0;',
          '        end if;',
          ...(present === '' ? [] : [`        pending := ${handshake.inValid} = '1'${present};`]),
          `        if ${handshake.inValid} = '1' and not pending then`,
          '          sent := sent + 1;',
          '          loaded := false;',
          '          idle := 0;',
          '        end if;',
        ]
  const ports = [
    ...inputs.map((name) => [name, " := '0'"]),
    ...controlPorts(design.control, 'out').map((name) => [name, '']),
  ]
  const declarations = ports.map(([name, initial]) => `  signal ${name} : std_logic${initial};`)
  const counters = ['edges', 'sent', 'received', 'idle'].map((name) => `    variable ${name} : natural := 0;`)
  const variables = [
    ...counters,
    ...(isFree
      ? []
      : [
          '    variable random : unsigned(31 downto 0) := x"2545f491";',
          '    impure function noise return std_logic_vector is',
          "      variable bits : std_logic_vector(driven'range);",
          '    begin',
          "      for n in bits'range loop",
          '        bits(n) := random(n mod 32);',
          '      end loop;',
          '      return bits;',
          '    end function;',
        ]),
    ...(clockEnable === null ? [] : ['    variable enabled : boolean;']),
    ...(handshake === null
      ? []
      : ['    variable pending : boolean := false;', '    variable loaded : boolean := false;']),
    ...(reset === null && handshake?.outReady == null && clockEnable === null
      ? []
      : [
          '    function logic(condition : boolean) return std_logic is',
          '    begin',
          '      if condition then',
          "        return '1';",
          '      end if;',
          "      return '0';",
          '    end function;',
        ]),
  ]
  const resets = [`edges < ${resetCycles}`, `(edges >= ${start - resetCycles} and edges < ${start})`]
  const statements = [
    '    -- Inputs change at falling edges, outputs are read before rising ones, so neither races with the registers.',
    '    loop',
    "      clk <= '0';",
    ...(isFree
      ? []
      : [
          '      random := random xor shift_left(random, 13);',
          '      random := random xor shift_right(random, 17);',
          '      random := random xor shift_left(random, 5);',
        ]),
    ...(reset === null ? [] : [`      ${reset.port} <= logic(${resets.join(' or ')});`]),
    ...(clockEnable === null
      ? []
      : ['      enabled := random(1 downto 0) /= 0;', `      ${clockEnable.port} <= logic(enabled);`]),
    ...(handshake === null || handshake.outReady === null
      ? []
      : [
          `      ${handshake.outReady} <= logic((edges / ${2 ** pauseExponent}) mod 4 /= 0 and random(6 downto 5) /= 0);`,
        ]),
    ...driving,
    '      wait for HALF;',
    `      if edges >= ${start}${enabled} then`,
    ...moving,
    '      end if;',
    '      edges := edges + 1;',
    `      exit when idle > ${idleCycles} or edges > ${limit(vectors)};`,
    "      clk <= '1';",
    '      wait for HALF;',
    '    end loop;',
  ]
  return {
    declarations: declarations.join('\n'),
    variables: variables.join('\n'),
    statements: statements.join('\n'),
  }
}

/** `ce => ce` and so on. */
export function connections({ clock, control }: DesignInterface): readonly string[] {
  const names = [...controlPorts(control, 'in'), ...controlPorts(control, 'out')]
  return [`${clock.port} => clk`, ...names.map((name) => `${name} => ${name}`)]
}
