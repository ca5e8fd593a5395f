/** What the parts of the compiler share: the graph as it grows, and the pieces that every way in is made of. */
import type { Contact, ContactKind } from '../device.ts'
import type { Graph } from './graph.ts'
import type { Index } from './lookup.ts'
import type { Mend } from './mend.ts'
import { accountKey, contactKey, losableKey, type AccountRef, type Losable } from './refs.ts'
import type { AccountName } from './steps.ts'
import type { AccessWorld, BackupNode, EntryNode, IdentityNode } from './world.ts'

/** An account that somebody can be locked out of. */
export interface Account {
  readonly ref: AccountRef
  readonly name: AccountName
  readonly atom: number
  readonly identity?: IdentityNode
  readonly contacts: readonly ContactNode[]
}

export interface ContactNode {
  readonly contact: ContactKind
  readonly value?: Contact | undefined
  readonly isTold: boolean
  /** So where it reaches its person. */
  readonly atom: number
  readonly isPresumed: boolean
}

export interface Compiled {
  readonly world: AccessWorld
  readonly graph: Graph
  readonly accounts: readonly Account[]
  /** Every mend, made when it is asked for. */
  readonly mends: () => readonly MendNode[]
}

export interface MendNode {
  readonly mend: Mend
  /** What would be so. Absent where it changes no way in. */
  readonly atom?: number
  /** Only together with this: the key that would be registered. */
  readonly needs?: number
}

/** What the parts of the compiler share. */
export interface Making {
  readonly world: AccessWorld
  readonly graph: Graph
  readonly at: Index
  readonly accounts: Account[]
  /** What will list the mends, in the order of the world. */
  readonly mends: (() => readonly MendNode[])[]
  /** Codes come from it: this computer's vault. */
  readonly vault: number
  readonly backups: readonly { readonly node: BackupNode; readonly atom: number }[]
  /** Would hold every entry, away from this computer. */
  readonly newBackup: number
}

/** Something given, until it is lost. */
export const lostable = (graph: Graph, what: Losable): number =>
  graph.atom(losableKey(what), () => ({ is: 'so', what }))
export const thingAtom = (graph: Graph, thing: string): number => lostable(graph, { is: 'thing', thing })
export const keyAtom = (graph: Graph, key: string): number => lostable(graph, { is: 'key', key })

/** An atom that would be so after a mend. */
export const mendAtom = (graph: Graph): number => graph.fresh({ is: 'mend' })

/** What signing in takes besides a second factor: nothing where the password is in somebody's head. */
export function passwordOf({ graph, at }: Making, account: AccountRef): number[] {
  const told = at.passwordOf(accountKey(account))
  if (!told) return []
  const password = graph.atom(`password of ${accountKey(account)}`, () => ({ is: 'derived' }))
  const head = graph.atom(losableKey({ is: 'password', of: account }), () => {
    const what = { is: 'password', of: account } as const
    return told.isRemembered ? { is: 'so', what } : { is: 'missing', what }
  })
  graph.rule(password, 0, [head])
  for (const on of told.on.filter((thing) => at.hasThing(thing))) {
    graph.rule(password, 0, [thingAtom(graph, on)], { step: { step: 'read-password', of: account, on } })
  }
  return [password]
}

/** "In": the account is open to its person. */
export const inAtom = (graph: Graph, account: AccountRef): number =>
  graph.atom(`in ${accountKey(account)}`, () => ({ is: 'derived', followed: { is: 'sign-in', account } }))

/** Where codes of an entry can be had: this vault, a backup, another thing, and after a mend a new backup. */
export function codeWays(
  { graph, at, vault, backups, newBackup }: Making,
  head: number,
  account: AccountRef,
  entry: EntryNode,
  more: { readonly body: readonly number[]; readonly device?: string },
): void {
  const device = more.device === undefined ? {} : { device: more.device }
  const { body } = more
  const entryId = entry.id
  const into = account
  graph.rule(head, 0, [...body, vault, lostable(graph, { is: 'entry', entryId })], {
    into,
    step: { step: 'code-from-vault', account, entryId, ...device },
  })
  for (const thing of at.copiesOfEntry(entryId)) {
    graph.rule(head, 0, [...body, thingAtom(graph, thing)], {
      into,
      step: { step: 'code-from-thing', account, thing, ...device },
    })
  }
  for (const { node, atom } of backups) {
    if (entry.createdAt > node.madeAt) continue
    graph.rule(head, 0, [...body, atom], {
      into,
      step: { step: 'code-from-backup', account, entryId, backup: node.id, ...device },
    })
  }
  graph.rule(head, 0, [...body, newBackup], { into, isMend: true })
}

export const mailboxName = (address: string) => `mailbox ${contactKey('email', address)}`
