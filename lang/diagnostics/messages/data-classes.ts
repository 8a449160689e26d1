// HGQ3030 to 3049: labels and splits of data sets; `data.ts` has the rest.
import { formatShape } from '../../shape.js'
import { define, didYouMean } from '../define.js'
import { counted, listed, type Origin, percent, quoted } from './data-text.js'

export const unknownClass = define(
  'HGQ3030',
  'error',
  'a label that is none of the classes',
  (
    facts: Origin & {
      readonly place: string
      readonly label: string
      readonly nearest: string | undefined
      readonly classes: readonly string[]
    },
  ) => ({
    message: `${facts.place}: the label ${quoted(facts.label)} is not among the classes`,
    span: facts.span,
    notes: [...didYouMean(facts.nearest), `the classes are: ${listed(facts.classes)}`],
  }),
)

export const unusedClass = define(
  'HGQ3031',
  'warning',
  'a class that no row has',
  (facts: Origin & { readonly file: string; readonly name: string; readonly found: readonly string[] }) => ({
    message: `no row of ${facts.file} has the class ${quoted(facts.name)}`,
    span: facts.span,
    notes: [`the labels there are: ${listed(facts.found)}`],
  }),
)

export const duplicateClass = define(
  'HGQ3032',
  'error',
  'a class that is listed twice',
  (facts: Origin & { readonly name: string }) => ({
    message: `the class ${quoted(facts.name)} is listed twice`,
    span: facts.span,
  }),
)

export const labelsNotOnePerRow = define(
  'HGQ3033',
  'error',
  'labels that are not one class per row',
  (
    facts: Origin & {
      readonly place: string
      readonly name: string
      readonly shape: readonly number[]
      readonly classes: number | undefined
    },
  ) => ({
    message: `${facts.place}: ${quoted(facts.name)} with rows of shape ${formatShape(facts.shape)} does not name one class`,
    span: facts.span,
    notes: [
      `labels are one number or word per row, or one-hot rows with a single 1${facts.classes === undefined ? '' : ` among ${facts.classes} numbers`}`,
    ],
  }),
)

export const singleClass = define(
  'HGQ3034',
  'error',
  'labels that are all the same',
  (facts: Origin & { readonly file: string; readonly name: string; readonly label: string }) => ({
    message: `every row of ${facts.file} has the same label ${quoted(facts.label)} in ${quoted(facts.name)}`,
    span: facts.span,
    notes: ['a classifier needs at least two classes; is this the right column?'],
  }),
)

export const tooManyClasses = define(
  'HGQ3035',
  'error',
  'labels that look like measurements',
  (facts: Origin & { readonly file: string; readonly name: string; readonly count: number }) => ({
    message: `${quoted(facts.name)} of ${facts.file} has ${facts.count} different labels`,
    span: facts.span,
    notes: ['numbers to predict are a `target` with a `unit`; if these are classes, list them in `classes`'],
  }),
)

// ---------------------------------------------------------------- split

export const splitDoesNotAddUp = define(
  'HGQ3040',
  'error',
  'fractions of a split that do not add up to 100 %',
  (facts: Origin & { readonly train: number; readonly validation: number; readonly test: number }) => ({
    message: `train, validation and test are ${percent(facts.train)}, ${percent(facts.validation)} and ${percent(facts.test)}; together ${percent(facts.train + facts.validation + facts.test)}`,
    span: facts.span,
    notes: ['fractions of a split are positive and add up to 100 %'],
  }),
)

export const tooFewRows = define(
  'HGQ3041',
  'error',
  'too few rows for the split',
  (
    facts: Origin & { readonly file: string; readonly rows: number; readonly part: string; readonly fraction: number },
  ) => ({
    message: `${facts.file} has ${counted(facts.rows, 'row')}; ${percent(facts.fraction)} for ${facts.part} leave it none`,
    span: facts.span,
    notes: ['give more rows or a larger fraction'],
  }),
)
