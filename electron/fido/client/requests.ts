/** What a page asks for, as read and checked before any key is asked. */
import type { Descriptor } from '../ctap2/index.ts'
import type { ClientData } from './client-data.ts'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  UserVerification,
} from './json.ts'

export interface Creation {
  readonly options: PublicKeyCredentialCreationOptionsJSON
  readonly origin: string
  readonly rpId: string
  readonly userId: Uint8Array
  readonly data: ClientData
  readonly excludeList: readonly Descriptor[]
}

export interface Authentication {
  readonly options: PublicKeyCredentialRequestOptionsJSON
  readonly rpId: string
  /** U2F's address, which old credentials were made for. */
  readonly appId: string | undefined
  readonly data: ClientData
  readonly allowList: readonly Descriptor[]
  readonly userVerification: UserVerification
}
