/** What the parts of the screen ask of the whole: dialogs that outlive the key's plug, and places elsewhere. */
import type { IdentityRef, KeyRow, Request } from '../../../shared/contract/index.ts'

export const TABS = ['passkeys', 'pin', 'fingerprints', 'advanced'] as const
export type KeyTab = (typeof TABS)[number]

export type Configure = Request<'keys.configure'>['set']

export interface KeyActions {
  readonly onTab: (tab: KeyTab) => void
  readonly onTwin: (row: KeyRow) => void
  readonly onForget: (row: KeyRow) => void
  readonly onReset: (row: KeyRow) => void
  readonly onDoctor: () => void
  /** Registering a key for an identity is a case of Recovery. */
  readonly onRegister: (identity: IdentityRef) => void
}
