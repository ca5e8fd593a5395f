/** Everything that decides who can still sign in where: what backends, vault and keys told, and what the person added. */
import type { BackendKind, Contacts, Identity, MfaDevice } from '../device.ts'
import type { EntryLink } from '../entry.ts'
import type { IdentityRef, SiteRef } from './refs.ts'
import type { Said } from './said.ts'

export interface IdentityNode {
  readonly backendId: string
  readonly identity: Identity
  /** All that are registered, out of use or not. */
  readonly devices: readonly MfaDevice[]
  /** `undefined` where the backend does not tell; empty where it says there is none. */
  readonly contacts?: Contacts | undefined
  /** Others who may act for this identity; their ways in count where they are in the world too. */
  readonly administrators: readonly { readonly id: string; readonly name: string }[]
  /** Its things are this person's. Where not, their devices are with somebody else, on none of the things listed here. */
  readonly isOwn: boolean
  readonly policy: Policy
}

/** What an identity's backend lets people do. */
export interface Policy {
  /** Email, then phone (root users of AWS and of the demo). */
  readonly alternativeFactors: boolean
  /** An administrator may deactivate a device of a user, and set the phone number of a root user. */
  readonly administratorHelps: boolean
  /** `administrators` names everybody who could. */
  readonly isAdministratorListComplete: boolean
  /** There is a provider whose support can let somebody in. */
  readonly hasSupport: boolean
}

/** What the kinds of backend allow, for a service to start from. */
export const policyOf = (kind: BackendKind, identity: Pick<Identity, 'kind'>): Policy => ({
  alternativeFactors: kind !== 'privacyidea' && identity.kind === 'root',
  administratorHelps: true,
  isAdministratorListComplete: kind === 'demo',
  hasSupport: kind !== 'privacyidea',
})

/** An entry that is not in the bin. */
export interface EntryNode {
  readonly id: string
  readonly issuer: string
  readonly account: string
  readonly createdAt: number
  readonly link?: EntryLink | undefined
}

export interface PasskeyNode extends SiteRef {
  readonly userName: string
}

/** A security key of this person, plugged in or not. */
export interface KeyNode {
  readonly id: string
  readonly name: string
  /** As it listed them last; other credentials can't be seen. */
  readonly passkeys: readonly PasskeyNode[]
  readonly devices: readonly (IdentityRef & { readonly deviceId: string })[]
}

export interface SlotNode {
  readonly id: string
  readonly kind: 'passphrase' | 'recovery-code' | 'security-key' | 'keychain'
  readonly label: string
  /** Of a security key's slot: the key, where it is known which. */
  readonly key?: string | undefined
}

export interface BackupNode {
  readonly id: string
  readonly name: string
  /** Holds the entries that were there by then. Milliseconds since 1970. */
  readonly madeAt: number
  /** It opens with the vault's own passphrase, or with one of its own. */
  readonly passphrase: 'of-vault' | 'own'
}

export interface AccessWorld {
  readonly identities: readonly IdentityNode[]
  readonly entries: readonly EntryNode[]
  readonly keys: readonly KeyNode[]
  /** The ways into the vault on this computer. */
  readonly slots: readonly SlotNode[]
  readonly backups: readonly BackupNode[]
  readonly said: Said
}

export const nodeRef = ({ backendId, identity }: IdentityNode): IdentityRef => ({ backendId, identityId: identity.id })
