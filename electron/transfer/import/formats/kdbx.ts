/**
 * KDBX 3.1 and 4 (keepass.info "KDBX 4", KeePassXC's documentation of its fields), by kdbxweb's header, key derivations, block
 * transforms and streams; inflating and XML are our own, so that both are bounded. See kdbx-entries.ts for what is in it.
 * In format 4 the header has a hash and a MAC of its own, so damage is told from a wrong password; in 3 it is not always.
 * Refused: KDB 1, Twofish, challenge and response keys.
 */
import { gunzip } from 'node:zlib'
import * as kdbxweb from 'kdbxweb'
import { concat, err, ok, type Result } from '../../../../shared/kit/index.ts'
import { deriveArgon2, hmac, isSameMac, openCbc, sha256, sha512 } from '../crypto.ts'
import type { ReadFault } from '../found.ts'
import { content, type FormatReader, type ReadContext } from '../format.ts'
import { MAX_AES_KDF_ROUNDS, MAX_INFLATED_BYTES, MAX_ITEMS } from '../limits.ts'
import { readXml } from '../xml.ts'
import { readKdbxEntries } from './kdbx-entries.ts'

const format = 'kdbx'
const SIGNATURE_1 = 0x9aa2d903
const SIGNATURE_2 = 0xb54bfb67
/** KeePass 1. */
const SIGNATURE_2_OLD = 0xb54bfb65
const AES_CIPHER = 'McHy5r9xQ1C+WAUhavxa/w=='
const CHACHA20_CIPHER = '1gOKK4tvTLWlJDOaMdu1mg=='
const AES_KDF_V3 = 'ydnzmmKKRGC/dA0IwYpP6g=='
const GZIP = 1

export const kdbx: FormatReader = {
  format,
  recognise: ({ bytes }) => (signatureOf(bytes) === undefined ? undefined : 'certain'),
  isEncrypted: () => true,
  async read({ bytes }, context) {
    const signature = signatureOf(bytes)
    if (signature === undefined) return err({ code: 'not-this-format', format })
    if (signature === SIGNATURE_2_OLD) return err({ code: 'unsupported-version', format, found: 'KDB 1' })
    const major = bytes.length < 12 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint16(10, true)
    if (major === undefined) return err({ code: 'damaged', format })
    if (major !== 3 && major !== 4) return err({ code: 'unsupported-version', format, found: `KDBX ${major}` })
    if (context.password === undefined) return err({ code: 'password-needed', format })
    try {
      const opened = await open(bytes, major, context)
      if (!opened.ok) return opened
      const { xml, unprotect } = opened.value
      const root = readXml(
        Buffer.from(xml)
          .toString('utf8')
          .replace(/^\uFEFF/, ''),
      )
      if (root?.name !== 'KeePassFile') return err({ code: 'damaged', format })
      const { items, withoutCode } = readKdbxEntries(root, unprotect)
      if (items.length + withoutCode > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
      return ok(content(items, { withoutCode, version: String(major) }))
    } catch (error) {
      return err(toFault(error))
    }
  },
}

function signatureOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const second = view.getUint32(4, true)
  if (view.getUint32(0, true) !== SIGNATURE_1) return undefined
  return second === SIGNATURE_2 || second === SIGNATURE_2_OLD ? second : undefined
}

/** The library throws its own errors for what it can't read, and RangeErrors of DataView where a file is cut off. */
function toFault(error: unknown): ReadFault {
  const { ErrorCodes } = kdbxweb.Consts
  const code = error instanceof kdbxweb.KdbxError ? error.code : undefined
  if (code === ErrorCodes.InvalidKey) return { code: 'wrong-password', format, isSure: false }
  if (code === ErrorCodes.Unsupported || code === ErrorCodes.InvalidVersion) {
    return { code: 'unsupported-version', format, found: 'kdf-or-cipher' }
  }
  return { code: 'damaged', format }
}

interface Opened {
  readonly xml: Uint8Array
  /** The stream that hides protected values; they must be taken in the order of the document. */
  readonly unprotect: (sealed: Uint8Array) => Uint8Array
}

async function open(
  bytes: Uint8Array,
  major: 3 | 4,
  { password, keyFile }: ReadContext,
): Promise<Result<Opened, ReadFault>> {
  const credentials = new kdbxweb.Credentials(kdbxweb.ProtectedValue.fromString(password ?? ''), keyFile ?? null)
  await credentials.ready
  const library = new kdbxweb.KdbxContext({ kdbx: kdbxweb.Kdbx.create(credentials, '') })
  const buffer = toBuffer(bytes)
  const stream = new kdbxweb.BinaryStream(buffer)
  const header = kdbxweb.KdbxHeader.read(stream, library)
  const headerBytes = bytes.subarray(0, stream.pos)
  const body = new Uint8Array(stream.readBytesToEnd())
  // The header's own hash comes first: a header that is damaged is not believed about anything.
  if (major === 4 && !isSameMac(sha256(headerBytes), body.subarray(0, 32))) return err({ code: 'damaged', format })
  const { masterSeed } = header
  if (!masterSeed) return err({ code: 'damaged', format })
  const key = await transformKey(header, new Uint8Array(await credentials.getHash()))
  if (!key.ok) return key
  const seeded = concat(new Uint8Array(masterSeed), key.value)
  const cipherKey = sha256(seeded)
  const plain =
    major === 4
      ? await openBlocks4(header, headerBytes, body, seeded, cipherKey)
      : await openBlocks3(header, body, cipherKey)
  if (!plain.ok) return plain
  const inflated = header.compression === GZIP ? await inflate(plain.value) : plain
  if (!inflated.ok) return inflated
  let xml = inflated.value
  if (major === 4) {
    const inner = new kdbxweb.BinaryStream(toBuffer(xml))
    header.readInnerHeader(inner, library)
    xml = new Uint8Array(inner.readBytesToEnd())
  }
  const { protectedStreamKey, crsAlgorithm } = header
  if (!protectedStreamKey || crsAlgorithm === undefined) return err({ code: 'damaged', format })
  const generator = await kdbxweb.ProtectSaltGenerator.create(protectedStreamKey, crsAlgorithm)
  const unprotect = (sealed: Uint8Array) => {
    const salt = new Uint8Array(generator.getSalt(sealed.length))
    return sealed.map((byte, at) => byte ^ (salt[at] ?? 0))
  }
  return ok({ xml, unprotect })
}

const toBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

async function transformKey(header: kdbxweb.KdbxHeader, composite: Uint8Array): Promise<Result<Uint8Array, ReadFault>> {
  const parameters = header.kdfParameters
  const number = (name: string): number | undefined => {
    const value = parameters?.get(name)
    return typeof value === 'number' ? value : value instanceof kdbxweb.Int64 ? value.value : undefined
  }
  const bytes = (name: string): Uint8Array | undefined => {
    const value = parameters?.get(name)
    return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined
  }
  const kdf = parameters ? Buffer.from(bytes('$UUID') ?? []).toString('base64') : AES_KDF_V3
  if (kdf === AES_KDF_V3) {
    const rounds = parameters ? number('R') : header.keyEncryptionRounds
    const seed = parameters ? bytes('S') : header.transformSeed
    if (rounds === undefined || !seed) return err({ code: 'damaged', format })
    if (rounds > MAX_AES_KDF_ROUNDS) return err({ code: 'too-large', what: 'key-derivation', max: MAX_AES_KDF_ROUNDS })
    return ok(sha256(await kdbxweb.KeyEncryptorAes.encrypt(composite, seed, rounds)))
  }
  const { KdfId } = kdbxweb.Consts
  const salt = bytes('S')
  const memory = number('M')
  if ((kdf !== KdfId.Argon2d && kdf !== KdfId.Argon2id) || number('V') !== 0x13) {
    return err({ code: 'unsupported-version', format, found: 'key-derivation' })
  }
  if (!salt || memory === undefined) return err({ code: 'damaged', format })
  return deriveArgon2(composite, salt, {
    kind: kdf === KdfId.Argon2id ? 'id' : 'd',
    memoryKib: Math.floor(memory / 1024),
    passes: number('I'),
    parallelism: number('P'),
  })
}

async function openBlocks4(
  header: kdbxweb.KdbxHeader,
  headerBytes: Uint8Array,
  body: Uint8Array,
  seeded: Uint8Array,
  cipherKey: Uint8Array,
): Promise<Result<Uint8Array, ReadFault>> {
  if (body.length < 64) return err({ code: 'damaged', format })
  const hmacKey = sha512(seeded, Uint8Array.of(1))
  // The header's MAC is of block number 2^64 - 1.
  const headerKey = sha512(new Uint8Array(8).fill(0xff), hmacKey)
  if (!isSameMac(hmac('sha256', headerKey, headerBytes), body.subarray(32, 64))) {
    return err({ code: 'wrong-password', format, isSure: true })
  }
  const sealed = await kdbxweb.HmacBlockTransform.decrypt(toBuffer(body.subarray(64)), toBuffer(hmacKey))
  const plain = await openCipher(header, new Uint8Array(sealed), cipherKey)
  return plain.ok && plain.value === undefined
    ? err({ code: 'damaged', format })
    : (plain as Result<Uint8Array, ReadFault>)
}

async function openBlocks3(
  header: kdbxweb.KdbxHeader,
  body: Uint8Array,
  cipherKey: Uint8Array,
): Promise<Result<Uint8Array, ReadFault>> {
  const start = header.streamStartBytes
  const plain = await openCipher(header, body, cipherKey)
  if (!plain.ok) return plain
  const isOurs = start && plain.value && isSameMac(plain.value.subarray(0, 32), new Uint8Array(start))
  if (!plain.value || !isOurs) return err({ code: 'wrong-password', format, isSure: false })
  return ok(new Uint8Array(await kdbxweb.HashedBlockTransform.decrypt(toBuffer(plain.value.subarray(32)))))
}

async function openCipher(
  header: kdbxweb.KdbxHeader,
  sealed: Uint8Array,
  key: Uint8Array,
): Promise<Result<Uint8Array | undefined, ReadFault>> {
  const cipher = header.dataCipherUuid?.id
  const iv = header.encryptionIV
  if (!iv) return err({ code: 'damaged', format })
  if (cipher === AES_CIPHER) return ok(openCbc(key, new Uint8Array(iv), sealed))
  if (cipher === CHACHA20_CIPHER) {
    return ok(new Uint8Array(await kdbxweb.CryptoEngine.chacha20(toBuffer(sealed), toBuffer(key), iv)))
  }
  return err({ code: 'unsupported-version', format, found: 'cipher' })
}

function inflate(bytes: Uint8Array): Promise<Result<Uint8Array, ReadFault>> {
  return new Promise((resolve) =>
    gunzip(bytes, { maxOutputLength: MAX_INFLATED_BYTES }, (error, out) => {
      if (!error) return resolve(ok(out))
      const isTooLarge = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      resolve(
        err(isTooLarge ? { code: 'too-large', what: 'bytes', max: MAX_INFLATED_BYTES } : { code: 'damaged', format }),
      )
    }),
  )
}
