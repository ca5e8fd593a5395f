/** authenticatorMakeCredential (CTAP 2.1 §6.1). */
import type { CborMap } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { readAuthenticatorData, type AttestedCredential, type AuthenticatorData } from './authenticator-data.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { need, send, textMap, type Answer } from './command.ts'
import { writeDescriptor, type Descriptor } from './descriptor.ts'
import type { CredentialParameters } from './info.ts'

/** §6.1. */
export const MAKE_CREDENTIAL = 0x01

/** Parameters of the command (§6.1); attestationFormatsPreference is of CTAP 2.2. */
const P = {
  clientDataHash: 0x01,
  rp: 0x02,
  user: 0x03,
  pubKeyCredParams: 0x04,
  excludeList: 0x05,
  extensions: 0x06,
  options: 0x07,
  pinUvAuthParam: 0x08,
  pinUvAuthProtocol: 0x09,
  enterpriseAttestation: 0x0a,
  attestationFormatsPreference: 0x0b,
} as const

/** Members of the answer (§6.1.1); unsignedExtensionOutputs is of CTAP 2.2. */
const M = {
  fmt: 0x01,
  authData: 0x02,
  attStmt: 0x03,
  epAtt: 0x04,
  largeBlobKey: 0x05,
  unsignedExtensionOutputs: 0x06,
} as const

/** enterpriseAttestation (§7.1): vendor-facilitated, or by the platform's list. */
export const ENTERPRISE_ATTESTATION = { vendorFacilitated: 1, platformManaged: 2 } as const

export interface RelyingParty {
  readonly id: string
  readonly name?: string | undefined
}

export interface User {
  /** 1 to 64 bytes. */
  readonly id: Uint8Array
  readonly name?: string | undefined
  readonly displayName?: string | undefined
}

export interface MakeCredentialRequest {
  /** SHA-256 of the client data. */
  readonly clientDataHash: Uint8Array
  readonly rp: RelyingParty
  readonly user: User
  /** Most preferred first. */
  readonly pubKeyCredParams: readonly CredentialParameters[]
  readonly excludeList?: readonly Descriptor[] | undefined
  readonly extensions?: CborMap | undefined
  readonly options?: {
    readonly rk?: boolean | undefined
    readonly uv?: boolean | undefined
    readonly up?: boolean | undefined
  }
  readonly token?: PinUvAuthToken | undefined
  readonly enterpriseAttestation?: 1 | 2 | undefined
  readonly attestationFormatsPreference?: readonly string[] | undefined
}

export interface MadeCredential {
  readonly fmt: string
  readonly authData: AuthenticatorData & { readonly attestedCredential: AttestedCredential }
  readonly attStmt: CborMap
  /** An enterprise attestation was given. */
  readonly epAtt: boolean | undefined
  /** 32 bytes. */
  readonly largeBlobKey: Uint8Array | undefined
  readonly unsignedExtensionOutputs: CborMap | undefined
}

export async function makeCredential(
  transport: Transport,
  request: MakeCredentialRequest,
  options?: MessageOptions,
): Promise<MadeCredential> {
  const { rp, user, token, clientDataHash } = request
  if (clientDataHash.length !== 32) throw new MisuseError('clientDataHash: 32 bytes')
  if (user.id.length < 1 || user.id.length > 64) throw new MisuseError('user id: 1 to 64 bytes')
  const answer = await send(
    transport,
    MAKE_CREDENTIAL,
    {
      [P.clientDataHash]: clientDataHash,
      [P.rp]: textMap({ id: rp.id, name: rp.name }),
      [P.user]: textMap({ id: user.id, name: user.name, displayName: user.displayName }),
      [P.pubKeyCredParams]: request.pubKeyCredParams.map(({ type, alg }) => textMap({ type, alg })),
      [P.excludeList]: nonEmptyList(request.excludeList)?.map(writeDescriptor),
      [P.extensions]: nonEmptyMap(request.extensions),
      [P.options]: nonEmptyMap(textMap({ ...request.options })),
      [P.pinUvAuthParam]: token?.authenticate(clientDataHash),
      [P.pinUvAuthProtocol]: token?.version,
      [P.enterpriseAttestation]: request.enterpriseAttestation,
      [P.attestationFormatsPreference]: request.attestationFormatsPreference,
    },
    options,
  )
  return readMadeCredential(answer)
}

export function readMadeCredential(answer: Answer): MadeCredential {
  const authData = readAuthenticatorData(need(answer.bytes(M.authData), M.authData))
  const { attestedCredential } = authData
  if (attestedCredential === undefined) throw new AnswerError('authenticator-data', M.authData)
  return {
    fmt: need(answer.text(M.fmt), M.fmt),
    authData: { ...authData, attestedCredential },
    // CTAP 2.1 lets a key that gives no attestation leave it out.
    attStmt: answer.map(M.attStmt) ?? new Map(),
    epAtt: answer.bool(M.epAtt),
    largeBlobKey: readLargeBlobKey(answer, M.largeBlobKey),
    unsignedExtensionOutputs: answer.map(M.unsignedExtensionOutputs),
  }
}

/** A largeBlobKey is 32 bytes (§12.3); anything else is refused. */
export function readLargeBlobKey(answer: Answer, member: number): Uint8Array | undefined {
  const key = answer.bytes(member)
  if (key !== undefined && key.length !== 32) throw new AnswerError('member-value', member)
  return key
}

/** Keys refuse empty lists and maps where they expect something or nothing (§6.1.2). */
export function nonEmptyMap(map: CborMap | undefined): CborMap | undefined {
  return map === undefined || map.size === 0 ? undefined : map
}
export function nonEmptyList<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
