/** authenticatorGetAssertion, 0x02, and authenticatorGetNextAssertion, 0x08 (CTAP 2.1 §6.2, §6.3). */
import { concat, fromBase64url } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { authenticatorData, type Flags } from '../authenticator-data.ts'
import type { Credential } from '../credential-id.ts'
import { rpHash, type Key, type Turn } from '../key.ts'
import type { Params } from '../params.ts'
import type { StoredCredential } from '../state.ts'
import { refuse, STATUS } from '../status.ts'
import { answerEmptyAuthParam, authParam, PERMISSION, useToken, type AuthParam } from './authorise.ts'
import { descriptor, readDescriptors, readRpId, userMember } from './entities.ts'
import { assertionOutputs, readAssertion, type AssertionExtensions } from './extensions.ts'
import { decideAlwaysUv, readClientDataHash, type UserGesture } from './make-credential.ts'

const IN = {
  rpId: 0x01,
  clientDataHash: 0x02,
  allowList: 0x03,
  extensions: 0x04,
  options: 0x05,
  pinUvAuthParam: 0x06,
  pinUvAuthProtocol: 0x07,
} as const
const OUT = {
  credential: 0x01,
  authData: 0x02,
  signature: 0x03,
  user: 0x04,
  numberOfCredentials: 0x05,
  largeBlobKey: 0x07,
} as const

/** One answer to be: what getNextAssertion needs of the first. */
interface Prepared {
  readonly credential: Credential
  readonly stored: StoredCredential | undefined
  readonly clientDataHash: Uint8Array
  readonly extensions: AssertionExtensions
  readonly flags: Flags
  /** Names go out only where the person was verified and has to choose (§6.2.2). */
  readonly isNamed: boolean
}

export async function getAssertion(key: Key, params: Params, turn: Turn): Promise<CborMap> {
  const rpId = readRpId(params.text(IN.rpId))
  const clientDataHash = readClientDataHash(params.bytes(IN.clientDataHash))
  const allowed = readDescriptors(params.list(IN.allowList), key.options.maxCredentialCountInList)
  // An empty list, which no platform may send, is no list.
  const hasList = (params.list(IN.allowList)?.length ?? 0) > 0

  await answerEmptyAuthParam(key, params.bytes(IN.pinUvAuthParam), turn)
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const options = readOptions(key, params.params(IN.options), auth)
  const extensions = readAssertion(key, params.params(IN.extensions), options.wantsTouch)
  const wantsUv = decideVerification(key, auth, options)

  if (auth !== undefined) useToken(key, auth, { permission: PERMISSION.getAssertion, clientDataHash, rpId })
  else if (wantsUv) await key.verifyForCeremony(turn)
  const gesture: UserGesture = {
    isUserVerified: auth !== undefined || wantsUv,
    isUserPresent: auth === undefined ? wantsUv : key.token.isUserPresent,
  }
  const found = hasList
    ? listed(key, allowed, rpHash(rpId), gesture.isUserVerified)
    : discovered(key, rpId, gesture.isUserVerified)
  const [first, ...rest] = found
  if (first === undefined) return refuse(STATUS.noCredentials)
  if (options.wantsTouch) {
    if (!gesture.isUserPresent) await key.touchForCeremony('sign-in', turn)
    if (auth !== undefined) key.token.spend()
  }

  const flags = { isUserPresent: options.wantsTouch, isUserVerified: gesture.isUserVerified }
  const isNamed = gesture.isUserVerified && found.length > 1
  const prepare = (one: (typeof found)[number]): Prepared => ({ ...one, clientDataHash, extensions, flags, isNamed })
  const answer = assertion(key, prepare(first))
  if (rest.length > 0) {
    answer.set(OUT.numberOfCredentials, found.length)
    key.startList('assertions', rest.map(prepare))
  }
  return answer
}

export function getNextAssertion(key: Key): CborMap {
  return assertion(key, key.nextOf<Prepared>('assertions'))
}

interface AssertionOptions {
  readonly wantsTouch: boolean
  readonly wantsUv: boolean
}

function readOptions(key: Key, options: Params | undefined, auth: AuthParam | undefined): AssertionOptions {
  const wantsUv = (options?.bool('uv') ?? false) && auth === undefined
  if (wantsUv && !key.hasBuiltInUv) return refuse(STATUS.invalidOption)
  if (options?.has('rk')) return refuse(STATUS.unsupportedOption)
  return { wantsTouch: options?.bool('up') ?? true, wantsUv }
}

/** Where verification is always asked for, only a silent look for credentials goes without (§7.2.2). */
function decideVerification(key: Key, auth: AuthParam | undefined, { wantsTouch, wantsUv }: AssertionOptions): boolean {
  return key.state.alwaysUv && wantsTouch ? decideAlwaysUv(key, auth, wantsUv) : wantsUv
}

interface Found {
  readonly credential: Credential
  readonly stored: StoredCredential | undefined
}

/** Of a list one is answered: any will do. */
function listed(key: Key, ids: readonly Uint8Array[], rpIdHash: Uint8Array, isUserVerified: boolean): Found[] {
  for (const id of ids) {
    const credential = key.credential(id, rpIdHash)
    if (credential === undefined || (credential.credProtect === 3 && !isUserVerified)) continue
    return [{ credential, stored: key.stored(id) }]
  }
  return []
}

/** Newest first (§6.2.2). A protected one is not found without verification. */
function discovered(key: Key, rpId: string, isUserVerified: boolean): Found[] {
  return key
    .storedFor(rpId)
    .filter(({ credProtect }) => credProtect === 1 || isUserVerified)
    .map((stored) => ({ credential: key.credentialOf(stored), stored }))
}

function assertion(key: Key, prepared: Prepared): Map<number, CborValue> {
  const { credential, stored, extensions, flags } = prepared
  const authData = authenticatorData(credential.rpIdHash, flags, key.count(), {
    extensions: assertionOutputs(extensions, credential, stored, flags.isUserVerified),
  })
  const answer = new Map<number, CborValue>([
    [OUT.credential, descriptor(credential.id)],
    [OUT.authData, authData],
    [OUT.signature, credential.sign(concat(authData, prepared.clientDataHash))],
  ])
  if (stored !== undefined) answer.set(OUT.user, userMember(stored.user, prepared.isNamed))
  if (extensions.wantsLargeBlobKey && stored?.largeBlobKey !== undefined) {
    answer.set(OUT.largeBlobKey, fromBase64url(stored.largeBlobKey)!)
  }
  return answer
}
