import type { NetworkOperation } from '../../program.js'
import type { Span } from '../../source.js'
import { dependsOnData } from './side.js'

/** A call of a layer while it is expanded: where its parameters and quantizers get their names from. */
export class Scope {
  readonly path: string
  readonly #counts = new Map<string, number>()

  constructor(path: string) {
    this.path = path
  }

  /** The path of the next thing of this kind: `dense[0]`, `dense[1]`, …; within a call `station[0]/dense[0]`. */
  next(kind: string): string {
    const count = this.#counts.get(kind) ?? 0
    this.#counts.set(kind, count + 1)
    return `${this.path === '' ? '' : `${this.path}/`}${kind}[${count}]`
  }
}

/**
 * A network while it grows. What has a path and is made again from the same operands, by another call of a shared layer,
 * is the same operation.
 */
export class NetworkDraft {
  readonly operations: NetworkOperation[] = []
  readonly inputs: { readonly name: string; readonly operation: number; readonly span: Span }[] = []
  readonly outputs: { readonly name: string; readonly operation: number; readonly span: Span }[] = []
  /** By operation: whether it depends on an input. */
  readonly #onData: boolean[] = []
  readonly #byPath = new Map<string, number[]>()

  /** Adds an operation, or finds it again. */
  add(operation: NetworkOperation): number {
    const again = operation.path === null ? undefined : this.#find(operation.path, operation)
    if (again !== undefined) return again
    this.operations.push(operation)
    const id = this.operations.length - 1
    this.#onData.push(dependsOnData(operation, (operand) => this.isData(operand)))
    if (operation.path !== null) this.#byPath.set(operation.path, [...this.madeFor(operation.path), id])
    return id
  }

  /** The operations that have this path: several where a shared quantizer sees several tensors. */
  madeFor(path: string): readonly number[] {
    return this.#byPath.get(path) ?? []
  }

  at(operation: number): NetworkOperation {
    const found = this.operations[operation]
    if (found === undefined) throw new Error(`the network has no operation ${operation}`)
    return found
  }

  /** False when the operation depends on parameters, constants and tracked state alone. */
  isData(operation: number): boolean {
    return this.#onData[operation] === true
  }

  #find(path: string, { kind, operands }: NetworkOperation): number | undefined {
    return this.madeFor(path).find((id) => {
      const other = this.at(id)
      return (
        other.kind === kind &&
        other.operands.length === operands.length &&
        other.operands.every((operand, index) => operand === operands[index])
      )
    })
  }
}
