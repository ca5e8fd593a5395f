/**
 * The certificates a key is made with: a batch certificate and one of its own for enterprise attestation, under a root
 * (WebAuthn §8.2.1). DER is written here because node:crypto reads certificates but makes none.
 */
import { concat, fromHex, toBase64url, utf8, type Random } from '../../../shared/kit/index.ts'
import { P256_SEED_BYTES, p256Key, type P256Key } from './crypto.ts'

const TAG = { boolean: 0x01, integer: 0x02, bits: 0x03, bytes: 0x04, utf8: 0x0c, printable: 0x13, time: 0x18 } as const
const SEQUENCE = 0x30
const SET = 0x31

function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content)
  const { length } = body
  if (length < 0x80) return concat(Uint8Array.of(tag, length), body)
  return length < 0x100
    ? concat(Uint8Array.of(tag, 0x81, length), body)
    : concat(Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), body)
}
const seq = (...content: readonly Uint8Array[]) => der(SEQUENCE, ...content)
const bitString = (content: Uint8Array) => der(TAG.bits, Uint8Array.of(0), content)
const oid = (hex: string) => fromHex(`06${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`)!

const OID = {
  country: oid('550406'),
  organisation: oid('55040a'),
  organisationalUnit: oid('55040b'),
  commonName: oid('550403'),
  ecPublicKey: oid('2a8648ce3d0201'),
  prime256v1: oid('2a8648ce3d030107'),
  ecdsaWithSha256: oid('2a8648ce3d040302'),
  basicConstraints: oid('551d13'),
  /** id-fido-gen-ce-aaguid, 1.3.6.1.4.1.45724.1.1.4 */
  aaguid: oid('2b0601040182e51c010104'),
  /** id-fido-gen-ce-sernum, 1.3.6.1.4.1.45724.1.1.2: which key this is, in enterprise attestation only. */
  serialNumber: oid('2b0601040182e51c010102'),
} as const

const name = (commonName: string) =>
  seq(
    ...(
      [
        [OID.country, TAG.printable, 'SE'],
        [OID.organisation, TAG.utf8, 'Latchkey virtual keys'],
        [OID.organisationalUnit, TAG.utf8, 'Authenticator Attestation'],
        [OID.commonName, TAG.utf8, commonName],
      ] as const
    ).map(([type, tag, text]) => der(SET, seq(type, der(tag, utf8(text))))),
  )

/** GeneralizedTime, to the second. */
const time = (ms: number) => der(TAG.time, utf8(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`))

/** The first bit is kept 0 and the second 1, so that the integer is positive and its shortest form. */
const serial = (bytes: Uint8Array) => der(TAG.integer, Uint8Array.of((bytes[0]! & 0x7f) | 0x40), bytes.subarray(1))

const publicKey = ({ x, y }: P256Key) =>
  seq(seq(OID.ecPublicKey, OID.prime256v1), bitString(concat(Uint8Array.of(4), x, y)))

interface Wanted {
  readonly subject: string
  readonly key: P256Key
  readonly issuer: { readonly name: string; readonly key: P256Key }
  readonly serialNumber: Uint8Array
  readonly from: number
  readonly extensions: readonly Uint8Array[]
}

const YEARS_MS = 30 * 365 * 86_400_000

function certificate({ subject, key, issuer, serialNumber, from, extensions }: Wanted): Uint8Array {
  const algorithm = seq(OID.ecdsaWithSha256)
  const signed = seq(
    der(0xa0, der(TAG.integer, Uint8Array.of(2))),
    serial(serialNumber),
    algorithm,
    name(issuer.name),
    seq(time(from), time(from + YEARS_MS)),
    name(subject),
    publicKey(key),
    der(0xa3, seq(...extensions)),
  )
  return seq(signed, algorithm, bitString(issuer.key.sign(signed)))
}

const extension = (id: Uint8Array, value: Uint8Array) => seq(id, der(TAG.bytes, value))
/** Critical, as RFC 5280 §4.2.1.9 wants it of an issuer. */
const constraints = (isIssuer: boolean) =>
  seq(
    OID.basicConstraints,
    der(TAG.boolean, Uint8Array.of(0xff)),
    der(TAG.bytes, isIssuer ? seq(der(TAG.boolean, Uint8Array.of(0xff))) : seq()),
  )

/** Of the factory: it survives a reset. */
export interface AttestationState {
  readonly privateSeed: string
  readonly certificate: string
  readonly enterpriseCertificate: string
  readonly root: string
}

/** Root, batch and enterprise certificate of a new key. The root's private key is not kept. */
export function makeAttestation(random: Random, aaguid: Uint8Array, now: number): AttestationState {
  const issuer = { name: 'Latchkey virtual attestation root', key: p256Key(random(P256_SEED_BYTES)) }
  const privateSeed = random(P256_SEED_BYTES)
  const key = p256Key(privateSeed)
  // A day back, so that a computer whose clock is behind still takes them.
  const from = now - 86_400_000
  const leaf = (subject: string, extra: readonly Uint8Array[]) =>
    certificate({
      subject,
      key,
      issuer,
      serialNumber: random(16),
      from,
      extensions: [constraints(false), extension(OID.aaguid, der(TAG.bytes, aaguid)), ...extra],
    })
  return {
    privateSeed: toBase64url(privateSeed),
    certificate: toBase64url(leaf('Latchkey virtual key', [])),
    enterpriseCertificate: toBase64url(
      leaf('Latchkey virtual key, enterprise', [extension(OID.serialNumber, der(TAG.bytes, random(16)))]),
    ),
    root: toBase64url(
      certificate({
        subject: issuer.name,
        key: issuer.key,
        issuer,
        serialNumber: random(16),
        from,
        extensions: [constraints(true)],
      }),
    ),
  }
}
