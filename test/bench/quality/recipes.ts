import { BOUNDS } from './datasets.js'

/** How a network is quantized and trained, as fragments of a pipeline. */
export interface Recipe {
  readonly name: string
  readonly about: string
  /** Imports and layers that the fragments name. */
  readonly above?: string
  /** What stands behind `with`: a record of places, or the name of a quantizer. */
  readonly quantizer: string
  readonly trainings: readonly BenchTraining[]
  /** Layer calls on the last hidden value; left out: `dense(classes)`. `classes` is their number. */
  readonly output?: string
}

/** One `train` of a recipe. */
export interface BenchTraining {
  readonly name: string
  /** Its part of the epochs of the recipe; null: its entries say how many, and its networks are not measured. */
  readonly share: number | null
  /** Instead of that of the recipe. */
  readonly quantizer?: string
  /** Besides model, dataset, loss, metric, seed, and `epochs` where there is a share. */
  readonly entries: string
  /** How many of the weights that are pruned get a bit again after each segment (`revival.ts`). */
  readonly revives?: number
}

/** A recipe of a single training. */
function alone(entries: string): readonly BenchTraining[] {
  return [{ name: 'run', share: 1, entries }]
}

/** The start widths of the reference's jet tagger. */
const STARTS = `{
      weight = fixed(magnitude = 3, integer = 0, granularity = parameter, overflow = saturate_symmetric)
      activation = fixed(integer = 3, fraction = 3, granularity = element, overflow = wrap)
      bias = fixed(magnitude = 3, integer = 0, granularity = parameter, overflow = saturate_symmetric)
    }`

/** The output quantizer of the reference's jet tagger: data as any other, with a term of the loss on their fraction. */
const OUTPUT = {
  above: `layer rounded(x: tensor) {
  place result = activation
  return quantize(x, at = result)
}`,
  quantizer: STARTS.replace(
    '\n    }',
    '\n      result = fixed(integer = 3, fraction = 3, granularity = element, overflow = wrap, regularize = 1e-3)\n    }',
  ),
  output: 'dense(classes) |> rounded',
}

interface Settings {
  readonly optimizer?: string
  readonly batch?: number
  readonly pressure?: string
}

/** Entries of `train`; what is left out is as in the recipe of `std/schedules`. */
function entries(settings: Settings): string {
  const {
    optimizer = 'adam(rate = 8e-3, width_rate = 1e-2)',
    batch = 512,
    pressure = 'geometric(1e-5, 1e-3)',
  } = settings
  return `
      optimizer = ${optimizer}
      batch = ${batch}
      pressure = ${pressure}
      keep = pareto(accuracy, ebops)`
}

