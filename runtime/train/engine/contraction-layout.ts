import { broadcastMap, type ContractionPlan, planContraction } from '../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { elementCount } from '../../../lang/shape.js'
import { mirrored } from '../../infer/contraction.js'
import { CONTRACT, UNARY } from '../../kernels/codes.js'
import { call, inPart, inTile, SAMPLES } from '../../kernels/program.js'
import { ROW_BYTES, TILE } from '../../kernels/tiles.js'
import { addMoved, canonical, moved, progression } from './layout-moves.js'
import type { NetworkContext } from './network-context.js'
import type { ConstantValue, TileValue } from './values.js'

/** Columns of a panel of weights, and of a row of their gradient. */
const PANEL = 4
const WIDTH = 8

/** What follows a product of data and weights and is computed with it. */
interface Epilogue {
  readonly last: OperationId
  readonly bias: OperationId | null
  readonly relu: boolean
}

/** Lays out an einsum of data with constants, or of data with data. */
export function contractTiles(operation: OperationOf<'einsum'>, context: NetworkContext): TileValue {
  const [leftId, rightId] = operation.operands
  const shapeOf = (id: OperationId): readonly number[] => operationAt(context.graph, id).shape
  const isData = (id: OperationId): boolean => operationAt(context.graph, id).side === 'data'
  const plan = planContraction(operation.equation, shapeOf(leftId), shapeOf(rightId), operation.shape)
  if (isData(leftId) && isData(rightId)) return contractWithData(operation, plan, context)
  return isData(leftId)
    ? contractWithConstant(operation, plan, leftId, rightId, context)
    : contractWithConstant(operation, mirrored(plan), rightId, leftId, context)
}

