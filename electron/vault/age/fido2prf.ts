/**
 * age's `fido2prf` stanza (typage's, and age-plugin-fido2prf's): a file key wrapped to what the `prf` extension of one WebAuthn
 * credential makes of two inputs. Who asks the authenticator, by a page or by raw CTAP, is not known here.
 * Read is only the stanza as those two write it: one argument besides its name, 16 bytes, and a body of 32.
 */
import { createHmac } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { Stanza, type Identity, type Recipient } from 'age-encryption'
import { concat, equalBytes, utf8, type Random } from '../../../shared/kit/index.ts'
import { decryptWith } from './file.ts'

const NAME = 'age-encryption.org/fido2prf'
const LABEL = utf8(NAME)
const NONCE_BYTES = 16
const FILE_KEY_BODY_BYTES = 32
const OUTPUT_BYTES = 32
/** The key is used once, so age fixes the nonce. */
const ZERO_NONCE = new Uint8Array(12)

/** `prf.eval` of WebAuthn Level 3 §10.1.4, before its own hashing. */
export interface PrfInputs {
  readonly first: Uint8Array
  readonly second: Uint8Array
}
/** 32 bytes each, as secret as a key. */
export interface PrfOutputs {
  readonly first: Uint8Array
  readonly second: Uint8Array
}
/** Asks the credential, its person verified. The caller wipes what comes; a rejection goes through unchanged. */
export type Prf = (inputs: PrfInputs) => Promise<PrfOutputs>

export type PrfFault =
  /** Not two answers of 32 bytes. */
  | 'no-answer'
  /** The same question was answered otherwise the second time. */
  | 'not-repeatable'
  /** Two questions had one answer. */
  | 'not-distinct'

/** A stanza in the making: its nonce, and what the credential answered for it. */
export interface ProvenPrf {
  readonly nonce: Uint8Array
  readonly outputs: PrfOutputs
}

/**
 * Asks twice, the second time the other way round: both answers have to come again, each in the other's place, and they have
 * to differ. A key that answers at random, by place, or always the same would lock its person out, and is found by this.
 */
export async function provePrf(prf: Prf, random: Random): Promise<ProvenPrf | PrfFault> {
  const nonce = random(NONCE_BYTES)
  const inputs = prfInputs(nonce)
  const outputs = await prf(inputs)
  let swapped: PrfOutputs | undefined
  let fault: PrfFault | undefined
  try {
    swapped = await prf({ first: inputs.second, second: inputs.first })
    fault = faultOf(outputs, swapped)
    return fault ?? { nonce, outputs }
  } finally {
    if (swapped === undefined || fault !== undefined) wipeOutputs(outputs)
    if (swapped !== undefined) wipeOutputs(swapped)
  }
}

function faultOf(outputs: PrfOutputs, swapped: PrfOutputs): PrfFault | undefined {
  const all = [outputs.first, outputs.second, swapped.first, swapped.second]
  if (all.some(({ length }) => length !== OUTPUT_BYTES)) return 'no-answer'
  if (!equalBytes(outputs.first, swapped.second) || !equalBytes(outputs.second, swapped.first)) return 'not-repeatable'
  return equalBytes(outputs.first, outputs.second) ? 'not-distinct' : undefined
}

export function wipeOutputs({ first, second }: PrfOutputs): void {
  first.fill(0)
  second.fill(0)
}

export const prfRecipient = ({ nonce, outputs }: ProvenPrf): Recipient => ({
  wrapFileKey(fileKey) {
    const key = wrappingKey(outputs)
    try {
      return [new Stanza([NAME, toBase64(nonce)], chacha20poly1305(key, ZERO_NONCE).encrypt(fileKey))]
    } finally {
      key.fill(0)
    }
  },
})

export type PrfOutcome = { readonly was: 'opened' } | { readonly was: 'wrong' } | { readonly was: 'malformed' }

/** Opens with what the credential answered, and keeps what came of it in `outcome()`: `undefined` where the file has no such stanza. */
export function prfIdentity(outputs: PrfOutputs): Identity & { outcome(): PrfOutcome | undefined } {
  let outcome: PrfOutcome | undefined
  return {
    outcome: () => outcome,
    unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === NAME)
      if (stanza === undefined) return null
      if (readNonce(stanza) === undefined || stanzas.length !== 1) {
        outcome = { was: 'malformed' }
        return null
      }
      const key = wrappingKey(outputs)
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

/** What the credential has to be asked to open a binary age file; `undefined` where no credential opens it. */
export async function prfInputsOf(file: Uint8Array): Promise<PrfInputs | undefined> {
  let nonce: Uint8Array | undefined
  const reading: Identity = {
    unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === NAME)
      nonce = stanza && readNonce(stanza)
      return null
    },
  }
  await decryptWith(reading, file)
  return nonce && prfInputs(nonce)
}

/** Two inputs for one nonce, so that one touch never opens two files. */
const prfInputs = (nonce: Uint8Array): PrfInputs => ({
  first: concat(LABEL, Uint8Array.of(1), nonce),
  second: concat(LABEL, Uint8Array.of(2), nonce),
})

/** HKDF-Extract with the label as its salt. */
function wrappingKey({ first, second }: PrfOutputs): Uint8Array {
  const both = concat(first, second)
  try {
    return createHmac('sha256', LABEL).update(both).digest()
  } finally {
    both.fill(0)
  }
}

function readNonce({ args, body }: Stanza): Uint8Array | undefined {
  const [, text] = args
  const nonce = Buffer.from(text ?? '', 'base64')
  // Node's reader forgives; only the canonical spelling of 16 bytes is taken.
  const isNonce = args.length === 2 && nonce.length === NONCE_BYTES && toBase64(nonce) === text
  return isNonce && body.length === FILE_KEY_BODY_BYTES ? nonce : undefined
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
