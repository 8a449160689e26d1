import { mapNarrow, mapWide, narrowOperation, wideOperation } from './cells.js'
import type { NetlistCircuit, Step } from './circuit.js'
import { allocate, type Columns, gatherNarrow, gatherWide, NARROW_BITS, type Narrow, type Wide } from './columns.js'

/** Cycles that are evaluated together: enough for tight loops, few enough that a big circuit stays in memory. */
const BLOCK = 256

type Run = (columns: Columns) => void

/**
 * Clocks a circuit: the bits of its input ports in each cycle to the bits of its output ports in the same cycle, before
 * the edge that ends it. Registers start at 0. Exact at every width.
 *
 * Because nothing feeds back, a whole block of cycles of one cell is computed before the next cell, and a register is its
 * operand delayed by a cycle.
 */
export function evaluateCircuit(
  circuit: NetlistCircuit,
  inputs: ReadonlyMap<string, readonly bigint[]>,
  cycles: number,
): ReadonlyMap<string, readonly bigint[]> {
  const columns = allocate(circuit.words, Math.min(BLOCK, Math.max(1, cycles)))
  const scratch = [0, 1, 2].map(() => new Int32Array(columns.cycles))
  const runs = circuit.steps.map((step) => compile(step, circuit, scratch as [Narrow, Narrow, Narrow]))
  const outputs = new Map([...circuit.outputs.keys()].map((name) => [name, [] as bigint[]]))
  for (let start = 0; start < cycles; start += columns.cycles) {
    fillInputs(circuit, inputs, start, columns)
    for (const run of runs) run(columns)
    const count = Math.min(columns.cycles, cycles - start)
    for (const [name, gathers] of circuit.outputs) {
      const parts = gathers.map((gather) => gatherNarrow(gather, columns, new Int32Array(columns.cycles)).slice())
      const rows = outputs.get(name)
      for (let t = 0; t < count; t++) {
        let bits = 0n
        for (let part = parts.length - 1; part >= 0; part--)
          bits = (bits << 32n) | BigInt((parts[part]?.[t] ?? 0) >>> 0)
        rows?.push(bits)
      }
    }
  }
  return outputs
}

function fillInputs(
  circuit: NetlistCircuit,
  inputs: ReadonlyMap<string, readonly bigint[]>,
  start: number,
  columns: Columns,
): void {
  for (const [name, words] of circuit.inputs) {
    const rows = inputs.get(name)
    words.forEach((word, index) => {
      const column = columns.narrow[word.index]
      if (!column) throw new Error('input words are narrow')
      const low = BigInt(32 * index)
      for (let t = 0; t < columns.cycles; t++) {
        column[t] = Number(BigInt.asUintN(word.width, (rows?.[start + t] ?? 0n) >> low)) | 0
      }
    })
  }
}

function compile(step: Step, circuit: NetlistCircuit, scratch: readonly [Narrow, Narrow, Narrow]): Run {
  const width = circuit.words[step.y]?.width ?? 0
  const narrow = width <= NARROW_BITS
  switch (step.kind) {
    case 'register':
      return narrow ? narrowRegister(step, scratch[0]) : wideRegister(step)
    case 'choice':
      return narrow ? narrowChoice(step, scratch) : wideChoice(step)
    case 'operation': {
      const fits = narrow && step.a.width <= NARROW_BITS && step.b.width <= NARROW_BITS
      if (fits) {
        const operation = narrowOperation(step.cell)
        return (columns) => {
          const a = gatherNarrow(step.a, columns, scratch[0])
          const b = gatherNarrow(step.b, columns, scratch[1])
          mapNarrow(operation, a, b, columns.narrow[step.y] as Narrow, width, columns.cycles)
        }
      }
      const operation = wideOperation(step.cell)
      return (columns) => {
        const result = mapWide(operation, gatherWide(step.a, columns), gatherWide(step.b, columns), width)
        store(result, step.y, columns)
      }
    }
  }
}

function store(result: Wide, word: number, columns: Columns): void {
  const narrow = columns.narrow[word]
  const wide = columns.wide[word]
  for (let t = 0; t < columns.cycles; t++) {
    if (narrow) narrow[t] = Number(result[t]) | 0
    else if (wide) wide[t] = result[t] as bigint
  }
}

function narrowRegister(step: Step & { readonly kind: 'register' }, scratch: Narrow): Run {
  let held = 0
  return (columns) => {
    const d = gatherNarrow(step.d, columns, scratch)
    const q = columns.narrow[step.y] as Narrow
    q[0] = held
    q.set(d.subarray(0, columns.cycles - 1), 1)
    held = d[columns.cycles - 1] ?? 0
  }
}

function wideRegister(step: Step & { readonly kind: 'register' }): Run {
  let held = 0n
  return (columns) => {
    const d = gatherWide(step.d, columns)
    const next = d.at(-1) ?? 0n
    store([held, ...d.slice(0, -1)], step.y, columns)
    held = next
  }
}

function narrowChoice(step: Step & { readonly kind: 'choice' }, scratch: readonly [Narrow, Narrow, Narrow]): Run {
  return (columns) => {
    const select = gatherNarrow(step.select, columns, scratch[0])
    const whenFalse = gatherNarrow(step.whenFalse, columns, scratch[1])
    const whenTrue = gatherNarrow(step.whenTrue, columns, scratch[2])
    const y = columns.narrow[step.y] as Narrow
    for (let t = 0; t < columns.cycles; t++) y[t] = (select[t] !== 0 ? whenTrue[t] : whenFalse[t]) as number
  }
}

function wideChoice(step: Step & { readonly kind: 'choice' }): Run {
  return (columns) => {
    const select = gatherWide(step.select, columns)
    const whenFalse = gatherWide(step.whenFalse, columns)
    const whenTrue = gatherWide(step.whenTrue, columns)
    store(
      select.map((bit, t) => (bit !== 0n ? whenTrue : whenFalse)[t] as bigint),
      step.y,
      columns,
    )
  }
}
