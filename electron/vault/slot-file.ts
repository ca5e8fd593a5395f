/**
 * A slot's file: an armored age file to one passphrase, holding an age identity file with one X25519 identity,
 * so that `age -d -i slots/<id>.age vault.age` opens the vault.
 */
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { err, fromUtf8, ok, utf8, type Random, type Result } from '../../shared/kit/index.ts'
import { fromArmor, toArmor } from './age/armor.ts'
import { decryptWith, encryptTo } from './age/file.ts'
import { rememberingLast, scryptIdentity, scryptRecipient, type Derive } from './age/scrypt.ts'
import { RereadDiffers } from './faults.ts'

/** Ours are near 450 bytes. */
export const SLOT_FILE_LIMIT_BYTES = 16 * 1024

const IDENTITY_LINE = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/

export interface SlotKey {
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: string
  /** `age1…`, as secret as the identity: it belongs in the payload and nowhere else. */
  readonly recipient: string
}

export async function newSlotKey(): Promise<SlotKey> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

export interface KeyDerivation {
  readonly derive: Derive
  readonly random: Random
  readonly workFactor: number
}

/** The file's bytes, opened again before they are given out. Throws `RereadDiffers` where that failed. */
export async function makeSlotFile(
  id: string,
  key: SlotKey,
  passphrase: Uint8Array,
  kdf: KeyDerivation,
): Promise<Uint8Array> {
  const once = rememberingLast(kdf.derive)
  const content = utf8(`# Latchkey slot ${id}\n${key.identity}\n`)
  try {
    const recipient = scryptRecipient(passphrase, kdf.workFactor, kdf.random, once.derive)
    const file = utf8(toArmor(await encryptTo([recipient], content)))
    const opened = await openSlotFile(file, passphrase, once.derive)
    if (!opened.ok || opened.value.identity !== key.identity) throw new RereadDiffers('a slot file')
    return file
  } finally {
    once.forget()
    content.fill(0)
  }
}

export type SlotFileFault =
  { readonly was: 'wrong' } | { readonly was: 'damaged' } | { readonly was: 'too-costly'; readonly workFactor: number }

export async function openSlotFile(
  file: Uint8Array,
  passphrase: Uint8Array,
  derive: Derive,
): Promise<Result<SlotKey, SlotFileFault>> {
  const binary = unarmored(file)
  if (binary === undefined) return err({ was: 'damaged' })
  const scrypt = scryptIdentity(passphrase, derive)
  const content = await decryptWith(scrypt, binary)
  if (!content.ok) {
    const outcome = scrypt.outcome()
    if (outcome?.was === 'too-costly') return err({ was: 'too-costly', workFactor: outcome.logN })
    return err({ was: outcome?.was === 'wrong' ? 'wrong' : 'damaged' })
  }
  const identity = fromUtf8(content.value)
    ?.split('\n')
    .find((line) => IDENTITY_LINE.test(line))
  content.value.fill(0)
  if (identity === undefined) return err({ was: 'damaged' })
  try {
    return ok({ identity, recipient: await identityToRecipient(identity) })
  } catch {
    // Its Bech32 checksum is wrong.
    return err({ was: 'damaged' })
  }
}

function unarmored(file: Uint8Array): Uint8Array | undefined {
  const text = file.length > SLOT_FILE_LIMIT_BYTES ? undefined : fromUtf8(file)
  return text === undefined ? undefined : fromArmor(text)
}
