/**
 * Keys where nobody opened a vault: the command line reads and changes a key without a passphrase, as other tools do. What is
 * learned of a key then lasts as long as the process; once the vault is open, it is the vault's as ever.
 */
import { createSignal } from './source.ts'
import type { Store, VaultData } from './store.ts'
import { EMPTY_VAULT } from './vault-data.ts'

/** The store for the keys service, as if it were always open. No other service may be given it. */
export function storeWithoutVault(store: Store): Store {
  const changed = createSignal()
  let meanwhile: VaultData = EMPTY_VAULT.data
  store.onChange(() => {
    meanwhile = EMPTY_VAULT.data
    changed.emit()
  })
  return {
    isUnlocked: true,
    data: () => (store.isUnlocked ? store.data() : meanwhile),
    async change(change) {
      if (store.isUnlocked) return store.change(change)
      meanwhile = change(meanwhile)
      changed.emit()
    },
    onChange: changed.on,
    finishing: (work) => store.finishing(work),
  }
}
