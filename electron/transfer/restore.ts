/** What of a backup is new to a vault. Nothing that is there already is changed or added twice. */
import type { Entry } from '../../shared/domain/entry.ts'

export type Verdict = 'new' | 'duplicate'

/**
 * An entry is there already where one with the same secret is; one in the bin counts only against what was in the bin when
 * the backup was made, so that a restore brings back what was thrown away since. Two alike within the backup are both new.
 */
export function judge(entries: readonly Entry[], present: readonly Entry[]): readonly Verdict[] {
  const live = new Set(present.filter(({ deletedAt }) => deletedAt === undefined).map(({ secret }) => secret))
  const all = new Set(present.map(({ secret }) => secret))
  return entries.map(({ secret, deletedAt }) =>
    (deletedAt === undefined ? live : all).has(secret) ? 'duplicate' : 'new',
  )
}

/** The new entries as they are added. Codes of HOTP entries may have been used since the backup, which is marked. */
export function newEntries(entries: readonly Entry[], present: readonly Entry[], freshId: () => string): Entry[] {
  const verdicts = judge(entries, present)
  const taken = new Set(present.map(({ id }) => id))
  return entries
    .filter((_, index) => verdicts[index] === 'new')
    .map((entry): Entry => {
      const id = taken.has(entry.id) ? freshId() : entry.id
      taken.add(id)
      return entry.kind === 'hotp' ? { ...entry, id, mayBeBehind: true } : { ...entry, id }
    })
}
