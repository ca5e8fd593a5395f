import { readFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { commit, type Commit } from './commit.ts'
import { nodeVaultFs } from './fs.ts'
import { layoutOf, type Folder } from './layout.ts'
import { newSlotKey } from './slot-file.ts'
import { stillClock, systemRandom, temporaryFolder } from './testing/vaults.ts'

describe('a generation', () => {
  test('that its own key does not open, when it is read back from the disk, never takes the place of the one before', async () => {
    const { path, remove } = await temporaryFolder()
    onTestFinished(remove)
    const folder: Folder = {
      fs: nodeVaultFs(stillClock(), process.platform),
      layout: layoutOf(path),
      random: systemRandom,
    }
    const key = await newSlotKey()
    const slot = {
      id: 'passphrase-0123456789abcdef',
      kind: 'passphrase',
      label: '',
      createdAt: 0,
      recipient: key.recipient,
    }
    const next: Commit = {
      envelope: { format: 1, vaultId: '0'.repeat(32), generation: 1, savedAt: 0, slots: [slot], data: {} },
      identity: key.identity,
      slots: new Map(),
      recordedHashes: {},
      spoiled: [],
      snapshot: 'hourly',
    }
    expect(await commit(folder, next)).toMatchObject({ ok: true })
    const before = await readFile(folder.layout.vault)
    const other = await newSlotKey()
    expect(await commit(folder, { ...next, identity: other.identity })).toEqual({
      ok: false,
      error: { code: 'not-written', reason: 'reread', errno: undefined, outcome: 'unchanged' },
    })
    expect(await readFile(folder.layout.vault)).toEqual(before)
  })
})
