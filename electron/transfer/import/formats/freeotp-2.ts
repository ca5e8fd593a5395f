/**
 * FreeOTP 2's backup (`externalBackup.xml`, which is no XML): a serialised Java map of texts. `masterKey` is JSON with the
 * master key under the password, `{ mAlgorithm, mIterations, mSalt, mEncryptedKey: { mCipher, mCipherText, mParameters,
 * mToken } }`; each token is `<id>` with its seed under the master key and `<id>-token` with the rest, as in FreeOTP 1.
 * Ciphers are AES-256-GCM; `mParameters` are DER with the nonce, and `mToken` is the additional data.
 */
import { err, ok, type Result } from '../../../../shared/kit/index.ts'
import { derivePbkdf2, openGcm } from '../crypto.ts'
import { bytesOf, countOf, get, isRecord, recordOf, textOf, type Json } from '../fields.ts'
import type { FoundItem, ReadFault } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { refusal } from '../item.ts'
import { isJavaStream, readJavaMap } from '../java-map.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson } from '../source.ts'
import { readToken } from './freeotp.ts'

const format = 'freeotp-2'
const MASTER_KEY = 'masterKey'
const TOKEN_SUFFIX = '-token'

export const freeOtp2: FormatReader = {
  format,
  recognise: ({ bytes }) =>
    isJavaStream(bytes) ? (readJavaMap(bytes)?.has(MASTER_KEY) ? 'certain' : 'likely') : undefined,
  isEncrypted: () => true,
  async read({ bytes }, { password }) {
    if (!isJavaStream(bytes)) return err({ code: 'not-this-format', format })
    const map = readJavaMap(bytes)
    const master = parseJson(map?.get(MASTER_KEY))
    if (!map || !isRecord(master)) return err({ code: 'damaged', format })
    if (password === undefined) return err({ code: 'password-needed', format })
    const key = await openMasterKey(master, password)
    if (!key.ok) return key
    const ids = [...map.keys()].filter((id) => id !== MASTER_KEY && map.has(`${id}${TOKEN_SUFFIX}`))
    if (ids.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    return ok(content(ids.map((id, index) => readOne(map, id, index + 1, key.value))))
  },
}

async function openMasterKey(master: Json, password: string): Promise<Result<Uint8Array, ReadFault>> {
  const algorithm = textOf(master, 'mAlgorithm') ?? ''
  const hash = ({ pbkdf2withhmacsha1: 'sha1', pbkdf2withhmacsha512: 'sha512' } as const)[
    algorithm.toLowerCase() as 'pbkdf2withhmacsha1'
  ]
  if (hash === undefined) return err({ code: 'unsupported-version', format, found: algorithm.slice(0, 32) })
  const salt = bytesOf(get(master, 'mSalt'))
  const sealed = recordOf(master, 'mEncryptedKey')
  if (!salt || !sealed) return err({ code: 'damaged', format })
  const derived = await derivePbkdf2(hash, password, salt, countOf(master, 'mIterations'))
  if (!derived.ok) return derived
  const key = openSealed(sealed, derived.value)
  return key?.length === 32 ? ok(key) : err({ code: 'wrong-password', format, isSure: false })
}

function readOne(map: ReadonlyMap<string, string>, id: string, item: number, key: Uint8Array): FoundItem {
  const token = parseJson(map.get(`${id}${TOKEN_SUFFIX}`))
  const outer = parseJson(map.get(id))
  const sealed = isRecord(outer) ? parseJson(textOf(outer, 'key')) : undefined
  const secret = isRecord(sealed) ? openSealed(sealed, key) : undefined
  if (secret) return readToken({ item }, token, secret)
  const names = isRecord(token) ? token : {}
  return refusal({ item }, { code: 'seed-locked' }, textOf(names, 'issuerExt'), textOf(names, 'label'))
}

function openSealed(sealed: Json, key: Uint8Array): Uint8Array | undefined {
  const body = bytesOf(get(sealed, 'mCipherText'))
  const nonce = nonceOf(bytesOf(get(sealed, 'mParameters')))
  const token = textOf(sealed, 'mToken')
  if (textOf(sealed, 'mCipher') !== 'AES/GCM/NoPadding' || !body || !nonce || token === undefined) return undefined
  return openGcm(key, nonce, body, { aad: Buffer.from(token) })
}

/** RFC 5084 GCMParameters: SEQUENCE { OCTET STRING nonce, INTEGER }; older Androids write the string alone. */
function nonceOf(der: Uint8Array | undefined): Uint8Array | undefined {
  const at = der?.[0] === 0x30 ? 2 : 0
  const length = der?.[at + 1] ?? 0
  return der?.[at] === 0x04 && length > 0 && length < 0x80 && at + 2 + length <= der.length
    ? der.subarray(at + 2, at + 2 + length)
    : undefined
}
