/** KeePassXC's CSV export: "Group","Title","Username","Password","URL","Notes","TOTP",… with a link in TOTP, or nothing. */
import { err, ok } from '../../../../shared/kit/index.ts'
import { readCsv } from '../csv.ts'
import type { FoundItem } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, itemOfLink } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'

const format = 'keepassxc-csv'
const COLUMNS = ['group', 'title', 'username', 'totp']

export const keepassxcCsv: FormatReader = {
  format,
  recognise: (source) => (readCsv(source.text(), COLUMNS) ? 'certain' : undefined),
  async read(source) {
    const rows = readCsv(source.text(), COLUMNS)
    if (!rows) return err({ code: 'not-this-format', format })
    if (!rows.ok) return err({ code: 'damaged', format, line: rows.error })
    if (rows.value.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    const items: FoundItem[] = []
    for (const { line, cell } of rows.value) {
      const totp = cell('totp').trim()
      if (totp === '') continue
      const at = { item: items.length + 1, line }
      const names = { issuer: cell('title'), account: cell('username') }
      const kept = { tags: [groupTag(cell('group'))], note: cell('notes') }
      items.push(
        totp.includes('://')
          ? itemOfLink(at, totp, names, kept)
          : itemOf({ at, kind: 'totp', ...names, secret: totp, kept }),
      )
    }
    return ok(content(items, { withoutCode: rows.value.length - items.length }))
  },
}

/** The innermost group's name; the root, which holds every entry, is no tag. */
function groupTag(path: string): string {
  const parts = path.split('/')
  return parts.length > 1 ? (parts.at(-1) ?? '') : ''
}
