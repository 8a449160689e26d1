// Loading every area registers its messages, so that the tests of the catalogue see them all. Whoever makes a message
// imports the one file of its area instead.
import './messages/budget.js'
import './messages/build.js'
import './messages/check.js'
import './messages/check-fit.js'
import './messages/check-lineage.js'
import './messages/check-networks.js'
import './messages/check-schedules.js'
import './messages/check-targets.js'
import './messages/check-values.js'
import './messages/dais.js'
import './messages/compile.js'
import './messages/data.js'
import './messages/schedule.js'
import './messages/syntax.js'
import './messages/syntax-brackets.js'
import './messages/syntax-tokens.js'
import './messages/syntax-types.js'
import './messages/tools.js'
import './messages/train.js'
import './messages/train-divergence.js'
import './messages/train-warnings.js'
import { type DiagnosticCode, definedMessages, type Message } from './define.js'

export type { DiagnosticCode, Message } from './define.js'

/** Every message that exists, in the order of the codes. */
export function allMessages(): readonly Message<never>[] {
  return definedMessages()
}

/** The message with this code; undefined when there is none. */
export function messageOf(code: DiagnosticCode | string): Message<never> | undefined {
  return definedMessages().find((message) => message.code === code)
}
