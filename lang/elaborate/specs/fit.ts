import {
  dataShape,
  featuresDontNameInput,
  inputWithoutFeatures,
  outputSize,
  severalOutputs,
  unknownColumn,
} from '../../diagnostics/messages/check-fit.js'
import type { DataHeader, Shape } from '../../host.js'
import type { Column, ColumnSelection, DatasetSpec } from '../../program.js'
import { elementCount, formatShape } from '../../shape.js'
import type { Span } from '../../source.js'
import { nearest } from '../../suggest.js'
import type { Elaboration } from '../context.js'
import type { ExpandedNetwork } from '../network/expand.js'
import type { Arguments, Value } from '../value.js'
import { taskOf } from './tasks.js'

/** A network and a data set that are to fit each other. */
export interface Pairing {
  readonly network: ExpandedNetwork
  /** How messages name the network. */
  readonly networkName: string
  readonly dataset: DatasetSpec
  readonly entries: Arguments
  readonly datasetSpan: Span
  /** Of the training that joins them. */
  readonly span: Span
  /** The loss takes the logit of the second of two classes, so one output serves. */
  readonly isBinary: boolean
  /** Shapes of the data where a header could be read. */
  readonly header: DataHeader | undefined
}

/** Reports where inputs and features, or outputs and labels, don't fit. */
export function checkFit(pairing: Pairing, elaboration: Elaboration): void {
  checkInputs(pairing, elaboration)
  checkOutput(pairing, elaboration)
}

function checkInputs(pairing: Pairing, elaboration: Elaboration): void {
  const { dataset, network, entries, networkName, datasetSpan } = pairing
  const inputs = network.spec.inputs.map((input) => input.name)
  const features = entries.get('features')
  const span = features?.span ?? datasetSpan
  const related = [...network.inputSpans].map(([name, at]) => ({ span: at, text: `the input '${name}'` }))
  if (features?.kind !== 'record') {
    if (inputs.length > 1) {
      elaboration.report(inputWithoutFeatures({ inputs, network: networkName, single: true, span, related }))
      return
    }
    const [input] = inputs
    const selection = dataset.features
    if (input !== undefined && !isRecord(selection)) checkShape(input, selection, features, pairing, elaboration)
    return
  }
  for (const [name, value] of features.entries) {
    if (inputs.includes(name)) continue
    const facts = { name, inputs, network: networkName, nearest: nearest(name, inputs), span: value.span, related }
    elaboration.report(featuresDontNameInput(facts))
  }
  const missing = inputs.filter((name) => !features.entries.has(name))
  // A name that is only misspelt is one mistake, not two.
  if (missing.length > [...features.entries.keys()].filter((name) => !inputs.includes(name)).length) {
    const unfed = [...network.inputSpans].flatMap(([name, at]) =>
      missing.includes(name) ? [{ span: at, text: `the input '${name}'` }] : [],
    )
    elaboration.report(
      inputWithoutFeatures({ inputs: missing, network: networkName, single: false, span, related: unfed }),
    )
  }
  for (const input of inputs) {
    const value = features.entries.get(input)
    const selection = isRecord(dataset.features) ? dataset.features[input] : undefined
    if (value !== undefined) checkShape(input, selection, value, pairing, elaboration)
  }
}

function isRecord(features: DatasetSpec['features']): features is { readonly [input: string]: ColumnSelection } {
  return typeof features === 'object' && !Array.isArray(features)
}

function checkShape(
  input: string,
  selection: ColumnSelection | undefined,
  value: Value | undefined,
  pairing: Pairing,
  elaboration: Elaboration,
): void {
  const { network, dataset, datasetSpan } = pairing
  const shape = inputShape(network, input)
  const data = selectedShape(selection, value, pairing, elaboration)
  if (shape === undefined || data === undefined || formatShape(shape) === formatShape(data.shape)) return
  const declared = network.inputSpans.get(input)
  elaboration.report(
    dataShape({
      input,
      inputShape: formatShape(shape),
      column: data.text,
      dataShape: formatShape(data.shape),
      span: value?.span ?? sourceSpan(pairing),
      related: [
        ...(declared === undefined ? [] : [{ span: declared, text: `'${input}' is declared here` }]),
        ...(value === undefined ? [{ span: datasetSpan, text: `'${dataset.name}' has no \`features\`` }] : []),
      ],
    }),
  )
}

function sourceSpan({ entries, datasetSpan }: Pairing): Span {
  return entries.get('source')?.span ?? datasetSpan
}

function inputShape(network: ExpandedNetwork, name: string): Shape | undefined {
  const operation = network.spec.inputs.find((input) => input.name === name)?.operation
  return operation === undefined ? undefined : network.spec.operations[operation]?.shape
}

interface SelectedData {
  readonly text: string
  readonly shape: Shape
}

