/**
 * One member out of a zip file (APPNOTE 6.3), as far as authenticators write them: stored or deflated, plain or encrypted as
 * WinZip does (APPNOTE "AES Encryption", AE-1 and AE-2). Members are found by the central directory, and no more is inflated
 * than `MAX_INFLATED_BYTES`, whatever the file claims.
 * Refused: zip64, several disks, the traditional cipher, other compressions.
 */
import { inflateRaw } from 'node:zlib'
import { ecb } from '@noble/ciphers/aes.js'
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import { derivePbkdf2, hmac, isSameMac } from './crypto.ts'
import type { ImportFormat, ReadFault } from './found.ts'
import { MAX_INFLATED_BYTES } from './limits.ts'

export interface ZipMember {
  readonly name: string
  readonly method: number
  readonly encryption: { readonly strength: 1 | 2 | 3 } | 'other' | undefined
  readonly size: number
  readonly headerAt: number
}

const END = 0x06054b50
const END_BYTES = 22
const CENTRAL = 0x02014b50
const CENTRAL_BYTES = 46
const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const ENCRYPTED = 1
const AES_METHOD = 99
const AES_EXTRA = 0x9901
const STORED = 0
const DEFLATED = 8
/** More than any export has. */
const MAX_MEMBERS = 1000

/** Members by the central directory, or `undefined` where this is no zip file. */
export function zipMembers(bytes: Uint8Array): readonly ZipMember[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < END_BYTES || view.getUint32(0, true) !== LOCAL) return undefined
  const end = findEnd(view)
  if (end === undefined) return undefined
  const count = Math.min(view.getUint16(end + 10, true), MAX_MEMBERS)
  const members: ZipMember[] = []
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count && at + CENTRAL_BYTES <= bytes.length; i++) {
    if (view.getUint32(at, true) !== CENTRAL) break
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const nameAt = at + CENTRAL_BYTES
    const next = nameAt + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > bytes.length) break
    const method = view.getUint16(at + 10, true)
    const aes = readAes(bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength))
    const isEncrypted = (view.getUint16(at + 8, true) & ENCRYPTED) !== 0
    members.push({
      name: Buffer.from(bytes.subarray(nameAt, nameAt + nameLength)).toString('utf8'),
      method: method === AES_METHOD && aes ? aes.method : method,
      encryption: isEncrypted ? (method === AES_METHOD && aes ? { strength: aes.strength } : 'other') : undefined,
      size: view.getUint32(at + 20, true),
      headerAt: view.getUint32(at + 42, true),
    })
    at = next
  }
  return members
}

/** The record at the end, before a comment of at most 65,535 bytes. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - 0xffff); at--) {
    if (view.getUint32(at, true) === END) return at
  }
  return undefined
}

/** AES extra field: version 2, vendor "AE" 2, strength 1, method 2. */
function readAes(extra: Uint8Array): { strength: 1 | 2 | 3; method: number } | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength)
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === AES_EXTRA && length >= 7 && at + 11 <= extra.length) {
      const strength = view.getUint8(at + 8)
      if (strength === 1 || strength === 2 || strength === 3) return { strength, method: view.getUint16(at + 9, true) }
    }
    at += 4 + length
  }
  return undefined
}

export async function openMember(
  bytes: Uint8Array,
  member: ZipMember,
  password: string,
  format: ImportFormat,
): Promise<Result<Uint8Array, ReadFault>> {
  const { headerAt, size, method, encryption } = member
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (headerAt + LOCAL_BYTES > bytes.length || view.getUint32(headerAt, true) !== LOCAL)
    return err({ code: 'damaged', format })
  const start = headerAt + LOCAL_BYTES + view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true)
  if (start + size > bytes.length) return err({ code: 'damaged', format })
  if (method !== STORED && method !== DEFLATED) {
    return err({ code: 'unsupported-version', format, found: `zip-method-${method}` })
  }
  if (encryption === 'other') return err({ code: 'unsupported-version', format, found: 'zip-traditional-cipher' })
  let body = bytes.subarray(start, start + size)
  if (encryption) {
    const opened = await openAes(body, encryption.strength, password, format)
    if (!opened.ok) return opened
    body = opened.value
  }
  return method === STORED ? ok(body) : inflate(body, format)
}

/** Salt, two bytes that check the password, the data, ten bytes of HMAC-SHA1; keys by PBKDF2-SHA1 of 1,000 rounds. */
async function openAes(
  body: Uint8Array,
  strength: 1 | 2 | 3,
  password: string,
  format: ImportFormat,
): Promise<Result<Uint8Array, ReadFault>> {
  const keyBytes = 8 + 8 * strength
  const saltBytes = keyBytes / 2
  if (body.length < saltBytes + 2 + 10) return err({ code: 'damaged', format })
  const derived = await derivePbkdf2('sha1', password, body.subarray(0, saltBytes), 1000, 2 * keyBytes + 2)
  if (!derived.ok) return derived
  const keys = derived.value
  if (!isSameMac(keys.subarray(2 * keyBytes), body.subarray(saltBytes, saltBytes + 2))) {
    return err({ code: 'wrong-password', format, isSure: true })
  }
  const sealed = body.subarray(saltBytes + 2, body.length - 10)
  const mac = hmac('sha1', keys.subarray(keyBytes, 2 * keyBytes), sealed).subarray(0, 10)
  // One wrong password in 65,536 gets here.
  if (!isSameMac(mac, body.subarray(body.length - 10))) return err({ code: 'damaged', format })
  return ok(xorCounter(keys.subarray(0, keyBytes), sealed))
}

/** AES in counter mode with a little-endian counter from 1, which no library's CTR has. */
function xorCounter(key: Uint8Array, data: Uint8Array): Uint8Array {
  const counters = new Uint8Array(Math.ceil(data.length / 16) * 16)
  const view = new DataView(counters.buffer)
  for (let block = 0; block * 16 < counters.length; block++) view.setUint32(block * 16, block + 1, true)
  const stream = ecb(key, { disablePadding: true }).encrypt(counters)
  return data.map((byte, at) => byte ^ (stream[at] ?? 0))
}

function inflate(body: Uint8Array, format: ImportFormat): Promise<Result<Uint8Array, ReadFault>> {
  return new Promise((resolve) =>
    inflateRaw(body, { maxOutputLength: MAX_INFLATED_BYTES }, (error, bytes) => {
      if (!error) return resolve(ok(bytes))
      const isTooLarge = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      resolve(
        err(isTooLarge ? { code: 'too-large', what: 'bytes', max: MAX_INFLATED_BYTES } : { code: 'damaged', format }),
      )
    }),
  )
}
