/**
 * authenticatorCredentialManagement (CTAP 2.1 §6.8), and the FIDO_2_1_PRE vendor command 0x41, which has the same
 * subcommands but for updateUserInformation.
 */
import { concat, equalBytes, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborMap } from '../cbor/index.ts'
import { AnswerError, KeyStatusError, MisuseError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { Answer, need, send, textMap, toMap } from './command.ts'
import { readCoseKey, type CredentialPublicKey } from './cose.ts'
import { readDescriptor, readUser, writeDescriptor, type Descriptor, type KnownUser } from './descriptor.ts'
import type { Info } from './info.ts'
import { readLargeBlobKey, type User } from './make-credential.ts'
import { sha256 } from './hash.ts'
import { STATUS } from './status.ts'

/** §6.8; 0x41 is of the FIDO_2_1_PRE draft, in the vendors' range. */
const CREDENTIAL_MANAGEMENT = 0x0a
const CREDENTIAL_MANAGEMENT_PREVIEW = 0x41

/** §6.8. */
const SUB = {
  getCredsMetadata: 0x01,
  enumerateRPsBegin: 0x02,
  enumerateRPsGetNextRP: 0x03,
  enumerateCredentialsBegin: 0x04,
  enumerateCredentialsGetNextCredential: 0x05,
  deleteCredential: 0x06,
  updateUserInformation: 0x07,
} as const

/** Parameters of the command and of its subcommands (§6.8). */
const P = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SP = { rpIDHash: 0x01, credentialID: 0x02, user: 0x03 } as const

/** Members of the answer (§6.8); thirdPartyPayment is of CTAP 2.1's errata. */
const M = {
  existingResidentCredentialsCount: 0x01,
  maxPossibleRemainingResidentCredentialsCount: 0x02,
  rp: 0x03,
  rpIDHash: 0x04,
  totalRPs: 0x05,
  user: 0x06,
  credentialID: 0x07,
  publicKey: 0x08,
  totalCredentials: 0x09,
  credProtect: 0x0a,
  largeBlobKey: 0x0b,
  thirdPartyPayment: 0x0c,
} as const

/** A hostile key could count without end; the largest keys sold hold some hundreds. */
const MAX_LISTED = 4096

export interface Support {
  readonly command: number
  readonly canUpdateUser: boolean
}

/** How this key manages credentials, or `undefined` where it doesn't. */
export function support(info: Info): Support | undefined {
  if (info.options.credMgmt === true) return { command: CREDENTIAL_MANAGEMENT, canUpdateUser: true }
  const hasPreview = info.versions.includes('FIDO_2_1_PRE') && info.options.credentialMgmtPreview === true
  return hasPreview ? { command: CREDENTIAL_MANAGEMENT_PREVIEW, canUpdateUser: false } : undefined
}

export function isSupported(info: Info): boolean {
  return support(info) !== undefined
}

/** What all calls need: the key, how it manages credentials, and a token with the permission `cm`. */
export interface Management {
  readonly transport: Transport
  readonly support: Support
  readonly token: PinUvAuthToken
}

export interface Metadata {
  readonly existingResidentCredentialsCount: number
  readonly maxPossibleRemainingResidentCredentialsCount: number
}

/** getCredsMetadata (§6.8.2). */
export async function getCredsMetadata(management: Management, options?: MessageOptions): Promise<Metadata> {
  const answer = await authenticated(management, SUB.getCredsMetadata, undefined, options)
  return {
    existingResidentCredentialsCount: need(
      answer.uint(M.existingResidentCredentialsCount),
      M.existingResidentCredentialsCount,
    ),
    maxPossibleRemainingResidentCredentialsCount: need(
      answer.uint(M.maxPossibleRemainingResidentCredentialsCount),
      M.maxPossibleRemainingResidentCredentialsCount,
    ),
  }
}

export interface StoredRelyingParty {
  /** May be cut by the key (§6.8.7), in which case its SHA-256 is not `rpIdHash`. */
  readonly id: string
  readonly name: string | undefined
  readonly rpIdHash: Uint8Array
  readonly isTruncated: boolean
}

/** enumerateRPs (§6.8.3); none where the key has no credential. */
export async function enumerateRPs(
  management: Management,
  options?: MessageOptions,
): Promise<readonly StoredRelyingParty[]> {
  const first = await orNone(authenticated(management, SUB.enumerateRPsBegin, undefined, options))
  const total = bounded(first?.uint(M.totalRPs) ?? 0, M.totalRPs)
  if (first === undefined || total === 0) return []
  const list = [readRelyingParty(first)]
  while (list.length < total) list.push(readRelyingParty(await next(management, SUB.enumerateRPsGetNextRP, options)))
  return list
}

export interface StoredCredential {
  readonly user: KnownUser
  readonly credentialId: Uint8Array
  /** `undefined` where the key does not tell it, as §6.8.4 wants it to. */
  readonly publicKey: CredentialPublicKey | undefined
  /** 1 to 3 (§12.1). */
  readonly credProtect: number | undefined
  /** 32 bytes. */
  readonly largeBlobKey: Uint8Array | undefined
  readonly thirdPartyPayment: boolean | undefined
}

/** enumerateCredentials (§6.8.4) of one relying party; none where the key has none. */
export async function enumerateCredentials(
  management: Management,
  rpIdHash: Uint8Array,
  options?: MessageOptions,
): Promise<readonly StoredCredential[]> {
  const parameters = toMap({ [SP.rpIDHash]: rpIdHash })
  const first = await orNone(authenticated(management, SUB.enumerateCredentialsBegin, parameters, options))
  if (first === undefined) return []
  const total = bounded(need(first.uint(M.totalCredentials), M.totalCredentials), M.totalCredentials)
  const list = [readCredential(first)]
  while (list.length < total) {
    list.push(readCredential(await next(management, SUB.enumerateCredentialsGetNextCredential, options)))
  }
  return list
}

/** deleteCredential (§6.8.5): the key does not ask for a touch. */
export async function deleteCredential(
  management: Management,
  credential: Descriptor,
  options?: MessageOptions,
): Promise<void> {
  const parameters = toMap({ [SP.credentialID]: writeDescriptor(credential) })
  await authenticated(management, SUB.deleteCredential, parameters, options)
}

/**
 * updateUserInformation (§6.8.6). The user id can't change; a name that is absent is removed. Throws `MisuseError` where
 * the key knows only the preview.
 */
export async function updateUserInformation(
  management: Management,
  credential: Descriptor,
  user: User,
  options?: MessageOptions,
): Promise<void> {
  if (!management.support.canUpdateUser) throw new MisuseError('the key does not offer updateUserInformation')
  const parameters = toMap({
    [SP.credentialID]: writeDescriptor(credential),
    [SP.user]: textMap({ id: user.id, name: user.name, displayName: user.displayName }),
  })
  await authenticated(management, SUB.updateUserInformation, parameters, options)
}

/** pinUvAuthParam is over the subcommand and its parameters (§6.8.2 and on). */
function authenticated(
  { transport, support, token }: Management,
  subCommand: number,
  parameters: CborMap | undefined,
  options?: MessageOptions,
): Promise<Answer> {
  const message = concat(Uint8Array.of(subCommand), parameters === undefined ? new Uint8Array() : encode(parameters))
  return send(
    transport,
    support.command,
    {
      [P.subCommand]: subCommand,
      [P.subCommandParams]: parameters,
      [P.pinUvAuthProtocol]: token.version,
      [P.pinUvAuthParam]: token.authenticate(message),
    },
    options,
  )
}

function next({ transport, support }: Management, subCommand: number, options?: MessageOptions): Promise<Answer> {
  return send(transport, support.command, { [P.subCommand]: subCommand }, options)
}

/** CTAP2_ERR_NO_CREDENTIALS is how an empty list is answered (§6.8.3, §6.8.4). */
async function orNone(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof KeyStatusError && error.status === STATUS.noCredentials) return undefined
    throw error
  }
}

