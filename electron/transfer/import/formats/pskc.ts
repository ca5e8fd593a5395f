/**
 * Portable Symmetric Key Container (RFC 6030): HOTP and TOTP keys of hardware and software tokens, plain, under a pre-shared
 * AES key (§6.1, typed as 32, 48 or 64 hexadecimal digits), or under a password by PBKDF2 (§6.2). AES-CBC values carry their
 * IV in front and an HMAC in `ValueMAC`, whose key is sealed likewise.
 * Refused: other ciphers and key wraps, asymmetric keys, and one by one keys of other algorithms (OCRA, PIN, proprietary).
 * Signatures are not checked: the file comes from the person, and a seed proves itself by its codes.
 */
import { err, ok, type Result } from '../../../../shared/kit/index.ts'
import { derivePbkdf2, hmac, isSameMac, openCbc } from '../crypto.ts'
import { fromBase64, fromHexText } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { descend, readXml, type XmlElement } from '../xml.ts'

const format = 'pskc'
const ALGORITHM = /:keyprov:pskc:(hotp|totp)$/i
const CBC = /#aes(128|192|256)-cbc$/
const HMAC = /hmac-sha(1|256|512)$/

interface Keys {
  readonly encryption: Uint8Array
  /** Absent where the container has no MAC; older readers took those too. */
  readonly mac?: { readonly hash: 'sha1' | 'sha256' | 'sha512'; readonly key: Uint8Array }
}

