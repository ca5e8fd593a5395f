/**
 * Latchkey's own backup: one age file under a passphrase. Recognised here and no more: it is opened by the vault part and read
 * by `openBackup`, which the service is handed (`restore`), for it holds cases and the journal beside entries.
 */
import { err } from '../../../../shared/kit/index.ts'
import type { FormatReader } from '../format.ts'

const format = 'latchkey-backup'
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'
const BINARY = 'age-encryption.org/v1'

export const latchkeyBackup: FormatReader = {
  format,
  recognise: ({ bytes }) => {
    const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1').trimStart()
    return start.startsWith(ARMOR) || start.startsWith(BINARY) ? 'certain' : undefined
  },
  isEncrypted: () => true,
  read: async () => err({ code: 'unsupported-version', format, found: 'restore' }),
}
