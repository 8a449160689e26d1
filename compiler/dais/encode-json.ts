import type { Interval } from '../fixed/interval.js'
import { powerOfTwo } from '../numeric/exponent.js'
import type { DaisOperation, DaisProgram, DaisTable } from './program.js'

/** The JSON of a program, as `CombLogic.save` writes it: records as lists, in the order of their fields. */
export function encodeDaisJson(program: DaisProgram): string {
  const { inputs, outputs, inputShifts, operations, tables, carrySize, adderSize } = program
  const lists = [
    JSON.stringify([inputs, outputs.length]),
    JSON.stringify(inputShifts),
    JSON.stringify(outputs.map(({ value }) => value)),
    JSON.stringify(outputs.map(({ shift }) => shift)),
    JSON.stringify(outputs.map(({ negate }) => negate)),
    // 64 bits are more than a number of JSON.stringify holds.
    `[${operations.map(operationText).join(',')}]`,
    String(carrySize),
    String(adderSize),
    tables.length === 0 ? 'null' : JSON.stringify(tables.map(tableRecord)),
  ]
  return `[${lists.join(',')}]`
}

function operationText({ id0, id1, opcode, data, interval, latency, cost }: DaisOperation): string {
  return `[${id0},${id1},${opcode},${data},${JSON.stringify(bounds(interval))},${latency},${cost}]`
}

function bounds({ low, high, fraction }: Interval): readonly [number, number, number] {
  const step = powerOfTwo(-fraction)
  return [Number(low) * step, Number(high) * step, step]
}

function tableRecord({ entries, output, inputWidth, hash }: DaisTable): unknown {
  const [min, max, step] = bounds(output)
  return { spec: { hash, out_qint: { min, max, step }, inp_width: inputWidth }, table: entries }
}
