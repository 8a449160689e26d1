import { analyze } from '../../../lang/analyze.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import type { DataHeader, LanguageHost } from '../../../lang/host.js'
import type { Program } from '../../../lang/program.js'
import { languageHost } from '../../../runtime/language-host.js'
import { packageRoot } from '../../paths.js'

/** A pipeline with every kind of declaration, for tests to change at one place. */
export const JETS = `hgq 1

import "std/layers" { dense, relu }
import "std/devices" { xcvu13p }

/// LHC jets.
dataset jets {
  source = npz("data/jets.npz")
  features = "x"
  labels = "y"
  classes = ["g", "q", "w", "z", "t"]
  split = { train = 70 %, validation = 10 %, test = 20 % }
  standardize = true
  seed = 42
}

quantizer fine {
  weight = fixed(magnitude = 4, integer = 0, granularity = parameter, overflow = saturate_symmetric)
  activation = fixed(integer = 3, fraction = 4, granularity = element, overflow = wrap)
}

architecture tagger(hidden: list[int] = [64, 32, 32]) {
  input x[16]
  for units in hidden {
    x = x |> dense(units) |> relu
  }
  output x |> dense(5)
}

train scan {
  model = tagger() with fine
  dataset = jets
  loss = cross_entropy
  metric = accuracy
  optimizer = adam(rate = cosine(5e-3, to = 1e-4, over = 300 epochs))
  epochs = 300
  batch = 4096
  pressure = geometric(1e-7, 1e-4)
  keep = pareto(accuracy, ebops)
  calibrate = { data = train, margin = 1 bit }
  seed = 7
}

budget trigger {
  ebops <= 5_000
  latency <= 50 ns
  accuracy >= 74 %
}

target vu13p {
  device = xcvu13p
  clock = 200 MHz
  language = verilog
}

build jet_tagger {
  from = scan
  within = trigger
  targets = [vu13p]
}
`

/** An architecture alone, with std imports; `body` has an input x[16]. */
export function architecture(body: string, before = ''): string {
  return `hgq 1
import "std/layers" { dense, relu, reshape, concat, batch_norm, dense_batch_norm, flatten, multiply, average, leaky_relu, einsum_dense, sum_over, max_over, add, subtract, conv1d, conv2d, depthwise_conv2d, max_pool1d, max_pool2d, average_pool1d, average_pool2d, global_max_pool, global_average_pool, mean_over }
import "std/quantizers" { per_parameter, per_channel }
${before}
architecture network() {
  input x[16]
${body}
}
dataset rows { source = csv("rows.csv"), target = "y", unit = none, split = { train = 70 %, validation = 10 %, test = 20 % } }
train fit { model = network() with per_parameter, dataset = rows, loss = mse, epochs = 1 }
build all { from = fit, targets = [] }
`
}

export interface Analysis {
  readonly program: Program | null
  /** Errors only. */
  readonly errors: readonly Diagnostic[]
  /** `HGQ2107 bypass`: code and the text it points at. */
  readonly marks: readonly string[]
}

/** Analyzes a file `pipeline.hgq` of this text, with the real standard library, beside other files of the folder. */
export function analyzeText(
  text: string,
  header?: DataHeader,
  others: Readonly<Record<string, string>> = {},
): Analysis {
  const library = languageHost(packageRoot)
  const files: Readonly<Record<string, string>> = { 'pipeline.hgq': text, ...others }
  const host: LanguageHost = {
    readModule(specifier, importer) {
      if (specifier.startsWith('std/')) return library.readModule(specifier, importer)
      const path = specifier.replace(/^\.\//, '')
      const found = files[path]
      return found === undefined ? undefined : { path, text: found }
    },
    standardModules: () => library.standardModules(),
    operations: library.operations,
    ...(header !== undefined && { peekData: () => header }),
  }
  const { program, diagnostics } = analyze('pipeline.hgq', host)
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const marked = ({ span }: Diagnostic): string =>
    span === undefined ? '' : (files[span.file]?.slice(span.start, span.end) ?? `(${span.file})`)
  return { program, errors, marks: errors.map((error) => `${error.code} ${marked(error)}`) }
}

/** The Program of a text that must be right. */
export function programOf(text: string): Program {
  const { program, errors } = analyzeText(text)
  if (program === null)
    throw new Error(
      errors.map((error) => `${error.code} ${error.message} ${error.label ?? ''}`).join('\n') ||
        'no program, and no error',
    )
  return program
}

/** A Program without what tells where things were written. */
export function withoutSpans(program: Program): unknown {
  const { origins, ...rest } = program
  void origins
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === 'span' || key === 'related' ? undefined : value)))
}

/** `text` with `from`, which must be there, replaced. */
export function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the text has no "${from}"`)
  return text.replace(from, to)
}
