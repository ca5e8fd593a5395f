/**
 * A slot's file: an armored age file to one passphrase or one credential of a security key, holding an age identity file with one X25519 identity,
 * so that `age -d -i slots/<id>.age vault.age` opens the vault.
 */
import { generateX25519Identity, identityToRecipient, type Identity, type Recipient } from 'age-encryption'
import { err, fromUtf8, ok, utf8, type Random, type Result } from '../../shared/kit/index.ts'
import { fromArmor, toArmor } from './age/armor.ts'
import { decryptWith, encryptTo } from './age/file.ts'
import { prfIdentity, prfRecipient, type PrfOutcome, type ProvenPrf } from './age/fido2prf.ts'
import { rememberingLast, scryptIdentity, scryptRecipient, type Derive, type ScryptOutcome } from './age/scrypt.ts'
import { RereadDiffers } from './faults.ts'
import type { ReadSecret } from './secret.ts'

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
  try {
    const recipient = scryptRecipient(passphrase, kdf.workFactor, kdf.random, once.derive)
    return await sealSlot(id, key, recipient, () => scryptIdentity(passphrase, once.derive))
  } finally {
    once.forget()
  }
}

/** The same to a credential that was asked already. */
export const makeKeySlotFile = (id: string, key: SlotKey, proven: ProvenPrf): Promise<Uint8Array> =>
  sealSlot(id, key, prfRecipient(proven), () => prfIdentity(proven.outputs))

async function sealSlot(id: string, key: SlotKey, recipient: Recipient, opening: () => Opening): Promise<Uint8Array> {
  const content = utf8(`# Latchkey slot ${id}\n${key.identity}\n`)
  try {
    const file = utf8(toArmor(await encryptTo([recipient], content)))
    const opened = await openWith(opening(), file)
    if (!opened.ok || opened.value.identity !== key.identity) throw new RereadDiffers('a slot file')
    return file
  } finally {
    content.fill(0)
  }
}

/** An identity that says what came of it. */
type Opening = Identity & { outcome(): ScryptOutcome | PrfOutcome | undefined }

export type SlotFileFault =
  { readonly was: 'wrong' } | { readonly was: 'damaged' } | { readonly was: 'too-costly'; readonly workFactor: number }

export async function openSlotFile(
  file: Uint8Array,
  secret: Pick<ReadSecret, 'kind' | 'bytes'>,
  derive: Derive,
): Promise<Result<SlotKey, SlotFileFault>> {
  const { kind, bytes } = secret
  const half = bytes.length / 2
  return openWith(
    kind === 'security-key'
      ? prfIdentity({ first: bytes.subarray(0, half), second: bytes.subarray(half) })
      : scryptIdentity(bytes, derive),
    file,
  )
}

async function openWith(opening: Opening, file: Uint8Array): Promise<Result<SlotKey, SlotFileFault>> {
  const binary = unarmored(file)
  if (binary === undefined) return err({ was: 'damaged' })
  const content = await decryptWith(opening, binary)
  if (!content.ok) {
    const outcome = opening.outcome()
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

/** The binary age file; `undefined` where it is none or too long to be a slot's. */
export function unarmored(file: Uint8Array): Uint8Array | undefined {
  const text = file.length > SLOT_FILE_LIMIT_BYTES ? undefined : fromUtf8(file)
  return text === undefined ? undefined : fromArmor(text)
}
