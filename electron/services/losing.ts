/** What every question that destroys asks of the loss engine (services/whatif), as its services are given it. */
import type { Entry } from '../../shared/domain/entry.ts'
import type { AccountRef, Losable } from '../../shared/domain/loss/index.ts'
import type { Effects } from './confirm.ts'

/** What comes of it for accounts: `still-opens` and `would-need`, with `and-more` where they are many. */
export interface Losing {
  readonly effects: Effects
  /** An account that only this opens, and that is certain: the person types its name (rule 11). */
  readonly typeName?: string
}

export interface LosingOptions {
  /** Accounts of which the caller speaks itself. */
  readonly except?: readonly AccountRef[]
  /** Entries in the bin that are about to be deleted for good: judged as if they were put back first. */
  readonly fromBin?: readonly Entry[]
}

/**
 * What it would mean if these were gone, devices still being registered. Asked again at execution it answers the same unless
 * something changed. Nothing is known of accounts while no vault is open. Rejects with the signal's reason.
 */
export type AskLosing = (removed: readonly Losable[], signal: AbortSignal, options?: LosingOptions) => Promise<Losing>
