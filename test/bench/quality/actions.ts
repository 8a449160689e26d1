import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Action, ActionKind } from '../../../compiler/plan/action.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Program } from '../../../lang/program.js'
import { decodeDataset, encodeDataset } from '../../../runtime/data/codec.js'
import type { DatasetPart } from '../../../runtime/data/dataset.js'
import { dataFiles } from '../../../runtime/data/open.js'
import type { Outputs } from '../../../runtime/execute/task.js'
import { perform } from '../../fixtures/perform.js'
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
  /** By address. */
  readonly outputs: ReadonlyMap<string, Outputs>
  /** By kind. */
  readonly seconds: ReadonlyMap<ActionKind, number>
}

/** All that a build does up to its front, one action after the other in this process, without a store. */
export async function makeFront(program: Program, request: ActionsRequest): Promise<Made> {
  const { dataset, threads, withTest, onProgress, without = [], between = (_, given) => given } = request
  const file = sharedFile(`data/${dataset.folder}/${dataset.file}`)
  if (file === null) throw new Error(`shared/data/${dataset.folder} is not here`)
  const outputs = new Map<string, Outputs>()
  const seconds = new Map<ActionKind, number>()
  for (const action of planBuilds(program, { dataFiles, platform: '' }).actions) {
    if (without.includes(action.kind)) continue
    const inputs = new Map<string, Uint8Array>()
    for (const [role, input] of Object.entries(action.inputs)) {
      const content =
        input.from === 'file'
          ? await readFile(join(dirname(file), input.path))
          : outputs.get(input.address)?.get(input.role)
      if (content === undefined) throw new Error(`${action.address} gets no ${role}`)
      inputs.set(role, content)
    }
    const start = performance.now()
    const made = await perform(action.kind, action.params, inputs, {
      threads,
      onProgress: ({ text }) => onProgress(`${action.address}: ${text}`),
    })
    seconds.set(action.kind, (seconds.get(action.kind) ?? 0) + (performance.now() - start) / 1000)
    outputs.set(action.address, between(action, action.kind === 'dataset' && !withTest ? withoutTest(made) : made))
  }
  return { outputs, seconds }
}

/** What an action has given. Throws where it was not made. */
export function outputOf({ outputs }: Made, address: string, role: string): Uint8Array {
  const content = outputs.get(address)?.get(role)
  if (content === undefined) throw new Error(`${address} has given no ${role}`)
  return content
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
