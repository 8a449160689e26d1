import { decodeFixedGraph, encodeFixedGraph, Reader } from '../fixed/serialize.js'
import type { Pipeline } from './pipeline.js'

const FORMAT = 'hgq pipeline 2'

/** Canonical JSON of a pipeline; the graph inside is the value that `encodeFixedGraph` gives. */
export function encodePipeline(pipeline: Pipeline): string {
  const { graph, stageOf, stages, registers, clockPeriodNs, estimatedCriticalPathNs, registerBits } = pipeline
  const numbers = { stages, registers, clockPeriodNs, estimatedCriticalPathNs, registerBits, stageOf }
  const head = JSON.stringify({ format: FORMAT, ...numbers }).slice(0, -1)
  return `${head},\n"graph":${encodeFixedGraph(graph).trimEnd()}}\n`
}

/** The pipeline of a text that `encodePipeline` wrote. Throws for any other text. */
export function decodePipeline(text: string): Pipeline {
  const value = new Reader(JSON.parse(text), 'pipeline')
  if (value.field('format').text() !== FORMAT) throw new Error(`this is no "${FORMAT}"`)
  const number = (name: string): number => value.field(name).number()
  const registers = value.field('registers')
  return {
    graph: decodeFixedGraph(JSON.stringify(value.field('graph').value)),
    stageOf: value
      .field('stageOf')
      .list()
      .map((item) => item.number()),
    stages: number('stages'),
    registers: {
      inputs: registers.field('inputs').flag(),
      outputs: registers.field('outputs').flag(),
      layers: registers.field('layers').number(),
    },
    clockPeriodNs: number('clockPeriodNs'),
    estimatedCriticalPathNs: number('estimatedCriticalPathNs'),
    registerBits: number('registerBits'),
  }
}
