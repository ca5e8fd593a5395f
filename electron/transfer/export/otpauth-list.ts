/** Links, one a line: what nearly every authenticator reads. Plain text: whoever has the file has the seeds. */
import type { Entry } from '../../../shared/domain/entry.ts'
import { formatOtpauth } from '../../../shared/domain/otpauth.ts'
import { leftOutOf, type Exported } from './exported.ts'

export const exportOtpauthList = (entries: readonly Entry[]): Exported<string> => ({
  value: entries.map((entry) => `${formatOtpauth(entry)}\n`).join(''),
  entries: entries.length,
  refused: [],
  leftOut: leftOutOf(entries, ['tags', 'note', 'favourite', 'hidden', 'link']),
})
