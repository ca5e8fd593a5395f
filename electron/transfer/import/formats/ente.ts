/**
 * Ente Auth's encrypted export (docs "Exporting your data out of Ente Auth"): `{ version: 1, kdfParams: { memLimit, opsLimit,
 * salt }, encryptedData, encryptionNonce }`. Argon2id as libsodium's pwhash (bytes of memory, one lane), then one message of
 * its secretstream. Inside are links, one a line. The plain export is a list of links: see links.ts.
 */
import { err, fromUtf8 } from '../../../../shared/kit/index.ts'
import { deriveArgon2, openSecretStream } from '../crypto.ts'
import { countOf, fromBase64, isRecord, recordOf, textOf } from '../fields.ts'
import type { FormatReader } from '../format.ts'
import { readLinks } from './links.ts'

const format = 'ente'
const VERSION = 1

export const ente: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    return isRecord(file) && isRecord(file['kdfParams']) && textOf(file, 'encryptedData') !== undefined
      ? 'certain'
      : undefined
  },
  isEncrypted: () => true,
  async read(source, { password }) {
    const file = source.json()
    const kdf = isRecord(file) ? recordOf(file, 'kdfParams') : undefined
    if (!isRecord(file) || !kdf) return err({ code: 'not-this-format', format })
    const version = countOf(file, 'version')
    if (version !== VERSION) return err({ code: 'unsupported-version', format, found: String(version ?? '?') })
    if (password === undefined) return err({ code: 'password-needed', format })
    const salt = fromBase64(textOf(kdf, 'salt'))
    const sealed = fromBase64(textOf(file, 'encryptedData'))
    const header = fromBase64(textOf(file, 'encryptionNonce'))
    const memory = countOf(kdf, 'memLimit')
    if (salt?.length !== 16 || !sealed || header?.length !== 24 || memory === undefined)
      return err({ code: 'damaged', format })
    const derived = await deriveArgon2(password, salt, {
      memoryKib: Math.floor(memory / 1024),
      passes: countOf(kdf, 'opsLimit'),
      parallelism: 1,
    })
    if (!derived.ok) return derived
    const opened = openSecretStream(derived.value, header, sealed)
    if (!opened) return err({ code: 'wrong-password', format, isSure: false })
    const text = fromUtf8(opened)
    return text === undefined ? err({ code: 'damaged', format }) : readLinks(text)
  },
}
