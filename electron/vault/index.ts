/**
 * The door of the vault: standard age files in one folder (docs/vault.md), written so that no crash loses what was saved.
 * It knows nothing of what it keeps: the data is an object of JSON that a function handed in reads.
 */
import type { Clock, Random } from '../../shared/kit/index.ts'
import { deriveWithNode, WORK_FACTOR, type Derive } from './age/scrypt.ts'
import type { Holder } from './faults.ts'
import { nodeVaultFs, type VaultFs } from './fs.ts'
import { VaultStore } from './store.ts'
import type { CheckData } from './vault-search.ts'

export interface OpenVaultStore<T extends object> {
  readonly dir: string
  readonly self: Holder
  readonly clock: Clock
  readonly random: Random
  readonly check: CheckData<T>
  readonly platform?: NodeJS.Platform
  readonly fs?: VaultFs
  readonly derive?: Derive
  readonly scryptLogN?: number
}

/** Opens nothing yet and touches no file. */
export function openVaultStore<T extends object>(options: OpenVaultStore<T>): VaultStore<T> {
  const platform = options.platform ?? process.platform
  return new VaultStore<T>({
    dir: options.dir,
    self: options.self,
    clock: options.clock,
    random: options.random,
    check: options.check,
    platform,
    fs: options.fs ?? nodeVaultFs(options.clock, platform),
    derive: options.derive ?? deriveWithNode,
    workFactor: options.scryptLogN ?? WORK_FACTOR,
  })
}

export { passphraseFault, type OpenFault } from './sealed-file.ts'
export type { Prf, PrfFault, PrfInputs, PrfOutputs } from './age/fido2prf.ts'
export { wipeOutputs } from './age/fido2prf.ts'
export type { PrfCredential } from './age/plugin-identity.ts'
export type { Derive } from './age/scrypt.ts'
export type * from './faults.ts'
export type { NewFile, VaultFs } from './fs.ts'
export type { KeySlot } from './key-slots.ts'
export type { OutOfStep } from './mirror.ts'
export type { Saved, SlotsChanged } from './open-vault.ts'
export type { SaveWarning } from './commit.ts'
export type { RecoveryCodeFault } from './recovery-code.ts'
export type { Snapshot } from './retention.ts'
export type { KeyAnswer, UnlockSecret } from './secret.ts'
export type {
  ConfirmFault,
  KeyAdded,
  NewKeySlot,
  ReadOnly,
  RefreshFault,
  RemoveSlotFault,
  SlotInfo,
  VaultSession,
} from './session.ts'
export type { PortableKind, SlotKind } from './slot-id.ts'
export type { FellBack, Unlocked, VaultStatus, VaultStore } from './store.ts'
export type { CheckData } from './vault-search.ts'
