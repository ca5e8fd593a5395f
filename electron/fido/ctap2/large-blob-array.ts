/**
 * The serialised large-blob array (CTAP 2.1 §6.10.2, §6.10.3): a CBOR array of encrypted entries and 16 bytes of its
 * SHA-256. Each entry is deflated (RFC 1951) and sealed with AES-256-GCM under its credential's largeBlobKey. Entries of
 * other credentials, and entries we can't read, are kept byte for byte.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { concat, equalBytes, utf8, type Random } from '../../../shared/kit/index.ts'
import { decode, encode, type CborMap, type CborValue } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import { asMap, toMap } from './command.ts'
import { sha256 } from './hash.ts'

/** Members of an entry (§6.10.3). */
const M = { ciphertext: 0x01, nonce: 0x02, origSize: 0x03 } as const
const TRAILER_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** A blob unpacked; a key holds some kilobytes, and deflate makes a thousand of one. */
const MAX_BLOB_BYTES = 1 << 20

export type LargeBlobArray = readonly CborValue[]

/**
 * The array in `serialised`, or `undefined` where its trailer does not fit: a write that was cut short, or a key that was
 * never written to. The platform then starts from an empty array (§6.10.5).
 */
export function readArray(serialised: Uint8Array): LargeBlobArray | undefined {
  const end = serialised.length - TRAILER_BYTES
  if (end < 1) return undefined
  const array = serialised.subarray(0, end)
  if (!equalBytes(sha256(array).subarray(0, TRAILER_BYTES), serialised.subarray(end))) return undefined
  const read = decode(array, { tolerateOrder: true })
  return read.ok && Array.isArray(read.value.value) ? (read.value.value as LargeBlobArray) : undefined
}

export function writeArray(array: LargeBlobArray): Uint8Array {
  const bytes = encode(array)
  return concat(bytes, sha256(bytes).subarray(0, TRAILER_BYTES))
}

/** The blob of the credential with `largeBlobKey`, or `undefined`. Throws `AnswerError` for one sealed right but unreadable. */
export function findBlob(array: LargeBlobArray, largeBlobKey: Uint8Array): Uint8Array | undefined {
  for (const item of array) {
    const opened = openEntry(item, largeBlobKey)
    if (opened !== undefined) return inflate(opened.compressed, opened.origSize)
  }
  return undefined
}

/** The array with the credential's blob put in place of any it had, or without it. */
export function withBlob(
  array: LargeBlobArray,
  largeBlobKey: Uint8Array,
  blob: Uint8Array | undefined,
  random: Random,
): LargeBlobArray {
  const others = array.filter((item) => openEntry(item, largeBlobKey) === undefined)
  return blob === undefined ? others : [...others, sealEntry(blob, largeBlobKey, random)]
}

function sealEntry(blob: Uint8Array, key: Uint8Array, random: Random): CborMap {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedData(blob.length))
  const ciphertext = concat(cipher.update(deflateRawSync(blob)), cipher.final(), cipher.getAuthTag())
  return toMap({ [M.ciphertext]: ciphertext, [M.nonce]: nonce, [M.origSize]: blob.length })
}

/** `undefined` for an entry of another credential, or one that is not of this form. */
function openEntry(item: CborValue, key: Uint8Array): { compressed: Uint8Array; origSize: number } | undefined {
  const entry = asMap(item)
  const ciphertext = entry?.get(M.ciphertext)
  const nonce = entry?.get(M.nonce)
  const origSize = entry?.get(M.origSize)
  if (!(ciphertext instanceof Uint8Array) || ciphertext.length < TAG_BYTES) return undefined
  if (!(nonce instanceof Uint8Array) || nonce.length !== NONCE_BYTES) return undefined
  if (typeof origSize !== 'number' || origSize < 0) return undefined
  const end = ciphertext.length - TAG_BYTES
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData(origSize))
    decipher.setAuthTag(ciphertext.subarray(end))
    return { compressed: concat(decipher.update(ciphertext.subarray(0, end)), decipher.final()), origSize }
  } catch {
    return undefined
  }
}

/** "blob" and the size as 64 bits, little-endian (§6.10.3). */
function associatedData(origSize: number): Uint8Array {
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(origSize), true)
  return concat(utf8('blob'), size)
}

function inflate(compressed: Uint8Array, origSize: number): Uint8Array {
  if (origSize > MAX_BLOB_BYTES) throw new AnswerError('member-value', M.origSize)
  try {
    const blob = new Uint8Array(inflateRawSync(compressed, { maxOutputLength: Math.max(1, origSize) }))
    if (blob.length === origSize) return blob
  } catch (cause) {
    throw new AnswerError('ciphertext', M.ciphertext, { cause })
  }
  throw new AnswerError('member-value', M.origSize)
}