export const pskc: FormatReader = {
  format,
  recognise: (source) => (readXml(source.text())?.name === 'KeyContainer' ? 'certain' : undefined),
  isEncrypted: (source) => descend(readXml(source.text()), 'EncryptionKey') !== undefined,
  async read(source, { password }) {
    const root = readXml(source.text())
    if (root?.name !== 'KeyContainer') {
      return err({ code: source.text()?.includes('KeyContainer') ? 'damaged' : 'not-this-format', format })
    }
    const version = root.attributes.get('Version') ?? '1.0'
    if (!/^1(?:\.|$)/.test(version)) return err({ code: 'unsupported-version', format, found: version.slice(0, 32) })
    const sealing = descend(root, 'EncryptionKey')
    if (sealing && password === undefined) return err({ code: 'password-needed', format })
    const keys = sealing ? await openKeys(root, sealing, password ?? '') : undefined
    if (keys && !keys.ok) return keys
    const packages = root.children.filter(({ name }) => name === 'KeyPackage')
    if (packages.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    const items = packages.map((one, index) => readPackage({ item: index + 1 }, one, keys?.value))
    const isLocked = items.length > 0 && items.every((item) => item.is === 'refused' && item.why.code === 'seed-locked')
    return isLocked ? err({ code: 'wrong-password', format, isSure: false }) : ok(content(items, { version }))
  },
}

async function openKeys(root: XmlElement, sealing: XmlElement, password: string): Promise<Result<Keys, ReadFault>> {
  const derived = descend(sealing, 'DerivedKey')
  const encryption = derived ? await deriveKey(derived, password) : ok(fromHexText(password.replace(/\s/g, '')))
  if (!encryption.ok) return encryption
  if (!encryption.value || ![16, 24, 32].includes(encryption.value.length)) {
    return err({ code: 'wrong-password', format, isSure: true })
  }
  const method = descend(root, 'MACMethod')
  if (!method) return ok({ encryption: encryption.value })
  const bits = HMAC.exec(method.attributes.get('Algorithm') ?? '')?.[1]
  if (bits === undefined) return err({ code: 'unsupported-version', format, found: 'mac-method' })
  const sealed = descend(method, 'MACKey')
  // §6.1.1: without a key of its own, the MAC takes the encryption key.
  const key = sealed ? openCipher(sealed, encryption.value) : encryption.value
  if (!key) return err({ code: 'wrong-password', format, isSure: false })
  return ok({ encryption: encryption.value, mac: { hash: `sha${bits}` as 'sha1', key } })
}

/** PKCS #5 PBKDF2-params; the length is the cipher's, PRF is HMAC-SHA1 unless another is named. */
async function deriveKey(derived: XmlElement, password: string): Promise<Result<Uint8Array | undefined, ReadFault>> {
  const method = descend(derived, 'KeyDerivationMethod')
  const params = descend(method, 'PBKDF2-params')
  const number = (name: string) => Number(descend(params, name)?.text.trim() || Number.NaN)
  const salt = fromBase64(descend(params, 'Salt', 'Specified')?.text)
  if (!method?.attributes.get('Algorithm')?.endsWith('pbkdf2') || !params || !salt) {
    return err({ code: 'unsupported-version', format, found: 'key-derivation' })
  }
  const prf = descend(params, 'PRF')?.attributes.get('Algorithm') ?? 'hmac-sha1'
  const bits = HMAC.exec(prf)?.[1]
  if (bits === undefined) return err({ code: 'unsupported-version', format, found: 'prf' })
  const length = number('KeyLength')
  if (![16, 24, 32].includes(length)) return err({ code: 'unsupported-version', format, found: 'key-length' })
  return derivePbkdf2(`sha${bits}` as 'sha1', password, salt, number('IterationCount'), length)
}

const cipherBytes = (sealed: XmlElement | undefined) => fromBase64(descend(sealed, 'CipherData', 'CipherValue')?.text)

function openCipher(sealed: XmlElement, key: Uint8Array): Uint8Array | undefined {
  const bits = CBC.exec(descend(sealed, 'EncryptionMethod')?.attributes.get('Algorithm') ?? '')?.[1]
  const bytes = cipherBytes(sealed)
  if (Number(bits) !== key.length * 8 || !bytes || bytes.length < 32) return undefined
  return openCbc(key, bytes.subarray(0, 16), bytes.subarray(16))
}

function readPackage(at: Place, one: XmlElement, keys: Keys | undefined): FoundItem {
  const key = descend(one, 'Key')
  const device = descend(one, 'DeviceInfo')
  const serial = descend(device, 'SerialNo')?.text.trim() ?? ''
  const names = {
    issuer: descend(key, 'Issuer')?.text.trim() || descend(device, 'Manufacturer')?.text.trim() || '',
    account: descend(key, 'FriendlyName')?.text.trim() || serial || key?.attributes.get('Id') || '',
  }
  const data = descend(key, 'Data')
  const algorithm = key?.attributes.get('Algorithm') ?? ''
  const kind = ALGORITHM.exec(algorithm)?.[1]?.toLowerCase()
  const secret = openValue(descend(data, 'Secret'), keys)
  if (secret === 'locked') return refusal(at, { code: 'seed-locked' }, names.issuer, names.account)
  const parameters = descend(key, 'AlgorithmParameters')
  const encoding = descend(parameters, 'ResponseFormat')?.attributes.get('Encoding') ?? 'DECIMAL'
  const isOurs = (kind === 'hotp' || kind === 'totp') && encoding === 'DECIMAL'
  const plain = (name: string) => descend(data, name, 'PlainValue')?.text.trim()
  return itemOf({
    at,
    kind: isOurs ? kind : undefined,
    kindName: encoding === 'DECIMAL' ? algorithm.replace(/^.*:/, '') : encoding,
    ...names,
    secret,
    algorithm: /SHA-?(?:1|256|512)/i.exec(descend(parameters, 'Suite')?.text ?? '')?.[0],
    digits: descend(parameters, 'ResponseFormat')?.attributes.get('Length'),
    period: plain('TimeInterval'),
    counter: plain('Counter') ?? 0,
    kept: { note: [descend(device, 'Model')?.text.trim() ?? '', serial].filter(Boolean).join(' ') },
  })
}

function openValue(secret: XmlElement | undefined, keys: Keys | undefined): Uint8Array | undefined | 'locked' {
  const plain = descend(secret, 'PlainValue')
  if (plain) return fromBase64(plain.text)
  const sealed = descend(secret, 'EncryptedValue')
  if (!sealed) return undefined
  const bytes = cipherBytes(sealed)
  const opened = keys && openCipher(sealed, keys.encryption)
  if (!opened || !bytes) return 'locked'
  const mac = fromBase64(descend(secret, 'ValueMAC')?.text)
  if (!keys.mac || !mac) return opened
  return isSameMac(hmac(keys.mac.hash, keys.mac.key, bytes), mac) ? opened : 'locked'
}
