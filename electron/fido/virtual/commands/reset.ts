/** authenticatorReset, 0x07, and authenticatorSelection, 0x0B (CTAP 2.1 §6.6, §6.9). */
import type { Key, Turn } from '../key.ts'
import { factoryState } from '../state.ts'
import { refuse, STATUS } from '../status.ts'

/** Everything but what the factory put there. Only soon after power up, and with a touch. */
export async function reset(key: Key, turn: Turn): Promise<undefined> {
  if (key.sincePowerUpMs > key.options.resetWindowMs) refuse(STATUS.notAllowed)
  await key.touch('reset', turn)
  if (key.isLatest && key.state.longTouchForReset === true) await key.hold(turn)
  key.change(factoryState(key.state.attestation, key.random))
  key.forget()
  key.pinMismatches = 0
}

export async function selection(key: Key, turn: Turn): Promise<undefined> {
  await key.touch('selection', turn)
}
