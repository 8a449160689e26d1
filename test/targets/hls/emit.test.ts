import * as assert from 'uvu/assert'
import type { FixedGraph, FixedNode, FixedPort } from '../../../compiler/fixed/graph.js'
import { mapOperands } from '../../../compiler/fixed/nodes.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import type { Design } from '../../../targets/design.js'
import { emitHls } from '../../../targets/hls/emit.js'
import type { HlsLanguage } from '../../../targets/hls/flavour.js'
import { suite } from '../../kit.js'
import { vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'
import { firstDifference } from '../simulated.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()

const test = suite('targets/hls/emit')

const LANGUAGES = ['vitis', 'oneapi'] as const

function emit(pipeline: Pipeline, language: HlsLanguage): Design {
  return emitHls(pipeline, language, { name: 'random net', target: vu13p, templates: packageTemplates })
}

/** Several graphs side by side as one, so that they are compiled at once. */
function sideBySide(pipelines: readonly Pipeline[]): Pipeline {
  const [first] = pipelines
  if (first === undefined) throw new Error('no pipelines')
  const nodes: FixedNode[] = []
  const inputs: FixedPort[] = []
  const outputs: FixedPort[] = []
  for (const [index, { graph }] of pipelines.entries()) {
    const [base, port] = [nodes.length, inputs.length]
    const moved = (ports: readonly FixedPort[]): FixedPort[] =>
      ports.map(({ name, shape, nodes: ids }) => ({
        name: `${name}_${index}`,
        shape,
        nodes: ids.map((id) => base + id),
      }))
    for (const node of graph.nodes) {
      const placed = node.kind === 'input' ? { ...node, port: node.port + port } : node
      nodes.push(mapOperands(placed, (id) => base + id))
    }
    inputs.push(...moved(graph.inputs))
    outputs.push(...moved(graph.outputs))
  }
  const graph: FixedGraph = { nodes, inputs, outputs }
  return { ...first, graph, stageOf: nodes.map(() => 0), stages: 1 }
}

function differences(pipelines: readonly Pipeline[], language: HlsLanguage): Promise<string | null> {
  const pipeline = sideBySide(pipelines)
  return firstDifference(pipeline, emit(pipeline, language), 50, 1, language)
}

for (const language of LANGUAGES) {
  const name = `random graphs of every kind of node mean in ${language} what they mean as graphs`
  const wide = `values wider than 64 and 128 bits stay exact in ${language}`
  if (compiler === null) {
    test.skip(name, 'there is no C++ compiler')
    test.skip(wide, 'there is no C++ compiler')
    continue
  }
  test(name, async () => {
    const pipelines = Array.from({ length: 40 }, (_, seed) =>
      randomPipeline(seed + 1, { inputs: 6, nodes: 60, stages: 1 }),
    )
    assert.is(await differences(pipelines, language), null)
  })
  test(wide, async () => {
    const pipelines = Array.from({ length: 6 }, (_, seed) =>
      randomPipeline(seed + 101, { inputs: 8, nodes: 80, stages: 1, widest: 250 }),
    )
    assert.is(await differences(pipelines, language), null)
  })
}
