/** Authenticator entries and their codes: adding, changing, the bin, HOTP's next code, copying, and revealing a secret. */
import { callError, type EntryRow, type State } from '../../shared/contract/index.ts'
import { MAX_COUNTER, newEntry, secretBytes, toMeta, type Entry } from '../../shared/domain/entry.ts'
import { formatOtpauth } from '../../shared/domain/otpauth.ts'
import { toBase32, toBase64url, type Clock, type Random } from '../../shared/kit/index.ts'
import { codeAt, codeOfStep, nextCodeAt } from '../otp/index.ts'
import type { Clipboard } from './clipboard.ts'
import type { ClockService } from './clock.ts'
import { createCodesTopic } from './codes-topic.ts'
import type { Confirm, Effects } from './confirm.ts'
import { checkedEntry, findDuplicate, readSource, tidyTags } from './entry-input.ts'
import type { Handlers, TopicSources } from './handlers.ts'
import type { AskLosing } from './losing.ts'
import type { Log } from './ports.ts'
import { anyOf, createSignal, createSource } from './source.ts'
import type { Store, VaultData } from './store.ts'
import type { Uses } from './uses.ts'

export interface CodesService {
  readonly handlers: Pick<
    Handlers,
    | 'codes.preview'
    | 'codes.add'
    | 'codes.update'
    | 'codes.remove'
    | 'codes.putBack'
    | 'codes.deleteForGood'
    | 'codes.next'
    | 'codes.copy'
    | 'entries.reveal'
  >
  readonly topics: Pick<TopicSources, 'entries' | 'codes'>
}

export interface CodesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly corrected: ClockService
  readonly uses: Uses
  readonly clipboard: Clipboard
  readonly random: Random
  readonly log: Log
  readonly confirm: Confirm
  /** What accounts would lose; by the loss engine. */
  readonly losing: AskLosing
  /** Throws `wrong-passphrase`. */
  readonly reauthenticate: (passphrase: string) => Promise<void>
}

const ID_BYTES = 16

