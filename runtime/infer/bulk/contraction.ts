import { broadcastMap, type ContractionPlan } from '../../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf } from '../../../compiler/graph/operation.js'
import { elementCount } from '../../../lang/shape.js'
import { SAMPLES } from '../../kernels/program.js'
import { mirrored } from '../contraction.js'
import { constantOf, type Layout } from './layout.js'
import { rowBytes } from './memory.js'
import { bytesOf } from './shape.js'

/**
 * Lays out an einsum, together with a constant added to it and a ReLU where nobody else looks at what is between.
 * Returns what was done.
 */
export function layOutContraction(operation: OperationOf<'einsum'>, layout: Layout): readonly OperationId[] {
  const [left, right] = operation.operands
  const plan = layout.tables.plan(operation)
  if (layout.isData(left) && layout.isData(right)) return productsOfData(operation, plan, layout)
  return layout.isData(left)
    ? weightedSums(operation, plan, left, right, layout)
    : weightedSums(operation, mirrored(plan), right, left, layout)
}

function weightedSums(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  data: OperationId,
  weights: OperationId,
  layout: Layout,
): readonly OperationId[] {
  const { bias, relu, done } = epilogueOf(operation, layout)
  const last = done.at(-1) ?? operation.id
  const held = layout.held(last)
  const x = layout.rows(data, held)
  const y = layout.newValue(last)
  const row = rowBytes(held)
  const [batches, rows, columns] = [plan.left.batch.length, plan.left.rows.length, plan.right.columns.length]
  const table: number[] = []
  const outputs: number[] = []
  for (let b = 0; b < batches; b++)
    for (let m = 0; m < rows; m++)
      for (let n = 0; n < columns; n++) {
        const output = at(plan.output.batch, b) + at(plan.output.rows, m) + at(plan.output.columns, n)
        outputs.push(output)
        table.push((at(plan.left.batch, b) + at(plan.left.rows, m)) * row, output * row, b * columns + n, 0)
      }
  const depth = plan.left.inner.length
  const room = Math.max(1, depth) * 2 * bytesOf(held)
  const lists = layout.memory.arena.bytes(Math.max(1, batches * columns) * room)
  const counts = layout.memory.arena.words(Math.max(1, batches * columns))
  const biasMap = bias === null ? null : broadcastMap(layout.tables.shape(bias), operation.shape)
  const init =
    bias === null || biasMap === null
      ? layout.memory.arena.bytes(Math.max(1, outputs.length) * bytesOf(held))
      : layout.picked(
          bias,
          Int32Array.from(outputs, (output) => biasMap[output] as number),
          held,
        )
  const entries = outputs.length
  layout.emit(
    'sumTerms',
    held,
    layout.table(table),
    entries,
    x.address,
    y.address,
    lists,
    room,
    counts,
    init,
    SAMPLES,
    relu ? 1 : 0,
  )
  layout.fills.push((machine, constants) => {
    const values = constantOf(constants, weights)
    const numbers = machine.numbers(0, machine.words.byteLength / bytesOf(held), held)
    const words = machine.words
    const perNumber = bytesOf(held)
    for (let list = 0; list < batches * columns; list++) {
      const n = list % columns
      const base = at(plan.right.batch, (list - n) / columns) + at(plan.right.columns, n)
      let term = lists + list * room
      let count = 0
      for (let k = 0; k < depth; k++) {
        const weight = values[base + (plan.right.inner[k] as number)] as number
        // A pruned weight costs nothing.
        if (weight === 0) continue
        words[term >> 2] = (plan.left.inner[k] as number) * row
        numbers[term / perNumber + 1] = weight
        term += 2 * perNumber
        count++
      }
      words[(counts >> 2) + list] = count
    }
  })
  layout.put(last, y)
  layout.used(operation.operands)
  return [operation.id, ...done]
}

function epilogueOf(
  operation: OperationOf<'einsum'>,
  layout: Layout,
): { readonly bias: OperationId | null; readonly relu: boolean; readonly done: readonly OperationId[] } {
  const done: OperationId[] = []
  let bias: OperationId | null = null
  let next: Operation | undefined = layout.onlyUser(operation.id)
  if (next?.kind === 'add' && elementCount(next.shape) === elementCount(operation.shape)) {
    const other = next.operands.find((id) => !layout.isData(id))
    if (other !== undefined) {
      bias = other
      done.push(next.id)
      next = layout.onlyUser(next.id)
    }
  }
  const relu = next?.kind === 'relu'
  if (relu && next !== undefined) done.push(next.id)
  return { bias, relu, done }
}

function productsOfData(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  layout: Layout,
): readonly OperationId[] {
  const held = layout.held(operation.id)
  const [left, right] = [layout.rows(operation.operands[0], held), layout.rows(operation.operands[1], held)]
  const y = layout.newValue(operation.id)
  const row = rowBytes(held)
  const table: number[] = []
  for (let b = 0; b < plan.left.batch.length; b++)
    for (let m = 0; m < plan.left.rows.length; m++)
      for (let n = 0; n < plan.right.columns.length; n++) {
        table.push((at(plan.output.batch, b) + at(plan.output.rows, m) + at(plan.output.columns, n)) * row)
        for (let k = 0; k < plan.left.inner.length; k++)
          table.push(
            (at(plan.left.batch, b) + at(plan.left.rows, m) + at(plan.left.inner, k)) * row,
            (at(plan.right.batch, b) + at(plan.right.inner, k) + at(plan.right.columns, n)) * row,
          )
      }
  const terms = plan.left.inner.length
  const entries = table.length / (1 + 2 * terms)
  layout.emit('sumProducts', held, layout.table(table), entries, terms, left.address, right.address, y.address, SAMPLES)
  layout.put(operation.id, y)
  layout.used(operation.operands)
  return [operation.id]
}

function at(offsets: Int32Array, index: number): number {
  return offsets[index] as number
}
