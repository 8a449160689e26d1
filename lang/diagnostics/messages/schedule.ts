// HGQ5xxx: cutting into clocked stages. One function per message; `check.ts` shows the pattern.
import { define } from '../define.js'

export const nodeTooSlow = define(
  'HGQ5003',
  'error',
  'one operation that takes longer than a clock period',
  (facts: {
    readonly node: number
    readonly kind: string
    readonly origin: string
    readonly width: number
    readonly periodNs: number
    readonly neededNs: number
  }) => ({
    message: `${describe(facts)} does not fit into one stage of ${rounded(facts.periodNs)} ns`,
    notes: [`it needs a clock period of ${facts.neededNs.toFixed(2)} ns, or narrower operands`],
  }),
  'Stages are cut between operations. The delay is an estimate for the family of the device.',
)

export const stagesTooFew = define(
  'HGQ5004',
  'warning',
  'fewer stages than the clock needs',
  (facts: {
    readonly stages: number
    readonly periodNs: number
    readonly criticalPathNs: number
    /** The bound that allows no more stages; undefined where their number was asked for. */
    readonly latencyNs: number | undefined
    readonly neededStages: number | null
  }) => ({
    message: `with ${facts.stages === 1 ? '1 stage it' : `${facts.stages} stages the slowest`} takes about ${facts.criticalPathNs.toFixed(2)} ns; the clock period is ${rounded(facts.periodNs)} ns`,
    notes:
      facts.neededStages === null
        ? ['no number of stages meets this clock: one operation alone is slower']
        : [
            `${facts.neededStages} stages meet the clock${facts.latencyNs === undefined ? '' : `, but not a latency of ${rounded(facts.latencyNs)} ns`}`,
          ],
  }),
)

export const levelsTooDeep = define(
  'HGQ5020',
  'warning',
  'more adder levels per stage than the clock allows',
  (facts: { readonly levels: number; readonly periodNs: number; readonly criticalPathNs: number }) => ({
    message: `with ${counted(facts.levels, 'adder level')} per stage the slowest takes about ${facts.criticalPathNs.toFixed(2)} ns; the clock period is ${rounded(facts.periodNs)} ns`,
    notes: ['fewer `levels`, or none, which cuts by the clock'],
  }),
)

export const nodeTooDeep = define(
  'HGQ5021',
  'error',
  'one operation of more adder levels than a stage may have',
  (facts: {
    readonly node: number
    readonly kind: string
    readonly origin: string
    readonly width: number
    readonly levels: number
    readonly neededLevels: number
  }) => ({
    message: `${describe(facts)} has ${counted(facts.neededLevels, 'adder level')}; a stage may have ${facts.levels}`,
    notes: [`\`levels = ${facts.neededLevels}\` is the least for this network`],
  }),
  'Stages are cut between operations. A product of two values is a tree of adders.',
)

export const latencyTooShort = define(
  'HGQ5022',
  'error',
  'a latency that is shorter than the registers take',
  (facts: { readonly latencyNs: number; readonly periodNs: number; readonly leastCycles: number }) => ({
    message: `a latency of ${rounded(facts.latencyNs)} ns is too short: the registers take ${cyclesText(facts.leastCycles, facts.periodNs)}`,
    notes: ['a longer `latency`, a faster `clock`, or fewer registers at the inputs and outputs'],
  }),
)

export const levelsTooLate = define(
  'HGQ5023',
  'error',
  'more stages than the latency allows',
  (facts: {
    readonly latencyNs: number
    readonly periodNs: number
    readonly levels: number
    readonly stages: number
    readonly allowed: number
  }) => ({
    message: `${counted(facts.levels, 'adder level')} per stage make ${counted(facts.stages, 'stage')}; a latency of ${rounded(facts.latencyNs)} ns allows ${facts.allowed} of ${rounded(facts.periodNs)} ns`,
    notes: ['more `levels` per stage, or a longer `latency`'],
  }),
)

function describe(facts: { node: number; kind: string; origin: string; width: number }): string {
  const place = facts.origin === '' ? '' : ` in '${facts.origin}'`
  return `the ${facts.kind} of ${facts.width} bits${place} (node ${facts.node})`
}

function cyclesText(cycles: number, periodNs: number): string {
  return `${counted(cycles, 'cycle')} of ${rounded(periodNs)} ns`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function rounded(ns: number): string {
  return String(Number(ns.toFixed(3)))
}
