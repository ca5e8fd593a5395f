/** The JSON forms of WebAuthn §5.1.8 to §5.1.10, as a server sends and takes them. Bytes are base64url. */
import { fromBase64url } from '../../../shared/kit/index.ts'
import { CeremonyError } from './ceremony-error.ts'

export type UserVerification = 'required' | 'preferred' | 'discouraged'

export interface DescriptorJSON {
  readonly id: string
  readonly type: string
  readonly transports?: readonly string[] | undefined
}

export interface PrfValuesJSON {
  readonly first: string
  readonly second?: string | undefined
}

export interface CreationExtensionsJSON {
  readonly credProps?: boolean | undefined
  readonly credentialProtectionPolicy?:
    'userVerificationOptional' | 'userVerificationOptionalWithCredentialIDList' | 'userVerificationRequired' | undefined
  readonly enforceCredentialProtectionPolicy?: boolean | undefined
  readonly credBlob?: string | undefined
  readonly minPinLength?: boolean | undefined
  readonly pinComplexityPolicy?: boolean | undefined
  readonly largeBlob?: { readonly support?: string | undefined } | undefined
  readonly prf?: { readonly eval?: PrfValuesJSON | undefined } | undefined
  readonly appidExclude?: string | undefined
  readonly payment?: { readonly isPayment?: boolean | undefined } | undefined
}

export interface PublicKeyCredentialCreationOptionsJSON {
  readonly rp: { readonly id?: string | undefined; readonly name: string }
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly challenge: string
  readonly pubKeyCredParams: readonly { readonly type: string; readonly alg: number }[]
  /** Milliseconds. */
  readonly timeout?: number | undefined
  readonly excludeCredentials?: readonly DescriptorJSON[] | undefined
  readonly authenticatorSelection?:
    | {
        readonly residentKey?: string | undefined
        readonly requireResidentKey?: boolean | undefined
        readonly userVerification?: string | undefined
      }
    | undefined
  readonly attestation?: string | undefined
  readonly attestationFormats?: readonly string[] | undefined
  readonly extensions?: CreationExtensionsJSON | undefined
}

export interface RequestExtensionsJSON {
  readonly appid?: string | undefined
  readonly getCredBlob?: boolean | undefined
  readonly payment?: { readonly isPayment?: boolean | undefined } | undefined
  readonly largeBlob?: { readonly read?: boolean | undefined; readonly write?: string | undefined } | undefined
  readonly prf?:
    | {
        readonly eval?: PrfValuesJSON | undefined
        readonly evalByCredential?: Readonly<Record<string, PrfValuesJSON>> | undefined
      }
    | undefined
}

export interface PublicKeyCredentialRequestOptionsJSON {
  readonly challenge: string
  /** Milliseconds. */
  readonly timeout?: number | undefined
  readonly rpId?: string | undefined
  readonly allowCredentials?: readonly DescriptorJSON[] | undefined
  readonly userVerification?: string | undefined
  readonly extensions?: RequestExtensionsJSON | undefined
}

export interface ExtensionResultsJSON {
  credProps?: { rk?: boolean }
  credBlob?: boolean
  getCredBlob?: string
  minPinLength?: number
  pinComplexityPolicy?: boolean
  largeBlob?: { supported?: boolean; blob?: string; written?: boolean }
  prf?: { enabled?: boolean; results?: { first: string; second?: string } }
  payment?: { isPaymentCredential: boolean }
  appid?: boolean
  appidExclude?: boolean
}

export interface RegistrationResponseJSON {
  id: string
  rawId: string
  type: 'public-key'
  authenticatorAttachment: 'cross-platform'
  response: {
    clientDataJSON: string
    attestationObject: string
    authenticatorData: string
    transports: string[]
    publicKeyAlgorithm: number
    publicKey?: string
  }
  clientExtensionResults: ExtensionResultsJSON
}

export interface AuthenticationResponseJSON {
  id: string
  rawId: string
  type: 'public-key'
  authenticatorAttachment: 'cross-platform'
  response: {
    clientDataJSON: string
    authenticatorData: string
    signature: string
    userHandle?: string
  }
  clientExtensionResults: ExtensionResultsJSON
}

/** Bytes of a member. Throws `CeremonyError` `bad-options` with the member's name. */
export function bytesOf(text: string, member: string): Uint8Array {
  const bytes = typeof text === 'string' ? fromBase64url(text.replace(/=+$/, '')) : undefined
  if (bytes === undefined) throw new CeremonyError('bad-options', member)
  return bytes
}

/** Values a client does not know are as absent (WebAuthn §2.1.1). */
export function userVerificationOf(text: string | undefined): UserVerification {
  return text === 'required' || text === 'discouraged' ? text : 'preferred'
}

/** Ids of the public keys in a list; other types are not for us (WebAuthn §5.8.3). */
export function idsOf(list: readonly DescriptorJSON[] | undefined, member: string): readonly { id: Uint8Array }[] {
  return (list ?? []).filter(({ type }) => type === 'public-key').map(({ id }) => ({ id: bytesOf(id, member) }))
}
