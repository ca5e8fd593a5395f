/**
 * Files of every format that was ever written, kept as they were. They open for ever; none is made anew.
 * format-1: passphrase and recovery slot with scrypt 2^18, four saves, a snapshot, a backup (24 November 2026).
 */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { flip } from './testing/files.ts'
import { must, reopen, storeIn, temporaryFolder } from './testing/vaults.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const PASSPHRASE = 'golden Zürich passphrase'
const RECOVERY_CODE = '3R0F-RJ35-WTJG-9531-CSC9-SS82-NJE7-P477-1240'

describe('a vault of format 1', () => {
  let dir: string
  beforeEach(async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    dir = folder.path
    await cp(join(GOLDEN, 'format-1'), dir, { recursive: true })
  })

  test('opens with its passphrase to what was kept in it', async () => {
    expect(await reopen(dir, {}, PASSPHRASE)).toEqual({
      notes: ['kept since format 1', 'ünïcödé 🔑'],
      generation: 4,
      fellBack: undefined,
      rolledBack: undefined,
    })
  })

  test('opens with its recovery code, is saved, and opens again', async () => {
    const { session } = must(await storeIn(dir).unlock({ recoveryCode: RECOVERY_CODE.toLowerCase() }))
    expect(session.slots().map(({ id, kind, createdAt }) => [id, kind, createdAt])).toEqual([
      ['passphrase-e9fb75eefce18d3c', 'passphrase', Date.UTC(2026, 10, 24, 12)],
      ['recovery-code-d2646ae1e3cb9324', 'recovery-code', Date.UTC(2026, 10, 24, 12)],
    ])
    expect(session.vaultId).toBe('1faf8f5214d830610ee850160ec073cc')
    must(await session.save({ notes: ['saved again'] }))
    await session.lock()
    expect(await reopen(dir, {}, PASSPHRASE)).toMatchObject({
      notes: ['saved again'],
      generation: 5,
      fellBack: undefined,
    })
  })

  test('opens from the generation before, and from its snapshot', async () => {
    await flip(join(dir, 'vault.age'), -1)
    expect(await reopen(dir, {}, PASSPHRASE)).toMatchObject({
      notes: ['older'],
      generation: 3,
      fellBack: { from: 'vault.age.bak' },
    })
    await flip(join(dir, 'vault.age.bak'), -1)
    expect(await reopen(dir, {}, PASSPHRASE)).toMatchObject({
      notes: [],
      generation: 2,
      fellBack: { from: 'snapshots/20261124T120000Z-g2/vault.age' },
    })
  })

  test('has a backup that opens', async () => {
    const opened = must(await storeIn(dir).open(await readFile(join(dir, 'backup.age')), 'golden backup passphrase'))
    expect(Buffer.from(opened).toString()).toBe('{"version":1,"entries":[]}')
  })
})