function contractWithConstant(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  dataId: OperationId,
  constantId: OperationId,
  context: NetworkContext,
): TileValue {
  const level = context.levelOf(operation.id)
  const weights = context.constant(constantId)
  const given = context.tile(dataId)
  const batches = plan.left.batch.length
  const rows = plan.left.rows.length
  const inner = plan.left.inner.length
  const columns = plan.right.columns.length
  // The kernel walks rows of elements at one distance; other orders are copied into one where it can.
  const { value: x, plan: left } = canonical(given, plan.left.batch, plan.left.rows, plan.left.inner, level, context)
  const regular = progression(plan.output.columns)
  const epilogue = regular === null ? null : epilogueOf(operation, plan, context)
  const needsGradient = given.needsGradient || weights.gradient !== 0
  const y = context.newTile(
    elementCount(operation.shape),
    needsGradient || (epilogue?.bias != null && context.constant(epilogue.bias).gradient !== 0),
    epilogue?.relu === true && maskedByUser(epilogue.last, context),
  )
  const output =
    regular !== null
      ? { ...plan.output, distance: regular }
      : {
          batch: Int32Array.from({ length: batches }, (_, b) => b * rows * columns),
          rows: Int32Array.from({ length: rows }, (_, m) => m * columns),
          columns: Int32Array.from({ length: columns }, (_, n) => n),
          distance: 1,
        }
  const target = regular !== null ? y : context.newTile(batches * rows * columns, y.needsGradient)

  const a = packed(weights, plan.right, level, context)
  const biasMap = epilogue?.bias == null ? null : biasMapOf(epilogue.bias, operation, context)
  const jobs = (entry: (b: number, m: number) => readonly [number, number, number, number]): readonly number[] => {
    const words: number[] = []
    for (let b = 0; b < batches; b++) for (let m = 0; m < rows; m++) words.push(...entry(b, m))
    return words
  }
  const xRow = (b: number, m: number): number => ((left.batch[b] ?? 0) + (left.rows[m] ?? 0)) * ROW_BYTES
  const yRow = (b: number, m: number): number => ((output.batch[b] ?? 0) + (output.rows[m] ?? 0)) * ROW_BYTES
  const panelBytes = (k: number, n: number): number => Math.ceil(n / PANEL) * PANEL * k * 4
  const forwardTable = context.table(
    jobs((b, m) => [
      xRow(b, m),
      yRow(b, m),
      b * panelBytes(inner, columns),
      biasMap === null
        ? -1
        : (biasMap[(output.batch[b] ?? 0) + (output.rows[m] ?? 0) + (output.columns[0] ?? 0)] ?? 0) * 4,
    ]),
  )
  const count = batches * rows
  context.emitForward(
    level,
    call(
      'contract',
      forwardTable,
      count,
      inTile(x.offset),
      left.distance * ROW_BYTES,
      inTile(target.offset),
      output.distance * ROW_BYTES,
      a,
      epilogue?.bias == null ? 0 : context.constant(epilogue.bias).address,
      inner,
      columns,
      SAMPLES,
      epilogue?.relu === true ? CONTRACT.relu : 0,
    ),
  )
  const outputMap = elementsOf(plan.output.batch, plan.output.rows, plan.output.columns)
  if (target !== y) moved(target, y, invert(outputMap), level, context)
  if (epilogue !== null) {
    for (const id of chain(operation.id, epilogue, context)) context.fused.add(id)
    context.fusedInto.set(operation.id, epilogue.last)
  }
  if (!y.needsGradient) return y

  context.onAdjoint(level, () => {
    if (!y.written) return
    if (epilogue?.relu === true && !y.maskedByUser) {
      const dy = inTile(context.gradientOf(y))
      context.emitBackward(
        level,
        call('unaryBackward', dy, dy, inTile(y.offset), y.elements, ROW_BYTES, SAMPLES, UNARY.relu, 0, 0),
      )
    }
    if (target !== y) addMoved(y, target, invert(outputMap), level, context)
    const dy = inTile(context.gradientOf(target))
    const bias = epilogue?.bias == null ? null : context.constant(epilogue.bias)
    if (bias !== null && biasMap !== null && bias.gradient !== 0) {
      const sums = context.partGradient(bias, bias.elements, null)
      context.emitBackward(
        level,
        call('sumSamples', inPart(sums), context.table(biasMap), dy, ROW_BYTES, y.elements, SAMPLES),
      )
    }
    if (weights.gradient !== 0) {
      const width = Math.ceil(columns / WIDTH) * WIDTH
      const elements = Int32Array.from({ length: batches * inner * width }, (_, at) => {
        const n = at % width
        const k = Math.floor(at / width) % inner
        const b = Math.floor(at / width / inner)
        return n < columns ? elementAt(plan, b, k, n) : -1
      })
      const inOrder = elements.length === weights.elements && elements.every((element, at) => element === at)
      const sums = context.partGradient(weights, elements.length, inOrder ? null : elements)
      context.emitBackward(
        level,
        call(
          'outerProducts',
          context.table(jobs((b, m) => [xRow(b, m), yRow(b, m), b * inner * width * 4, 0])),
          count,
          inTile(x.offset),
          left.distance * ROW_BYTES,
          dy,
          output.distance * ROW_BYTES,
          inPart(sums),
          context.scratch(TILE * width * 4),
          inner,
          columns,
          width,
          SAMPLES,
        ),
      )
    }
    if (!x.needsGradient) return
    const dx = inTile(context.gradientOf(x))
    const overlapping = new Set(jobs((b, m) => [xRow(b, m), 0, 0, 0]).filter((_, at) => at % 4 === 0)).size < count
    if (overlapping && !x.written) {
      context.emitBackward(level, call('fill', dx, 0, x.elements * ROW_BYTES))
      x.written = true
    }
    context.emitBackward(
      level,
      call(
        'contract',
        context.table(jobs((b, m) => [yRow(b, m), xRow(b, m), b * panelBytes(columns, inner), -1])),
        count,
        dy,
        output.distance * ROW_BYTES,
        dx,
        left.distance * ROW_BYTES,
        packed(
          weights,
          { batch: plan.right.batch, inner: plan.right.columns, columns: plan.right.inner },
          level,
          context,
        ),
        0,
        columns,
        inner,
        SAMPLES,
        x.written ? CONTRACT.accumulate : 0,
      ),
    )
    x.written = true
    // The adjoint of the copy comes after those of its users.
    if (x !== given) addMoved(x, given, elementsOf(plan.left.batch, plan.left.rows, plan.left.inner), level, context)
  })
  return y
}

