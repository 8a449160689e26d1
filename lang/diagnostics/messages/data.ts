// HGQ3xxx: data files, their columns and rows; labels and splits are in `data-classes.ts` (from 3030), downloads in
// `data-downloads.ts` (from 3050), networks of other tools in `import.ts` (from 3070). A failure that is about no place in
// a source file leaves `span` out and names file and row in its message. `span`, where it is known, is that of the
// dataset's entry.
import { formatShape } from '../../shape.js'
import './data-classes.js'
import './data-downloads.js'
import './import.js'
import { define, didYouMean } from '../define.js'
import { counted, listed, type Origin, quoted } from './data-text.js'

// ---------------------------------------------------------------- files

export const fileUnreadable = define(
  'HGQ3001',
  'error',
  'a data file that cannot be read',
  (facts: Origin & { readonly file: string; readonly reason: string }) => ({
    message: `cannot read ${facts.file}: ${facts.reason}`,
    span: facts.span,
    notes: ['paths of data files are relative to the pipeline file'],
  }),
)

export const fileCutShort = define(
  'HGQ3002',
  'error',
  'a data file that ends too early',
  (facts: Origin & { readonly file: string; readonly what: string }) => ({
    message: `${facts.file} is cut short: ${facts.what}`,
    span: facts.span,
    notes: ['copy or download the file again'],
  }),
)

export const fileMalformed = define(
  'HGQ3003',
  'error',
  'a data file that does not follow its format',
  (
    facts: Origin & { readonly file: string; readonly format: string; readonly what: string; readonly cure?: string },
  ) => ({
    message: `${facts.file} is no valid ${facts.format} file: ${facts.what}`,
    span: facts.span,
    notes: facts.cure === undefined ? [] : [facts.cure],
  }),
)

export const unsupportedContent = define(
  'HGQ3004',
  'error',
  'a data file with content that hgq does not read',
  (facts: Origin & { readonly place: string; readonly what: string; readonly cure: string }) => ({
    message: `${facts.place} ${facts.what}`,
    span: facts.span,
    notes: [facts.cure],
  }),
)

export const noRows = define(
  'HGQ3005',
  'error',
  'a data file without rows',
  (facts: Origin & { readonly file: string }) => ({ message: `${facts.file} has no rows`, span: facts.span }),
)

// ---------------------------------------------------------------- columns

export const unknownColumn = define(
  'HGQ3010',
  'error',
  'a column that the data does not have',
  (
    facts: Origin & {
      readonly file: string
      /** `column` or `array`. */
      readonly thing: string
      readonly name: string
      readonly nearest: string | undefined
      readonly names: readonly string[]
    },
  ) => ({
    message: `${facts.file} has no ${facts.thing} ${quoted(facts.name)}`,
    span: facts.span,
    notes: [...didYouMean(facts.nearest), `it has: ${listed(facts.names)}`],
  }),
)

export const columnOutOfRange = define(
  'HGQ3011',
  'error',
  'the index of a column that the data does not have',
  (
    facts: Origin & { readonly file: string; readonly thing: string; readonly index: number; readonly count: number },
  ) => ({
    message: `${facts.file} has no ${facts.thing} ${facts.index}: it has ${counted(facts.count, facts.thing)}`,
    span: facts.span,
    notes: [`indices run from 0 to ${facts.count - 1}; -1 is the last one`],
  }),
)

export const ambiguousColumn = define(
  'HGQ3012',
  'error',
  'a name that several columns have',
  (facts: Origin & { readonly file: string; readonly name: string; readonly indices: readonly number[] }) => ({
    message: `${facts.file} has ${facts.indices.length} columns named ${quoted(facts.name)}`,
    span: facts.span,
    notes: [`choose one by its index: ${facts.indices.join(' or ')}`],
  }),
)

export const columnsDoNotJoin = define(
  'HGQ3013',
  'error',
  'columns of different shapes in one selection',
  (facts: Origin & { readonly file: string; readonly name: string; readonly shape: readonly number[] }) => ({
    message: `${quoted(facts.name)} of ${facts.file} has rows of shape ${formatShape(facts.shape)} and cannot be joined with other columns`,
    span: facts.span,
    notes: [
      'columns in a list form one vector; give an array of its own an input of its own: features = { a = "…", b = "…" }',
    ],
  }),
)

