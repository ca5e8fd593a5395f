/** What the engine says, as codes with references; the words are the renderer's. */
import type { ContactState } from './standing.ts'
import type { AccountRef, IdentityRef, Losable, LossItem, SiteRef } from './refs.ts'
import type { Rank, Outcome } from './rank.ts'
import type { SlotNode } from './world.ts'

/** One thing to do on the way in. Steps stand in the order in which they are done. */
export type Step =
  | { readonly step: 'open-vault'; readonly slot: string; readonly kind: SlotNode['kind']; readonly key?: string }
  | { readonly step: 'open-backup'; readonly backup: string }
  /** The password is not in somebody's head: it is read there. */
  | { readonly step: 'read-password'; readonly of: AccountRef; readonly on: string }
  /** The password and nothing else: no device is registered. */
  | { readonly step: 'password-alone'; readonly account: AccountRef }
  /** A code of this vault; `device` where the entry makes the codes of one. */
  | {
      readonly step: 'code-from-vault'
      readonly account: AccountRef
      readonly entryId: string
      readonly device?: string
    }
  | {
      readonly step: 'code-from-backup'
      readonly account: AccountRef
      readonly entryId: string
      readonly backup: string
      readonly device?: string
    }
  /** The same code, kept elsewhere as well. */
  | { readonly step: 'code-from-thing'; readonly account: AccountRef; readonly thing: string; readonly device?: string }
  | { readonly step: 'touch-key'; readonly account: AccountRef; readonly device: string; readonly key: string }
  /** A device of which nobody has said where it is, or a hardware token, which is its own place. */
  | { readonly step: 'use-device'; readonly account: AccountRef; readonly device: string }
  | ({ readonly step: 'passkey'; readonly account: AccountRef; readonly key: string } & SiteRef)
  | { readonly step: 'recovery-code'; readonly account: AccountRef; readonly thing: string }
  /** `isPresumed`: nobody has said what the mailbox, or the number, hangs on. */
  | {
      readonly step: 'read-mail'
      readonly address: string
      readonly isPresumed: boolean
      readonly account?: AccountRef
    }
  | { readonly step: 'answer-phone'; readonly number: string; readonly isPresumed: boolean; readonly thing?: string }
  | { readonly step: 'alternative-factors'; readonly account: AccountRef }
  | { readonly step: 'phone-by-administrator'; readonly account: AccountRef; readonly administrator: Person }
  | { readonly step: 'administrator-deactivates'; readonly account: AccountRef; readonly administrator?: Person }
  | { readonly step: 'support'; readonly account: AccountRef }
  /** Another way in that the person says there is, or that nobody can see: then `question` would settle it. */
  | { readonly step: 'other-way'; readonly account: AccountRef }

export interface Person {
  readonly id: string
  readonly name: string
}

/** What would settle what is not known. */
export type Question =
  | { readonly ask: 'where-is-device'; readonly device: DeviceNamed }
  | { readonly ask: 'which-key-is-device'; readonly device: DeviceNamed }
  | { readonly ask: 'where-is-backup'; readonly backup: string }
  | { readonly ask: 'which-key-opens-slot'; readonly slot: string }
  | { readonly ask: 'other-ways'; readonly account: AccountRef }
  | { readonly ask: 'what-contact'; readonly identity: IdentityRef; readonly contact: 'email' | 'phone' }
  | { readonly ask: 'who-administers'; readonly identity: IdentityRef }
  | { readonly ask: 'how-mailbox-opens'; readonly address: string }
  | { readonly ask: 'where-number-rings'; readonly number: string }
  /** A site's passwordless or non-discoverable credential can't be seen. */
  | { readonly ask: 'what-else-opens-with-key'; readonly key: string }
export interface DeviceNamed extends IdentityRef {
  readonly deviceId: string
}

/** Something that went with what was lost. */
export type Followed =
  | { readonly is: 'vault' }
  | { readonly is: 'slot'; readonly slot: string }
  | { readonly is: 'backup'; readonly backup: string }
  | { readonly is: 'mailbox'; readonly address: string }
  | { readonly is: 'number'; readonly number: string }
  | { readonly is: 'sign-in'; readonly account: AccountRef }

/** Why something is closed. A chain reads from what is closed down to what was lost. */
export type Cause =
  | { readonly cause: 'lost'; readonly loss: LossItem }
  | { readonly cause: 'follows'; readonly what: Followed }
  /** Never was: no contact on record, a device that the backend knows to be out of use. */
  | { readonly cause: 'missing'; readonly what: Losable }
  | { readonly cause: 'not-known'; readonly question: Question }

/** A way in that is open, with how far it takes. */
export interface Way {
  readonly rank: Rank
  readonly steps: readonly Step[]
}

export interface ClosedWay {
  /** Its last step. */
  readonly step: Step
  readonly because: readonly Cause[]
}

export interface ContactFact {
  readonly contact: 'email' | 'phone'
  /** Absent where there is none, or it is not told. */
  readonly value?: string
  readonly state: ContactState | 'not-told'
  readonly confirmedAt?: number
  /** With these losses. `presumed`: nobody has said what it hangs on. */
  readonly reach: 'reached' | 'presumed' | 'closed' | 'missing' | 'not-told'
}

export interface Row {
  readonly account: AccountRef
  readonly name: AccountName
  readonly outcome: Outcome
  /** With everything that is not known answered for the better, and for the worse. */
  readonly atBest: Rank
  readonly atWorst: Rank
  /** Open for sure, best first. */
  readonly ways: readonly Way[]
  /** Open only if what is not known turns out well; the way that `atBest` stands for. Absent where it is known. */
  readonly perhaps?: Way
  readonly closed: readonly ClosedWay[]
  /** What would settle an outcome that is not known, and what is presumed of the ways that are open. */
  readonly questions: readonly Question[]
  /** Of an identity with alternative factors. */
  readonly contacts: readonly ContactFact[]
  /** Who could help and can get in themselves. */
  readonly helpers: readonly Person[]
  /** What a missing or stolen thing gives away of it: a new password follows once it opens again (rule 10). */
  readonly exposed: 'none' | 'factor' | 'password' | 'factor-and-password'
}

/** As people know it. */
export interface AccountName {
  readonly kind: 'root' | 'user' | 'entry' | 'site'
  /** The account at the backend, the issuer, or the site. */
  readonly at: string
  readonly who: string
}

export interface LossReport {
  readonly losses: readonly LossItem[]
  /** Worst first. */
  readonly rows: readonly Row[]
  /** What went with what was lost. */
  readonly follows: readonly { readonly what: Followed; readonly because: readonly Cause[] }[]
  /** What no list shows: keys that are lost and may open more than they showed. */
  readonly unseen: readonly Question[]
}