/** Element of the constant for (b, k, n). */
function elementAt(plan: ContractionPlan, b: number, k: number, n: number): number {
  return (plan.right.batch[b] as number) + (plan.right.inner[k] as number) + (plan.right.columns[n] as number)
}

/** Elements of a constant as a sum takes them: over `inner`, for each of `columns`. */
type Panels = ContractionPlan['right']

/** A copy of a constant in panels of four columns, per batch [column / 4][inner][4], made anew in each step. */
function packed(constant: ConstantValue, panels: Panels, level: number, context: NetworkContext): number {
  const { batch, inner, columns } = panels
  const words = Math.ceil(columns.length / PANEL) * PANEL * inner.length
  const address = context.arena.words(batch.length * words)
  const innerStride = progression(inner)
  const columnStride = progression(columns)
  if (innerStride !== null && columnStride !== null) {
    context.onForward(level, ({ kernels }) => {
      for (const [b, first] of batch.entries())
        kernels.packPanels(
          address + b * words * 4,
          constant.address + first * 4,
          inner.length,
          columns.length,
          innerStride * 4,
          columnStride * 4,
        )
    })
    return address
  }
  const map: number[] = []
  for (const first of batch)
    for (let column = 0; column < columns.length; column += PANEL)
      for (const i of inner)
        for (let lane = 0; lane < PANEL; lane++) {
          const c = columns[column + lane]
          map.push(c === undefined ? -1 : first + i + c)
        }
  const table = context.table(map)
  context.onForward(level, ({ kernels }) => kernels.gatherElements(address, constant.address, table, map.length))
  return address
}

/** Elements in the order batch, rows, columns. */
function elementsOf(batch: Int32Array, rows: Int32Array, columns: Int32Array): Int32Array {
  const result: number[] = []
  for (const b of batch) for (const m of rows) for (const n of columns) result.push(b + m + n)
  return Int32Array.from(result)
}

function invert(map: Int32Array): Int32Array {
  const result = new Int32Array(map.length)
  for (const [index, element] of map.entries()) result[element] = index
  return result
}

/** A bias and a ReLU that follow, each the only user of what is before it. */
function epilogueOf(operation: OperationOf<'einsum'>, plan: ContractionPlan, context: NetworkContext): Epilogue | null {
  const { graph } = context
  const level = context.levelOf(operation.id)
  const onlyUser = (id: OperationId): OperationId | null => {
    const used = context.liveUsers(id)
    const [first] = used
    return used.length === 1 && first !== undefined && context.levelOf(first) === level ? first : null
  }
  let last = operation.id
  let bias: OperationId | null = null
  const next = onlyUser(last)
  if (next !== null) {
    const user = operationAt(graph, next)
    if (user.kind === 'add') {
      const other = user.operands.find((id) => id !== last)
      if (
        other !== undefined &&
        operationAt(graph, other).side === 'parameter' &&
        elementCount(user.shape) === elementCount(operation.shape) &&
        runsAlong(biasMapOf(other, operation, context), plan)
      ) {
        bias = other
        last = next
      }
    }
  }
  const after = onlyUser(last)
  const relu = after !== null && operationAt(graph, after).kind === 'relu'
  if (relu) last = after
  return last === operation.id ? null : { last, bias, relu }
}

function chain(from: OperationId, epilogue: Epilogue, context: NetworkContext): readonly OperationId[] {
  const ids: OperationId[] = []
  for (let id = from; id !== epilogue.last; ) {
    id = context.liveUsers(id)[0] as OperationId
    ids.push(id)
  }
  return ids
}

