/**
 * Steam Guard as the mobile app and Steam Desktop Authenticator keep it: a `.maFile`, JSON with `shared_secret` in base64 and
 * `account_name`. Refused: maFiles that Steam Desktop Authenticator encrypted, for the salt and IV they need stand in another
 * file (`manifest.json`), and the app's preferences, which are encrypted by the phone.
 */
import { err, ok } from '../../../../shared/kit/index.ts'
import { fromBase64, isRecord, textOf, type Json } from '../fields.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, refusal } from '../item.ts'
import type { Source } from '../source.ts'

const format = 'steam'

export const steam: FormatReader = {
  format,
  recognise: (source) => (accountsOf(source) ? 'certain' : isLocked(source) ? 'possible' : undefined),
  async read(source) {
    const accounts = accountsOf(source)
    if (accounts) return ok(content(accounts.map((account, index) => readAccount(account, index + 1))))
    if (isLocked(source)) return err({ code: 'unsupported-version', format, found: 'encrypted-mafile' })
    return err({ code: 'not-this-format', format })
  },
}

/** One file is one account; the app keeps several by their number. */
function accountsOf(source: Source): readonly Json[] | undefined {
  const file = source.json()
  if (!isRecord(file)) return undefined
  const accounts = isRecord(file['accounts']) ? Object.values(file['accounts']) : [file]
  const ours = accounts.filter(isRecord).filter((account) => textOf(account, 'shared_secret') !== undefined)
  return ours.length > 0 ? ours : undefined
}

const isLocked = (source: Source) =>
  source.name.endsWith('.mafile') && /^\s*[A-Za-z0-9+/=\s]+$/.test(source.text() ?? '')

function readAccount(account: Json, item: number) {
  const names = { issuer: 'Steam', account: textOf(account, 'account_name') ?? '' }
  const secret = fromBase64(textOf(account, 'shared_secret'))
  if (!secret)
    return refusal({ item }, { code: 'value-malformed', field: 'shared_secret' }, names.issuer, names.account)
  return itemOf({ at: { item }, kind: 'steam', ...names, secret })
}
