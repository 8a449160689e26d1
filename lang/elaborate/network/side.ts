/** As much of an operation as these questions need: the draft of the elaborator and the finished graph both have it. */
export interface Wired {
  readonly kind: string
  readonly operands: readonly number[]
}

/** Statistics of data are tracked state, so they count as parameters. */
export function isStatistics(kind: string): boolean {
  return kind === 'batch_mean' || kind === 'batch_variance' || kind === 'batch_statistics'
}

/** True when an operation depends on an input, given which of its operands do. */
export function dependsOnData(operation: Wired, isData: (operand: number) => boolean): boolean {
  if (operation.kind === 'input') return true
  return !isStatistics(operation.kind) && operation.operands.some(isData)
}

const LAYOUT_KINDS: ReadonlySet<string> = new Set(['reshape', 'transpose', 'slice', 'concat', 'concatenate', 'patches'])

/** True for operations that move elements and change none of them. */
export function isLayoutKind(kind: string): boolean {
  return LAYOUT_KINDS.has(kind)
}

/** Where the elements of a value come from: the operations before any layout operation or `stop_gradient`. */
export function sourcesOf(at: (operation: number) => Wired, operation: number): readonly number[] {
  const { kind, operands } = at(operation)
  return isLayoutKind(kind) || kind === 'stop_gradient'
    ? [...new Set(operands.flatMap((operand) => sourcesOf(at, operand)))]
    : [operation]
}

/** Operations whose result is as short a number as their operands. */
const EXACT_KINDS: ReadonlySet<string> = new Set([...LAYOUT_KINDS, 'negate', 'shift', 'abs', 'relu', 'stop_gradient'])

/** True for quantized values and constants, also behind operations that keep them on their grid: what may meet data. */
export function isExact(at: (operation: number) => Wired, operation: number): boolean {
  const { kind, operands } = at(operation)
  if (kind === 'quantize' || kind === 'constant') return true
  return EXACT_KINDS.has(kind) && operands.every((operand) => isExact(at, operand))
}
