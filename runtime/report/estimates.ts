import { apportion, layerCosts } from '../../compiler/estimate/layers.js'
import { hasTernaryAdders } from '../../compiler/estimate/ternary-adders.js'
import { borrowedDelays } from '../../compiler/schedule/delays.js'
import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import {
  adderGraphScale,
  type Calibration,
  calibrationOf,
  type Range,
  type Scale,
  scaled,
} from '../../targets/calibration.js'
import { yosysFlow } from '../../targets/families.js'
import type { Report, Resources } from '../../targets/report.js'
import type { Estimates } from './schema.js'

/** The counts that stand for a design: of the vendor's tool where it ran, else of Yosys. */
export interface Counts {
  readonly lut: number
  readonly ff: number
  readonly dsp: number
  readonly bram: number
}

/**
 * Counts as they stand in a report. Of Yosys, `lut` leaves out look-up tables that are shift registers: what its counts are
 * compared with (`targets/calibration.ts`) are those that compute.
 */
export function countsOf({ resources, tool }: Report): Counts {
  const { ff, dsp, bram } = resources
  return { lut: tool.name === 'yosys' ? logicOf(resources) : resources.lut.total, ff, dsp, bram: bram.blocks }
}

function logicOf({ lut }: Resources): number {
  return lut.logic ?? lut.total
}

/**
 * What the vendor's tool is expected to count for a design of a family: before synthesis from its adder graph, after it
 * from what Yosys counted; and which layer brings how much of `counts`. Yosys sees one flat circuit, so LUTs are divided
 * among the layers by the cost of their nodes, and registers by the bits that they register.
 */
export function estimatesOf(pipeline: Pipeline, family: string, yosys: Report | null, counts: Counts): Estimates {
  const calibration = calibrationOf(family)
  const native = hasTernaryAdders(family)
  const layers = layerCosts(pipeline, native)
  const costs = layers.map(({ cost }) => cost)
  const bits = layers.map(({ registerBits }) => registerBits)
  const cost = costs.reduce((sum, each) => sum + each, 0)
  const register_bits = bits.reduce((sum, each) => sum + each, 0)
  const range = (count: number, scale: (calibration: Calibration) => Scale): Range | null =>
    calibration === null ? null : scaled(count, scale(calibration))
  const ternary_adders = pipeline.graph.nodes.filter((node) => node.kind === 'sum').length
  const two_input_cost = layerCosts(pipeline, false).reduce((sum, each) => sum + each.cost, 0)
  // The counts of Yosys were compared on designs without three-input adders, of which it makes something else.
  const comparable = ternary_adders === 0
  const synthesis =
    yosys === null ? null : synthesisOf(yosys, family, (count, scale) => (comparable ? range(count, scale) : null))
  const lut = apportion(counts.lut, costs)
  const ff = apportion(counts.ff, bits)
  const lutRanges = shares(synthesis?.lut_range ?? null, costs)
  const ffRanges = shares(synthesis?.ff_range ?? null, bits)
  return {
    family,
    borrowed_delays: borrowedDelays(family),
    vendor_tool: calibration?.tool ?? null,
    adder_graph: {
      cost,
      ternary_adders,
      two_input_cost,
      register_bits,
      lut_range: range(cost, (each) => adderGraphScale(each, cost)),
      ff_range: range(register_bits, (each) => each.registerBits),
    },
    synthesis,
    layers: layers.map((each, index) => ({
      layer: each.layer,
      cost: each.cost,
      register_bits: each.registerBits,
      lut: lut[index] ?? 0,
      ff: ff[index] ?? 0,
      lut_range: lutRanges[index] ?? null,
      ff_range: ffRanges[index] ?? null,
    })),
  }
}

function synthesisOf(
  report: Report,
  family: string,
  range: (count: number, scale: (calibration: Calibration) => Scale) => Range | null,
): NonNullable<Estimates['synthesis']> {
  const { lut, ff, dsp, bram } = countsOf(report)
  return {
    tool: report.tool.name,
    version: report.tool.version,
    borrowed_cells: yosysFlow(family)?.standIn ?? null,
    lut,
    lut_memory: report.resources.lut.memory ?? 0,
    ff,
    dsp,
    bram,
    lut_range: range(lut, ({ yosys }) => yosys.lut),
    ff_range: range(ff, ({ yosys }) => yosys.ff),
    dsp_range: range(dsp, ({ yosys }) => yosys.dsp),
  }
}

/** A range divided by weights, so that each of its numbers adds up. */
function shares(range: Range | null, weights: readonly number[]): readonly (Range | null)[] {
  if (range === null) return weights.map(() => null)
  const [low, central, high] = [range.low, range.central, range.high].map((total) => apportion(total, weights))
  return weights.map((_, index) => ({
    low: low?.[index] ?? 0,
    central: central?.[index] ?? 0,
    high: high?.[index] ?? 0,
  }))
}
