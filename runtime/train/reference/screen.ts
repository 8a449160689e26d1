import type { OperationId, TensorGraph } from '../../../compiler/graph/operation.js'
import { tracksInteger } from '../../../compiler/graph/state.js'
import { operationAt, outputOperation } from '../../../compiler/graph/walk.js'
import type { MetricSpec } from '../../../lang/program.js'
import { elementCount } from '../../../lang/shape.js'
import { elementTypes, freezeParameters } from '../../calibrate/freeze.js'
import { observe } from '../../calibrate/observe.js'
import { groupWidths, learnedTypes } from '../../calibrate/widths.js'
import type { Dataset } from '../../data/dataset.js'
import { Tables } from '../../infer/element-tables.js'
import type { Checkpoint, CheckpointTensor } from '../checkpoint.js'
import type { Screening } from '../engine.js'
import { measure } from '../metrics.js'

/** Measures checkpoints of one network quickly: round-only inference on the validation part. */
export class Screen {
  readonly #graph: TensorGraph
  readonly #tables: Tables
  readonly #dataset: Dataset
  readonly #metric: MetricSpec
  readonly #output: OperationId

  constructor(graph: TensorGraph, dataset: Dataset, metric: MetricSpec) {
    this.#graph = graph
    this.#tables = Tables.of(graph)
    this.#dataset = dataset
    this.#metric = metric
    this.#output = outputOperation(graph)
  }

  /** `network` is the state of the network by path. */
  measure(network: ReadonlyMap<string, CheckpointTensor>): Screening {
    const checkpoint: Checkpoint = { tensors: network, metadata: {} }
    const part = this.#dataset.parts.validation
    const constants = freezeParameters(this.#graph, this.#tables, checkpoint)
    const values = new Map([...constants].map(([id, constant]) => [id, constant.values]))
    const alive = new Set<string>()
    const outputs = observe(
      this.#graph,
      this.#tables,
      values,
      part,
      {
        quantizer: (operation) => {
          const widths = groupWidths(operation, checkpoint)
          const { groupOf } = widths
          if (!tracksInteger(operation.quantizer))
            return { kind: 'known', elements: elementTypes(operation, learnedTypes(operation, widths), groupOf) }
          const kif = operation.quantizer.parametrization === 'kif'
          return {
            kind: 'round',
            f: kif ? widths.fraction : widths.fraction.map((b, group) => b - (widths.i[group] ?? 0)),
            groupOf,
          }
        },
        saw: (operation, _, after) => {
          if (after?.some((value) => value !== 0) === true) alive.add(operation.path)
        },
      },
      this.#output,
    )
    if (outputs === null) throw new Error('every quantizer of a checkpoint is known')
    const rows = this.#dataset.parts.validation.rows
    if (outputs.length !== rows * elementCount(operationAt(this.#graph, this.#output).shape))
      throw new Error('the output has another size')
    return { metric: measure(this.#metric, this.#dataset, part, outputs), dead: this.#deadPaths(alive, values) }
  }

  #deadPaths(alive: ReadonlySet<string>, constants: ReadonlyMap<OperationId, Float64Array>): Screening['dead'] {
    return this.#tables.live.flatMap((id): Screening['dead'] => {
      const operation = operationAt(this.#graph, id)
      if (operation.kind !== 'quantize') return []
      if (operation.side === 'data') return alive.has(operation.path) ? [] : [{ path: operation.path, what: 'outputs' }]
      const zero = constants.get(id)?.every((value) => value === 0) === true
      // A bias may well be zero, and starts so.
      return zero && operation.place !== 'bias' ? [{ path: operation.path, what: 'weights' }] : []
    })
  }
}
