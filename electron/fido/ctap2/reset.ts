/**
 * authenticatorReset (CTAP 2.1 §6.6): everything on the key is lost. It is taken only in the first seconds after the key
 * was plugged in, and the key then waits for a touch; CTAP2_ERR_NOT_ALLOWED says that the window is over.
 */
import type { MessageOptions, Transport } from '../transport.ts'
import { send } from './command.ts'

/** §6.6. */
const RESET = 0x07
/** "Within 10 seconds of the authenticator powering up" (§6.6). */
export const RESET_WINDOW_MS = 10_000

export async function reset(transport: Transport, options?: MessageOptions): Promise<void> {
  await send(transport, RESET, undefined, options)
}
