/** What this computer's clock shows. The demo bench can set it, so it is not the clock that timers run on. */
import type { Clock } from '../../shared/kit/index.ts'
import type { DemoWorld } from '../backends/index.ts'
import { createSignal, type OnChange } from './source.ts'

export interface ComputerTime {
  /** Milliseconds since 1970. */
  now(): number
  /** Somebody set the clock: times worked out before no longer hold. */
  readonly onSet: OnChange
}

export const realTime = (clock: Clock): ComputerTime => ({ now: () => clock.now(), onSet: () => () => {} })

/** More than two readings of two clocks can be apart by themselves. */
const SET_BY_MS = 250

/** The clock of the computer in the demo's world, which is set by moving that world's time or by giving it an error. */
export function demoTime(world: DemoWorld, clock: Clock): ComputerTime {
  const set = createSignal()
  const ahead = () => world.computerClock.now() - clock.now()
  let last = ahead()
  world.onChange(() => {
    const before = last
    last = ahead()
    if (Math.abs(last - before) > SET_BY_MS) set.emit()
  })
  return { now: () => world.computerClock.now(), onSet: set.on }
}
