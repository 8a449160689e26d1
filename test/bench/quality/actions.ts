import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Action, ActionKind } from '../../../compiler/plan/action.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Program } from '../../../lang/program.js'
import { decodeDataset, encodeDataset } from '../../../runtime/data/codec.js'
import type { DatasetPart } from '../../../runtime/data/dataset.js'
import { dataFiles } from '../../../runtime/data/open.js'
import type { Outputs } from '../../../runtime/execute/task.js'
import { Performed } from '../../fixtures/perform.js'
import { sharedFile } from '../../paths.js'
import type { BenchDataset } from './datasets.js'

export interface ActionsRequest {
  readonly dataset: BenchDataset
  readonly threads: number
  /** Of the data, whether the test part is there. */
  readonly withTest: boolean
  onProgress(text: string): void
  /** Kinds that are not made, nor what needs them. */
  readonly without?: readonly ActionKind[]
  /** Takes what an action gives, and hands on what others get. */
  readonly between?: ((action: Action, outputs: Outputs) => Outputs) | undefined
}

export interface Made {
  readonly performed: Performed
  /** By kind. */
  readonly seconds: ReadonlyMap<ActionKind, number>
}

/** All that a build does up to its front, one action after the other in this process, without a store. */
export async function makeFront(program: Program, request: ActionsRequest): Promise<Made> {
  const { dataset, threads, withTest, onProgress, without = [], between = (_, given) => given } = request
  const file = sharedFile(`data/${dataset.folder}/${dataset.file}`)
  if (file === null) throw new Error(`shared/data/${dataset.folder} is not here`)
  const readFile = (path: string): Uint8Array => readFileSync(join(dirname(file), path))
  const performed = new Performed()
  const seconds = new Map<ActionKind, number>()
  for (const action of planBuilds(program, { dataFiles, platform: '' }).actions) {
    const { kind, address } = action
    if (without.includes(kind)) continue
    const start = performance.now()
    const made = await performed.add(action, readFile, {
      threads,
      onProgress: ({ text }) => onProgress(`${address}: ${text}`),
    })
    seconds.set(kind, (seconds.get(kind) ?? 0) + (performance.now() - start) / 1000)
    performed.outputs.set(address, between(action, kind === 'dataset' && !withTest ? withoutTest(made) : made))
  }
  return { performed, seconds }
}

/** The stored data set without its test part, so that nothing can look at it. */
function withoutTest(stored: Outputs): Outputs {
  const content = stored.get('dataset')
  if (content === undefined) throw new Error('a data set is stored as such')
  const dataset = decodeDataset(content)
  const none: DatasetPart = {
    rows: 0,
    inputs: new Map([...dataset.parts.test.inputs.keys()].map((name) => [name, new Float32Array()])),
    targets: new Float32Array(),
  }
  return new Map([['dataset', encodeDataset({ ...dataset, parts: { ...dataset.parts, test: none } })]])
}
