/** A single step that would keep somebody from being locked out. */
import type { ContactKind, DeviceType } from '../device.ts'
import type { AccountRef, IdentityRef } from './refs.ts'
import type { Question } from './steps.ts'

export type Mend =
  /** A key that is there already, registered where it is not. */
  | { readonly mend: 'register-key'; readonly key: string; readonly account: AccountRef }
  /** Another device, of a kind not yet in use where there is one, on something that is not listed yet. */
  | { readonly mend: 'add-device'; readonly identity: IdentityRef; readonly type: DeviceType }
  /** All entries, kept away from this computer. */
  | { readonly mend: 'back-up' }
  | {
      readonly mend: 'add-slot'
      readonly kind: 'recovery-code' | 'passphrase' | 'security-key'
      readonly key?: string | undefined
    }
  /** A contact that hangs on nothing listed here. */
  | { readonly mend: 'set-contact'; readonly identity: IdentityRef; readonly contact: ContactKind }
  | { readonly mend: 'confirm-contact'; readonly identity: IdentityRef; readonly contact: ContactKind }
  /** The site's own recovery codes, printed. */
  | { readonly mend: 'print-codes'; readonly account: AccountRef }
  /** Nothing may be wrong at all: the answer to a question, if it is the good one. */
  | { readonly mend: 'settle'; readonly question: Question }

/** What is done comes before what is only hoped; what costs little before what must be bought. Decides where two help alike. */
export const MENDS: readonly Mend['mend'][] = [
  'register-key',
  'back-up',
  'add-slot',
  'add-device',
  'set-contact',
  'confirm-contact',
  'print-codes',
  'settle',
]
