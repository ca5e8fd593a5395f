/** authenticatorGetAssertion and authenticatorGetNextAssertion (CTAP 2.1 §6.2, §6.3). */
import type { CborMap } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { readAuthenticatorData, type AuthenticatorData } from './authenticator-data.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { Answer, need, send, textMap } from './command.ts'
import { readDescriptor, readUser, writeDescriptor, type Descriptor, type KnownUser } from './descriptor.ts'
import { nonEmptyList, nonEmptyMap, readLargeBlobKey } from './make-credential.ts'

/** §6.2 and §6.3. */
const GET_ASSERTION = 0x02
const GET_NEXT_ASSERTION = 0x08

/** Parameters of the command (§6.2). */
const P = {
  rpId: 0x01,
  clientDataHash: 0x02,
  allowList: 0x03,
  extensions: 0x04,
  options: 0x05,
  pinUvAuthParam: 0x06,
  pinUvAuthProtocol: 0x07,
} as const

/** Members of the answer (§6.2.1); unsignedExtensionOutputs is of CTAP 2.2. */
const M = {
  credential: 0x01,
  authData: 0x02,
  signature: 0x03,
  user: 0x04,
  numberOfCredentials: 0x05,
  userSelected: 0x06,
  largeBlobKey: 0x07,
  unsignedExtensionOutputs: 0x08,
} as const

/** More accounts than this on one key for one site are not listed: a hostile key could count without end. */
const MAX_ASSERTIONS = 256

export interface GetAssertionRequest {
  readonly rpId: string
  /** SHA-256 of the client data. */
  readonly clientDataHash: Uint8Array
  readonly allowList?: readonly Descriptor[] | undefined
  readonly extensions?: CborMap | undefined
  /** `up: false` asks without a touch (pre-flight). */
  readonly options?: { readonly up?: boolean | undefined; readonly uv?: boolean | undefined }
  readonly token?: PinUvAuthToken | undefined
}

export interface Assertion {
  /** `undefined` where the list had one credential and a CTAP 2.0 key leaves it out. */
  readonly credential: Descriptor | undefined
  readonly authData: AuthenticatorData
  readonly signature: Uint8Array
  readonly user: KnownUser | undefined
  /** Of the first answer, where there are more. */
  readonly numberOfCredentials: number | undefined
  /** The person chose the account on the key itself. */
  readonly userSelected: boolean | undefined
  /** 32 bytes. */
  readonly largeBlobKey: Uint8Array | undefined
  readonly unsignedExtensionOutputs: CborMap | undefined
}

export async function getAssertion(
  transport: Transport,
  request: GetAssertionRequest,
  options?: MessageOptions,
): Promise<Assertion> {
  const { clientDataHash, token } = request
  if (clientDataHash.length !== 32) throw new MisuseError('clientDataHash: 32 bytes')
  const answer = await send(
    transport,
    GET_ASSERTION,
    {
      [P.rpId]: request.rpId,
      [P.clientDataHash]: clientDataHash,
      [P.allowList]: nonEmptyList(request.allowList)?.map(writeDescriptor),
      [P.extensions]: nonEmptyMap(request.extensions),
      [P.options]: nonEmptyMap(textMap({ ...request.options })),
      [P.pinUvAuthParam]: token?.authenticate(clientDataHash),
      [P.pinUvAuthProtocol]: token?.version,
    },
    options,
  )
  return readAssertion(answer)
}

export async function getNextAssertion(transport: Transport, options?: MessageOptions): Promise<Assertion> {
  return readAssertion(await send(transport, GET_NEXT_ASSERTION, undefined, options))
}

/** The first assertion and all that follow it, newest credential first. */
export async function getAssertions(
  transport: Transport,
  request: GetAssertionRequest,
  options?: MessageOptions,
): Promise<readonly [Assertion, ...Assertion[]]> {
  const first = await getAssertion(transport, request, options)
  const count = first.numberOfCredentials ?? 1
  if (count > MAX_ASSERTIONS) throw new AnswerError('member-value', M.numberOfCredentials)
  const rest: Assertion[] = []
  for (let i = 1; i < count; i++) rest.push(await getNextAssertion(transport, options))
  return [first, ...rest]
}

export function readAssertion(answer: Answer): Assertion {
  const credential = answer.map(M.credential)
  const user = answer.map(M.user)
  return {
    credential: credential === undefined ? undefined : readDescriptor(new Answer(credential), M.credential),
    authData: readAuthenticatorData(need(answer.bytes(M.authData), M.authData)),
    signature: need(answer.bytes(M.signature), M.signature),
    user: user === undefined ? undefined : readUser(new Answer(user), M.user),
    numberOfCredentials: answer.uint(M.numberOfCredentials),
    userSelected: answer.bool(M.userSelected),
    largeBlobKey: readLargeBlobKey(answer, M.largeBlobKey),
    unsignedExtensionOutputs: answer.map(M.unsignedExtensionOutputs),
  }
}
