/** What a person opens a vault with, read into the bytes that its slot's key is derived from. */
import { err, ok, utf8, type Result } from '../../shared/kit/index.ts'
import type { MalformedRecoveryCode, WrongSecret } from './faults.ts'
import { passphraseBytes } from './passphrase.ts'
import { readRecoveryCode } from './recovery-code.ts'
import type { PortableKind } from './slot-id.ts'

export type UnlockSecret = { readonly passphrase: string } | { readonly recoveryCode: string }

/** `bytes` are wiped by whoever asked for them. */
export interface ReadSecret {
  readonly kind: PortableKind
  readonly bytes: Uint8Array
}

/** A passphrase that no slot could have been made with is simply wrong; a recovery code that was misread is told so. */
export function readSecret(secret: UnlockSecret): Result<ReadSecret, WrongSecret | MalformedRecoveryCode> {
  if ('passphrase' in secret) {
    const bytes = passphraseBytes(secret.passphrase)
    return bytes.ok ? ok({ kind: 'passphrase', bytes: bytes.value }) : err(wrong('passphrase'))
  }
  const code = readRecoveryCode(secret.recoveryCode)
  return code.ok
    ? ok({ kind: 'recovery-code', bytes: utf8(code.value) })
    : err({ code: 'malformed-recovery-code', fault: code.error })
}

export const wrong = (kind: PortableKind): WrongSecret => ({ code: `wrong-${kind}`, retryAt: undefined })
