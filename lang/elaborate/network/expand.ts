import {
  inputMeetsArithmetic,
  inputNeverQuantized,
  outputDependsOnNoInput,
  tableNotQuantized,
} from '../../diagnostics/messages/check-networks.js'
import type { NetworkOperation, NetworkSpec } from '../../program.js'
import type { Span } from '../../source.js'
import type { Elaboration } from '../context.js'
import type { ValueOf } from '../value.js'
import { runBody } from './body.js'
import { NetworkDraft, Scope } from './draft.js'
import { isLayoutKind, sourcesOf } from './side.js'

/** A network without its name, and where its inputs and outputs were written. */
export interface ExpandedNetwork {
  readonly spec: Omit<NetworkSpec, 'id'>
  readonly inputSpans: ReadonlyMap<string, Span>
  readonly outputSpans: ReadonlyMap<string, Span>
}

/** Expands an architecture into operations on tensors. Undefined, and reported, where it makes no sense. */
export function expandNetwork(network: ValueOf<'network'>, elaboration: Elaboration): ExpandedNetwork | undefined {
  const draft = new NetworkDraft()
  const before = elaboration.failures
  runBody(network.declaration.body, {
    elaboration,
    module: network.module,
    locals: new Map(network.parameters),
    frames: network.frames,
    body: { draft, scope: new Scope(''), calls: [], declaredAt: new Map() },
  })
  // What failed may be why an input is unused or an output depends on nothing.
  const whole = draft.outputs.every((output) => output.operation >= 0) && elaboration.failures === before
  if (!whole || !inputsHaveWidths(draft, elaboration) || !outputsDependOnInputs(draft, elaboration)) return undefined
  if (!outputsAreNumbers(draft, elaboration)) return undefined
  return {
    spec: withoutDeadOperations(draft),
    inputSpans: new Map(draft.inputs.map((input) => [input.name, input.span])),
    outputSpans: new Map(draft.outputs.map((output) => [output.name, output.span])),
  }
}

/** An input without a declared type takes its width from the quantizers that see it, so there must be one. */
function inputsHaveWidths(draft: NetworkDraft, elaboration: Elaboration): boolean {
  const at = (operation: number) => draft.at(operation)
  const quantized = new Set(
    draft.operations.flatMap((operation) =>
      operation.kind === 'quantize' ? operation.operands.flatMap((operand) => sourcesOf(at, operand)) : [],
    ),
  )
  const used = new Set([
    ...draft.operations.flatMap((operation) => operation.operands),
    ...draft.outputs.map((output) => output.operation),
  ])
  const open = draft.inputs.filter(
    ({ operation }) => draft.at(operation).attributes.type === null && !quantized.has(operation),
  )
  for (const { name, operation, span } of open) {
    const use = draft.operations.find(({ operands }) => operands.includes(operation))
    const related = use === undefined ? [] : wayTo(use, span, 'used here')
    elaboration.report(inputNeverQuantized({ span, related, name, used: used.has(operation) }))
  }
  return open.length === 0
}

function outputsDependOnInputs(draft: NetworkDraft, elaboration: Elaboration): boolean {
  const constant = draft.outputs.filter(({ operation }) => !draft.isData(operation))
  for (const { name, operation, span } of constant) {
    const related = wayTo(draft.at(operation), span, 'made here')
    elaboration.report(outputDependsOnNoInput({ span, related, name }))
  }
  return constant.length === 0
}

/** A table of data gives real numbers, which no port can have: a quantizer follows. */
function outputsAreNumbers(draft: NetworkDraft, elaboration: Elaboration): boolean {
  const raw = draft.outputs.filter(({ operation }) => draft.at(operation).kind === 'table')
  for (const { operation, span } of raw) {
    const related = wayTo(draft.at(operation), span, 'the table is here')
    elaboration.report(tableNotQuantized({ span, related }))
  }
  return raw.length === 0
}

/** From a message at `span` to an operation: where it was written, unless just there, and the line of the library. */
function wayTo({ span: written, related = [] }: NetworkOperation, span: Span, text: string) {
  return [{ span: written, text }, ...related].filter(
    ({ span: { file, start, end } }) => file !== span.file || start !== span.start || end !== span.end,
  )
}

/** Only what an output needs, and the inputs, which are ports all the same; in the order in which it was made. */
function withoutDeadOperations(draft: NetworkDraft): Omit<NetworkSpec, 'id'> {
  const live = new Set([...draft.inputs, ...draft.outputs].map(({ operation }) => operation))
  for (let id = draft.operations.length - 1; id >= 0; id--) {
    if (live.has(id)) for (const operand of draft.at(id).operands) live.add(operand)
  }
  const kept = draft.operations.map((_, id) => id).filter((id) => live.has(id))
  const renumbered = new Map(kept.map((id, index) => [id, index]))
  const renumber = (id: number): number => renumbered.get(id) ?? id
  const port = ({ name, operation }: { readonly name: string; readonly operation: number }) => ({
    name,
    operation: renumber(operation),
  })
  return {
    inputs: draft.inputs.map(port),
    outputs: draft.outputs.map(port),
    operations: kept.map((id) => ({ ...draft.at(id), operands: draft.at(id).operands.map(renumber) })),
  }
}

/**
 * Reports inputs of a network that is to be trained which something uses unquantized. Such a network has shapes, so it
 * checks, but what is trained would not be what is built.
 */
export function checkInputUses({ spec, inputSpans }: ExpandedNetwork, elaboration: Elaboration): void {
  const at = (operation: number) => {
    const found = spec.operations[operation]
    if (found === undefined) throw new Error(`the network has no operation ${operation}`)
    return found
  }
  for (const { name, operation } of spec.inputs) {
    if (at(operation).attributes.type !== null) continue
    const use = spec.operations.find(
      ({ kind, operands }) =>
        kind !== 'quantize' &&
        kind !== 'stop_gradient' &&
        !isLayoutKind(kind) &&
        operands.some((operand) => sourcesOf(at, operand).includes(operation)),
    )
    const span = inputSpans.get(name)
    if (use === undefined || span === undefined) continue
    elaboration.report(inputMeetsArithmetic({ span, related: wayTo(use, span, 'used here as it is'), name }))
  }
}
