// HGQ5xxx: lowering, optimizing, scheduling. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
import type { Span } from '../../source.js'
import { define } from '../define.js'

export const operationHasNoHardware = define(
  'HGQ5001',
  'error',
  'an operation on data that hardware cannot do',
  (facts: { readonly kind: string; readonly span: Span; readonly rule: string }) => ({
    message: `'${facts.kind}' of data cannot become hardware`,
    span: facts.span,
    label: 'depends on the data',
    notes: [facts.rule],
  }),
)

export const portElementTooWide = define(
  'HGQ5002',
  'error',
  'a number at a port with more bits than a double holds',
  (facts: {
    readonly port: string
    readonly side: 'input' | 'output'
    readonly element: number
    readonly width: number
    readonly limit: number
    readonly span: Span
  }) => ({
    message: `element ${facts.element} of ${facts.side} '${facts.port}' is ${facts.width} bits wide`,
    span: facts.span,
    label: `made here`,
    notes: [
      `elements of ports have at most ${facts.limit} bits, so that software can hold them exactly`,
      facts.side === 'output'
        ? 'quantize the result before it leaves the network'
        : 'declare the type of the input, or limit the widths of its quantizers',
    ],
  }),
  'Values inside a design may have any width; those at its border are compared with software, bit for bit.',
)

export const nothingLeft = define(
  'HGQ5005',
  'error',
  'a network that is always 0',
  (facts: { readonly design: string }) => ({
    message: `nothing is left of '${facts.design}': its outputs are always 0`,
    notes: [
      'the pressure on EBOPs has taken every bit; a lower `pressure` leaves some',
      'a bound on the metric in the budget keeps such networks from being chosen',
    ],
  }),
  'A design needs at least one bit at its outputs.',
)
