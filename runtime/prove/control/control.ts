import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { controlRefuted, designNotAsStated } from '../../../lang/diagnostics/messages/tools.js'
import { coreControl } from '../../../targets/control.js'
import type { Layout } from '../layout.js'
import type { Level } from '../levels.js'
import { not } from '../logic/aig.js'
import { decide, levelOf } from '../logic/decide.js'
import type { Effort } from '../logic/solver.js'
import type { Tally } from '../tally.js'
import type { Circumstances } from './circumstances.js'
import { memoryRules } from './memory.js'
import { queueRules } from './queue.js'
import { type Register, registerRules } from './registers.js'
import type { Rule, Rules } from './rule.js'
import { validRules } from './valid.js'

/**
 * Proves that reset, clock enable and handshake do what the interface states: of the registers of the data path, which are
 * given, that they keep and clear their values; of the handshake, that its outputs are what becomes of the inputs that it took,
 * each once and in their order. The first rule that is broken is the error.
 */
export function proveControl(
  circumstances: Circumstances,
  layout: Layout,
  registers: readonly Register[],
  effort: Effort,
  tally: Tally,
): Diagnostic | null {
  for (const rule of rulesOf(circumstances, layout, registers)) {
    if ('problem' in rule) return designNotAsStated(rule)
    const level = levelOfRule(rule, effort)
    if (level === null) return controlRefuted({ rule: rule.text })
    tally.control(rule.subject, rule.stage, level)
  }
  return null
}

function* rulesOf(circumstances: Circumstances, layout: Layout, registers: readonly Register[]): Rules {
  const { control, clock, outputs } = layout
  yield* registerRules(circumstances, coreControl(control), registers)
  const { handshake } = control
  if (handshake === null) return
  yield* validRules(circumstances, control, handshake)
  if (handshake.kind !== 'valid_ready') return
  yield* queueRules(circumstances, control, handshake)
  yield* memoryRules(circumstances, clock, handshake, outputs)
}

/** Null for a rule that is broken in a case that the facts allow. */
function levelOfRule({ aig, goal, facts = [] }: Rule, effort: Effort): Level | null {
  const verdict = decide(aig, [not(goal), ...facts], effort)
  switch (verdict.kind) {
    case 'never':
      return levelOf(verdict)
    case 'open':
      return 'vectors'
    case 'case':
      return null
  }
}
