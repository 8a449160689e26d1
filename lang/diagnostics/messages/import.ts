// HGQ3070 to 3089: networks that other tools trained. Each names the file and the place in it, as its author knows them.
import { define, didYouMean } from '../define.js'
import { listed, type Origin, quoted } from './data-text.js'

export const modelMalformed = define(
  'HGQ3070',
  'error',
  'a file that is no Keras 3 model',
  (facts: Origin & { readonly file: string; readonly what: string; readonly cure?: string | undefined }) => ({
    message: `${facts.file} is no valid Keras 3 model: ${facts.what}`,
    span: facts.span,
    notes: [facts.cure ?? 'save it with model.save("name.keras") in Keras 3, or copy it again'],
  }),
)

export const unknownModelLayer = define(
  'HGQ3071',
  'error',
  'a layer of a Keras model that cannot be imported',
  (
    facts: Origin & {
      readonly file: string
      readonly layer: string
      readonly className: string
      readonly supported: readonly string[]
      readonly nearest?: string | undefined
    },
  ) => ({
    message: `layer ${quoted(facts.layer)} of ${facts.file} is a ${facts.className}, which cannot be imported`,
    span: facts.span,
    notes: [
      ...didYouMean(facts.nearest),
      // All of them: whoever has this message wants the whole list.
      `what can be imported: ${facts.supported.join(', ')}`,
    ],
  }),
  'Every layer must be one whose arithmetic is known exactly: only then can the firmware agree with the model bit for bit. Replace the layer by supported ones, or describe the network in the language and train it here.',
)

export const unsupportedInModel = define(
  'HGQ3072',
  'error',
  'something in a Keras model that cannot be imported',
  (
    facts: Origin & { readonly file: string; readonly place: string; readonly what: string; readonly cure: string },
  ) => ({
    message: `${facts.place} of ${facts.file} ${facts.what}`,
    span: facts.span,
    notes: [facts.cure],
  }),
)

export const modelVariables = define(
  'HGQ3073',
  'error',
  'variables of a Keras model that do not fit its layers',
  (
    facts: Origin & {
      readonly file: string
      readonly place: string
      readonly problem: string
      readonly found: readonly string[]
    },
  ) => ({
    message: `${facts.place} of ${facts.file} ${facts.problem}`,
    span: facts.span,
    notes: [
      facts.found.length === 0 ? 'model.weights.h5 has no variables there' : `there: ${listed(facts.found)}`,
      'a model that was saved as a whole by Keras 3, model.save("name.keras"), has them all',
    ],
  }),
)
