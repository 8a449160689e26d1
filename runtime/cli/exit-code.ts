import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { budgetMissed, budgetMissedOnTest, budgetOutOfReach } from '../../lang/diagnostics/messages/budget.js'
import { diskFull, storeUnreadable, storeUnusable } from '../../lang/diagnostics/messages/build.js'
import { cacheUnwritable } from '../../lang/diagnostics/messages/data-downloads.js'
import {
  cppCompilerMissing,
  simulatorMissing,
  toolMissing,
  toolUnusable,
} from '../../lang/diagnostics/messages/tools.js'
import { engineMissing } from '../../lang/diagnostics/messages/train.js'

/** What the command says to its caller; also in docs. */
export const EXIT = {
  ok: 0,
  /** An action failed. */
  failed: 1,
  /** Errors in pipeline files, in the configuration or on the command line. */
  source: 3,
  /** A budget is missed. */
  budget: 4,
  /** A tool that is needed is not installed. */
  tool: 5,
  /** The store cannot be used, a download cannot be kept, or a disk is full. */
  store: 6,
  interrupted: 130,
} as const

const BUDGET: readonly string[] = [budgetOutOfReach.code, budgetMissed.code, budgetMissedOnTest.code]
const TOOL: readonly string[] = [
  toolMissing.code,
  toolUnusable.code,
  simulatorMissing.code,
  cppCompilerMissing.code,
  engineMissing.code,
]
const STORE: readonly string[] = [storeUnusable.code, storeUnreadable.code, diskFull.code, cacheUnwritable.code]

/** Whether a failure is that of one design alone: others may still be built. */
export function isBudgetMiss(diagnostic: Diagnostic): boolean {
  return BUDGET.includes(diagnostic.code)
}

/** Whether it is about the store, the disk or a download that cannot be kept, and so about nothing in a pipeline. */
export function isStoreFailure(diagnostic: Diagnostic): boolean {
  return STORE.includes(diagnostic.code)
}

/** The exit code of one error. */
export function exitCodeOf(diagnostic: Diagnostic): number {
  const { code } = diagnostic
  if (BUDGET.includes(code)) return EXIT.budget
  if (isStoreFailure(diagnostic)) return EXIT.store
  if (TOOL.includes(code)) return EXIT.tool
  return /^HGQ(1|2|70[12])/.test(code) ? EXIT.source : EXIT.failed
}

/** Of several errors the one that hinders most decides: the store, the sources, a tool, an action, a budget. */
export function exitCodeOfAll(diagnostics: readonly Diagnostic[]): number {
  const codes = diagnostics.filter((each) => each.severity === 'error').map(exitCodeOf)
  const order = [EXIT.store, EXIT.source, EXIT.tool, EXIT.failed, EXIT.budget]
  return order.find((code) => codes.includes(code)) ?? EXIT.ok
}
