// HGQ3090 to 3099: programs in da4ml's instruction set.
import { define } from '../define.js'

export const daisMalformed = define(
  'HGQ3090',
  'error',
  'a file that is no DAIS program',
  (facts: { readonly file: string; readonly reason: string }) => ({
    message: `${facts.file} is no DAIS program of version 1: ${facts.reason}`,
    notes: ['write it with CombLogic.save of da4ml 0.6 (JSON), or as the words of its interpreter (binary)'],
  }),
)

export const daisUnsound = define(
  'HGQ3091',
  'error',
  'a DAIS program that cannot run',
  (facts: { readonly file: string; readonly place: string; readonly reason: string }) => ({
    message: `${facts.place} of ${facts.file} cannot run: ${facts.reason}`,
    notes: ['the file may be damaged, or of another version of DAIS; hgq reads version 1'],
  }),
)

export const daisDiffers = define(
  'HGQ3092',
  'error',
  'a DAIS program that computes something else',
  (facts: {
    readonly file: string
    readonly design: string
    readonly output: number
    readonly inputs: string
    readonly expected: number
    readonly found: number
  }) => ({
    message: `${facts.file} differs from ${facts.design} at output ${facts.output}: ${facts.found} instead of ${facts.expected}`,
    notes: [`for the inputs ${facts.inputs}`],
  }),
)

export const daisPortsDiffer = define(
  'HGQ3093',
  'error',
  'a DAIS program of another shape',
  (facts: { readonly file: string; readonly design: string; readonly expected: string; readonly found: string }) => ({
    message: `${facts.file} has ${facts.found}; ${facts.design} has ${facts.expected}`,
    notes: ['inputs and outputs are counted over all ports, in their order in interface.json'],
  }),
)

export const daisUnreadable = define(
  'HGQ3094',
  'error',
  'a DAIS program that cannot be read',
  (facts: { readonly file: string; readonly reason: string }) => ({
    message: `cannot read ${facts.file}: ${facts.reason}`,
    notes: [],
  }),
)

export const daisUnwritable = define(
  'HGQ3095',
  'error',
  'a DAIS program that cannot be written',
  (facts: { readonly file: string; readonly reason: string }) => ({
    message: `cannot write ${facts.file}: ${facts.reason}`,
    notes: [],
  }),
)

export const daisTooWide = define(
  'HGQ3096',
  'error',
  'a value that DAIS does not hold',
  (facts: { readonly what: string; readonly most: number }) => ({
    message: `${facts.what} is wider than ${facts.most} bits, which the numbers of DAIS do not hold exactly`,
    notes: ['narrower quantizers, or less integer bits, keep sums within it'],
  }),
)
