/** authenticatorMakeCredential, 0x01 (CTAP 2.1 §6.1.2; the steps are in its order). */
import { concat, fromBase64url, toBase64url } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { attestedCredential, authenticatorData, packedStatement } from '../authenticator-data.ts'
import { newCredential, type Credential } from '../credential-id.ts'
import { rpHash, type Key, type Turn } from '../key.ts'
import { offeredAlgorithms, type Algorithm } from '../options.ts'
import { need, Params } from '../params.ts'
import type { StoredCredential, UserEntity } from '../state.ts'
import { Refusal, refuse, STATUS } from '../status.ts'
import { answerEmptyAuthParam, authParam, PERMISSION, useToken, type AuthParam } from './authorise.ts'
import { readDescriptors, readRp, readUser } from './entities.ts'
import {
  keepsCredBlob,
  newLargeBlobKey,
  readRegistration,
  registrationOutputs,
  type RegistrationExtensions,
} from './extensions.ts'

const IN = {
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
const OUT = { fmt: 0x01, authData: 0x02, attStmt: 0x03, epAtt: 0x04, largeBlobKey: 0x05 } as const

export interface UserGesture {
  readonly isUserVerified: boolean
  /** A finger on the sensor, or a token that a touch was given for, is a touch already. */
  readonly isUserPresent: boolean
}

export async function makeCredential(key: Key, params: Params, turn: Turn): Promise<CborMap> {
  const clientDataHash = readClientDataHash(params.bytes(IN.clientDataHash))
  const rp = readRp(need(params.params(IN.rp)))
  const user = readUser(need(params.params(IN.user)))
  const offered = need(params.list(IN.pubKeyCredParams))
  const excluded = readDescriptors(params.list(IN.excludeList), key.options.maxCredentialCountInList)
  const rpIdHash = rpHash(rp.id)

  await answerEmptyAuthParam(key, params.bytes(IN.pinUvAuthParam), turn)
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const algorithm = chooseAlgorithm(key, offered)
  const options = readOptions(key, params.params(IN.options), auth)
  const extensions = readRegistration(key, params.params(IN.extensions), options.isDiscoverable)
  const wantsUv = decideVerification(key, auth, options)
  const isEnterprise = decideEnterprise(key, params.uint(IN.enterpriseAttestation), rp.id)
  const isAttested = decideAttestation(key, params, isEnterprise)

  if (auth !== undefined) {
    useToken(key, auth, { permission: PERMISSION.makeCredential, clientDataHash, rpId: rp.id })
  } else if (wantsUv) await key.verifyForCeremony(turn)
  const gesture: UserGesture = {
    isUserVerified: auth !== undefined || wantsUv,
    isUserPresent: auth === undefined ? wantsUv : key.token.isUserPresent,
  }
  await refuseExcluded(key, excluded, rpIdHash, gesture, turn)
  if (!gesture.isUserPresent) await key.touchForCeremony('register', turn)
  if (auth !== undefined) key.token.spend()

  const traits = {
    algorithm,
    credProtect: extensions.credProtect,
    isDiscoverable: options.isDiscoverable,
    isU2f: false,
  }
  const credential = newCredential(key.master, key.random, rpIdHash, traits)
  const largeBlobKey = extensions.wantsLargeBlobKey ? newLargeBlobKey(key) : undefined
  if (options.isDiscoverable) store(key, { credential, rp, user, extensions, largeBlobKey })
  return answer(key, {
    credential,
    extensions,
    rpId: rp.id,
    clientDataHash,
    isAttested,
    isEnterprise,
    largeBlobKey,
    gesture,
  })
}

/** SHA-256 of the client data, always 32 bytes. */
export function readClientDataHash(hash: Uint8Array | undefined): Uint8Array {
  const bytes = need(hash)
  return bytes.length === 32 ? bytes : refuse(STATUS.invalidLength)
}

/** The first of the relying party's wishes that this key can meet. Every entry must be well formed, met or not. */
function chooseAlgorithm(key: Key, offered: readonly CborValue[]): Algorithm {
  const known = offeredAlgorithms(key.options)
  const wishes = offered
    .map((entry) => {
      const wish = Params.of(entry)
      return { type: need(wish.text('type')), alg: need(wish.int('alg')) }
    })
    .filter(({ type }) => type === 'public-key')
  for (const { alg } of wishes) {
    const chosen = known.find((one) => one === alg)
    if (chosen !== undefined) return chosen
  }
  return refuse(STATUS.unsupportedAlgorithm)
}

interface RegistrationOptions {
  readonly isDiscoverable: boolean
  readonly wantsUv: boolean
}

/** Step 5. With a pinUvAuthParam, `uv` counts as false. */
function readOptions(key: Key, options: Params | undefined, auth: AuthParam | undefined): RegistrationOptions {
  const uv = options?.bool('uv') ?? false
  const wantsUv = auth === undefined && uv
  if (wantsUv && !key.hasBuiltInUv) return refuse(STATUS.invalidOption)
  const isDiscoverable = options?.bool('rk') ?? false
  // A registration without a touch does not exist.
  if (options?.bool('up') === false) return refuse(STATUS.invalidOption)
  return { isDiscoverable, wantsUv }
}

/** Steps 6 to 8: whether the sensor is asked, or refused because verification is missing. */
function decideVerification(
  key: Key,
  auth: AuthParam | undefined,
  { isDiscoverable, wantsUv }: RegistrationOptions,
): boolean {
  if (key.state.alwaysUv) return decideAlwaysUv(key, auth, wantsUv)
  if (auth !== undefined || wantsUv) return wantsUv
  const mayGoWithout = key.allowsRegistrationWithoutUv && !isDiscoverable
  return key.isProtected && !mayGoWithout ? refuse(key.missingVerification) : false
}

/**
 * Where verification is always asked for (step 6; §6.2.2 step 5 of a sign-in): the sensor is asked unasked, and a client
 * is sent for a PIN where this key takes one for ceremonies, set or not.
 */
export function decideAlwaysUv(key: Key, auth: AuthParam | undefined, wantsUv: boolean): boolean {
  const refuseIt = () => refuse(key.options.keepsPinFromCeremonies ? STATUS.operationDenied : STATUS.puatRequired)
  if (!key.isProtected) return refuseIt()
  if (auth !== undefined || wantsUv) return wantsUv
  return key.hasBuiltInUv ? true : refuseIt()
}

/** Step 9: 1 is for the relying parties the vendor lists, 2 for those the platform answers for. */
function decideEnterprise(key: Key, wanted: number | undefined, rpId: string): boolean {
  if (wanted === undefined) return false
  if (!key.state.enterpriseAttestation) return refuse(STATUS.invalidParameter)
  if (wanted !== 1 && wanted !== 2) return refuse(STATUS.invalidOption)
  return wanted === 2 || key.options.enterpriseRpIds.includes(rpId)
}

/** attestationFormatsPreference (CTAP 2.2 §6.1): the first that this key gives; `none` is always one of them. */
function decideAttestation(key: Key, params: Params, isEnterprise: boolean): boolean {
  const preferred = key.isLatest ? (params.list(IN.attestationFormatsPreference) ?? []) : []
  if (!preferred.every((format) => typeof format === 'string')) return refuse(STATUS.cborUnexpectedType)
  return isEnterprise || preferred.find((format) => format === 'packed' || format === 'none') !== 'none'
}

/** Step 12: that the person has a credential here already is told after a touch, or after nobody touched: either way it is told. */
async function refuseExcluded(
  key: Key,
  excluded: readonly Uint8Array[],
  rpIdHash: Uint8Array,
  gesture: UserGesture,
  turn: Turn,
): Promise<void> {
  const found = excluded
    .map((id) => key.credential(id, rpIdHash))
    .find((credential) => credential !== undefined && (credential.credProtect !== 3 || gesture.isUserVerified))
  if (found === undefined) return
  if (!gesture.isUserPresent) {
    await key.touch('excluded', turn).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.status === STATUS.keepaliveCancel) throw error
    })
  }
  refuse(STATUS.credentialExcluded)
}

