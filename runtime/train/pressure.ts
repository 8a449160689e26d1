import type { Schedule } from '../../lang/program.js'
import { type ControllerMemory, PressureController, readController } from './controller.js'
import { scheduleAt } from './schedule.js'

/** The weight of EBOPs in the loss: by a schedule, from step to step, or by a controller, from epoch to epoch. */
export interface Pressure {
  at(step: number): number
  /** An epoch, counted from 1, has ended. */
  observe(epoch: number, ebops: number): void
  /** What has to be kept for going on later; null for a schedule, which depends on the step alone. */
  readonly memory: ControllerMemory | null
}

/** `memory` is that of the epoch before, or null at the start of the training. */
export function pressureOf(setting: Schedule, stepsPerEpoch: number, memory: ControllerMemory | null): Pressure {
  if (typeof setting === 'number' || setting.kind !== 'pid') {
    return { at: scheduleAt(setting, stepsPerEpoch), observe: () => undefined, memory: null }
  }
  const controller = new PressureController(readController(setting), memory)
  return {
    at: () => controller.pressure,
    observe: (epoch, ebops) => controller.observe(epoch, ebops),
    get memory() {
      return controller.memory
    },
  }
}
