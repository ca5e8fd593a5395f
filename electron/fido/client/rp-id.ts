/**
 * Which relying party ids an origin may use (WebAuthn §5.1.3, HTML "is a registrable domain suffix of or is equal to").
 * Stricter than the public suffix list, which we don't carry: equal to the host, or a parent of it with two labels at
 * least, three under a country's second level (co.uk). IP addresses, insecure origins and foreign letters are refused.
 */
import { CeremonyError } from './ceremony-error.ts'

/** Second levels that registries keep for themselves, under two-letter top levels. */
const SECOND_LEVELS: ReadonlySet<string> = new Set(
  'ac co com edu go gob gouv gov gv id info ltd me mil ne net nom or org plc sch web'.split(' '),
)
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** The id to use: `rpId`, or the origin's host where it is absent. Throws `CeremonyError` `rp-id`. */
export function checkRpId(rpId: string | undefined, origin: string): string {
  const host = hostOf(origin)
  const id = rpId ?? host
  return id === host || (host.endsWith(`.${id}`) && isRegistrable(id)) ? id : refuse()
}

/** Whether `appId` (U2F's https address) is one that `origin` may use: its host is one the origin may have as rp id. */
export function isAppIdAllowed(appId: string, origin: string): boolean {
  try {
    const url = new URL(appId)
    return url.protocol === 'https:' && checkRpId(url.hostname, origin) === url.hostname
  } catch {
    return false
  }
}

/** Lower-case host of a secure origin: https, or http on localhost and below. */
function hostOf(origin: string): string {
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    return refuse()
  }
  // An origin and nothing else: no path, no user, and written the one way browsers write it.
  if (url.origin !== origin) return refuse()
  const host = url.hostname
  const isLocal = host === 'localhost' || host.endsWith('.localhost')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) return refuse()
  const labels = host.split('.')
  if (host.length > 253 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1)!)) return refuse()
  return host
}

function isRegistrable(id: string): boolean {
  const labels = id.split('.')
  const [top, second] = [labels.at(-1), labels.at(-2)]
  if (top === undefined || second === undefined || !labels.every((label) => LABEL.test(label))) return false
  return !(labels.length === 2 && top.length === 2 && SECOND_LEVELS.has(second))
}

function refuse(): never {
  throw new CeremonyError('rp-id')
}
