/** Reading tokens and users: page after page, and never more than what was asked for, whatever the server answers. */
import { z } from 'zod'
import type { Contacts, Identity } from '../../../shared/domain/device.ts'
import { BackendFault } from '../backend.ts'
import type { Client } from './client.ts'
import type { Session } from './session.ts'
import { tokenPage, type Token } from './tokens.ts'

const PAGE_SIZE = 100
/** Nobody has more tokens than this; an administrator without the right to list users is shown the owners of so many. */
const MOST_PAGES = 50

export interface Person {
  readonly login: string
  readonly realm: string
}

/** Realm names hold no @, logins may. */
export const idOf = ({ login, realm }: Person): string => `${login}@${realm}`

export function personOf(identityId: string): Person | undefined {
  const at = identityId.lastIndexOf('@')
  return at > 0 && at < identityId.length - 1
    ? { login: identityId.slice(0, at), realm: identityId.slice(at + 1) }
    : undefined
}

export const isOwnedBy = ({ username, user_realm: realm }: Token, person: Person): boolean =>
  username === person.login && (realm ?? '').toLowerCase() === person.realm.toLowerCase()

/** All tokens that the query finds. Throws `BackendFault`, or the signal's reason. */
export async function listTokens(
  client: Client,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly Token[]> {
  const tokens: Token[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const asked = { ...query, page: String(page), pagesize: String(PAGE_SIZE) }
    const { value } = await client.read(
      { method: 'GET', path: '/token/', query: asked },
      { action: 'tokenlist' },
      signal,
    )
    const read = tokenPage.safeParse(value)
    if (!read.success) throw new BackendFault({ code: 'answer-not-understood' })
    tokens.push(...read.data.tokens)
    if (read.data.tokens.length === 0 || tokens.length >= read.data.count) break
  }
  return tokens
}

/** A user as a resolver tells it; what a resolver lacks is absent or empty. */
const user = z.object({
  username: z.string().min(1).max(200),
  realm: z.string().nullish(),
  email: z.string().nullish(),
  mobile: z.union([z.string(), z.array(z.string())]).nullish(),
  phone: z.union([z.string(), z.array(z.string())]).nullish(),
})
export type User = z.infer<typeof user>

/** Those the session may see. A user that can't be read is left out: a resolver's oddity must not hide the others. */
export async function listUsers(
  client: Client,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly User[]> {
  const { value } = await client.read({ method: 'GET', path: '/user/', query }, { action: 'userlist' }, signal)
  if (!Array.isArray(value)) throw new BackendFault({ code: 'answer-not-understood' })
  return value.flatMap((one: unknown) => {
    const read = user.safeParse(one)
    return read.success ? [read.data] : []
  })
}

export function contactsOf({ email, mobile, phone }: User): Contacts | undefined {
  const mail = contactText(email)
  const number = contactText(mobile) ?? contactText(phone)
  if (mail === undefined && number === undefined) return undefined
  return {
    ...(mail === undefined ? {} : { email: { value: mail } }),
    ...(number === undefined ? {} : { phone: { value: number } }),
  }
}

function contactText(told: string | readonly string[] | null | undefined): string | undefined {
  const text = (typeof told === 'string' ? told : told?.[0])?.trim()
  return text === undefined || text === '' || text.length > 320 ? undefined : text
}

/** Administrators are known as such only of themselves: the server lists nobody's rights but one's own. */
export function identityOf(person: Person, session: Session): Identity | undefined {
  const id = idOf(person)
  const isSelf = person.login === session.user && person.realm.toLowerCase() === session.realm.toLowerCase()
  if (id.length > 256 || person.login === '' || person.realm === '') return undefined
  return {
    id,
    kind: 'user',
    name: person.login,
    account: person.realm,
    isAdministrator: isSelf && session.rights.role === 'admin',
  }
}
