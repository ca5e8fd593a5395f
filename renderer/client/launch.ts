/**
 * How a page of the browser shell comes by its launch token. It stands in the fragment, which no server sees: as
 * `#<token>` in an address for a person, as `#ticket=<ticket>` in one for a process's arguments. Either is taken out of the
 * address at once, so that it is in no history and no bookmark; the token is kept for reloads of this tab alone.
 */

/** Where the page exchanges its ticket for the token. */
const TICKET_PATH = '/ticket'
const STORED_AS = 'latchkey-token'
/** Both are 256 bits as base64url. */
const SECRET = '[A-Za-z0-9_-]{43}'

/** What is used of the page; handed in so that a test can be it. */
export interface LaunchPage {
  readonly location: { readonly hash: string; readonly pathname: string }
  readonly history: { replaceState(data: unknown, unused: string, url: string): void }
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  fetch(
    path: string,
    init: {
      method: 'POST'
      headers: Record<string, string>
      body: string
      cache: 'no-store'
      credentials: 'omit'
      redirect: 'error'
    },
  ): Promise<{ readonly ok: boolean; json(): Promise<unknown> }>
}

/**
 * `no-token`: opened without its link, or in a second tab. `ticket-spent`: the link was used before, or is older than 30 s;
 * the terminal has another. `unreachable`: the program is not running any more.
 */
export type Launch =
  { readonly is: 'ready'; readonly token: string } | { readonly is: 'no-token' | 'ticket-spent' | 'unreachable' }

/** Reads the token, from the ticket if need be, and cleans the address before anything else happens. */
export async function readLaunch(page: LaunchPage): Promise<Launch> {
  const { hash, pathname } = page.location
  const token = new RegExp(`^#(${SECRET})$`).exec(hash)?.[1]
  const ticket = new RegExp(`^#ticket=(${SECRET})$`).exec(hash)?.[1]
  if (token !== undefined || ticket !== undefined) page.history.replaceState(null, '', pathname)
  const kept = page.sessionStorage.getItem(STORED_AS)
  const found = ticket === undefined ? (token ?? kept) : await exchange(page, ticket)
  if (typeof found === 'string') {
    page.sessionStorage.setItem(STORED_AS, found)
    return { is: 'ready', token: found }
  }
  // A tab that was restored with its first address has a spent ticket and still its token.
  if (kept !== null) return { is: 'ready', token: kept }
  return found ?? { is: 'no-token' }
}

async function exchange(page: LaunchPage, ticket: string): Promise<string | Launch> {
  try {
    const answer = await page.fetch(TICKET_PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{"ticket":"${ticket}"}`,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    })
    if (!answer.ok) return { is: 'ticket-spent' }
    const body = await answer.json()
    const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined
    return typeof token === 'string' && new RegExp(`^${SECRET}$`).test(token) ? token : { is: 'ticket-spent' }
  } catch {
    return { is: 'unreachable' }
  }
}
