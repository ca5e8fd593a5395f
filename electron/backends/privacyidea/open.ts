/** A privacyIDEA server as a backend: reads its address, and puts the parts together. Nothing is sent before the first call. */
import { X509Certificate } from 'node:crypto'
import { err, ok, type Clock, type Random, type Result } from '../../../shared/kit/index.ts'
import { readAddress, type AddressFault, type ServerAddress } from './address.ts'
import { PrivacyIdeaBackend } from './backend.ts'
import { createClient } from './client.ts'
import { createQueue } from './queue.ts'
import { createServerClock } from './server-clock.ts'
import type { Credentials } from './session.ts'
import { createTransport } from './transport.ts'

export interface PrivacyIdeaOptions {
  readonly id: string
  readonly name: string
  /** As typed: `https://host[:port][/path]`, or http to this computer. */
  readonly url: string
  /** PEM. Given, only certificates of these authorities are taken for this server. */
  readonly ca?: string | undefined
  readonly credentials: Credentials
  readonly clock: Clock
  readonly random: Random
  /** Can a security key be touched for the server's origin here? */
  readonly canTouch?: boolean
}

export interface OpenedPrivacyIdea {
  readonly backend: PrivacyIdeaBackend
  readonly address: ServerAddress
  /** Ends its connections. */
  close(): void
}

export function openPrivacyIdea(options: PrivacyIdeaOptions): Result<OpenedPrivacyIdea, AddressFault | 'malformed-ca'> {
  const { ca, clock, random, credentials } = options
  const address = readAddress(options.url)
  if (!address.ok) return address
  if (ca !== undefined && !isCertificates(ca)) return err('malformed-ca')
  const transport = createTransport({ address: address.value, ca, clock })
  const serverClock = createServerClock(clock)
  const client = createClient({ transport, credentials, queue: createQueue(), serverClock, clock, random })
  const backend = new PrivacyIdeaBackend({
    id: options.id,
    name: options.name,
    address: address.value,
    client,
    serverClock,
    clock,
    random,
    canTouch: options.canTouch ?? false,
  })
  return ok({ backend, address: address.value, close: () => transport.close() })
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** TLS itself passes over what it can't read, and would then trust fewer than the person thinks. */
export function isCertificates(pem: string): boolean {
  try {
    return (pem.match(PEM_CERTIFICATE) ?? []).map((one) => new X509Certificate(one)).length > 0
  } catch {
    return false
  }
}
