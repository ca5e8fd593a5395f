/**
 * What an import does to the vault, worked out before anything is written: entries to add, and entries to change with what they
 * were. It is applied whole or not at all, and undone in one step.
 */
import { MAX_TAGS, newEntry, type Entry, type EntryDraft } from '../../../shared/domain/entry.ts'
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import type { FoundEntry, FoundItem, Kept } from './found.ts'
import { changedFields, type ImportVerdict } from './verdict.ts'

/** `change` takes the fields of the verdict over into the entry that is there. */
export type ImportChoice = 'add' | 'change' | 'skip'

/**
 * What is proposed for a verdict: what is new is added, a name that has another secret is added beside the old one (never in its
 * place unless asked), all else stays as it is.
 */
export function proposedChoice(verdict: ImportVerdict): ImportChoice {
  if (verdict.is === 'new') return 'add'
  return verdict.is === 'changed' && verdict.fields.includes('secret') ? 'add' : 'skip'
}

export interface ImportPlan {
  readonly adds: readonly Entry[]
  readonly changes: readonly { readonly before: Entry; readonly after: Entry }[]
}

export type PlanFault =
  /** Something else is chosen for an item than its verdict has: a refused one added, a new one changed. */
  | { readonly code: 'choice-impossible'; readonly item: number }
  /** The entry that was to be changed is gone, or two items would change the same one. */
  | { readonly code: 'entry-gone' | 'changed-twice'; readonly item: number; readonly id: string }

export interface PlanRequest {
  readonly items: readonly FoundItem[]
  readonly verdicts: readonly ImportVerdict[]
  /** By index; what is not there is as proposed. */
  readonly choices: ReadonlyMap<number, ImportChoice>
  readonly existing: readonly Entry[]
  readonly freshId: () => string
  /** Milliseconds since 1970. */
  readonly now: number
}

export function planImport({
  items,
  verdicts,
  choices,
  existing,
  freshId,
  now,
}: PlanRequest): Result<ImportPlan, PlanFault> {
  const byId = new Map(existing.map((entry) => [entry.id, entry]))
  const adds: Entry[] = []
  const changes = new Map<string, { before: Entry; after: Entry }>()
  for (const [index, item] of items.entries()) {
    const verdict = verdicts[index] ?? { is: 'new' }
    const choice = choices.get(index) ?? proposedChoice(verdict)
    if (choice === 'skip') continue
    if (item.is === 'refused') return err({ code: 'choice-impossible', item: index })
    if (choice === 'add') {
      adds.push(addedEntry(item, freshId(), now))
      continue
    }
    if (verdict.is !== 'changed') return err({ code: 'choice-impossible', item: index })
    const before = byId.get(verdict.of)
    if (!before || before.deletedAt !== undefined) return err({ code: 'entry-gone', item: index, id: verdict.of })
    if (changes.has(before.id)) return err({ code: 'changed-twice', item: index, id: before.id })
    changes.set(before.id, { before, after: changedEntry(item, before) })
  }
  return ok({ adds, changes: [...changes.values()] })
}

/** The entries after the plan; those it does not name are untouched. */
export function applyPlan(entries: readonly Entry[], { adds, changes }: ImportPlan): readonly Entry[] {
  const after = new Map(changes.map((change) => [change.before.id, change.after]))
  return [...entries.map((entry) => after.get(entry.id) ?? entry), ...adds]
}

/** The entries as before the plan, but for what was done since to entries it had touched. Counters stay where they are. */
export function revertPlan(entries: readonly Entry[], { adds, changes }: ImportPlan): readonly Entry[] {
  const added = new Set(adds.map(({ id }) => id))
  const before = new Map(changes.map((change) => [change.before.id, change.before]))
  return entries
    .filter(({ id }) => !added.has(id))
    .map((entry) => {
      const old = before.get(entry.id)
      if (!old) return entry
      const { favourite, hidden, useCount, lastUsedAt } = entry
      const used = lastUsedAt === undefined ? {} : { lastUsedAt }
      const back: Entry = { ...old, favourite, hidden, useCount, ...used }
      if (back.kind !== 'hotp' || entry.kind !== 'hotp' || back.secret !== entry.secret) return back
      return { ...back, counter: Math.max(back.counter, entry.counter) }
    })
}

function addedEntry({ at, draft, kept }: FoundEntry, id: string, now: number): Entry {
  // An entry with no name at all could not be saved; its number in the file tells it from others.
  const isNamed = draft.issuer !== '' || draft.account !== ''
  const named: EntryDraft = isNamed ? draft : { ...draft, account: `#${at.item}` }
  const entry: Entry = { ...newEntry(named, id, now), ...keptFields(kept, now) }
  // Codes may have been used since the file was written.
  return entry.kind === 'hotp' ? { ...entry, mayBeBehind: true } : entry
}

const keptFields = ({ tags, note, favourite, createdAt, lastUsedAt, useCount }: Kept, now: number) => ({
  tags: [...tags],
  note,
  favourite,
  createdAt: Math.min(createdAt ?? now, now),
  useCount: useCount ?? 0,
  ...(lastUsedAt === undefined ? {} : { lastUsedAt: Math.min(lastUsedAt, now) }),
})

function changedEntry(found: FoundEntry, entry: Entry): Entry {
  const { draft, kept } = found
  const fields = new Set(changedFields(found, entry))
  const { id, favourite, hidden, createdAt, lastUsedAt, useCount, link } = entry
  const counter =
    draft.kind === 'hotp'
      ? { counter: fields.has('counter') || entry.kind !== 'hotp' ? draft.counter : entry.counter, mayBeBehind: true }
      : {}
  return {
    ...draft,
    ...counter,
    id,
    issuer: fields.has('issuer') ? draft.issuer : entry.issuer,
    account: fields.has('account') ? draft.account : entry.account,
    favourite,
    hidden,
    tags: [...new Set([...entry.tags, ...kept.tags])].slice(0, MAX_TAGS),
    note: fields.has('note') ? kept.note : entry.note,
    createdAt,
    useCount,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(link === undefined ? {} : { link }),
  } as Entry
}
