/** authenticatorCredentialManagement, 0x0A, and its forerunner 0x41 (CTAP 2.1 §6.8). */
import { concat, equalBytes, fromBase64url } from '../../../../shared/kit/index.ts'
import { encode, type CborMap, type CborValue } from '../../cbor/index.ts'
import { rpHash, type Key } from '../key.ts'
import { need, type Params } from '../params.ts'
import type { StoredCredential } from '../state.ts'
import { refuse, STATUS } from '../status.ts'
import { authParam, PERMISSION, requireToken } from './authorise.ts'
import { descriptor, readDescriptor, readUser, rpMember, userMember } from './entities.ts'

const IN = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SUB_IN = { rpIdHash: 0x01, credentialId: 0x02, user: 0x03 } as const
const OUT = {
  existing: 0x01,
  remaining: 0x02,
  rp: 0x03,
  rpIdHash: 0x04,
  totalRps: 0x05,
  user: 0x06,
  credentialId: 0x07,
  publicKey: 0x08,
  totalCredentials: 0x09,
  credProtect: 0x0a,
  largeBlobKey: 0x0b,
  thirdPartyPayment: 0x0c,
} as const
const SUB = {
  getCredsMetadata: 0x01,
  enumerateRpsBegin: 0x02,
  enumerateRpsNext: 0x03,
  enumerateCredentialsBegin: 0x04,
  enumerateCredentialsNext: 0x05,
  deleteCredential: 0x06,
  updateUserInformation: 0x07,
} as const

const READS: ReadonlySet<number> = new Set([SUB.getCredsMetadata, SUB.enumerateRpsBegin, SUB.enumerateCredentialsBegin])

export function credentialManagement(key: Key, params: Params): CborMap | undefined {
  const subCommand = need(params.uint(IN.subCommand))
  switch (subCommand) {
    case SUB.getCredsMetadata:
      authorise(key, params, subCommand, undefined)
      return metadata(key)
    case SUB.enumerateRpsBegin:
      authorise(key, params, subCommand, undefined)
      return firstRp(key)
    case SUB.enumerateRpsNext:
      return rpAnswer(key.nextOf<StoredCredential>('rps'))
    case SUB.enumerateCredentialsBegin:
      return firstCredential(key, params)
    case SUB.enumerateCredentialsNext:
      return credentialAnswer(key, key.nextOf<StoredCredential>('credentials'))
    case SUB.deleteCredential:
      return deleteCredential(key, params)
    case SUB.updateUserInformation:
      // Only since CTAP 2.1.
      return key.isCurrent ? updateUser(key, params) : refuse(STATUS.invalidSubcommand)
    default:
      return refuse(STATUS.invalidSubcommand)
  }
}

/**
 * The message is the subcommand and its parameters as they were sent: the strict decoder took one form only, so writing
 * them again gives the same bytes. A token bound to a relying party opens that party's credentials alone (§6.8.2 on).
 */
function authorise(key: Key, params: Params, subCommand: number, rpId: string | undefined): void {
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const subParams = params.params(IN.subCommandParams)
  const withParams = subCommand >= SUB.enumerateCredentialsBegin && subParams !== undefined
  const message = concat(Uint8Array.of(subCommand), withParams ? encode(subParams.map) : new Uint8Array())
  // §6.8.2 to §6.8.4 (CTAP 2.2): the persistent token opens what only reads, of every relying party.
  if (key.isLatest && READS.has(subCommand) && auth?.protocol.verifyWithToken(key.persistentToken, message, auth.param))
    return
  requireToken(key, auth, PERMISSION.credentialManagement, message)
  const bound = key.token.rpId
  if (bound !== undefined && bound !== rpId) refuse(STATUS.pinAuthInvalid)
}

const metadata = ({ state, options }: Key): CborMap =>
  new Map([
    [OUT.existing, state.credentials.length],
    [OUT.remaining, options.maxDiscoverableCredentials - state.credentials.length],
  ])

function firstRp(key: Key): CborMap {
  const rps = [...new Map(key.state.credentials.map((stored) => [stored.rpId, stored])).values()]
  const [first, ...rest] = rps
  if (first === undefined) return refuse(STATUS.noCredentials)
  key.startList('rps', rest)
  return rpAnswer(first).set(OUT.totalRps, rps.length)
}

const rpAnswer = (stored: StoredCredential) =>
  new Map<number, CborValue>([
    [OUT.rp, rpMember(stored)],
    [OUT.rpIdHash, rpHash(stored.rpId)],
  ])

function firstCredential(key: Key, params: Params): CborMap {
  const rpIdHash = need(need(params.params(IN.subCommandParams)).bytes(SUB_IN.rpIdHash))
  const found = key.state.credentials.filter(({ rpId }) => equalBytes(rpHash(rpId), rpIdHash)).toReversed()
  authorise(key, params, SUB.enumerateCredentialsBegin, found[0]?.rpId)
  const [first, ...rest] = found
  if (first === undefined) return refuse(STATUS.noCredentials)
  key.startList('credentials', rest)
  return credentialAnswer(key, first).set(OUT.totalCredentials, found.length)
}

function credentialAnswer(key: Key, stored: StoredCredential) {
  const answer = new Map<number, CborValue>([
    [OUT.user, userMember(stored.user, true)],
    [OUT.credentialId, descriptor(fromBase64url(stored.id)!)],
    [OUT.publicKey, key.credentialOf(stored).publicKey()],
  ])
  if (!key.isCurrent) return answer
  answer.set(OUT.credProtect, stored.credProtect)
  if (stored.largeBlobKey !== undefined) answer.set(OUT.largeBlobKey, fromBase64url(stored.largeBlobKey)!)
  if (key.isLatest) answer.set(OUT.thirdPartyPayment, stored.thirdPartyPayment === true)
  return answer
}

/** The credential that is named, after the token was found good for it; nothing is told to a bad one. */
function named(key: Key, params: Params, subCommand: number): StoredCredential {
  const sub = need(params.params(IN.subCommandParams))
  const id = readDescriptor(need(sub.map.get(SUB_IN.credentialId)))
  const stored = id === undefined ? undefined : key.stored(id)
  authorise(key, params, subCommand, stored?.rpId)
  return stored ?? refuse(STATUS.noCredentials)
}

function deleteCredential(key: Key, params: Params): undefined {
  const stored = named(key, params, SUB.deleteCredential)
  key.change({ credentials: key.state.credentials.filter((other) => other !== stored) })
}

/** An absent or empty name is removed (§6.8.6). */
function updateUser(key: Key, params: Params): undefined {
  const user = readUser(need(need(params.params(IN.subCommandParams)).params(SUB_IN.user)))
  const stored = named(key, params, SUB.updateUserInformation)
  if (user.id !== stored.user.id) refuse(STATUS.invalidParameter)
  const changed = { ...stored, user }
  key.change({ credentials: key.state.credentials.map((other) => (other === stored ? changed : other)) })
}
