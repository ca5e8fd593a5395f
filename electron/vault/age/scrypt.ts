/**
 * age's scrypt stanza (https://age-encryption.org/v1, "The scrypt recipient type") on node:crypto, off the event loop;
 * the library's own derives in JavaScript and blocks for a second at 2^18.
 * Refused: work factors above the limit, before deriving anything; a scrypt stanza that is not alone.
 */
import { scrypt } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { Stanza, type Identity, type Recipient } from 'age-encryption'
import { concat, utf8, type Random } from '../../../shared/kit/index.ts'

/** Readers refuse more: 2^19 takes 512 MiB and over a second. */
export const WORK_FACTOR_LIMIT = 19
export const WORK_FACTOR = 18

const LABEL = utf8('age-encryption.org/v1/scrypt')
const SALT_BYTES = 16
const FILE_KEY_BODY_BYTES = 32
/** The key is used once, so age fixes the nonce. */
const ZERO_NONCE = new Uint8Array(12)

/** Makes the 32 bytes of scrypt(passphrase, "age-encryption.org/v1/scrypt" ‖ salt, N = 2^logN, r = 8, p = 1). */
export type Derive = (passphrase: Uint8Array, salt: Uint8Array, logN: number) => Promise<Uint8Array>

export const deriveWithNode: Derive = (passphrase, salt, logN) =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN
    // Node's default limit of 32 MiB refuses 2^18; scrypt itself takes 128·r·N bytes (RFC 7914 §2).
    const options = { N, r: 8, p: 1, maxmem: 128 * 8 * N + 1024 * 1024 }
    scrypt(passphrase, concat(LABEL, salt), 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })

/** Remembers the last derivation, so that what was just written can be opened for a check without a second one. `forget` wipes it. */
export function rememberingLast(derive: Derive): { derive: Derive; forget(): void } {
  let last: { of: string; key: Uint8Array } | undefined
  const forget = () => {
    last?.key.fill(0)
    last = undefined
  }
  return {
    forget,
    async derive(passphrase, salt, logN) {
      const of = `${logN} ${Buffer.from(salt).toString('hex')}`
      if (last?.of !== of) {
        const key = await derive(passphrase, salt, logN)
        forget()
        last = { of, key }
      }
      return Uint8Array.from(last!.key)
    },
  }
}

/** Wraps to one passphrase. */
export function scryptRecipient(passphrase: Uint8Array, logN: number, random: Random, derive: Derive): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = random(SALT_BYTES)
      const key = await derive(passphrase, salt, logN)
      try {
        const body = chacha20poly1305(key, ZERO_NONCE).encrypt(fileKey)
        return [new Stanza(['scrypt', toBase64(salt), String(logN)], body)]
      } finally {
        key.fill(0)
      }
    },
  }
}

export type ScryptOutcome =
  { was: 'opened' } | { was: 'wrong' } | { was: 'too-costly'; logN: number } | { was: 'malformed' }

/** Opens with one passphrase, and keeps what came of it in `outcome()`: `undefined` when the file has no scrypt stanza. */
export function scryptIdentity(
  passphrase: Uint8Array,
  derive: Derive,
): Identity & { outcome(): ScryptOutcome | undefined } {
  let outcome: ScryptOutcome | undefined
  return {
    outcome: () => outcome,
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt')
      if (stanza === undefined) return null
      const read = stanzas.length === 1 ? readStanza(stanza) : undefined
      if (read === undefined) {
        outcome = { was: 'malformed' }
        return null
      }
      if (read.logN > WORK_FACTOR_LIMIT) {
        outcome = { was: 'too-costly', logN: read.logN }
        return null
      }
      const key = await derive(passphrase, read.salt, read.logN)
      try {
        const fileKey = chacha20poly1305(key, ZERO_NONCE).decrypt(stanza.body)
        outcome = { was: 'opened' }
        return fileKey
      } catch {
        outcome = { was: 'wrong' }
        return null
      } finally {
        key.fill(0)
      }
    },
  }
}

function readStanza({ args, body }: Stanza): { salt: Uint8Array; logN: number } | undefined {
  const [, saltText, logNText] = args
  if (args.length !== 3 || !/^[1-9][0-9]?$/.test(logNText ?? '')) return undefined
  const salt = Buffer.from(saltText ?? '', 'base64')
  // Node's reader forgives; only the canonical spelling of 16 bytes is taken.
  if (salt.length !== SALT_BYTES || toBase64(salt) !== saltText || body.length !== FILE_KEY_BODY_BYTES) return undefined
  return { salt, logN: Number(logNText) }
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
