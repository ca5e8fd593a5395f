/** What a virtual key remembers without power, as plain JSON: byte strings are base64url. */
import { fromBase64url, toBase64url, type Random } from '../../../shared/kit/index.ts'
import { MisuseError } from '../errors.ts'
import { makeAttestation, type AttestationState } from './certificate.ts'
import { MAX_PIN_RETRIES, MAX_UV_RETRIES, MIN_PIN_LENGTH } from './options.ts'
import { emptyLargeBlobs } from './large-blob-array.ts'

export interface UserEntity {
  readonly id: string
  readonly name?: string
  readonly displayName?: string
}

/** A discoverable credential. Its private key is derived from the master secret and its id. */
export interface StoredCredential {
  readonly id: string
  readonly rpId: string
  readonly rpName?: string
  readonly user: UserEntity
  /** 1 optional, 2 optional with a list, 3 required (CTAP 2.1 §12.1). */
  readonly credProtect: 1 | 2 | 3
  readonly credBlob?: string
  readonly largeBlobKey?: string
  readonly thirdPartyPayment?: true
}

export interface Fingerprint {
  readonly id: string
  readonly name?: string
}

export interface KeyState {
  readonly format: 1
  readonly attestation: AttestationState
  /** Every private key and PRF secret comes of it; a reset makes a new one. */
  readonly master: string
  readonly counter: number
  readonly pin: { readonly hash: string; readonly codePoints: number } | null
  readonly pinRetries: number
  readonly uvRetries: number
  readonly minPinLength: number
  readonly minPinLengthRpIds: readonly string[]
  readonly forcePinChange: boolean
  readonly alwaysUv: boolean
  readonly enterpriseAttestation: boolean
  readonly fingerprints: readonly Fingerprint[]
  /** Oldest first. */
  readonly credentials: readonly StoredCredential[]
  readonly largeBlobs: string
  /** What CTAP 2.2 and 2.3 added; absent from the memory of an older key. How often the persistent token was revoked. */
  readonly persistentTokenEpoch?: number
  readonly uvCountSinceLastPinEntry?: number
  readonly longTouchForReset?: boolean
  readonly pinComplexityPolicy?: boolean
}

/** Where a key keeps its state. `save` runs before the command that changed it is answered. */
export interface StateStore {
  /** `undefined` for a key fresh from the factory. */
  load(): unknown
  save(state: KeyState): void
}

/** As a reset leaves the key. */
export function factoryState(attestation: AttestationState, random: Random): KeyState {
  return {
    format: 1,
    attestation,
    master: toBase64url(random(32)),
    counter: 0,
    pin: null,
    pinRetries: MAX_PIN_RETRIES,
    uvRetries: MAX_UV_RETRIES,
    uvCountSinceLastPinEntry: 0,
    minPinLength: MIN_PIN_LENGTH,
    minPinLengthRpIds: [],
    forcePinChange: false,
    alwaysUv: false,
    enterpriseAttestation: false,
    fingerprints: [],
    credentials: [],
    largeBlobs: toBase64url(emptyLargeBlobs()),
    persistentTokenEpoch: 0,
    longTouchForReset: false,
    pinComplexityPolicy: false,
  }
}

/** The state kept in `store`, or that of a new key. Throws `MisuseError` where it is not one that `save` was given. */
export function openState(store: StateStore, random: Random, aaguid: Uint8Array, now: number): KeyState {
  const kept = store.load()
  if (kept !== undefined) return isKeyState(kept) ? kept : wrongState()
  const fresh = factoryState(makeAttestation(random, aaguid, now), random)
  store.save(fresh)
  return fresh
}

function wrongState(): never {
  throw new MisuseError("that is not a virtual key's state of format 1")
}

type Check = (value: unknown) => boolean
const isBytes: Check = (value) => typeof value === 'string' && fromBase64url(value) !== undefined
const isText: Check = (value) => typeof value === 'string'
const isBoolean: Check = (value) => typeof value === 'boolean'
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, check]) => check((value as Record<string, unknown>)[name]))

const check = shape({
  format: (value) => value === 1,
  attestation: shape({ privateSeed: isBytes, certificate: isBytes, enterpriseCertificate: isBytes, root: isBytes }),
  master: isBytes,
  counter: isCount,
  pin: (value) => value === null || shape({ hash: isBytes, codePoints: isCount })(value),
  pinRetries: isCount,
  uvRetries: isCount,
  minPinLength: isCount,
  minPinLengthRpIds: listOf(isText),
  forcePinChange: isBoolean,
  alwaysUv: isBoolean,
  enterpriseAttestation: isBoolean,
  fingerprints: listOf(shape({ id: isBytes, name: optional(isText) })),
  credentials: listOf(
    shape({
      id: isBytes,
      rpId: isText,
      rpName: optional(isText),
      user: shape({ id: isBytes, name: optional(isText), displayName: optional(isText) }),
      credProtect: (value) => value === 1 || value === 2 || value === 3,
      credBlob: optional(isBytes),
      largeBlobKey: optional(isBytes),
      thirdPartyPayment: optional((value) => value === true),
    }),
  ),
  largeBlobs: isBytes,
  persistentTokenEpoch: optional(isCount),
  uvCountSinceLastPinEntry: optional(isCount),
  longTouchForReset: optional(isBoolean),
  pinComplexityPolicy: optional(isBoolean),
})
function isKeyState(value: unknown): value is KeyState {
  return check(value)
}
