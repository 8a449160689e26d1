import type { DatasetSpec } from '../../program.js'

export type Task = 'classification' | 'regression'

/** Labels make a classification, a target a regression. */
export function taskOf(dataset: DatasetSpec): Task {
  return dataset.labels === undefined ? 'regression' : 'classification'
}

/** What each loss of the prelude is for. */
const LOSSES: Readonly<Record<Task, readonly string[]>> = {
  classification: ['cross_entropy', 'binary_cross_entropy'],
  regression: ['mse', 'mae', 'huber'],
}

/** What each metric of the prelude is for; the first is the default. */
const METRICS: Readonly<Record<Task, readonly [string, ...string[]]>> = {
  classification: ['accuracy'],
  regression: ['mse', 'mae', 'resolution'],
}

/** Losses that fit the task, the usual one first. */
export function lossesFor(task: Task): readonly string[] {
  return LOSSES[task]
}

/** Metrics that fit the task. */
export function metricsFor(task: Task): readonly string[] {
  return METRICS[task]
}

/** The metric of a training that names none. */
export function defaultMetric(task: Task): string {
  return METRICS[task][0]
}
