/**
 * Public keys of credentials in COSE form (RFC 9052 §7, RFC 9053, RFC 8230, RFC 9864; ML-DSA: key
 * type AKP of the IANA COSE registry). Those of an
 * algorithm we know are checked and written as SubjectPublicKeyInfo too; every other one is kept as it came.
 */
import { ECDH } from 'node:crypto'
import { concat, fromHex } from '../../../shared/kit/index.ts'
import type { CborMap } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'

/** COSE algorithms (IANA COSE registry). */
export const COSE_ALGORITHM = {
  ES256: -7,
  EdDSA: -8,
  /** ES256 on P-256 and EdDSA with Ed25519, fully specified (RFC 9864). */
  ESP256: -9,
  Ed25519: -19,
  ES384: -35,
  ES512: -36,
  'ML-DSA-44': -48,
  'ML-DSA-65': -49,
  'ML-DSA-87': -50,
  RS256: -257,
} as const

/** Labels and values of COSE_Key. */
const LABEL = { kty: 1, alg: 3, crv: -1, x: -2, y: -3, n: -1, e: -2, pub: -1 } as const
const KTY = { OKP: 1, EC2: 2, RSA: 3, AKP: 7 } as const
const CRV = { P256: 1, P384: 2, P521: 3, Ed25519: 6 } as const

export interface CredentialPublicKey {
  readonly alg: number
  /** The COSE_Key as the key wrote it. */
  readonly cose: Uint8Array
  /** DER of SubjectPublicKeyInfo; `undefined` for an algorithm we can't write (WebAuthn §5.2.1.1 allows that). */
  readonly spki: Uint8Array | undefined
}

/** Throws `AnswerError` for a key without an algorithm, or one of an algorithm we know with members it can't have. */
export function readCoseKey(map: CborMap, cose: Uint8Array): CredentialPublicKey {
  const alg = map.get(LABEL.alg)
  if (typeof alg !== 'number') return refuse()
  return { alg, cose, spki: WRITERS.get(alg)?.(map) }
}

/** A curve of COSE, what a coordinate measures, its name in OpenSSL, and SubjectPublicKeyInfo up to the point (RFC 5480 §2). */
interface Curve {
  readonly crv: number
  readonly bytes: number
  readonly name: string
  readonly spki: Uint8Array
}
const P256: Curve = {
  crv: CRV.P256,
  bytes: 32,
  name: 'prime256v1',
  spki: fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200')!,
}
const P384: Curve = {
  crv: CRV.P384,
  bytes: 48,
  name: 'secp384r1',
  spki: fromHex('3076301006072a8648ce3d020106052b81040022036200')!,
}
const P521: Curve = {
  crv: CRV.P521,
  bytes: 66,
  name: 'secp521r1',
  spki: fromHex('30819b301006072a8648ce3d020106052b8104002303818600')!,
}

/** ECPublicKey of U2F (65 bytes, uncompressed) as members of a COSE_Key for ES256 (CTAP 2.1 §10.3.1). */
export function coseOfPoint(point: Uint8Array): CborMap {
  return new Map<number, number | Uint8Array>([
    [LABEL.kty, KTY.EC2],
    [LABEL.alg, COSE_ALGORITHM.ES256],
    [LABEL.crv, CRV.P256],
    [LABEL.x, new Uint8Array(point.subarray(1, 33))],
    [LABEL.y, new Uint8Array(point.subarray(33, 65))],
  ])
}

/** SEQUENCE { SEQUENCE { id-Ed25519 }, BIT STRING } (RFC 8410 §4). */
const ED25519_SPKI = fromHex('302a300506032b6570032100')!
/** SEQUENCE { rsaEncryption, NULL } (RFC 3279 §2.3.1). */
const RSA_ALGORITHM = fromHex('300d06092a864886f70d0101010500')!