function biasMapOf(bias: OperationId, operation: OperationOf<'einsum'>, context: NetworkContext): Int32Array {
  return broadcastMap(operationAt(context.graph, bias).shape, operation.shape)
}

/** Whether the bias has one element after the other along the columns of every product. */
function runsAlong(map: Int32Array, plan: ContractionPlan): boolean {
  for (const b of plan.output.batch)
    for (const m of plan.output.rows) {
      const first = map[b + m + (plan.output.columns[0] ?? 0)] ?? 0
      for (const [n, column] of plan.output.columns.entries()) if (map[b + m + column] !== first + n) return false
    }
  return true
}

/** Whether the only user of a ReLU's result is a quantizer that can apply the ReLU's slope itself. */
function maskedByUser(relu: OperationId, context: NetworkContext): boolean {
  const used = context.liveUsers(relu)
  const [first] = used
  const isOutput = context.graph.outputs.some(({ operation }) => operation === relu)
  return used.length === 1 && first !== undefined && !isOutput && operationAt(context.graph, first).kind === 'quantize'
}

function contractWithData(operation: OperationOf<'einsum'>, plan: ContractionPlan, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const [left, right] = [context.tile(operation.operands[0]), context.tile(operation.operands[1])]
  const y = context.newTile(elementCount(operation.shape), left.needsGradient || right.needsGradient)
  const at = (offsets: Int32Array, index: number): number => offsets[index] as number
  const bytes = (element: number): number => element * ROW_BYTES
  /** One entry for each element of a result, with the pairs of elements whose products it adds up. */
  const entries = new Map<string, Map<number, number[]>>()
  const note = (role: string, to: number, a: number, b: number): void => {
    const table = entries.get(role) ?? new Map<number, number[]>()
    entries.set(role, table)
    const list = table.get(to) ?? []
    table.set(to, list)
    list.push(bytes(a), bytes(b))
  }
  for (let b = 0; b < plan.left.batch.length; b++)
    for (let m = 0; m < plan.left.rows.length; m++)
      for (let n = 0; n < plan.right.columns.length; n++)
        for (let k = 0; k < plan.left.inner.length; k++) {
          const to = at(plan.output.batch, b) + at(plan.output.rows, m) + at(plan.output.columns, n)
          const l = at(plan.left.batch, b) + at(plan.left.rows, m) + at(plan.left.inner, k)
          const r = at(plan.right.batch, b) + at(plan.right.inner, k) + at(plan.right.columns, n)
          note('y', to, l, r)
          note('left', l, to, r)
          note('right', r, to, l)
        }
  const emit = (
    role: string,
    a: number,
    b: number,
    target: number,
    accumulate: boolean,
    push: (made: ReturnType<typeof call>) => void,
  ): void => {
    const table = [...(entries.get(role) ?? new Map<number, number[]>())].sort(([p], [q]) => p - q)
    // Every element of a result adds up the same number of products.
    const terms = (table[0]?.[1].length ?? 0) / 2
    const words = table.flatMap(([to, pairs]) => [bytes(to), ...pairs])
    push(
      call(
        'contractData',
        context.table(words),
        table.length,
        terms,
        inTile(a),
        inTile(b),
        inTile(target),
        SAMPLES,
        accumulate ? CONTRACT.accumulate : 0,
      ),
    )
  }
  emit('y', left.offset, right.offset, y.offset, false, (made) => context.emitForward(level, made))
  context.onAdjoint(level, () => {
    if (!y.written) return
    for (const [role, value, other] of [
      ['left', left, right],
      ['right', right, left],
    ] as const) {
      if (!value.needsGradient) continue
      emit(role, context.gradientOf(y), other.offset, context.gradientOf(value), value.written, (made) =>
        context.emitBackward(level, made),
      )
      value.written = true
    }
  })
  return y
}