interface Registered {
  readonly credential: Credential
  readonly rp: { readonly id: string; readonly name: string | undefined }
  readonly user: UserEntity
  readonly extensions: RegistrationExtensions
  readonly largeBlobKey: string | undefined
}

/** One credential an account: an older one of the same user at the same relying party is overwritten. */
function store(key: Key, { credential, rp, user, extensions, largeBlobKey }: Registered): void {
  const others = key.state.credentials.filter((other) => other.rpId !== rp.id || other.user.id !== user.id)
  if (others.length >= key.options.maxDiscoverableCredentials) refuse(STATUS.keyStoreFull)
  const stored: StoredCredential = {
    id: toBase64url(credential.id),
    rpId: rp.id,
    ...(rp.name === undefined ? {} : { rpName: rp.name }),
    user,
    credProtect: extensions.credProtect,
    ...(keepsCredBlob(extensions, true) ? { credBlob: toBase64url(extensions.credBlob!) } : {}),
    ...(largeBlobKey === undefined ? {} : { largeBlobKey }),
    ...(extensions.isForPayment ? { thirdPartyPayment: true as const } : {}),
  }
  key.change({ credentials: [...others, stored] })
}

interface Answered {
  readonly credential: Credential
  readonly extensions: RegistrationExtensions
  readonly rpId: string
  readonly clientDataHash: Uint8Array
  readonly isAttested: boolean
  readonly isEnterprise: boolean
  readonly largeBlobKey: string | undefined
  readonly gesture: UserGesture
}

function answer(key: Key, made: Answered): CborMap {
  const { credential } = made
  const flags = { isUserPresent: true, isUserVerified: made.gesture.isUserVerified }
  const authData = authenticatorData(credential.rpIdHash, flags, key.count(), {
    attested: attestedCredential(key.options.aaguid, credential),
    extensions: registrationOutputs(key, made.extensions, credential, {
      rpId: made.rpId,
      isUserVerified: made.gesture.isUserVerified,
    }),
  })
  const signed = concat(authData, made.clientDataHash)
  const members = new Map<number, CborValue>([
    [OUT.fmt, made.isAttested ? 'packed' : 'none'],
    [OUT.authData, authData],
    [OUT.attStmt, made.isAttested ? packedStatement(key, credential, signed, made.isEnterprise) : new Map()],
  ])
  if (made.isEnterprise) members.set(OUT.epAtt, true)
  if (made.largeBlobKey !== undefined) members.set(OUT.largeBlobKey, fromBase64url(made.largeBlobKey)!)
  return members
}