/** id-ml-dsa-44, -65 and -87 without parameters (RFC 9881 §2), and what a public key measures (FIPS 204 table 2). */
const ML_DSA = {
  44: { algorithm: fromHex('300b0609608648016503040311')!, bytes: 1312 },
  65: { algorithm: fromHex('300b0609608648016503040312')!, bytes: 1952 },
  87: { algorithm: fromHex('300b0609608648016503040313')!, bytes: 2592 },
} as const

const WRITERS: ReadonlyMap<number, (map: CborMap) => Uint8Array> = new Map([
  [COSE_ALGORITHM.ES256, onCurve(P256)],
  [COSE_ALGORITHM.ESP256, onCurve(P256)],
  [COSE_ALGORITHM.ES384, onCurve(P384)],
  [COSE_ALGORITHM.ES512, onCurve(P521)],
  [COSE_ALGORITHM.EdDSA, ed25519],
  [COSE_ALGORITHM.Ed25519, ed25519],
  [COSE_ALGORITHM.RS256, rsa],
  [COSE_ALGORITHM['ML-DSA-44'], mlDsa(44)],
  [COSE_ALGORITHM['ML-DSA-65'], mlDsa(65)],
  [COSE_ALGORITHM['ML-DSA-87'], mlDsa(87)],
])

function onCurve({ crv, bytes, name, spki }: Curve): (map: CborMap) => Uint8Array {
  return (map) => {
    const x = map.get(LABEL.x)
    const y = map.get(LABEL.y)
    if (map.get(LABEL.kty) !== KTY.EC2 || map.get(LABEL.crv) !== crv) return refuse()
    if (!(x instanceof Uint8Array) || !(y instanceof Uint8Array) || x.length !== bytes || y.length !== bytes)
      return refuse()
    const point = concat(Uint8Array.of(0x04), x, y)
    return isOnCurve(point, name) ? concat(spki, point) : refuse()
  }
}

/** Whether an uncompressed point is one of P-256. */
export function isOnP256(point: Uint8Array): boolean {
  return isOnCurve(point, P256.name)
}

function isOnCurve(point: Uint8Array, name: string): boolean {
  try {
    ECDH.convertKey(point, name, undefined, undefined, 'uncompressed')
    return true
  } catch {
    return false
  }
}

function mlDsa(set: keyof typeof ML_DSA): (map: CborMap) => Uint8Array {
  const { algorithm, bytes } = ML_DSA[set]
  return (map) => {
    const pub = map.get(LABEL.pub)
    if (map.get(LABEL.kty) !== KTY.AKP || !(pub instanceof Uint8Array) || pub.length !== bytes) return refuse()
    return der(0x30, concat(algorithm, der(0x03, concat(Uint8Array.of(0), pub))))
  }
}

function ed25519(map: CborMap): Uint8Array {
  const x = map.get(LABEL.x)
  if (map.get(LABEL.kty) !== KTY.OKP || map.get(LABEL.crv) !== CRV.Ed25519) return refuse()
  if (!(x instanceof Uint8Array) || x.length !== 32) return refuse()
  return concat(ED25519_SPKI, x)
}

function rsa(map: CborMap): Uint8Array {
  const n = map.get(LABEL.n)
  const e = map.get(LABEL.e)
  if (map.get(LABEL.kty) !== KTY.RSA || !(n instanceof Uint8Array) || !(e instanceof Uint8Array)) return refuse()
  if (n.length < 128 || n.length > 1024 || e.length === 0 || e.length > 8) return refuse()
  const numbers = der(0x30, concat(der(0x02, positive(n)), der(0x02, positive(e))))
  return der(0x30, concat(RSA_ALGORITHM, der(0x03, concat(Uint8Array.of(0), numbers))))
}

function der(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concat(Uint8Array.of(tag, ...head), content)
}

/** Minimal and with the sign bit clear (X.690 §8.3). */
function positive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first < 0) return refuse()
  const short = bytes.subarray(first)
  return short[0]! < 0x80 ? short : concat(Uint8Array.of(0), short)
}

function refuse(): never {
  throw new AnswerError('cose-key')
}
