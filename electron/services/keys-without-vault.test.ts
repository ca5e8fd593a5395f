import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { putKey, type RememberedKey } from './keys/remembered.ts'
import { storeWithoutVault } from './keys-without-vault.ts'
import type { VaultData } from './store.ts'
import { EMPTY_VAULT } from './vault-data.ts'
import { createVaultStore } from './vault-store.ts'

const key = (id: string): RememberedKey => ({
  id,
  kind: 'usb',
  credentials: [],
  firstSeenAt: 1,
  lastSeenAt: 1,
  twins: [],
})
const ids = ({ keys }: VaultData) => keys.map(({ id }) => id)

describe('keys without a vault', () => {
  test('are remembered as long as the process, and never in the vault that is opened later', async () => {
    const vault = createVaultStore(new FakeClock())
    const store = storeWithoutVault(vault)
    await store.change((data) => putKey(data, key('seen')))
    expect(ids(store.data())).toEqual(['seen'])

    const saved: VaultData[] = []
    vault.open({
      data: { ...EMPTY_VAULT.data, keys: [key('mine')] },
      save: async (data) => void saved.push(data),
    })
    expect(ids(store.data())).toEqual(['mine'])
    await store.change((data) => putKey(data, key('new')))
    expect(saved.map(ids)).toEqual([['mine', 'new']])
  })

  test('are forgotten with the vault that knew them', async () => {
    const vault = createVaultStore(new FakeClock())
    const store = storeWithoutVault(vault)
    vault.open({ data: { ...EMPTY_VAULT.data, keys: [key('mine')] }, save: () => Promise.resolve() })
    await vault.close()
    expect(ids(store.data())).toEqual([])
  })

  test('tell of every change once it shows', async () => {
    const store = storeWithoutVault(createVaultStore(new FakeClock()))
    const seen: string[][] = []
    store.onChange(() => seen.push(ids(store.data())))
    await store.change((data) => putKey(data, key('seen')))
    expect(seen).toEqual([['seen']])
  })
})
