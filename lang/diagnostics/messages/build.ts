// HGQ7xxx but for budgets: building, the store, configuration, the command line. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
import type { Span } from '../../source.js'
import { define, didYouMean } from '../define.js'

// ---------------------------------------------------------------- the store: exit code 6

export const storeUnusable = define(
  'HGQ7001',
  'error',
  'the store cannot be used',
  (facts: { readonly folder: string; readonly reason: string }) => ({
    message: `cannot use the store ${facts.folder}: ${facts.reason}`,
    notes: ["set 'cacheDir' in hgq.config.ts to a folder that can be written"],
  }),
)

export const diskFull = define(
  'HGQ7002',
  'error',
  'a disk is full',
  (facts: {
    readonly folder: string
    readonly what: string
    /** What a tool said that failed there. */
    readonly output?: readonly string[]
  }) => ({
    message: `no space left while writing ${facts.what} to ${facts.folder}`,
    notes: [
      'nothing was left half written; free some space and build again',
      'results that are already stored are kept',
      ...(facts.output ?? []),
    ],
  }),
)

export const corruptBlob = define(
  'HGQ7003',
  'warning',
  'a stored result is damaged',
  (facts: { readonly address: string; readonly role: string; readonly folder: string }) => ({
    message: `the stored '${facts.role}' of ${facts.address} is damaged and is made again`,
    notes: [`what was found is kept in ${facts.folder}`],
  }),
)

export const storeUnreadable = define(
  'HGQ7044',
  'error',
  'a file of the store cannot be read',
  (facts: { readonly path: string; readonly reason: string }) => ({
    message: `cannot read ${facts.path} of the store: ${facts.reason}`,
    notes: ["make it readable, or remove it: 'hgq build' makes again what is not there"],
  }),
)

export const resultDamaged = define(
  'HGQ7045',
  'error',
  'a stored result is damaged or gone',
  (facts: { readonly address: string; readonly role: string; readonly folder: string }) => ({
    message: `the stored '${facts.role}' of ${facts.address} is damaged or gone`,
    notes: ["run 'hgq build': it is made again", `what was damaged is kept in ${facts.folder}`],
  }),
)

// ---------------------------------------------------------------- configuration: exit code 3

export const configUnreadable = define(
  'HGQ7010',
  'error',
  'the configuration file cannot be loaded',
  (facts: { readonly path: string; readonly reason: string }) => ({
    message: `cannot load ${facts.path}: ${facts.reason}`,
  }),
)

export const configUnknownKey = define(
  'HGQ7011',
  'error',
  'the configuration has an entry that nothing reads',
  (facts: {
    readonly path: string
    readonly key: string
    readonly nearest: string | undefined
    readonly known: readonly string[]
  }) => ({
    message: `${facts.path}: there is no option '${facts.key}'`,
    notes: facts.nearest === undefined ? [`options are ${facts.known.join(', ')}`] : didYouMean(facts.nearest),
  }),
)

export const configInvalid = define(
  'HGQ7012',
  'error',
  'an entry of the configuration has a wrong value',
  (facts: { readonly path: string; readonly key: string; readonly expected: string; readonly received: string }) => ({
    message: `${facts.path}: '${facts.key}' must be ${facts.expected}, not ${facts.received}`,
  }),
)

// ---------------------------------------------------------------- what to build: exit code 3

export const pipelineMissing = define(
  'HGQ7020',
  'error',
  'the pipeline file is not there',
  (facts: { readonly path: string }) => ({
    message: `there is no file ${facts.path}`,
    notes: ['name the pipeline, or the folder of a pipeline.hgq'],
  }),
)

export const nothingToBuild = define(
  'HGQ7021',
  'error',
  'the pipeline has no build',
  (facts: { readonly span: Span; readonly addition: string }) => ({
    message: "this file declares no 'build', so there is nothing to make",
    span: facts.span,
    label: 'a build could follow here',
    fixes: [{ title: "add a 'build'", edits: [{ span: facts.span, text: facts.addition }] }],
    notes: [`add: ${facts.addition.trim().replaceAll(/\s+/g, ' ')}`],
  }),
)

export const unknownBuild = define(
  'HGQ7022',
  'error',
  'no build has this name',
  (facts: { readonly name: string; readonly nearest: string | undefined; readonly known: readonly string[] }) => ({
    message: `no build is named '${facts.name}', and no file or folder with a pipeline.hgq is`,
    notes: [...didYouMean(facts.nearest), `builds: ${facts.known.join(', ')}`],
  }),
)

export const unknownTarget = define(
  'HGQ7023',
  'error',
  'no target has this name',
  (facts: {
    readonly name: string
    readonly nearest: string | undefined
    readonly targets: readonly string[]
    readonly devices: readonly string[]
  }) => ({
    message: `'${facts.name}' is neither a target nor a device of one`,
    notes: [
      ...didYouMean(facts.nearest),
      `targets: ${facts.targets.join(', ') || 'none'}`,
      `devices: ${facts.devices.join(', ') || 'none'}`,
    ],
  }),
)

