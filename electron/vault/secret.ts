/** What a person opens a vault with, read into the bytes that its slot's key is derived from. */
import { concat, err, ok, utf8, type Result } from '../../shared/kit/index.ts'
import type { PrfOutputs } from './age/fido2prf.ts'
import type { MalformedRecoveryCode, WrongSecret } from './faults.ts'
import { passphraseBytes } from './passphrase.ts'
import { readRecoveryCode } from './recovery-code.ts'
import type { PortableKind, SlotKind } from './slot-id.ts'

/** `slot` and what its credential answered to the slot's inputs, which whoever asked it wipes afterwards. */
export interface KeyAnswer {
  readonly slot: string
  readonly outputs: PrfOutputs
}

export type UnlockSecret =
  { readonly passphrase: string } | { readonly recoveryCode: string } | { readonly securityKey: KeyAnswer }

/** `bytes` are wiped by whoever asked for them. Of a security key they are both outputs, and for one slot alone. */
export type ReadSecret =
  | { readonly kind: PortableKind; readonly bytes: Uint8Array }
  | { readonly kind: 'security-key'; readonly slot: string; readonly bytes: Uint8Array }

/** A passphrase that no slot could have been made with is simply wrong; a recovery code that was misread is told so. */
export function readSecret(secret: UnlockSecret): Result<ReadSecret, WrongSecret | MalformedRecoveryCode> {
  if ('securityKey' in secret) {
    const { slot, outputs } = secret.securityKey
    return ok({ kind: 'security-key', slot, bytes: concat(outputs.first, outputs.second) })
  }
  if ('passphrase' in secret) {
    const bytes = passphraseBytes(secret.passphrase)
    return bytes.ok ? ok({ kind: 'passphrase', bytes: bytes.value }) : err(wrong('passphrase'))
  }
  const code = readRecoveryCode(secret.recoveryCode)
  return code.ok
    ? ok({ kind: 'recovery-code', bytes: utf8(code.value) })
    : err({ code: 'malformed-recovery-code', fault: code.error })
}

export const wrong = (kind: SlotKind): WrongSecret => ({ code: `wrong-${kind}`, retryAt: undefined })
