/** The person at a call of the keys service, and what a key waits for from them. */
import type { Ask, KeyProgress } from '../../../shared/contract/index.ts'
import type { MessageOptions } from '../../fido/index.ts'
import type { Asking } from '../confirm.ts'
import type { CallContext } from '../handlers.ts'
import { labelOf, type Desk } from './desk.ts'
import type { OpenKey } from './plugged.ts'

export type PinAsk = Ask<'keys.readPasskeys', 'pin'>

export interface Hand {
  readonly signal: AbortSignal
  readonly confirm: Asking
  progress(progress: KeyProgress): void
  /** One PIN, for one attempt. */
  pin(ask: PinAsk): Promise<{ readonly pin: string }>
}

/** Calls that ask for the PIN and tell the usual progress: their contexts differ in name alone. */
export type PinCall =
  | 'keys.readPasskeys'
  | 'keys.renamePasskey'
  | 'keys.deletePasskeys'
  | 'keys.readFingerprints'
  | 'keys.enrolFingerprint'
  | 'keys.renameFingerprint'
  | 'keys.removeFingerprint'
  | 'keys.configure'
  | 'keys.readBlobs'
  | 'keys.openBlob'
  | 'keys.writeBlob'

export function handOf(context: CallContext<PinCall>): Hand {
  const { signal, progress, ask } = context as unknown as CallContext<'keys.readPasskeys'>
  return {
    signal,
    progress: (value) => progress(value),
    pin: (question) => ask('pin', question),
    confirm: { ask: (name, question) => ask(name, question) },
  }
}

/** CTAPHID_KEEPALIVE status "user presence needed" (CTAP 2.1 §11.2.9.2.1). */
const USER_PRESENCE_NEEDED = 2

/** Sends what the person may have to touch the key for; `tell` runs once it blinks, and its row shows it as long. */
export async function whileItBlinks<T>(
  desk: Desk,
  { key }: Pick<OpenKey, 'key'>,
  what: 'touch' | 'finger',
  tell: () => void,
  send: (onKeepalive: NonNullable<MessageOptions['onKeepalive']>) => Promise<T>,
): Promise<T> {
  let stop: (() => void) | undefined
  try {
    return await send((status) => {
      if (status !== USER_PRESENCE_NEEDED || stop) return
      stop = desk.plugged.waits(key.id, what)
      tell()
    })
  } finally {
    stop?.()
  }
}

/** Progress of a plain touch. */
export const touchOf = (desk: Desk, open: OpenKey): KeyProgress => ({ doing: 'touch', keyName: labelOf(desk, open) })
