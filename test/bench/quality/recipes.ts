/** How a network is quantized and trained, as fragments of a pipeline. */
export interface Recipe {
  readonly name: string
  readonly about: string
  /** What the fragments import. */
  readonly imports?: string
  /** What stands behind `with`: a record of places, or the name of a quantizer. */
  readonly quantizer: string
  /** Entries of `train` besides model, dataset, loss, metric, epochs and seed. `whole` is the length of the training. */
  readonly train: string
  /** Layer calls on the last hidden value; left out: `dense(classes)`. `classes` is their number. */
  readonly output?: string
}

/** What `quality.js --recipes` may name. A new one is one more entry; nothing else knows their names. */
export const RECIPES: readonly Recipe[] = [
  {
    name: 'reference',
    about: "the reference implementation's own: its jet tagger's start widths, Adam at a constant rate",
    quantizer: `{
      weight = fixed(magnitude = 3, integer = 0, granularity = parameter, overflow = saturate_symmetric)
      activation = fixed(integer = 3, fraction = 3, granularity = element, overflow = wrap)
      bias = fixed(magnitude = 3, integer = 0, granularity = parameter, overflow = saturate_symmetric)
    }`,
    train: `
      optimizer = adam(rate = 5e-3)
      batch = 1024
      pressure = geometric(1e-6, 1e-3)
      keep = pareto(accuracy, ebops)`,
  },
  {
    name: 'short',
    about: 'that of docs/training.md for a first run: a falling rate, a larger one for widths, small batches',
    imports: 'import "std/quantizers" { per_parameter }',
    quantizer: 'per_parameter',
    train: `
      optimizer = adam(rate = cosine(1e-2, to = 1e-4, over = whole), width_rate = 2e-2)
      batch = 256
      pressure = geometric(1e-6, 1e-4)
      keep = pareto(accuracy, ebops)`,
  },
]
