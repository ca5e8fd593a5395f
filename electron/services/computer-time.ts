/** What this computer's clock shows. The demo bench can set it, so it is not the clock that timers run on. */
import type { Clock } from '../../shared/kit/index.ts'
import type { OnChange } from './source.ts'

export interface ComputerTime {
  /** Milliseconds since 1970. */
  now(): number
  /** Somebody set the clock: times worked out before no longer hold. */
  readonly onSet: OnChange
}

export const realTime = (clock: Clock): ComputerTime => ({ now: () => clock.now(), onSet: () => () => {} })
