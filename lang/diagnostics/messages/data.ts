// HGQ3xxx: data files, their rows and columns. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message. `span`, where
// it is known, is that of the dataset's entry.
import type { Span } from '../../source.js'
import { define, didYouMean } from '../define.js'

/** Where in the pipeline the entry stands that made this data be read. */
interface Origin {
  readonly span?: Span | undefined
}

/** At most this many names are listed. */
const LISTED = 12

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return names.length > LISTED ? `${shown}, … (${names.length} in all)` : shown
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

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
    message: `${facts.file} has no ${facts.thing} '${facts.name}'`,
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
    message: `${facts.file} has ${facts.indices.length} columns named '${facts.name}'`,
    span: facts.span,
    notes: [`choose one by its index: ${facts.indices.join(' or ')}`],
  }),
)

export const columnsDoNotJoin = define(
  'HGQ3013',
  'error',
  'columns of different shapes in one selection',
  (facts: Origin & { readonly file: string; readonly name: string; readonly shape: readonly number[] }) => ({
    message: `'${facts.name}' of ${facts.file} has rows of shape ${shapeText(facts.shape)} and cannot be joined with other columns`,
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
    message: `'${facts.name}' of ${facts.file} is both a feature and the ${facts.role === 'labels' ? 'label' : 'target'}`,
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
    message: `array '${facts.first}' of ${facts.file} has ${counted(facts.firstRows, 'row')}, '${facts.second}' has ${facts.secondRows}`,
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
    message: `${facts.place}: column '${facts.column}' has no value${facts.text === '' ? '' : ` ('${facts.text}')`}`,
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
    message: `${facts.place}: '${facts.text}' in column '${facts.column}' is not a number`,
    span: facts.span,
    notes: [facts.cure ?? 'features and targets are numbers; leave text columns out of `features`'],
  }),
)

export const notFinite = define(
  'HGQ3022',
  'error',
  'a value that is not finite',
  (facts: Origin & { readonly place: string; readonly column: string; readonly value: number }) => ({
    message: `${facts.place}: '${facts.column}' is ${facts.value}`,
    span: facts.span,
    notes: ['remove the row or repair the value; training needs finite numbers'],
  }),
)

export const tooLarge = define(
  'HGQ3023',
  'error',
  'a value beyond single precision',
  (facts: Origin & { readonly place: string; readonly column: string; readonly value: number }) => ({
    message: `${facts.place}: '${facts.column}' is ${facts.value}, too large for single precision`,
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

// ---------------------------------------------------------------- classes

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
    message: `${facts.place}: the label '${facts.label}' is not among the classes`,
    span: facts.span,
    notes: [...didYouMean(facts.nearest), `the classes are: ${listed(facts.classes)}`],
  }),
)

export const unusedClass = define(
  'HGQ3031',
  'warning',
  'a class that no row has',
  (facts: Origin & { readonly file: string; readonly name: string; readonly found: readonly string[] }) => ({
    message: `no row of ${facts.file} has the class '${facts.name}'`,
    span: facts.span,
    notes: [`the labels there are: ${listed(facts.found)}`],
  }),
)

export const duplicateClass = define(
  'HGQ3032',
  'error',
  'a class that is listed twice',
  (facts: Origin & { readonly name: string }) => ({
    message: `the class '${facts.name}' is listed twice`,
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
    message: `${facts.place}: '${facts.name}' with rows of shape ${shapeText(facts.shape)} does not name one class`,
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
    message: `every row of ${facts.file} has the same label '${facts.label}' in '${facts.name}'`,
    span: facts.span,
    notes: ['a classifier needs at least two classes; is this the right column?'],
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

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`
}

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

// ---------------------------------------------------------------- downloads

export const checksumMismatch = define(
  'HGQ3050',
  'error',
  'a download with other contents than promised',
  (
    facts: Origin & {
      readonly url: string
      readonly algorithm: string
      readonly expected: string
      readonly found: string
    },
  ) => ({
    message: `${facts.url} is not the file that was promised: its ${facts.algorithm} is ${facts.found}`,
    span: facts.span,
    notes: [
      `expected ${facts.algorithm} ${facts.expected}`,
      'the file has changed or was damaged on the way; nothing was kept. Correct the checksum only if you trust the new file',
    ],
  }),
)

export const downloadRefused = define(
  'HGQ3051',
  'error',
  'a download that the server refuses',
  (facts: Origin & { readonly url: string; readonly status: number }) => ({
    message: `${facts.url} cannot be downloaded: the server answers ${facts.status}`,
    span: facts.span,
    notes: [refusalCure(facts.status)],
  }),
)

function refusalCure(status: number): string {
  if (status === 404 || status === 410) return 'there is no such file; check the address'
  if (status === 401 || status === 403)
    return 'the file needs permission; download it by hand and name the file instead'
  return 'try again later, or download it by hand and name the file instead'
}

export const downloadBroken = define(
  'HGQ3052',
  'error',
  'a download that keeps failing',
  (
    facts: Origin & {
      readonly url: string
      readonly reason: string
      readonly attempts: number
      readonly received: number
    },
  ) => ({
    message: `${facts.url} cannot be downloaded: ${facts.reason} (tried ${facts.attempts} times)`,
    span: facts.span,
    notes: [
      facts.received > 0
        ? `${counted(facts.received, 'byte')} are kept; the next run continues there`
        : 'check the network, or download it by hand and name the file instead',
    ],
  }),
)

export const malformedChecksum = define(
  'HGQ3053',
  'error',
  'text that is no SHA-256',
  (facts: Origin & { readonly text: string }) => ({
    message: `'${facts.text}' is no SHA-256`,
    span: facts.span,
    notes: ['it has 64 hexadecimal digits; `sha256sum FILE` prints it'],
  }),
)

export const malformedAddress = define(
  'HGQ3054',
  'error',
  'an address that cannot be downloaded from',
  (facts: Origin & { readonly url: string }) => ({
    message: `'${facts.url}' is no http or https address`,
    span: facts.span,
    notes: ['a local file is named by its path alone'],
  }),
)

export const offline = define(
  'HGQ3055',
  'error',
  'a download that is needed while offline',
  (facts: Origin & { readonly url: string }) => ({
    message: `${facts.url} is not downloaded yet, and downloads are switched off`,
    span: facts.span,
  }),
)

export const cacheUnwritable = define(
  'HGQ3056',
  'error',
  'a folder for downloads that cannot be written',
  (facts: Origin & { readonly folder: string; readonly reason: string }) => ({
    message: `cannot keep downloads in ${facts.folder}: ${facts.reason}`,
    span: facts.span,
  }),
)

export const openmlUnusable = define(
  'HGQ3060',
  'error',
  'an OpenML data set that hgq cannot use',
  (facts: Origin & { readonly id: number; readonly what: string; readonly cure: string }) => ({
    message: `OpenML data set ${facts.id} ${facts.what}`,
    span: facts.span,
    notes: [facts.cure],
  }),
)
