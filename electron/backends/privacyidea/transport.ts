/**
 * One request over HTTP/1.1, with the server's certificate checked against the pinned CA, or this system's. No redirect is
 * followed, no proxy used, nothing decompressed; size and time of an answer are bounded. A fault says whether the request
 * may have reached the server, for that is what a write has to know.
 */
import http from 'node:http'
import https from 'node:https'
import type { Clock } from '../../../shared/kit/index.ts'
import type { CertificateFault } from '../backend.ts'
import { isLocalName, type ServerAddress } from './address.ts'

/** A listing of 1000 tokens is some 900 KB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024
/** Below the 30 seconds after which a write counts as unknown everywhere. */
export const ANSWER_TIMEOUT_MS = 20_000

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Begins with a slash; what varies in it is encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly body?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface WireAnswer {
  readonly is: 'answer'
  readonly status: number
  readonly date: string | undefined
  readonly retryAfter: string | undefined
  readonly body: string
  /** Of this computer's clock, around the server's work. */
  readonly sentAt: number
  readonly receivedAt: number
}

/** `isSent`: the server may have got it, so that nobody can say what came of it. */
export interface WireFault {
  readonly is: 'fault'
  readonly code: 'unreachable' | 'untrusted-server' | 'too-large' | 'cut-off'
  readonly isSent: boolean
  /** Of `untrusted-server`, where TLS told. */
  readonly certificate?: CertificateFault
}

export interface Transport {
  /** Rejects only with the signal's reason. */
  send(request: WireRequest, options: { signal?: AbortSignal; isWrite: boolean }): Promise<WireAnswer | WireFault>
  close(): void
}

export interface TransportOptions {
  readonly address: ServerAddress
  /** PEM of the only authorities that are trusted for this server. Absent: those of this system. */
  readonly ca?: string | undefined
  readonly clock: Clock
}

export function createTransport({ address, ca, clock }: TransportOptions): Transport {
  const { isSecure } = address
  const secure = { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) } as const
  const agentOf = (keepAlive: boolean) =>
    isSecure ? new https.Agent({ keepAlive, ...secure }) : new http.Agent({ keepAlive })
  // A connection that was kept may be closing as a write goes out, which would leave its outcome unknown for nothing.
  const agents = { read: agentOf(true), write: agentOf(false) }

  return {
    send(request, { signal, isWrite }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sentAt = clock.now()
        let phase: 'connecting' | 'handshaking' | 'sent' = 'connecting'
        const outgoing = (isSecure ? https : http).request({
          host: address.host,
          port: address.port,
          method: request.method,
          path: pathOf(address, request),
          agent: isWrite ? agents.write : agents.read,
          headers: headersOf(request),
          // The names of this computer are not asked of anybody.
          ...(isLocalName(address.host) && !isSecure ? { lookup: loopback } : {}),
        })
        const end = (settle: () => void) => {
          cancelTimer()
          signal?.removeEventListener('abort', onAbort)
          settle()
          outgoing.destroy()
        }
        const fail = (code: WireFault['code'], certificate?: CertificateFault) =>
          end(() =>
            resolve({
              is: 'fault',
              code,
              isSent: phase === 'sent',
              ...(certificate === undefined ? {} : { certificate }),
            }),
          )
        const onAbort = () => end(() => reject(signal!.reason))
        const cancelTimer = clock.after(ANSWER_TIMEOUT_MS, () => fail('unreachable'))
        signal?.addEventListener('abort', onAbort, { once: true })

        outgoing.on('socket', (socket) => {
          if (!socket.connecting) {
            phase = 'sent'
            return
          }
          socket.once('connect', () => (phase = isSecure ? 'handshaking' : 'sent'))
          socket.once('secureConnect', () => (phase = 'sent'))
        })
        outgoing.on('error', (error: NodeJS.ErrnoException) => {
          if (phase !== 'handshaking' || isNetworkError(error.code)) fail('unreachable')
          else fail('untrusted-server', certificateFault(error.code))
        })
        outgoing.on('response', (incoming) => {
          const parts: Buffer[] = []
          let size = 0
          incoming.on('data', (part: Buffer) => {
            size += part.length
            if (size > MAX_BODY_BYTES) fail('too-large')
            else parts.push(part)
          })
          incoming.on('error', () => fail('cut-off'))
          incoming.on('aborted', () => fail('cut-off'))
          incoming.on('end', () => {
            if (!incoming.complete) return fail('cut-off')
            const { date, 'retry-after': retryAfter } = incoming.headers
            cancelTimer()
            signal?.removeEventListener('abort', onAbort)
            resolve({
              is: 'answer',
              status: incoming.statusCode ?? 0,
              date,
              retryAfter,
              body: Buffer.concat(parts).toString('utf8'),
              sentAt,
              receivedAt: clock.now(),
            })
          })
        })
        outgoing.end(request.body === undefined ? undefined : JSON.stringify(request.body))
      })
    },
    close() {
      agents.read.destroy()
      agents.write.destroy()
    },
  }
}

function pathOf({ prefix }: ServerAddress, { path, query }: WireRequest): string {
  const asked = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
  return `${prefix}${path}${asked}`
}

const headersOf = ({ body, headers }: WireRequest): Record<string, string> => ({
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'Latchkey',
  // A GET that says it carries JSON and carries none is a bad request to privacyIDEA.
  ...(body === undefined
    ? {}
    : {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(JSON.stringify(body))),
      }),
  ...headers,
})

/** What ends a connection and says nothing of who is at the other end. */
const isNetworkError = (code: string | undefined): boolean =>
  code !== undefined && ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENETDOWN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)

/** OpenSSL's verdicts on a certificate and Node's on its name (Node.js, "X509 certificate error codes"). */
const CERTIFICATE_FAULTS: Readonly<Record<string, CertificateFault>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  HOSTNAME_MISMATCH: 'other-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
}
const certificateFault = (code: string | undefined): CertificateFault | undefined =>
  code !== undefined && Object.hasOwn(CERTIFICATE_FAULTS, code) ? CERTIFICATE_FAULTS[code] : undefined

const loopback: NonNullable<http.RequestOptions['lookup']> = (_host, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}
