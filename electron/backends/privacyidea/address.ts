/**
 * The server a person named: https, or plain http to this computer alone. Nothing that a server answers can change where
 * requests go: the address is read once, paths are appended to it, and redirects are never followed.
 */
import { err, ok, type Result } from '../../../shared/kit/index.ts'

export interface ServerAddress {
  readonly isSecure: boolean
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** What stands before every path: '' or '/privacyidea'. */
  readonly prefix: string
  /** As WebAuthn writes it. */
  readonly origin: string
}

export type AddressFault = 'malformed' | 'not-https' | 'has-credentials' | 'has-query'

/** Longer ones are no addresses that people type. */
const MAX_ADDRESS_LENGTH = 512

export function readAddress(typed: string): Result<ServerAddress, AddressFault> {
  const text = typed.trim()
  if (text.length > MAX_ADDRESS_LENGTH || /\s/.test(text)) return err('malformed')
  let url: URL
  try {
    url = new URL(text.includes('://') ? text : `https://${text}`)
  } catch {
    return err('malformed')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return err('not-https')
  if (url.hostname === '') return err('malformed')
  if (url.username !== '' || url.password !== '') return err('has-credentials')
  if (url.search !== '' || url.hash !== '') return err('has-query')
  const isSecure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!isSecure && !isThisComputer(host)) return err('not-https')
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  return ok({ isSecure, host, port, prefix: url.pathname.replace(/\/+$/, ''), origin: url.origin })
}

/** Loopback addresses (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), and the names that mean them (RFC 6761 §6.3). */
export const isThisComputer = (host: string): boolean =>
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) || host === '::1' || isLocalName(host)

export const isLocalName = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost')