function bounded(count: number, member: number): number {
  if (count > MAX_LISTED) throw new AnswerError('member-value', member)
  return count
}

function readRelyingParty(answer: Answer): StoredRelyingParty {
  const rp = Answer.of(answer.members.get(M.rp), M.rp)
  const id = need(rp.text('id'), M.rp)
  const rpIdHash = need(answer.bytes(M.rpIDHash), M.rpIDHash)
  if (rpIdHash.length !== 32) throw new AnswerError('member-value', M.rpIDHash)
  return { id, name: rp.text('name'), rpIdHash, isTruncated: !equalBytes(sha256(utf8(id)), rpIdHash) }
}

function readCredential(answer: Answer): StoredCredential {
  const publicKey = answer.map(M.publicKey)
  const credProtect = answer.uint(M.credProtect)
  if (credProtect !== undefined && (credProtect < 1 || credProtect > 3)) {
    throw new AnswerError('member-value', M.credProtect)
  }
  return {
    user: readUser(Answer.of(answer.members.get(M.user), M.user), M.user),
    credentialId: readDescriptor(Answer.of(answer.members.get(M.credentialID), M.credentialID), M.credentialID).id,
    publicKey: publicKey && readCoseKey(publicKey, encode(publicKey)),
    credProtect,
    largeBlobKey: readLargeBlobKey(answer, M.largeBlobKey),
    thirdPartyPayment: answer.bool(M.thirdPartyPayment),
  }
}
