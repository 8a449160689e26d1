import { broadcastMap, concatMap, reduceMap, sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf, OperationWith } from '../../../compiler/graph/operation.js'
import { patchesMap } from '../../../compiler/graph/patches.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { BINARY, REDUCTIONS, UNARY } from '../../kernels/codes.js'
import { SAMPLES } from '../../kernels/program.js'
import { layOutContraction } from './contraction.js'
import type { Layout } from './layout.js'
import { rowBytes } from './memory.js'
import { bytesOf } from './shape.js'

/** Lays out an operation that is neither an input nor a quantizer. Returns the operations that this did. */
export function layOut(operation: Operation, layout: Layout): readonly OperationId[] {
  switch (operation.kind) {
    case 'einsum':
      return layOutContraction(operation, layout)
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'maximum':
    case 'minimum':
      combined(operation, layout)
      break
    case 'relu':
    case 'abs':
      unary(operation, UNARY[operation.kind], 0, layout)
      break
    case 'negate':
      unary(operation, UNARY.scale, -1, layout)
      break
    case 'shift':
      unary(operation, UNARY.scale, powerOfTwo(operation.by), layout)
      break
    case 'table':
      if (layout.shape.note === 'extremes') computed(operation, layout)
      // The quantizer behind it looks up what the operand is.
      else layout.put(operation.id, layout.place(operation.operands[0]))
      break
    case 'stop_gradient':
    case 'reshape':
      layout.put(operation.id, layout.place(operation.operands[0]))
      break
    case 'transpose':
      picked(operation, transposeMap(layout.tables.shape(operation.operands[0]), operation.permutation), layout)
      break
    case 'slice': {
      const { axis, start, end } = operation
      picked(operation, sliceMap(layout.tables.shape(operation.operands[0]), axis, start, end), layout)
      break
    }
    case 'patches':
      picked(operation, patchesMap(layout.tables.shape(operation.operands[0]), operation), layout)
      break
    case 'concat':
      concatenated(operation, layout)
      break
    case 'reduce':
      reduced(operation, layout)
      break
    case 'input':
    case 'quantize':
    case 'parameter':
    case 'constant':
    case 'divide':
    case 'square_root':
    case 'batch_statistics':
      throw new Error(`operation ${operation.id} (${operation.kind}) is not laid out here`)
  }
  layout.used(operation.operands)
  return [operation.id]
}

function unary(operation: Operation, code: number, factor: number, layout: Layout): void {
  const held = layout.held(operation.id)
  const x = layout.rows(operation.operands[0] ?? -1, held)
  const y = layout.newValue(operation.id)
  layout.emit('unary', held, y.address, x.address, y.elements, rowBytes(held), SAMPLES, code, factor)
  layout.put(operation.id, y)
}

/** Whatever the operand is held in, what a function gives takes doubles. */
function computed(operation: OperationOf<'table'>, layout: Layout): void {
  const from = layout.place(operation.operands[0])
  const into = layout.newValue(operation.id, 'float64')
  layout.between.push({ id: operation.id, after: layout.calls.length, from, into, function: operation.function })
  layout.put(operation.id, into)
}

function combined(operation: OperationWith<keyof typeof BINARY>, layout: Layout): void {
  const held = layout.held(operation.id)
  const operands = operation.operands.map((id) =>
    layout.isData(id)
      ? { address: layout.rows(id, held).address, bytes: rowBytes(held), constant: 0 }
      : { address: layout.constant(id, held), bytes: bytesOf(held), constant: 1 },
  )
  const [a, b] = operands
  if (a === undefined || b === undefined) throw new Error('a binary operation has two operands')
  const [left, right] = operation.operands.map((id) => broadcastMap(layout.tables.shape(id), operation.shape))
  const y = layout.newValue(operation.id)
  const maps: number[] = []
  for (let e = 0; e < y.elements; e++) maps.push((left?.[e] ?? 0) * a.bytes, (right?.[e] ?? 0) * b.bytes)
  const constants = a.constant + 2 * b.constant
  const code = BINARY[operation.kind]
  layout.emit(
    'binary',
    held,
    y.address,
    a.address,
    b.address,
    layout.table(maps),
    constants,
    y.elements,
    rowBytes(held),
    SAMPLES,
    code,
  )
  layout.put(operation.id, y)
}

function picked(operation: Operation, map: Int32Array, layout: Layout): void {
  const held = layout.held(operation.id)
  const x = layout.rows(operation.operands[0] ?? -1, held)
  const y = layout.newValue(operation.id)
  const table: number[] = []
  const zeros: number[] = []
  for (const [e, element] of map.entries()) {
    if (element < 0) zeros.push(e * rowBytes(held), 0)
    else table.push(e * rowBytes(held), element * rowBytes(held))
  }
  layout.emit('move', held, y.address, x.address, layout.table(table), table.length / 2, SAMPLES, 0)
  if (zeros.length > 0)
    layout.emit('move', held, y.address, layout.table([0, 0]), layout.table(zeros), zeros.length / 2, SAMPLES, 1)
  layout.put(operation.id, y)
}

function concatenated(operation: OperationOf<'concat'>, layout: Layout): void {
  const held = layout.held(operation.id)
  const map = concatMap(
    operation.operands.map((id) => layout.tables.shape(id)),
    operation.axis,
  )
  const y = layout.newValue(operation.id)
  for (const [index, id] of operation.operands.entries()) {
    const data = layout.isData(id)
    const source = data ? layout.rows(id, held).address : layout.constant(id, held)
    const table: number[] = []
    for (const [e, from] of map.operand.entries())
      if (from === index)
        table.push(e * rowBytes(held), (map.element[e] as number) * (data ? rowBytes(held) : bytesOf(held)))
    layout.emit('move', held, y.address, source, layout.table(table), table.length / 2, SAMPLES, data ? 0 : 1)
  }
  layout.put(operation.id, y)
}

function reduced(operation: OperationOf<'reduce'>, layout: Layout): void {
  const held = layout.held(operation.id)
  const [id] = operation.operands
  const x = layout.rows(id, held)
  const y = layout.newValue(operation.id)
  const terms = Array.from({ length: y.elements }, (): number[] => [])
  for (const [element, target] of reduceMap(layout.tables.shape(id), operation.axes).entries())
    terms[target]?.push(element * rowBytes(held))
  const table = terms.flatMap((rows, e) => [e * rowBytes(held), ...rows])
  const each = terms[0]?.length ?? 0
  const code = REDUCTIONS[operation.reduction]
  layout.emit('reduce', held, y.address, x.address, layout.table(table), y.elements, each, SAMPLES, code)
  layout.put(operation.id, y)
}