/** The shape that the selected columns have together; undefined where the header does not tell. */
function selectedShape(
  selection: ColumnSelection | undefined,
  value: Value | undefined,
  pairing: Pairing,
  elaboration: Elaboration,
): SelectedData | undefined {
  const { header, dataset } = pairing
  if (header === undefined) return undefined
  if (selection === undefined) {
    const answers = [dataset.labels, ...(Array.isArray(dataset.target) ? dataset.target : [dataset.target])]
    const names = new Set(
      answers.map((column) => (typeof column === 'number' ? header.columns.at(column)?.name : column)),
    )
    // One that is not there is reported as such; how many columns are left beside it says nothing.
    const known = header.columns.map((column) => column.name)
    for (const name of names) if (name !== undefined && !known.includes(name)) return undefined
    const others = header.columns.filter((column) => !names.has(column.name))
    const shape = joinedShape(others.map((column) => column.shape))
    return shape && { text: others.length === 1 ? 'the other column' : `the ${others.length} other columns`, shape }
  }
  const columns = typeof selection === 'object' ? selection : [selection]
  const shapes: Shape[] = []
  for (const [index, column] of columns.entries()) {
    const span = value?.kind === 'list' ? value.items[index]?.span : value?.span
    const shape = columnShape(column, header, span, pairing, elaboration)
    if (shape === undefined) return undefined
    shapes.push(shape)
  }
  const shape = joinedShape(shapes)
  const [first] = columns
  return (
    shape && { text: first !== undefined && columns.length === 1 ? textOf(first) : `${columns.length} columns`, shape }
  )
}

/** As the data are loaded: a single array keeps its shape; numbers and vectors are put one after the other. */
function joinedShape(shapes: readonly Shape[]): Shape | undefined {
  const [only] = shapes
  if (only !== undefined && shapes.length === 1 && only.length > 0) return only
  if (only === undefined || shapes.some((shape) => shape.length > 1)) return undefined
  return [shapes.reduce((total, shape) => total + (shape[0] ?? 1), 0)]
}

function columnShape(
  column: Column,
  header: DataHeader,
  span: Span | undefined,
  pairing: Pairing,
  elaboration: Elaboration,
): Shape | undefined {
  const { columns } = header
  const found =
    typeof column === 'number'
      ? columns[column < 0 ? column + columns.length : column]
      : columns.find((other) => other.name === column)
  if (found !== undefined) return found.shape
  const names = columns.map((other) => other.name)
  const near = typeof column === 'string' ? nearest(column, names) : undefined
  const source = pairing.entries.get('source')?.span
  const related = source === undefined ? [] : [{ span: source, text: 'the data' }]
  elaboration.report(
    unknownColumn({
      name: String(column),
      columns: names,
      nearest: near,
      separator: otherSeparator(names),
      span: span ?? pairing.datasetSpan,
      related,
    }),
  )
  return undefined
}

/** A header read as one name that holds what other files separate columns with, in quotes. */
function otherSeparator(names: readonly string[]): string | undefined {
  const [only] = names
  if (only === undefined || names.length > 1) return undefined
  const found = [';', '\t', '|', ','].find((separator) => only.includes(separator))
  return found === undefined ? undefined : JSON.stringify(found)
}

function textOf(column: Column): string {
  return typeof column === 'number' ? `column ${column}` : `'${column}'`
}

function checkOutput(pairing: Pairing, elaboration: Elaboration): void {
  const { network, dataset, entries, span } = pairing
  const [output, ...more] = network.spec.outputs
  if (output === undefined) return
  if (more.length > 0) {
    const related = [...network.outputSpans.values()].map((at) => ({ span: at, text: 'an output' }))
    elaboration.report(severalOutputs({ names: network.spec.outputs.map(({ name }) => name), span, related }))
    return
  }
  const shape = network.spec.operations[output.operation]?.shape ?? []
  const at = network.outputSpans.get(output.name) ?? span
  const wanted = wantedOutput(pairing, elaboration)
  if (wanted !== undefined && shape.length === 1 && shape[0] === wanted.length) return
  if (wanted === undefined && shape.length === 1) return
  const source = entries.get(wanted?.entry ?? (taskOf(dataset) === 'classification' ? 'labels' : 'target'))
  elaboration.report(
    outputSize({
      shape: formatShape(shape),
      wanted: wanted?.text ?? 'not one axis of numbers',
      span: at,
      related: source === undefined ? [] : [{ span: source.span, text: 'what it is to give' }],
      cure:
        wanted === undefined
          ? 'flatten it, or sum over the other axes'
          : `the last layer needs ${wanted.length === 1 ? '1 unit' : `${wanted.length} units`}`,
    }),
  )
}

interface WantedOutput {
  readonly length: number
  readonly text: string
  readonly entry: string
}

/** How many numbers the network must give, where the data set tells. */
function wantedOutput(pairing: Pairing, elaboration: Elaboration): WantedOutput | undefined {
  const { dataset, header, entries } = pairing
  if (taskOf(dataset) === 'classification') {
    if (pairing.entries.get('labels') !== undefined && header !== undefined && dataset.labels !== undefined) {
      columnShape(dataset.labels, header, entries.get('labels')?.span, pairing, elaboration)
    }
    const classes = dataset.classes?.length
    if (pairing.isBinary) {
      return { length: 1, text: 'binary_cross_entropy needs one logit', entry: 'labels' }
    }
    return classes === undefined
      ? undefined
      : { length: classes, text: `the data set has ${classes} classes`, entry: 'classes' }
  }
  const { target } = dataset
  if (target === undefined) return undefined
  const value = entries.get('target')
  if (header === undefined) {
    return typeof target === 'object' ? wantedNumbers(target.length) : undefined
  }
  const shape = selectedShape(target, value, pairing, elaboration)?.shape
  return shape && wantedNumbers(elementCount(shape))
}

function wantedNumbers(length: number): WantedOutput {
  return { length, text: `the target is ${length === 1 ? '1 number' : `${length} numbers`}`, entry: 'target' }
}
