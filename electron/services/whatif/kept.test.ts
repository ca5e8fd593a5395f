import { describe, expect, test } from 'vitest'
import { EMPTY_VAULT, readVault, writeVault } from '../vault-data.ts'
import { NOTHING_KEPT, NOTHING_UNREAD, readKept, writeKept } from './kept.ts'

const PHONE = { id: 'p', kind: 'phone', name: 'Pixel 8' }

describe('What the person added', () => {
  test('comes back as it was kept', () => {
    const kept = {
      ...NOTHING_KEPT,
      said: { ...NOTHING_KEPT.said, things: [{ ...PHONE, kind: 'phone' as const }], keysComplete: ['k'] },
      othersIdentities: [{ backendId: 'demo', identityId: 'a' }],
      checked: { at: 1, marks: [], fresh: [] },
    }
    expect(readKept(writeKept(kept, NOTHING_UNREAD))).toEqual({ kept, unread: NOTHING_UNREAD })
  })

  test('is read item by item; what a later version wrote is passed over and written back', () => {
    const stored = {
      said: { things: [PHONE, { ...PHONE, id: 'later', kind: 'watch' }], copies: 'nonsense', garments: [1] },
      othersIdentities: [{ backendId: 'demo' }],
      checked: { at: 'never' },
      later: true,
    }
    const { kept, unread } = readKept(stored)
    expect(kept).toEqual({ ...NOTHING_KEPT, said: { ...NOTHING_KEPT.said, things: [PHONE] } })
    expect(writeKept(kept, unread)).toMatchObject({
      said: { things: stored.said.things, copies: [], garments: [1] },
      othersIdentities: [{ backendId: 'demo' }],
      later: true,
    })
  })

  test.each([[undefined], [null], ['text'], [[]]])('is nothing where the vault holds %j', (stored) => {
    expect(readKept(stored)).toEqual({ kept: NOTHING_KEPT, unread: NOTHING_UNREAD })
  })

  test('goes into the vault and out of it again', async () => {
    const whatif = { ...NOTHING_KEPT, said: { ...NOTHING_KEPT.said, keysComplete: ['blue'] } }
    const stored = writeVault({ ...EMPTY_VAULT.data, whatif }, EMPTY_VAULT.unread)
    expect((await readVault(stored)).data.whatif).toEqual(whatif)
  })
})
