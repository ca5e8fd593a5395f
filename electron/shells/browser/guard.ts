/**
 * The loopback guard (security.md §3.1): decides over a request or an upgrade from its head alone, before anything else
 * sees it. It names the few things that are accepted; whatever it does not know is refused. Header fields are read from
 * the raw list, so that a field sent twice is seen twice; cookies are never read, since they ignore ports.
 */
import { timingSafeEqual } from 'node:crypto'

/** The page asks here for the launch token, in exchange for its one-use ticket. */
export const TICKET_PATH = '/ticket'
/** The page's WebSocket. */
export const WIRE_PATH = '/wire'
/** The only WebSocket subprotocol; the launch token stands beside it in the offer and is never echoed. */
export const WIRE_PROTOCOL = 'latchkey'
/** §3.1 rule 7 allows 64 KiB; the one body there is holds a ticket. */
export const MAX_BODY_BYTES = 1024

/** What one launch of the shell accepts. */
export interface Launch {
  /** The only Host, with its port: `latchkey.localhost:41234`. */
  readonly host: string
  /** The launch token: 43 letters of base64url. */
  readonly token: string
  /** Paths of the page's files, each with its leading slash. */
  readonly files: { has(path: string): boolean }
}

/** The head of a request as node:http gives it; `rawHeaders` alternates names and values. */
export interface RequestHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

export type Rule =
  'version' | 'host' | 'target' | 'method' | 'site' | 'origin' | 'body' | 'path' | 'handshake' | 'token'

export type Verdict =
  | { readonly to: 'file'; readonly path: string }
  | { readonly to: 'ticket' }
  | { readonly to: 'wire' }
  | { readonly to: 'nobody'; readonly status: number; readonly rule: Rule }

type Fields = ReadonlyMap<string, readonly string[]>

export function guard(launch: Launch, head: RequestHead, event: 'request' | 'upgrade'): Verdict {
  const { method = '', url = '' } = head
  const fields = fieldsOf(head.rawHeaders)
  const reads = method === 'GET' || method === 'HEAD'

  if (head.httpVersion !== '1.1') return refused(505, 'version')
  if (only(fields, 'host') !== launch.host) return refused(403, 'host')
  // An absolute form names a host of its own, past the check of Host above (rule 2).
  if (!url.startsWith('/')) return refused(400, 'target')
  if (!reads && method !== 'POST') return refused(403, 'method')
  if (fields.has('sec-fetch-site') && !FROM_HERE.has(only(fields, 'sec-fetch-site') ?? '')) return refused(403, 'site')
  const needsOrigin = !reads || event === 'upgrade'
  if ((needsOrigin || fields.has('origin')) && only(fields, 'origin') !== `http://${launch.host}`) {
    return refused(403, 'origin')
  }
  // One body of a known length is ever wanted: no chunks, no interim answer, nothing behind a GET.
  if (fields.has('transfer-encoding') || fields.has('expect')) return refused(400, 'body')
  if (method !== 'POST' && fields.has('content-length')) return refused(400, 'body')

  if (event === 'upgrade') return upgrade(launch, method, url, fields)
  if (fields.has('upgrade')) return refused(400, 'handshake')
  if (method === 'POST') return post(url, fields)
  return launch.files.has(url) ? { to: 'file', path: url } : refused(404, 'path')
}

/** Sites a browser may name as the origin of a request: ourselves, or the person (address bar, opener). */
const FROM_HERE: ReadonlySet<string> = new Set(['same-origin', 'none'])

function upgrade(launch: Launch, method: string, url: string, fields: Fields): Verdict {
  if (method !== 'GET') return refused(403, 'method')
  if (url !== WIRE_PATH) return refused(404, 'path')
  // RFC 6455 §4.2.1; checked here so that the WebSocket library never answers a bad handshake with a text of its own.
  const wellFormed =
    only(fields, 'upgrade')?.toLowerCase() === 'websocket' &&
    only(fields, 'sec-websocket-version') === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(only(fields, 'sec-websocket-key') ?? '')
  if (!wellFormed) return refused(400, 'handshake')
  const offer = /^latchkey, ?([A-Za-z0-9_-]{43})$/.exec(only(fields, 'sec-websocket-protocol') ?? '')
  return sameSecret(offer?.[1] ?? '', launch.token) ? { to: 'wire' } : refused(401, 'token')
}

function post(url: string, fields: Fields): Verdict {
  if (url !== TICKET_PATH) return refused(404, 'path')
  if (only(fields, 'content-type') !== 'application/json' || fields.has('content-encoding')) return refused(415, 'body')
  const length = only(fields, 'content-length') ?? ''
  if (!/^[1-9][0-9]{0,15}$/.test(length)) return refused(411, 'body')
  return Number(length) <= MAX_BODY_BYTES ? { to: 'ticket' } : refused(413, 'body')
}

/** Compares two secrets without an early exit; their lengths are public. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

const refused = (status: number, rule: Rule): Verdict => ({ to: 'nobody', status, rule })

/** The value of a field that was sent exactly once. */
function only(fields: Fields, name: string): string | undefined {
  const values = fields.get(name)
  return values?.length === 1 ? values[0] : undefined
}

function fieldsOf(rawHeaders: readonly string[]): Fields {
  const fields = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const values = fields.get(name)
    if (values) values.push(rawHeaders[i + 1]!)
    else fields.set(name, [rawHeaders[i + 1]!])
  }
  return fields
}
