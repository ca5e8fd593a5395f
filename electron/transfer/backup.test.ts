import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { newEntry, toSecret, type Entry } from '../../shared/domain/entry.ts'
import { err, ok, utf8 } from '../../shared/kit/index.ts'
import {
  judge,
  makeBackup,
  newEntries,
  openBackup,
  readBackup,
  writeBackup,
  type BackupContent,
  type Sealing,
} from './index.ts'

const NOW = Date.UTC(2026, 10, 24)
const entry = (id: string, seed: string, extra: Partial<Entry> = {}): Entry =>
  ({
    ...newEntry(
      {
        kind: 'totp',
        issuer: 'Example',
        account: id,
        algorithm: 'SHA1',
        digits: 6,
        periodSeconds: 30,
        secret: toSecret(utf8(seed))!,
      },
      id,
      NOW,
    ),
    ...extra,
  }) as Entry
const hotp = (id: string, seed: string): Entry => ({
  ...newEntry(
    {
      kind: 'hotp',
      issuer: 'Bank',
      account: id,
      algorithm: 'SHA1',
      digits: 6,
      counter: 3,
      secret: toSecret(utf8(seed))!,
    },
    id,
    NOW,
  ),
})

const content: BackupContent = {
  createdAt: NOW,
  entries: [entry('a', 'one'), entry('b', 'two', { deletedAt: NOW })],
  faults: [{ index: 2, reason: 'not-an-entry', fields: [], raw: { from: 'a later version' } }],
  cases: [{ id: 'case' }],
  journal: [{ id: 'row' }],
}
/** Seals by turning the text round: what matters here is what is done with it. */
const sealing: Sealing<'wrong'> = {
  seal: async (plaintext, passphrase) => `${passphrase}:${Buffer.from(plaintext).toString('base64')}`,
  open: async (file, passphrase) =>
    file.startsWith(`${passphrase}:`) ? ok(Buffer.from(file.slice(passphrase.length + 1), 'base64')) : err('wrong'),
}

describe('a backup', () => {
  test('gives back all that was put in, and what can’t be read as it was', async () => {
    const stages: string[] = []
    const made = await makeBackup(content, 'p', sealing, (stage) => stages.push(stage))
    if (!made.ok) throw new Error(made.error)
    expect(stages).toEqual(['deriving', 'comparing'])
    expect(await openBackup(made.value, 'p', sealing)).toMatchObject({
      ok: true,
      value: { ...content, faults: [{ raw: { from: 'a later version' } }] },
    })
  })

  test('counts only when it was opened again and held the same', async () => {
    const lying: Sealing<'wrong'> = { ...sealing, open: async () => ok(utf8('{}')) }
    expect(await makeBackup(content, 'p', lying, () => {})).toEqual({ ok: false, error: 'not-verified' })
    const broken: Sealing<'wrong'> = { ...sealing, open: async () => err('wrong') }
    expect(await makeBackup(content, 'p', broken, () => {})).toEqual({ ok: false, error: 'not-verified' })
  })

  test('with another passphrase is told apart from one that holds something else', async () => {
    expect(await openBackup('p:e30=', 'q', sealing)).toEqual({ ok: false, error: { sealed: 'wrong' } })
    expect(await openBackup('p:e30=', 'p', sealing)).toEqual({
      ok: false,
      error: { content: { code: 'not-recognised' } },
    })
  })

  test('of a later version is not read in part', () => {
    const later = utf8(JSON.stringify({ format: 'latchkey-backup', version: 2, createdAt: NOW, entries: [] }))
    expect(readBackup(later)).toEqual({ ok: false, error: { code: 'newer', version: 2 } })
  })

  test('whose list is none is damaged', () => {
    const odd = utf8(JSON.stringify({ format: 'latchkey-backup', version: 1, createdAt: NOW, entries: 'none' }))
    expect(readBackup(odd)).toEqual({ ok: false, error: { code: 'damaged' } })
  })

  test('is read without a throw, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readBackup(bytes).ok === false))
    fc.assert(
      fc.property(fc.json(), (text) => {
        const whole = `{"format":"latchkey-backup","version":1,"createdAt":1,"entries":[${text}]}`
        const read = readBackup(utf8(whole))
        return read.ok && read.value.entries.length + read.value.faults.length === 1
      }),
    )
  })

  test('of 10,000 entries is written and read in under a second', () => {
    const many = { ...content, entries: Array.from({ length: 10_000 }, (_, i) => entry(`e${i}`, `seed ${i}`)) }
    const begun = performance.now()
    const read = readBackup(writeBackup(many))
    expect(read.ok && read.value.entries.length).toBe(10_000)
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})

describe('a restore', () => {
  const ids = () => {
    let next = 0
    return () => `fresh${next++}`
  }

  test('adds what is not here by secret, whatever it is called here', () => {
    const present = [entry('here', 'one')]
    expect(judge(content.entries, present)).toEqual(['duplicate', 'new'])
    expect(newEntries(content.entries, present, ids()).map(({ id }) => id)).toEqual(['b'])
  })

  test('brings back what was thrown into the bin since', () => {
    const present = [entry('a', 'one', { deletedAt: NOW }), entry('b', 'two', { deletedAt: NOW })]
    expect(judge(content.entries, present)).toEqual(['new', 'duplicate'])
    // Its id is taken by the one in the bin.
    expect(newEntries(content.entries, present, ids()).map(({ id }) => id)).toEqual(['fresh0'])
  })

  test('twice adds nothing the second time', () => {
    const entries = newEntries(content.entries, [], ids())
    expect(newEntries(content.entries, entries, ids())).toEqual([])
  })

  test('keeps two alike in the backup both', () => {
    expect(newEntries([entry('x', 'same'), entry('y', 'same')], [], ids())).toHaveLength(2)
  })

  test('marks HOTP counters as perhaps behind', () => {
    expect(newEntries([hotp('h', 'three')], [], ids())).toMatchObject([{ counter: 3, mayBeBehind: true }])
  })
})