export const ambiguousDevice = define(
  'HGQ7024',
  'error',
  'several targets use this device',
  (facts: { readonly name: string; readonly targets: readonly string[]; readonly devices: readonly string[] }) => ({
    message: `more than one target uses the device '${facts.name}': ${facts.targets.join(', ')}`,
    notes: [`name the target: --target ${facts.targets[0]}`, `devices: ${facts.devices.join(', ')}`],
  }),
)

export const sourceUnreadable = define(
  'HGQ7026',
  'error',
  'a file that the pipeline names cannot be read',
  (facts: {
    readonly path: string
    readonly reason: string
    readonly span: Span | undefined
    /** A path that is there, where one is alike. */
    readonly nearest?: string | undefined
  }) => ({
    message: `cannot read ${facts.path}: ${facts.reason}`,
    span: facts.span,
    label: facts.span === undefined ? undefined : 'named here',
    notes: [
      ...didYouMean(facts.nearest),
      /^https?:\/\//.test(facts.path)
        ? `a file to download is \`url("${facts.path}", sha256 = "…")\``
        : 'paths are relative to the pipeline file',
    ],
  }),
)

export const usage = define(
  'HGQ7027',
  'error',
  'the command line is wrong',
  (facts: { readonly reason: string; readonly notes?: readonly string[] }) => ({
    message: facts.reason,
    notes: facts.notes ?? [],
  }),
)

// ---------------------------------------------------------------- running

export const actionCrashed = define(
  'HGQ7040',
  'error',
  'a step ended by an unexpected error',
  (facts: { readonly address: string; readonly reason: string }) => ({
    message: `${facts.address} stopped by an unexpected error: ${facts.reason.split('\n')[0] ?? ''}`,
    notes: facts.reason
      .split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
  }),
)

/** A build of which steps were not run, or designs of it for some targets. */
export interface GivenUp {
  readonly build: string
  /** Empty: all of it. */
  readonly targets: readonly string[]
}

export const givenUp = define(
  'HGQ7048',
  'warning',
  'builds that were given up when something else failed',
  (facts: {
    readonly lost: readonly GivenUp[]
    readonly pipeline: string
    /** Whether it was asked for that a failure ends what depends on it alone. */
    readonly keepGoing: boolean
  }) => {
    const names = facts.lost.map(({ build, targets }) =>
      targets.length === 0 ? `'${build}'` : `'${build}' for ${targets.map((each) => `'${each}'`).join(', ')}`,
    )
    const file = /^[\w./-]+$/.test(facts.pipeline) ? facts.pipeline : `"${facts.pipeline}"`
    const whole = facts.lost.flatMap(({ build, targets }) => (targets.length === 0 ? [build] : []))
    const words = [
      ...(whole.length === 0 ? [] : [whole.join(' ')]),
      ...facts.lost
        .filter(({ targets }) => targets.length > 0)
        .map(({ build, targets }) => [build, ...targets.map((each) => `--target ${each}`)].join(' ')),
    ]
    return {
      message: `not finished: ${names.join(', ')}; a step of something else failed, after which nothing new is started`,
      notes: [
        ...words.map((each) => `by itself: hgq build ${file} ${each}`),
        ...(facts.keepGoing ? [] : ['with `--keep-going`, what does not depend on a step that failed goes on']),
      ],
    }
  },
)

export const internalError = define(
  'HGQ7043',
  'error',
  'hgq failed by a mistake of its own',
  (facts: { readonly reason: string }) => {
    const [first = '', ...rest] = facts.reason.split('\n')
    return {
      message: `hgq failed by a mistake of its own: ${first}`,
      notes: [...rest.slice(0, 8).map((line) => line.trim()), 'nothing in the store is lost; please report it'],
    }
  },
)

export const notBuilt = define(
  'HGQ7041',
  'error',
  'what is to be shown has not been built',
  (facts: { readonly build: string; readonly missing: readonly string[] }) => ({
    message: `'${facts.build}' is not built as the pipeline says now`,
    notes: [`missing: ${facts.missing.join(', ')}`, `run 'hgq build ${facts.build}'`],
  }),
)

export const outputsUnwritable = define(
  'HGQ7042',
  'error',
  'the results cannot be written',
  (facts: { readonly folder: string; readonly reason: string }) => ({
    message: `cannot write ${facts.folder}: ${facts.reason}`,
    notes: ['what is built is in the store: make the folder writable, or move away what stands there, and build again'],
  }),
)

export const outputUnwritable = define(
  'HGQ7047',
  'error',
  'what hgq says cannot be written',
  (facts: { readonly reason: string }) => ({
    message: `cannot write to the output of this command: ${facts.reason}`,
    notes: ['what is built is stored; run the command again with an output that can be written'],
  }),
)

export const formerResultsLeft = define(
  'HGQ7046',
  'warning',
  'former results cannot be removed',
  (facts: { readonly folder: string; readonly left: string; readonly reason: string }) => ({
    message: `the new results are in ${facts.folder}, but the former ones cannot be removed: ${facts.reason}`,
    notes: [`remove ${facts.left}`],
  }),
)