/** What `quality.js --recipes` may name. A new one is one more entry; nothing else knows their names. */
export const RECIPES: readonly Recipe[] = [
  {
    name: 'reference',
    about: "the reference implementation's own: its jet tagger's quantizers, Adam at a constant rate",
    ...OUTPUT,
    trainings: alone(entries({ optimizer: 'adam(rate = 5e-3)', batch: 1024, pressure: 'geometric(1e-6, 1e-3)' })),
  },
  {
    name: 'standard',
    about: 'as a user writes it: optimizer and pressure of std/schedules, start widths of std/quantizers',
    above: 'import "std/schedules" { swift, sweep }\nimport "std/quantizers" { per_parameter }',
    quantizer: 'per_parameter',
    trainings: alone(entries({ optimizer: 'swift', pressure: 'sweep' })),
  },
  // From the reference's recipe to the standard one, a change at a time.
  {
    name: 'plain-output',
    about: "the reference's, without the quantizer of the output",
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 5e-3)', batch: 1024, pressure: 'geometric(1e-6, 1e-3)' })),
  },
  {
    name: 'batch-512',
    about: 'and batches half as large',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 5e-3)', pressure: 'geometric(1e-6, 1e-3)' })),
  },
  {
    name: 'width-rate',
    about: 'and widths that move twice as fast',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 5e-3, width_rate = 1e-2)', pressure: 'geometric(1e-6, 1e-3)' })),
  },
  {
    name: 'late-start',
    about: 'and a pressure that starts ten times as high: no epochs for networks far too large',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 5e-3, width_rate = 1e-2)' })),
  },
  // The standard recipe with one thing changed.
  {
    name: 'wide-start',
    about: 'one bit more for weights and activations at the start',
    quantizer: STARTS.replaceAll('magnitude = 3', 'magnitude = 4').replace('fraction = 3', 'fraction = 4'),
    trainings: alone(entries({})),
  },
  {
    name: 'batch-256',
    about: 'batches half as large again',
    quantizer: STARTS,
    trainings: alone(entries({ batch: 256 })),
  },
  {
    name: 'fast-widths',
    about: 'widths that move twice as fast again',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 8e-3, width_rate = 2e-2)' })),
  },
  {
    name: 'slow-widths',
    about: 'widths that move half as fast',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = 8e-3, width_rate = 5e-3)' })),
  },
  {
    name: 'falling-rates',
    about: 'rates that fall to a quarter and less',
    quantizer: STARTS,
    trainings: alone(
      entries({
        optimizer: 'adam(rate = cosine(8e-3, to = 2e-3), width_rate = cosine(1e-2, to = 2e-3))',
      }),
    ),
  },
  {
    name: 'restarts',
    about: 'a rate that falls and starts again ten times',
    quantizer: STARTS,
    trainings: alone(entries({ optimizer: 'adam(rate = cosine(1e-2, to = 1e-3, cycles = 10), width_rate = 1e-2)' })),
  },
  {
    name: 'early-start',
    about: "the reference's pressure, which starts a tenth as high",
    quantizer: STARTS,
    trainings: alone(entries({ pressure: 'geometric(1e-6, 1e-3)' })),
  },
  {
    name: 'far-end',
    about: 'a pressure that ends three times as high',
    quantizer: STARTS,
    trainings: alone(entries({ pressure: 'geometric(1e-5, 3e-3)' })),
  },
  // The standard recipe, and other trainings beside it.
  {
    name: 'second-sweep',
    about: 'the standard recipe twice, half as long: the second from the best network of the first within 7000 EBOPs',
    above: 'import "std/schedules" { again, swift, sweep }\nimport "std/quantizers" { per_parameter }',
    quantizer: 'per_parameter',
    trainings: [
      { name: 'run', share: 0.5, entries: entries({ optimizer: 'swift', pressure: 'sweep' }) },
      {
        name: 'second',
        share: 0.5,
        entries: `${entries({ optimizer: 'swift', pressure: 'sweep' })}\n      from = run\n      within = again`,
      },
    ],
  },
  {
    name: 'tuned-front',
    about:
      'three fifths of the epochs; then four trainings from the front, each held at its EBOPs while its rates fall',
    above: BOUNDS.map((bound) => `budget below_${bound} { ebops <= ${bound * 1.2} }`).join('\n'),
    quantizer: STARTS,
    trainings: [
      { name: 'run', share: 0.6, entries: entries({}) },
      ...BOUNDS.map((bound) => ({
        name: `tuned_${bound}`,
        share: 0.1,
        entries: `${entries({
          optimizer: 'adam(rate = cosine(8e-3, to = 2e-4), width_rate = cosine(1e-2, to = 1e-3))',
          pressure: `pid(target = ${bound * 0.95}, start = 1e-4, warmup = 1 epochs)`,
        })}\n      from = run\n      within = below_${bound}`,
      })),
    ],
  },
  {
    name: 'distilled',
    about: 'half of what is learned is said by a network with 20 bits for every number, trained for 60 epochs before',
    quantizer: STARTS,
    trainings: [
      {
        name: 'wide',
        share: null,
        quantizer: `{
      weight = fixed(magnitude = 20, integer = 4, granularity = tensor, overflow = saturate_symmetric)
      activation = fixed(integer = 8, fraction = 14, granularity = tensor, overflow = wrap)
    }`,
        entries: `epochs = 60
      optimizer = adamw(rate = cosine(3e-3, to = 1e-5), width_rate = 0.0, weight_decay = 1e-2)
      batch = 256
      pressure = 0.0
      keep = pareto(accuracy, ebops)`,
      },
      { name: 'run', share: 1, entries: `${entries({})}\n      teacher = wide\n      distill = 50 %` },
    ],
  },
  {
    name: 'revived',
    about: 'after every 30 epochs one of a hundred weights without bits has one again',
    quantizer: STARTS,
    trainings: [{ name: 'run', share: 1, entries: `${entries({})}\n      segment = 30 epochs`, revives: 0.01 }],
  },
]
