import { entrySpan } from '../../../compiler/plan/spans.js'
import type { DatasetSpec } from '../../../lang/program.js'
import { encodeDataset } from '../../data/codec.js'
import { loadDataset } from '../../data/load.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

/** Files → tensors, split and standardized. */
export const run: ActionFunction = async (task, events) => {
  const spec = params<Omit<DatasetSpec, 'name' | 'doc'>>(task)
  const loaded = await loadDataset(
    { ...spec, name: '', doc: '' },
    {
      readFile: (path) => Promise.resolve(input(task, `file:${path}`)),
      cacheFolder: task.settings.downloads,
      openmlServer: task.settings.openml,
      onProgress: events.onProgress,
      onMessage: events.onMessage,
      origin: entrySpan,
    },
  )
  return loaded.ok ? { ok: true, value: new Map([['dataset', encodeDataset(loaded.value)]]) } : loaded
}
