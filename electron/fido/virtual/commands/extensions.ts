/** Extensions of registrations and sign-ins (CTAP 2.1 §12, and `hmac-secret-mc` of CTAP 2.2). */
import { concat, fromBase64url, toBase64url } from '../../../../shared/kit/index.ts'
import { encode, type CborMap, type CborValue } from '../../cbor/index.ts'
import type { Credential } from '../credential-id.ts'
import { hmacSha256 } from '../crypto.ts'
import type { Key } from '../key.ts'
import { MAX_CRED_BLOB_BYTES } from '../options.ts'
import { need, type Params } from '../params.ts'
import type { StoredCredential } from '../state.ts'
import { refuse, STATUS } from '../status.ts'

/** `hmac-secret` of a sign-in (§12.5). */
const IN = { keyAgreement: 1, saltEnc: 2, saltAuth: 3, protocol: 4 } as const
const SALT_BYTES = 32

/** What the extensions of a registration ask for, checked before the person is. */
export interface RegistrationExtensions {
  readonly credProtect: 1 | 2 | 3
  readonly wantsCredProtect: boolean
  readonly credBlob: Uint8Array | undefined
  readonly wantsLargeBlobKey: boolean
  readonly hasHmacSecret: boolean
  readonly hmacSecretMc: HmacSecretInput | undefined
  readonly wantsMinPinLength: boolean
  readonly wantsPinComplexity: boolean
  /** thirdPartyPayment (CTAP 2.2 §12). */
  readonly isForPayment: boolean
}

export interface HmacSecretInput {
  readonly salts: readonly Uint8Array[]
  seal(outputs: Uint8Array): Uint8Array
}

const OF_2_3: ReadonlySet<string> = new Set(['pinComplexityPolicy', 'thirdPartyPayment'])

function offers(key: Key, name: string): boolean {
  if (OF_2_3.has(name)) return key.isLatest
  return key.isCurrent || name === 'hmac-secret' || (name === 'credProtect' && key.options.profile === 'ctap2.1-pre')
}

/** An extension this key does not offer is ignored, like one nobody knows. */
const offered = (key: Key, extensions: Params | undefined, name: string) =>
  extensions !== undefined && extensions.has(name) && offers(key, name) ? extensions : undefined

const wish = (key: Key, extensions: Params | undefined, name: string) =>
  offered(key, extensions, name)?.bool(name) ?? false

export function readRegistration(
  key: Key,
  extensions: Params | undefined,
  isDiscoverable: boolean,
): RegistrationExtensions {
  const level = offered(key, extensions, 'credProtect')?.uint('credProtect')
  if (level !== undefined && level !== 1 && level !== 2 && level !== 3) return refuse(STATUS.invalidOption)
  const largeBlobKey = offered(key, extensions, 'largeBlobKey')?.bool('largeBlobKey')
  // §12.3: only `true`, and only for a credential that stays on the key.
  if (largeBlobKey === false || (largeBlobKey && !isDiscoverable)) return refuse(STATUS.invalidOption)
  const hasHmacSecret = offered(key, extensions, 'hmac-secret')?.bool('hmac-secret') ?? false
  const mc = offered(key, extensions, 'hmac-secret-mc')?.params('hmac-secret-mc')
  if (mc !== undefined && !hasHmacSecret) return refuse(STATUS.missingParameter)
  return {
    credProtect: level ?? 1,
    wantsCredProtect: level !== undefined,
    credBlob: offered(key, extensions, 'credBlob')?.bytes('credBlob'),
    wantsLargeBlobKey: largeBlobKey ?? false,
    hasHmacSecret,
    hmacSecretMc: mc === undefined ? undefined : readHmacSecret(key, mc),
    wantsMinPinLength: wish(key, extensions, 'minPinLength'),
    wantsPinComplexity: wish(key, extensions, 'pinComplexityPolicy'),
    isForPayment: wish(key, extensions, 'thirdPartyPayment'),
  }
}

/** Whether a blob is kept: where it fits, and the credential stays on the key (§12.2). */
export const keepsCredBlob = ({ credBlob }: RegistrationExtensions, isDiscoverable: boolean): boolean =>
  credBlob !== undefined && isDiscoverable && credBlob.length <= MAX_CRED_BLOB_BYTES

