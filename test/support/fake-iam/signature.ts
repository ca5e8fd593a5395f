/** Signature Version 4 as a server checks it (IAM User Guide, "Create a signed AWS API request"), written from that page. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface SignedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Signature {
  readonly accessKeyId: string
  readonly service: string
  readonly region: string
  /** When it was signed, in milliseconds since 1970. */
  readonly at: number
  readonly isBy: (secretAccessKey: string) => boolean
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/
const AMZ_DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** `undefined` for a request that is not signed, or not in this way. */
export function readSignature({ method, path, headers, body }: SignedRequest): Signature | undefined {
  const [, accessKeyId, day, region, service, signedHeaders, signature] =
    AUTHORIZATION.exec(headers['authorization'] ?? '') ?? []
  const date = headers['x-amz-date'] ?? ''
  const time = AMZ_DATE.exec(date)
  if (!accessKeyId || !day || !region || !service || !signedHeaders || !signature || !time) return undefined
  if (!date.startsWith(day) || !signedHeaders.split(';').includes('host')) return undefined
  const canonical = [
    method,
    path,
    '',
    ...signedHeaders.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const [, year, month, dayOfMonth, hours, minutes, seconds] = time.map(Number)
  return {
    accessKeyId,
    service,
    region,
    at: Date.UTC(year!, month! - 1, dayOfMonth, hours, minutes, seconds),
    isBy(secret) {
      const key = [region, service, 'aws4_request'].reduce((key, part) => hmac(key, part), hmac(`AWS4${secret}`, day))
      return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))
    },
  }
}
