/** One turn of the demo server: the draft it may change, and all it may ask for. Made anew for each change. */
import type { Random } from '../../../shared/kit/index.ts'
import type { KeyMaker } from './door.ts'
import type { DemoOtp } from './otp.ts'
import type { DemoRules } from './rules.ts'
import type { WorldState } from './state.ts'

export interface Turn {
  readonly world: WorldState
  /** The world's time. */
  readonly now: number
  readonly rules: DemoRules
  readonly otp: DemoOtp
  readonly keys: Pick<KeyMaker, 'holds' | 'isPin'>
  readonly random: Random
}