/** The outputs that go into authenticator data, or `undefined` where there are none. */
export function registrationOutputs(
  key: Key,
  wanted: RegistrationExtensions,
  credential: Credential,
  { rpId, isUserVerified }: { readonly rpId: string; readonly isUserVerified: boolean },
): Uint8Array | undefined {
  const outputs = new Map<string, CborValue>()
  if (wanted.credBlob !== undefined) outputs.set('credBlob', keepsCredBlob(wanted, credential.isDiscoverable))
  if (wanted.wantsCredProtect) outputs.set('credProtect', wanted.credProtect)
  if (wanted.hasHmacSecret) outputs.set('hmac-secret', true)
  if (wanted.hmacSecretMc !== undefined) {
    outputs.set('hmac-secret-mc', hmacSecret(wanted.hmacSecretMc, credential, isUserVerified))
  }
  if (wanted.wantsMinPinLength && key.state.minPinLengthRpIds.includes(rpId)) {
    outputs.set('minPinLength', key.state.minPinLength)
  }
  if (wanted.wantsPinComplexity && key.state.minPinLengthRpIds.includes(rpId)) {
    outputs.set('pinComplexityPolicy', key.state.pinComplexityPolicy ?? false)
  }
  if (wanted.isForPayment) outputs.set('thirdPartyPayment', true)
  return written(outputs)
}

export interface AssertionExtensions {
  readonly wantsCredBlob: boolean
  readonly wantsPayment: boolean
  readonly wantsLargeBlobKey: boolean
  readonly hmacSecret: HmacSecretInput | undefined
}

export function readAssertion(key: Key, extensions: Params | undefined, wantsTouch: boolean): AssertionExtensions {
  const largeBlobKey = offered(key, extensions, 'largeBlobKey')?.bool('largeBlobKey')
  if (largeBlobKey === false) return refuse(STATUS.invalidOption)
  const secret = offered(key, extensions, 'hmac-secret')?.params('hmac-secret')
  // §12.5: never without a touch.
  if (secret !== undefined && !wantsTouch) return refuse(STATUS.unsupportedOption)
  return {
    wantsCredBlob: wish(key, extensions, 'credBlob'),
    wantsPayment: wish(key, extensions, 'thirdPartyPayment'),
    wantsLargeBlobKey: largeBlobKey ?? false,
    hmacSecret: secret === undefined ? undefined : readHmacSecret(key, secret),
  }
}

export function assertionOutputs(
  wanted: AssertionExtensions,
  credential: Credential,
  stored: StoredCredential | undefined,
  isUserVerified: boolean,
): Uint8Array | undefined {
  const outputs = new Map<string, CborValue>()
  if (wanted.wantsCredBlob) outputs.set('credBlob', fromBase64url(stored?.credBlob ?? '')!)
  if (wanted.hmacSecret !== undefined) {
    outputs.set('hmac-secret', hmacSecret(wanted.hmacSecret, credential, isUserVerified))
  }
  if (wanted.wantsPayment) outputs.set('thirdPartyPayment', stored?.thirdPartyPayment === true)
  return written(outputs)
}

function written(outputs: CborMap): Uint8Array | undefined {
  return outputs.size === 0 ? undefined : encode(outputs)
}

function readHmacSecret(key: Key, input: Params): HmacSecretInput {
  const protocol = key.protocol(input.uint(IN.protocol) ?? 1)
  const saltEnc = need(input.bytes(IN.saltEnc))
  const saltAuth = need(input.bytes(IN.saltAuth))
  const secret = protocol.decapsulate(need(input.params(IN.keyAgreement)))
  if (!secret.verify(saltEnc, saltAuth)) return refuse(STATUS.pinAuthInvalid)
  const salts = secret.decrypt(saltEnc)
  if (salts?.length !== SALT_BYTES && salts?.length !== 2 * SALT_BYTES) return refuse(STATUS.invalidParameter)
  const first = salts.subarray(0, SALT_BYTES)
  return {
    salts: salts.length === SALT_BYTES ? [first] : [first, salts.subarray(SALT_BYTES)],
    seal: (outputs) => secret.encrypt(outputs),
  }
}

function hmacSecret(input: HmacSecretInput, credential: Credential, isUserVerified: boolean): Uint8Array {
  const credRandom = credential.credRandom(isUserVerified)
  return input.seal(concat(...input.salts.map((salt) => hmacSha256(credRandom, salt))))
}

/** A fresh largeBlobKey, as it is stored. */
export const newLargeBlobKey = (key: Key): string => toBase64url(key.random(32))
