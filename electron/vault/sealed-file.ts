/**
 * One age file to one passphrase, for backups: `age -d backup.age` opens it. Independent of any vault, so that a backup can be
 * opened where there is none yet. Armored, since it travels as text.
 */
import { err, fromUtf8, ok, type Result } from '../../shared/kit/index.ts'
import { fromArmor, isArmored, toArmor } from './age/armor.ts'
import { decryptWith, encryptTo, stanzaTypes } from './age/file.ts'
import { scryptIdentity, scryptRecipient, type Derive } from './age/scrypt.ts'
import type { TooCostly, TooLarge, UnusablePassphrase, WrongSecret } from './faults.ts'
import { VAULT_LIMIT_BYTES } from './layout.ts'
import { passphraseBytes } from './passphrase.ts'
import type { KeyDerivation } from './slot-file.ts'

/** `needs-identity`: an age file, but to keys and not to a passphrase. `damaged` has no file name: the caller knows it. */
export type OpenFault =
  | WrongSecret
  | { readonly code: 'not-an-age-file' }
  | { readonly code: 'needs-identity' }
  | { readonly code: 'damaged' }
  | TooLarge
  | TooCostly

/** Armored letters, half as many again as the file's bytes. */
const LIMIT_BYTES = VAULT_LIMIT_BYTES * 1.5
/** Armor is told by its first line; blank space may stand before it. */
const START = 1000

/** Why a passphrase can't be one, or `undefined`. */
export function passphraseFault(passphrase: string): UnusablePassphrase | undefined {
  const bytes = passphraseBytes(passphrase)
  if (!bytes.ok) return bytes.error
  bytes.value.fill(0)
  return undefined
}

/** Throws where `passphraseFault` would have told. */
export async function sealFile(plaintext: Uint8Array, passphrase: string, kdf: KeyDerivation): Promise<string> {
  const bytes = passphraseBytes(passphrase)
  if (!bytes.ok) throw new TypeError(`a backup can't have this passphrase: ${bytes.error.reason}`)
  try {
    const recipient = scryptRecipient(bytes.value, kdf.workFactor, kdf.random, kdf.derive)
    return toArmor(await encryptTo([recipient], plaintext))
  } finally {
    bytes.value.fill(0)
  }
}

/** The plaintext of a binary or armored file, in a buffer of its own that the caller wipes. */
export async function openSealedFile(
  file: string | Uint8Array,
  passphrase: string,
  derive: Derive,
): Promise<Result<Uint8Array, OpenFault>> {
  if (file.length > LIMIT_BYTES) return err({ code: 'too-large', limitBytes: LIMIT_BYTES })
  const binary = binaryOf(file)
  if (!binary.ok) return binary
  const types = stanzaTypes(binary.value)
  if (!types.ok) return err({ code: types.error })
  if (!types.value.includes('scrypt')) return err({ code: 'needs-identity' })
  const bytes = passphraseBytes(passphrase)
  if (!bytes.ok) return err({ code: 'wrong-passphrase', retryAt: undefined })
  try {
    const identity = scryptIdentity(bytes.value, derive)
    const opened = await decryptWith(identity, binary.value)
    if (opened.ok) return opened
    const outcome = identity.outcome()
    if (outcome?.was === 'too-costly') return err({ code: 'kdf-too-costly', workFactor: outcome.logN })
    return err(outcome?.was === 'wrong' ? { code: 'wrong-passphrase', retryAt: undefined } : { code: 'damaged' })
  } finally {
    bytes.value.fill(0)
  }
}

function binaryOf(file: string | Uint8Array): Result<Uint8Array, OpenFault> {
  const start =
    typeof file === 'string' ? file.slice(0, START) : Buffer.from(file.subarray(0, START)).toString('latin1')
  if (!isArmored(start)) return typeof file === 'string' ? err({ code: 'not-an-age-file' }) : ok(file)
  const text = typeof file === 'string' ? file : fromUtf8(file)
  const binary = text === undefined ? undefined : fromArmor(text)
  return binary === undefined ? err({ code: 'damaged' }) : ok(binary)
}
