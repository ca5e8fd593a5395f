/** Names of what the person's additions refer to, and the accounts and places that can be chosen for new ones. */
import type { NamedAccount, State } from '../../../shared/contract/index.ts'
import { accountKey, losableKey, THIS_COMPUTER, type AccountRef } from '../../../shared/domain/loss/index.ts'
import { goneWords, type ToldItem } from '../../i18n/whatif-told.ts'
import { accountWords, namedWords } from '../../i18n/whatif-names.ts'
import type { WhatIf } from './look.ts'

export interface NameBook {
  /** Identities, entries that stand alone, and sites that the person spoke of. */
  readonly accounts: readonly NamedAccount[]
  /** This computer first, then what the person listed. */
  readonly things: readonly { readonly id: string; readonly name: string }[]
  account(ref: AccountRef): string
  thing(id: string): string
  key(id: string): string
  backup(id: string): string
  code(of: Extract<ToldItem, { list: 'copies' }>['item']['of']): string
  device(ref: { readonly backendId: string; readonly identityId: string; readonly deviceId: string }): string
}

export interface NameSources {
  readonly whatif: WhatIf
  readonly devices: State<'devices'> | undefined
  readonly entries: State<'entries'> | undefined
}

export function nameBook({ whatif, devices, entries }: NameSources): NameBook {
  const losables = new Map(whatif.losables.map((row) => [losableKey(row.what), row]))
  const losableName = (what: Parameters<typeof losableKey>[0], otherwise: string) => {
    const row = losables.get(losableKey(what))
    return row ? namedWords(row) : otherwise
  }
  const live = Object.values(entries ?? {}).filter(({ deletedAt }) => deletedAt === undefined)
  const accounts: NamedAccount[] = [
    ...(devices?.identities ?? []).map(({ ref, identity }): NamedAccount => ({
      ref: { is: 'identity', ...ref },
      name: { kind: identity.kind, at: identity.account, who: identity.name },
    })),
    ...live.map(({ id, issuer, account }): NamedAccount => ({
      ref: { is: 'entry', entryId: id },
      name: { kind: 'entry', at: issuer, who: account },
    })),
  ]
  const byKey = new Map(accounts.map((each) => [accountKey(each.ref), each]))
  const thing = (id: string) =>
    id === THIS_COMPUTER
      ? losableName({ is: 'thing', thing: id }, goneWords.computer)
      : (whatif.said.things.find((each) => each.id === id)?.name ?? goneWords.thing)
  const account = (ref: AccountRef) => {
    const known = byKey.get(accountKey(ref))
    if (known) return accountWords(known.name)
    return ref.is === 'site' ? ref.rpId : goneWords.account
  }
  const device: NameBook['device'] = (ref) => losableName({ is: 'device', ...ref }, goneWords.device)
  return {
    accounts,
    things: [THIS_COMPUTER, ...whatif.said.things.map(({ id }) => id)].map((id) => ({ id, name: thing(id) })),
    account,
    thing,
    device,
    key: (id) => losableName({ is: 'key', key: id }, goneWords.key),
    backup: (id) => losableName({ is: 'backup', backup: id }, goneWords.backup),
    code: (of) => (of.is === 'entry' ? account(of) : device(of)),
  }
}

const MOST_FOUND = 12
/** Accounts that have every word of `query` in their names; the first few, and how many more. */
export function findAccounts(
  accounts: readonly NamedAccount[],
  query: string,
): { readonly found: readonly NamedAccount[]; readonly more: number } {
  const words = fold(query).split(/\s+/).filter(Boolean)
  const all = accounts.filter(({ name }) => {
    const text = fold(`${name.at} ${name.who}`)
    return words.every((word) => text.includes(word))
  })
  return { found: all.slice(0, MOST_FOUND), more: Math.max(0, all.length - MOST_FOUND) }
}
const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

/** One thing that the person added, and how it is taken back. */
export interface Told {
  readonly key: string
  readonly saying: ToldItem
}

const LISTS = [
  'things',
  'copies',
  'deviceKeys',
  'recoveryCodes',
  'passwords',
  'backupsAt',
  'mailboxes',
  'numbers',
  'contacts',
  'sameAccount',
  'everyWayKnown',
  'otherWay',
  'supportHelps',
  'keysComplete',
  'othersIdentities',
] as const satisfies readonly ToldItem['list'][]

/** Everything the person added, list by list. */
export const toldOf = (said: WhatIf['said']): readonly Told[] =>
  LISTS.flatMap((list) =>
    said[list].map((item): Told => ({ key: `${list} ${JSON.stringify(item)}`, saying: { list, item } as ToldItem })),
  )
