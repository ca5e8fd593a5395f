/** Extensions of makeCredential and getAssertion (CTAP 2.1 §12; hmac-secret-mc: CTAP 2.2 §12.8). */
import { concat } from '../../../shared/kit/index.ts'
import type { CborMap } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import { textMap, toMap } from './command.ts'
import type { AuthenticatorData } from './authenticator-data.ts'
import type { Info } from './info.ts'
import type { SharedSecret } from './pin-protocol.ts'

/** Identifiers (§12). */
export type ExtensionId =
  | 'credProtect'
  | 'credBlob'
  | 'largeBlobKey'
  | 'minPinLength'
  | 'pinComplexityPolicy'
  | 'hmac-secret'
  | 'hmac-secret-mc'
  | 'thirdPartyPayment'

export function isSupported(info: Info, extension: ExtensionId): boolean {
  return info.extensions?.includes(extension) === true
}

/** credProtect (§12.1). */
export const CRED_PROTECT = {
  userVerificationOptional: 1,
  userVerificationOptionalWithCredentialIDList: 2,
  userVerificationRequired: 3,
} as const
export type CredProtectPolicy = keyof typeof CRED_PROTECT

/** One salt or two, 32 bytes each (§12.5). */
export type Salts = readonly [Uint8Array] | readonly [Uint8Array, Uint8Array]

export interface MakeExtensions {
  readonly credProtect?: CredProtectPolicy | undefined
  readonly credBlob?: Uint8Array | undefined
  readonly largeBlobKey?: boolean | undefined
  readonly minPinLength?: boolean | undefined
  readonly pinComplexityPolicy?: boolean | undefined
  readonly hmacSecret?: boolean | undefined
  readonly hmacSecretMc?: { readonly shared: SharedSecret; readonly salts: Salts } | undefined
  readonly thirdPartyPayment?: boolean | undefined
}

/** Input of makeCredential; false is left out, as keys expect (§12.3, §12.4). */
export function makeExtensions(wanted: MakeExtensions): CborMap {
  const { credProtect, hmacSecretMc } = wanted
  return textMap({
    credProtect: credProtect === undefined ? undefined : CRED_PROTECT[credProtect],
    credBlob: wanted.credBlob,
    largeBlobKey: yes(wanted.largeBlobKey),
    minPinLength: yes(wanted.minPinLength),
    pinComplexityPolicy: yes(wanted.pinComplexityPolicy),
    'hmac-secret': yes(wanted.hmacSecret),
    'hmac-secret-mc': hmacSecretMc === undefined ? undefined : hmacInput(hmacSecretMc.shared, hmacSecretMc.salts),
    thirdPartyPayment: yes(wanted.thirdPartyPayment),
  })
}

export interface AssertExtensions {
  readonly credBlob?: boolean | undefined
  readonly largeBlobKey?: boolean | undefined
  readonly hmacSecret?: { readonly shared: SharedSecret; readonly salts: Salts } | undefined
  readonly thirdPartyPayment?: boolean | undefined
}

/** Input of getAssertion. */
export function assertExtensions(wanted: AssertExtensions): CborMap {
  const { hmacSecret } = wanted
  return textMap({
    credBlob: yes(wanted.credBlob),
    largeBlobKey: yes(wanted.largeBlobKey),
    'hmac-secret': hmacSecret === undefined ? undefined : hmacInput(hmacSecret.shared, hmacSecret.salts),
    thirdPartyPayment: yes(wanted.thirdPartyPayment),
  })
}

/** Members of hmac-secret's input (§12.5). */
const P = { keyAgreement: 0x01, saltEnc: 0x02, saltAuth: 0x03, pinUvAuthProtocol: 0x04 } as const

function hmacInput(shared: SharedSecret, salts: Salts): CborMap {
  if (salts.some((salt) => salt.length !== 32)) throw new MisuseError('hmac-secret: salts of 32 bytes')
  const saltEnc = shared.encrypt(concat(...salts))
  return toMap({
    [P.keyAgreement]: shared.platformKey,
    [P.saltEnc]: saltEnc,
    [P.saltAuth]: shared.authenticate(saltEnc),
    // Keys of CTAP 2.0 don't know the member (§12.5).
    [P.pinUvAuthProtocol]: shared.version === 1 ? undefined : shared.version,
  })
}

/** The outputs of hmac-secret, as many as there were salts, or `undefined` where the key gave none. Throws `AnswerError`. */
export function readHmacSecret(
  authData: AuthenticatorData,
  id: 'hmac-secret' | 'hmac-secret-mc',
  shared: SharedSecret,
  salts: Salts,
): Salts | undefined {
  const encrypted = authData.extensions?.get(id)
  // makeCredential answers `true` or `false`: whether the credential can.
  if (!(encrypted instanceof Uint8Array)) return undefined
  const outputs = shared.decrypt(encrypted)
  if (outputs.length !== 32 * salts.length) throw new AnswerError('ciphertext', id)
  const first = outputs.slice(0, 32)
  return salts.length === 1 ? [first] : [first, outputs.slice(32)]
}

/** Whether a new credential has hmac-secret. */
export function hasHmacSecret(authData: AuthenticatorData): boolean {
  return authData.extensions?.get('hmac-secret') === true
}

/** The level that the new credential has; `undefined` where the key does not say. */
export function readCredProtect(authData: AuthenticatorData): CredProtectPolicy | undefined {
  const level = authData.extensions?.get('credProtect')
  if (level === undefined) return undefined
  const policy = (Object.keys(CRED_PROTECT) as CredProtectPolicy[]).find((name) => CRED_PROTECT[name] === level)
  if (policy === undefined) throw new AnswerError('member-value', 'credProtect')
  return policy
}

/** Of makeCredential: whether the blob was kept. Of getAssertion: the blob, empty where there is none (§12.2). */
export function readCredBlob(authData: AuthenticatorData): boolean | Uint8Array | undefined {
  const value = authData.extensions?.get('credBlob')
  if (value === undefined || typeof value === 'boolean' || value instanceof Uint8Array) return value
  throw new AnswerError('member-type', 'credBlob')
}

/** Code points, for a relying party that is on the key's list (§12.4). */
export function readMinPinLength(authData: AuthenticatorData): number | undefined {
  const value = authData.extensions?.get('minPinLength')
  if (value === undefined) return undefined
  if (typeof value !== 'number' || value < 0) throw new AnswerError('member-type', 'minPinLength')
  return value
}

/** Whether PINs must keep to a policy, for a relying party that is on the key's list (CTAP 2.3 §12). */
export function readPinComplexityPolicy(authData: AuthenticatorData): boolean | undefined {
  return readFlag(authData, 'pinComplexityPolicy')
}

/** Of getAssertion: whether the credential was made for payments of third parties (CTAP 2.2 §12). */
export function readThirdPartyPayment(authData: AuthenticatorData): boolean | undefined {
  return readFlag(authData, 'thirdPartyPayment')
}

function readFlag(authData: AuthenticatorData, id: ExtensionId): boolean | undefined {
  const value = authData.extensions?.get(id)
  if (value === undefined || typeof value === 'boolean') return value
  throw new AnswerError('member-type', id)
}

function yes(wanted: boolean | undefined): true | undefined {
  return wanted === true ? true : undefined
}