export function createCodesService(options: CodesOptions): CodesService {
  const { store, clock, corrected, uses, clipboard, random, log, confirm, losing, reauthenticate } = options
  const used = createSignal()
  const rows = createRows(uses)
  /** HOTP codes made since unlocking, by entry: what `codes.copy` may put on the clipboard. */
  const lastMade = new Map<string, string>()
  store.onChange(() => {
    if (!store.isUnlocked) lastMade.clear()
  })

  const change = (id: string, isInBin: boolean, edit: (entry: Entry) => Entry) =>
    store.change((data) => {
      const found = find(data, id, isInBin)
      const edited = edit(found)
      return { ...withEdit(data), entries: data.entries.map((entry) => (entry === found ? edited : entry)) }
    })
  const countUse = (id: string) => {
    uses.used(id)
    used.emit()
  }

  return {
    handlers: {
      async 'codes.preview'({ source }) {
        const draft = readSource(source)
        const { secret: _, ...entry } = draft
        const duplicate = findDuplicate(store.data().entries, draft)
        return { entry, ...(duplicate ? { duplicate } : {}) }
      },
      async 'codes.add'({ source, keepBoth, tags = [] }) {
        const draft = readSource(source)
        const id = toBase64url(random(ID_BYTES))
        const entry = checkedEntry({ ...newEntry(draft, id, corrected.correctedNow()), tags: tidyTags(tags) })
        await store.change((data) => {
          // Within the change, so that two windows adding the same account at once are told as well.
          const duplicate = keepBoth ? undefined : findDuplicate(data.entries, draft)
          if (duplicate) throw callError('entry-duplicate', { ...duplicate })
          return { ...withEdit(data), entries: [...data.entries, entry] }
        })
        return { id }
      },
      async 'codes.update'({ id, tags, ...edit }) {
        const given = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
        await change(id, false, (entry) =>
          checkedEntry({ ...entry, ...given, ...(tags ? { tags: tidyTags(tags) } : {}) }),
        )
        return {}
      },
      async 'codes.remove'({ id }) {
        const deletedAt = corrected.correctedNow()
        await change(id, false, (entry) => ({ ...entry, deletedAt }))
        return {}
      },
      async 'codes.putBack'({ id }) {
        await change(id, true, (entry) => {
          const { deletedAt: _, ...rest } = entry
          return rest
        })
        return {}
      },
      async 'codes.deleteForGood'({ ids }, context) {
        const inBin = (data: VaultData) => [...new Set(ids)].map((id) => find(data, id, true))
        const losingNow = async () => {
          const entries = inBin(store.data())
          const removed = entries.map(({ id }) => ({ is: 'entry', entryId: id }) as const)
          const { effects, typeName } = await losing(removed, context.signal, { fromBin: entries })
          return { entries, typeName, effects: [...deletionEffects(entries), ...effects] }
        }
        const { entries, effects, typeName } = await losingNow()
        const approval = await confirm(context, {
          operation: 'codes.deleteForGood',
          object: entries.length === 1 ? nameOf(entries[0]) : String(entries.length),
          typeName,
          effects,
        })
        approval.use((await losingNow()).effects)
        await store.change((data) => {
          const doomed = new Set(inBin(data))
          return { ...withEdit(data), entries: data.entries.filter((entry) => !doomed.has(entry)) }
        })
        return {}
      },
      async 'codes.next'({ id }) {
        let made: { code: string; counter: number } | undefined
        await change(id, false, (entry) => {
          if (entry.kind !== 'hotp') throw callError('not-found', { what: 'entry' })
          const { mayBeBehind: _, ...rest } = entry
          if (rest.counter >= MAX_COUNTER) {
            throw callError('entry-refused', { fields: [{ field: 'counter', reason: 'counter-out-of-range' }] })
          }
          made = { code: codeOfStep(rest, rest.counter), counter: rest.counter }
          const lastUsedAt = corrected.correctedNow()
          return { ...rest, counter: rest.counter + 1, useCount: rest.useCount + 1, lastUsedAt }
        })
        if (!made) throw callError('not-found', { what: 'entry' })
        lastMade.set(id, made.code)
        return made
      },
      async 'codes.copy'({ id, which, code }) {
        const entry = find(store.data(), id, false)
        const copied = await clipboard.copy(codeToCopy(entry, which, code))
        if (entry.kind !== 'hotp') countUse(id)
        return copied
      },
      async 'entries.reveal'({ id, passphrase }) {
        await reauthenticate(passphrase)
        const entry = find(store.data(), id, false)
        return { secret: toBase32(secretBytes(entry.secret)), uri: formatOtpauth(entry) }
      },
    },
    topics: {
      entries: createSource(() => rows(store.data().entries), anyOf(store.onChange, used.on)),
      codes: createCodesTopic({ store, clock, corrected, log }),
    },
  }

  function codeToCopy(entry: Entry, which: 'current' | 'next', made: string | undefined): string {
    if (entry.kind === 'hotp') {
      // Only a code that was made here: the page can't have other text put on the clipboard.
      if (made !== undefined && lastMade.get(entry.id) === made) return made
      throw callError('bad-request', { fields: [{ field: 'code', reason: 'not-made-here' }] })
    }
    const now = corrected.correctedNow()
    return (which === 'next' ? nextCodeAt(entry, now) : codeAt(entry, now)).code
  }
}

const nameOf = (entry: Entry | undefined) => [entry?.issuer, entry?.account].filter(Boolean).join(' ')

/** More than these are counted instead of named. */
const NAMED_EFFECTS = 50

/** An entry that is tied to a device is the only place its codes come from. */
function deletionEffects(entries: readonly Entry[]): Effects {
  if (entries.length > NAMED_EFFECTS) {
    const linked = entries.filter(({ link }) => link).length
    return [{ effect: 'entries-deleted', facts: { count: entries.length, linked } }]
  }
  return entries.map(({ issuer, account, link }) => ({
    effect: link ? 'linked-entry-deleted' : 'entry-deleted',
    facts: { issuer, account },
  }))
}

/** Throws `not-found`. What is in the bin is found there and nowhere else. */
function find(data: VaultData, id: string, isInBin: boolean): Entry {
  const entry = data.entries.find((candidate) => candidate.id === id)
  if (!entry || (entry.deletedAt !== undefined) !== isInBin) throw callError('not-found', { what: 'entry' })
  return entry
}

/** Counts towards "changed since the last backup". */
const withEdit = (data: VaultData): VaultData => ({
  ...data,
  backup: { ...data.backup, changesSince: data.backup.changesSince + 1 },
})

/** Entries as rows by id. A row of an entry that did not change is the same object as before, so that comparing 10,000 is cheap. */
function createRows(uses: Uses): (entries: readonly Entry[]) => State<'entries'> {
  const known = new WeakMap<Entry, { readonly useCount: number; readonly row: EntryRow }>()
  return (entries) => {
    const state: State<'entries'> = {}
    for (const entry of entries) {
      const counted = uses.of(entry)
      let kept = known.get(entry)
      if (kept?.useCount !== counted.useCount) {
        kept = { useCount: counted.useCount, row: toMeta(counted) }
        known.set(entry, kept)
      }
      state[entry.id] = kept.row
    }
    return state
  }
}