export const columnInTwoRoles = define(
  'HGQ3014',
  'error',
  'a column that is both given to the network and asked of it',
  (facts: Origin & { readonly file: string; readonly name: string; readonly role: 'labels' | 'target' }) => ({
    message: `${quoted(facts.name)} of ${facts.file} is both a feature and the ${facts.role === 'labels' ? 'label' : 'target'}`,
    span: facts.span,
    notes: ['the network would read its answer; take it out of `features`'],
  }),
)

export const noFeatures = define(
  'HGQ3015',
  'error',
  'no column is left for the features',
  (facts: Origin & { readonly file: string; readonly names: readonly string[] }) => ({
    message: `no column of ${facts.file} is left to feed the network`,
    span: facts.span,
    notes: [`name them: features = "…"; it has: ${listed(facts.names)}`],
  }),
)

export const featuresNeeded = define(
  'HGQ3017',
  'error',
  'several arrays of which any could feed the network',
  (facts: Origin & { readonly file: string; readonly names: readonly string[] }) => ({
    message: `which arrays of ${facts.file} feed the network?`,
    span: facts.span,
    notes: [`say so: features = "${facts.names[0] ?? ''}"; there are: ${listed(facts.names)}`],
  }),
)

export const lengthMismatch = define(
  'HGQ3016',
  'error',
  'arrays with different numbers of rows',
  (
    facts: Origin & {
      readonly file: string
      readonly first: string
      readonly firstRows: number
      readonly second: string
      readonly secondRows: number
    },
  ) => ({
    message: `array ${quoted(facts.first)} of ${facts.file} has ${counted(facts.firstRows, 'row')}, ${quoted(facts.second)} has ${facts.secondRows}`,
    span: facts.span,
    notes: ['every array of a data set holds one entry per row along its first axis'],
  }),
)

// ---------------------------------------------------------------- rows

export const missingValue = define(
  'HGQ3020',
  'error',
  'a missing value',
  (facts: Origin & { readonly place: string; readonly column: string; readonly text: string }) => ({
    message: `${facts.place}: column ${quoted(facts.column)} has no value${facts.text === '' ? '' : ` (${quoted(facts.text)})`}`,
    span: facts.span,
    notes: ['remove the row or fill in the value; hgq does not guess missing values'],
  }),
)

export const notANumber = define(
  'HGQ3021',
  'error',
  'text where a number is expected',
  (
    facts: Origin & {
      readonly place: string
      readonly column: string
      readonly text: string
      readonly cure?: string | undefined
    },
  ) => ({
    message: `${facts.place}: ${quoted(facts.text)} in column ${quoted(facts.column)} is not a number`,
    span: facts.span,
    notes: [facts.cure ?? 'features and targets are numbers; leave text columns out of `features`'],
  }),
)

export const notFinite = define(
  'HGQ3022',
  'error',
  'a value that is not finite',
  (facts: Origin & { readonly place: string; readonly column: string; readonly value: number }) => ({
    message: `${facts.place}: ${quoted(facts.column)} is ${facts.value}`,
    span: facts.span,
    notes: ['remove the row or repair the value; training needs finite numbers'],
  }),
)

export const tooLarge = define(
  'HGQ3023',
  'error',
  'a value beyond single precision',
  (facts: Origin & { readonly place: string; readonly column: string; readonly value: number }) => ({
    message: `${facts.place}: ${quoted(facts.column)} is ${facts.value}, too large for single precision`,
    span: facts.span,
    notes: ['`standardize = true` scales features; a target is scaled by choosing its unit'],
  }),
)

export const wrongCellCount = define(
  'HGQ3024',
  'error',
  'a row with too many or too few cells',
  (
    facts: Origin & {
      readonly place: string
      readonly found: number
      readonly expected: number
      readonly cure?: string | undefined
    },
  ) => ({
    message: `${facts.place}: this row has ${counted(facts.found, 'cell')}; ${facts.expected} are expected`,
    span: facts.span,
    notes: facts.cure === undefined ? [] : [facts.cure],
  }),
)
