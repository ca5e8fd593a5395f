/**
 * What each found entry would be to the vault. Nothing is decided here: the person chooses, and plan.ts carries it out.
 * Entries in the bin count for nothing: an import brings back what was thrown away.
 */
import type { Entry, EntryDraft } from '../../../shared/domain/entry.ts'
import { fold } from '../../../shared/domain/text.ts'
import type { FoundEntry, FoundItem, ItemFault } from './found.ts'

/** In the order of a form. `secret` alone means that the account was enrolled anew, or that another took its name. */
export type ChangedField =
  'issuer' | 'account' | 'secret' | 'kind' | 'algorithm' | 'digits' | 'periodSeconds' | 'counter' | 'tags' | 'note'

export type ImportVerdict =
  | { readonly is: 'new' }
  /** The same in all that makes codes and names. */
  | { readonly is: 'duplicate'; readonly of: string }
  /** The same secret with something else about it, or the same name with another secret. */
  | { readonly is: 'changed'; readonly of: string; readonly fields: readonly ChangedField[] }
  /** The same as an earlier one of the file; `item` is its index among the items. */
  | { readonly is: 'repeated'; readonly item: number }
  | { readonly is: 'refused'; readonly why: ItemFault }

/** One verdict an item, in their order. */
export function verdicts(items: readonly FoundItem[], existing: readonly Entry[]): readonly ImportVerdict[] {
  const live = existing.filter(({ deletedAt }) => deletedAt === undefined)
  const bySecret = groupBy(live, ({ secret }) => secret)
  const byName = groupBy(live.filter(isNamed), nameKey)
  const earlier = new Map<string, number>()
  return items.map((item, index): ImportVerdict => {
    if (item.is === 'refused') return { is: 'refused', why: item.why }
    const key = draftKey(item.draft)
    const before = earlier.get(key)
    if (before !== undefined) return { is: 'repeated', item: before }
    earlier.set(key, index)
    const same = bySecret.get(item.draft.secret)
    if (same) return bySame(item, same)
    const named = isNamed(item.draft) ? byName.get(nameKey(item.draft))?.[0] : undefined
    return named ? { is: 'changed', of: named.id, fields: changedFields(item, named) } : { is: 'new' }
  })
}

/** Among entries of the same secret, the one that differs least. */
function bySame(item: FoundEntry, same: readonly Entry[]): ImportVerdict {
  let best: { readonly of: string; readonly fields: readonly ChangedField[] } | undefined
  for (const entry of same) {
    const fields = changedFields(item, entry)
    if (fields.length === 0) return { is: 'duplicate', of: entry.id }
    if (!best || fields.length < best.fields.length) best = { of: entry.id, fields }
  }
  return best ? { is: 'changed', ...best } : { is: 'new' }
}

/** What the entry would get of the found one. A counter never goes back, and a name is never lost. */
export function changedFields({ draft, kept }: FoundEntry, entry: Entry): readonly ChangedField[] {
  const fields: ChangedField[] = []
  if (isNamed(draft)) {
    if (fold(draft.issuer) !== fold(entry.issuer)) fields.push('issuer')
    if (fold(draft.account) !== fold(entry.account)) fields.push('account')
  }
  if (draft.secret !== entry.secret) fields.push('secret')
  if (draft.kind !== entry.kind) fields.push('kind')
  if (draft.algorithm !== entry.algorithm) fields.push('algorithm')
  if (draft.digits !== entry.digits) fields.push('digits')
  if (draft.kind !== 'hotp' && entry.kind !== 'hotp' && draft.periodSeconds !== entry.periodSeconds) {
    fields.push('periodSeconds')
  }
  const isReenrolled = draft.secret !== entry.secret
  if (draft.kind === 'hotp' && entry.kind === 'hotp' && (isReenrolled || draft.counter > entry.counter)) {
    fields.push('counter')
  }
  if (kept.tags.some((tag) => !entry.tags.includes(tag))) fields.push('tags')
  if (kept.note !== '' && entry.note === '') fields.push('note')
  return fields
}

const isNamed = ({ issuer, account }: { readonly issuer: string; readonly account: string }) =>
  issuer !== '' || account !== ''
const nameKey = ({ issuer, account }: { readonly issuer: string; readonly account: string }) =>
  `${fold(issuer)}\n${fold(account)}`
const draftKey = (draft: EntryDraft) =>
  [
    draft.secret,
    nameKey(draft),
    draft.kind,
    draft.algorithm,
    draft.digits,
    draft.kind === 'hotp' ? draft.counter : draft.periodSeconds,
  ].join('\n')

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
