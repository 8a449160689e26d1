import { buildTensorGraph } from '../../../compiler/graph/build.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { declareState } from '../../../compiler/graph/state.js'
import { randomKey, uniformAt } from '../../../compiler/numeric/random.js'
import type { Action } from '../../../compiler/plan/action.js'
import { parseSegment } from '../../../compiler/plan/segments.js'
import type { Program } from '../../../lang/program.js'
import type { Outputs } from '../../../runtime/execute/task.js'
import { decodeState, encodeState, type TrainState } from '../../../runtime/train/state.js'
import type { Recipe } from './recipes.js'

/** Bits of a weight that is given another chance: it rounds to one, and has to fall as far again to be pruned. */
const REVIVED_BITS = 0.9

/**
 * A training's state in which some weights that are pruned have a bit again: a weight without bits has no share in EBOPs
 * and hardly a gradient, so it seldom comes back by itself. `share` is how many of them, `seed` and the epoch say which. What
 * the optimiser remembers of their widths is forgotten.
 */
export function revived(state: TrainState, graph: TensorGraph, share: number, seed: number): TrainState {
  const network = new Map(state.network)
  const slots = new Map(state.slots)
  for (const { path, group, update } of declareState(graph)) {
    const widths = state.network.get(path)
    if (widths === undefined || group !== 'width' || update !== 'trained' || !path.endsWith('/b')) continue
    const key = randomKey(seed, 'revive', path, state.epoch)
    const chosen = [...widths.values.keys()].filter(
      (at) => (widths.values[at] as number) <= 0.5 && uniformAt(key, at) < share,
    )
    const set = (tensors: Map<string, typeof widths>, name: string, value: number): void => {
      const tensor = tensors.get(name)
      if (tensor === undefined) return
      const values = Float32Array.from(tensor.values)
      for (const at of chosen) values[at] = value
      tensors.set(name, { ...tensor, values })
    }
    set(network, path, REVIVED_BITS)
    for (const name of slots.keys()) if (name.startsWith(`${path}/`)) set(slots, name, 0)
  }
  return { ...state, network, slots }
}

/** Hands on the states of trainings that revive weights with those revived; undefined where none does. */
export function reviving(
  recipe: Recipe,
  program: Program,
  seed: number,
): ((action: Action, outputs: Outputs) => Outputs) | undefined {
  if (recipe.trainings.every(({ revives }) => revives === undefined)) return undefined
  return (action, outputs) => {
    const name = parseSegment(action.address)?.training.slice('train/'.length)
    const share = recipe.trainings.find((training) => training.name === name)?.revives
    const spec = program.trainings.find(({ id }) => id === name)
    const network = program.networks.find(({ id }) => id === spec?.network)
    const state = outputs.get('state')
    if (share === undefined || network === undefined || state === undefined) return outputs
    const changed = revived(decodeState(state), buildTensorGraph(network), share, seed)
    return new Map([...outputs, ['state', encodeState(changed)]])
  }
}
