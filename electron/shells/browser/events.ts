import type { Rule } from './guard.ts'

/** What happens in the shell, as its log is told: codes and counts. No path, header or frame, since those may hold a secret. */
export type BrowserShellEvent =
  | {
      readonly event: 'refused'
      readonly on: 'request' | 'upgrade'
      readonly status: number
      readonly rule: Rule | Full
    }
  | { readonly event: 'ticket-exchanged' }
  /** Unknown, used or late: a ticket that somebody else used first shows here too. */
  | { readonly event: 'ticket-refused' }
  | { readonly event: 'wire-opened' | 'wire-closed'; readonly open: number }
  | { readonly event: 'wire-cut'; readonly why: 'no-pong' | 'unread' | 'binary' | 'malformed' }

/** The shell is not open yet, or has as many wires as it takes. */
export type Full = 'not-open' | 'wires'

export type Report = (event: BrowserShellEvent) => void
