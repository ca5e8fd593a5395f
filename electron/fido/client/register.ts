/** `navigator.credentials.create()` over one key (WebAuthn §5.1.3, CTAP 2.1 §6.1 platform steps). */
import { toBase64url } from '../../../shared/kit/index.ts'
import { AnswerError } from '../errors.ts'
import type { Transport } from '../transport.ts'
import {
  clientPin,
  extensions,
  getInfo,
  makeCredential,
  type CredentialParameters,
  type Descriptor,
  type Info,
  type MadeCredential,
} from '../ctap2/index.ts'
import { checkRelyingParty } from './check.ts'
import { attestationObject, conveyed } from './attestation-object.ts'
import { asCeremonyError, CeremonyError } from './ceremony-error.ts'
import { clientData } from './client-data.ts'
import { withTimeout, withTouch, type ClientParts, type Context } from './context.ts'
import {
  bytesOf,
  idsOf,
  userVerificationOf,
  type CreationExtensionsJSON,
  type ExtensionResultsJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from './json.ts'
import type { Person } from './person.ts'
import { batches, findOnKey } from './preflight.ts'
import * as prf from './prf.ts'
import type { Creation } from './requests.ts'
import { checkRpId, isAppIdAllowed } from './rp-id.ts'
import { registerU2f } from './u2f-ceremony.ts'
import { mustVerifyToMake, verify, withVerification, type Verified } from './verification.ts'

/** Throws `CeremonyError` `bad-options` or `rp-id`. */
export function readCreation(options: PublicKeyCredentialCreationOptionsJSON, origin: string): Creation {
  checkMembers(options)
  const rpId = checkRpId(options.rp.id, origin)
  const userId = bytesOf(options.user.id, 'user.id')
  if (userId.length < 1 || userId.length > 64) throw new CeremonyError('bad-options', 'user.id')
  const data = clientData('webauthn.create', bytesOf(options.challenge, 'challenge'), origin)
  const excludeList = idsOf(options.excludeCredentials, 'excludeCredentials')
  return { options, origin, rpId, userId, data, excludeList }
}

/** Options come from a server: that they have the members of the dictionary is not taken for granted. */
function checkMembers(options: PublicKeyCredentialCreationOptionsJSON): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  if (!isObject(options)) throw new CeremonyError('bad-options')
  for (const member of ['rp', 'user'] as const) {
    if (!isObject(options[member])) throw new CeremonyError('bad-options', member)
  }
  if (!Array.isArray(options.pubKeyCredParams) || !options.pubKeyCredParams.every(isObject)) {
    throw new CeremonyError('bad-options', 'pubKeyCredParams')
  }
}

/**
 * Makes a credential on the key behind `transport`. Throws `CeremonyError`, `WireError`, `AnswerError`, or the signal's
 * reason. Once the key was touched the credential exists, whatever becomes of the answer.
 */
export async function register(
  options: PublicKeyCredentialCreationOptionsJSON,
  origin: string,
  key: { readonly transport: Transport; readonly person: Person },
  parts: ClientParts,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RegistrationResponseJSON> {
  const creation = readCreation(options, origin)
  return withTimeout(parts.clock, options.timeout, signal, async (within) => {
    try {
      if (!key.transport.capabilities.cbor) return await registerU2f(creation, { ...key, ...parts, signal: within })
      const info = await getInfo(key.transport, { signal: within })
      return await registerCtap2(creation, { ...key, ...parts, info, signal: within })
    } catch (error) {
      throw asCeremonyError(error)
    }
  })
}

async function registerCtap2(creation: Creation, context: Context): Promise<RegistrationResponseJSON> {
  const { options, rpId, userId, data } = creation
  const { info, transport } = context
  const wanted = options.extensions ?? {}
  const rk = isDiscoverable(options, info)
  const pubKeyCredParams = algorithms(options, info)
  const needsGa = creation.excludeList.length > 0 || wanted.appidExclude !== undefined
  const { makeCredential: mc, getAssertion: ga } = clientPin.PERMISSION
  const tokenFor = { permissions: needsGa ? mc | ga : mc, rpId }
  const verified = await verify(
    context,
    userVerificationOf(options.authenticatorSelection?.userVerification),
    mustVerifyToMake(info, rk),
    tokenFor,
  )
  const excludeList = await excluded(creation, context, verified)
  const requested = await makeExtensions(wanted, context)
  const made = await withVerification(context, verified, tokenFor, async ({ token, uv }) => {
    const request = {
      clientDataHash: data.hash,
      rp: { id: rpId, name: options.rp.name },
      user: { id: userId, name: options.user.name, displayName: options.user.displayName },
      pubKeyCredParams,
      excludeList,
      extensions: requested.map,
      options: { rk: rk ? true : undefined, uv },
      token,
      enterpriseAttestation:
        options.attestation === 'enterprise' && info.options.ep === true ? (1 as const) : undefined,
      attestationFormatsPreference: formats(options, info),
    }
    const answer = await makeCredential(transport, request, withTouch(context))
    token?.forget()
    return answer
  })
  checkMade(made, creation, pubKeyCredParams)
  return response(creation, made, info, results(wanted, made, rk, requested))
}

/** attestationFormats (WebAuthn §5.4), for a key that lists its own and so knows the parameter (CTAP 2.2 §6.1). */
function formats(
  { attestation, attestationFormats }: PublicKeyCredentialCreationOptionsJSON,
  info: Info,
): readonly string[] | undefined {
  if (info.attestationFormats === undefined) return undefined
  // A statement that will be taken out again need not be made.
  if (attestation === undefined || attestation === 'none') return ['none']
  return attestationFormats === undefined || attestationFormats.length === 0 ? undefined : attestationFormats
}

/** residentKey (WebAuthn §5.4.4): "preferred" where the key can. */
function isDiscoverable(options: PublicKeyCredentialCreationOptionsJSON, info: Info): boolean {
  const { residentKey, requireResidentKey } = options.authenticatorSelection ?? {}
  const isKnown = residentKey === 'required' || residentKey === 'preferred' || residentKey === 'discouraged'
  const wanted = isKnown ? residentKey : requireResidentKey === true ? 'required' : 'discouraged'
  if (wanted === 'required' && info.options.rk !== true) throw new CeremonyError('no-discoverable')
  return wanted !== 'discouraged' && info.options.rk === true
}

/** What both know, in the relying party's order; an empty list means ES256 and RS256 (WebAuthn §5.1.3). */
function algorithms(options: PublicKeyCredentialCreationOptionsJSON, info: Info): readonly CredentialParameters[] {
  const asked = options.pubKeyCredParams.filter(({ type }) => type === 'public-key')
  if (options.pubKeyCredParams.length > 0 && asked.length === 0) throw new CeremonyError('no-common-algorithm')
  const list = asked.length > 0 ? asked : [-7, -257].map((alg) => ({ type: 'public-key', alg }))
  if (!list.every(({ alg }) => Number.isSafeInteger(alg))) throw new CeremonyError('bad-options', 'pubKeyCredParams')
  // A key that does not list its algorithms is asked with all of them.
  const known = info.algorithms?.filter(({ type }) => type === 'public-key').map(({ alg }) => alg)
  const common = known === undefined ? list : list.filter(({ alg }) => known.includes(alg))
  if (common.length === 0) throw new CeremonyError('no-common-algorithm')
  return common.map(({ type, alg }) => ({ type, alg }))
}

/**
 * The excludeList for makeCredential: the whole where the key takes it at once, else the one that is on the key, so that it
 * asks for a touch before it says so (§6.1.2 step 12).
 */
async function excluded(
  { options, rpId, origin, excludeList }: Creation,
  context: Context,
  verified: Verified,
): Promise<readonly Descriptor[]> {
  const { appidExclude } = options.extensions ?? {}
  if (appidExclude !== undefined) {
    if (!isAppIdAllowed(appidExclude, origin)) throw new CeremonyError('rp-id', 'appidExclude')
    // Under another rp id than the token's, so without it.
    const found = await findOnKey(context, appidExclude, excludeList, { token: undefined, uv: undefined })
    if (found !== undefined) throw new CeremonyError('already-registered')
  }
  const lists = batches(excludeList, context.info)
  if (lists.length <= 1) return lists[0] ?? []
  const found = await findOnKey(context, rpId, excludeList, verified)
  return found === undefined ? [] : [found]
}

/** The extensions asked of the key, and what their answers need. */
interface Requested {
  readonly map: ReturnType<typeof extensions.makeExtensions>
  readonly mc: Parameters<typeof extensions.makeExtensions>[0]['hmacSecretMc']
}

async function makeExtensions(wanted: CreationExtensionsJSON, context: Context): Promise<Requested> {
  const { info } = context
  const can = (id: extensions.ExtensionId) => extensions.isSupported(info, id)
  const policy = wanted.credentialProtectionPolicy
  const isWeak = policy === undefined || policy === 'userVerificationOptional'
  if (wanted.enforceCredentialProtectionPolicy === true && !isWeak && !can('credProtect')) {
    throw new CeremonyError('refused', 'credProtect')
  }
  const needsLargeBlob = wanted.largeBlob?.support === 'required'
  const hasLargeBlob = can('largeBlobKey') && info.options.largeBlobs === true
  if (needsLargeBlob && !hasLargeBlob) throw new CeremonyError('refused', 'largeBlob')
  const wantsPrf = wanted.prf !== undefined && can('hmac-secret')
  const values = wanted.prf?.eval
  const mc =
    wantsPrf && values !== undefined && can('hmac-secret-mc')
      ? { shared: await prf.agree(context), salts: prf.salts(values) }
      : undefined
  const blob = wanted.credBlob === undefined ? undefined : bytesOf(wanted.credBlob, 'credBlob')
  const map = extensions.makeExtensions({
    credProtect: can('credProtect') ? policy : undefined,
    credBlob: blob !== undefined && blob.length <= (info.maxCredBlobLength ?? 0) && can('credBlob') ? blob : undefined,
    largeBlobKey: wanted.largeBlob !== undefined && hasLargeBlob,
    minPinLength: wanted.minPinLength === true && can('minPinLength'),
    pinComplexityPolicy: wanted.pinComplexityPolicy === true && can('pinComplexityPolicy'),
    hmacSecret: wantsPrf,
    hmacSecretMc: mc,
    thirdPartyPayment: wanted.payment?.isPayment === true && can('thirdPartyPayment'),
  })
  return { map, mc }
}

/** The key made what was asked: for this relying party, after a touch, of an algorithm that was offered. */
function checkMade(
  { authData }: MadeCredential,
  { rpId }: Creation,
  pubKeyCredParams: readonly CredentialParameters[],
): void {
  checkRelyingParty(authData, rpId)
  const { alg } = authData.attestedCredential.publicKey
  if (!authData.isUserPresent || !pubKeyCredParams.some((one) => one.alg === alg)) throw new AnswerError('mismatch')
}

function results(
  wanted: CreationExtensionsJSON,
  made: MadeCredential,
  rk: boolean,
  { mc }: Requested,
): ExtensionResultsJSON {
  const { authData } = made
  const out: ExtensionResultsJSON = {}
  if (wanted.credProps === true) out.credProps = { rk }
  if (wanted.credBlob !== undefined) out.credBlob = extensions.readCredBlob(authData) === true
  const minPinLength = extensions.readMinPinLength(authData)
  if (minPinLength !== undefined) out.minPinLength = minPinLength
  const policy = extensions.readPinComplexityPolicy(authData)
  if (policy !== undefined) out.pinComplexityPolicy = policy
  if (wanted.largeBlob !== undefined) out.largeBlob = { supported: made.largeBlobKey !== undefined }
  if (wanted.prf !== undefined) {
    const outputs = mc && extensions.readHmacSecret(authData, 'hmac-secret-mc', mc.shared, mc.salts)
    out.prf = {
      enabled: extensions.hasHmacSecret(authData),
      ...(outputs === undefined ? {} : { results: prf.results(outputs) }),
    }
  }
  if (wanted.appidExclude !== undefined) out.appidExclude = true
  return out
}

function response(
  { options, data }: Creation,
  made: MadeCredential,
  info: Info,
  clientExtensionResults: ExtensionResultsJSON,
): RegistrationResponseJSON {
  const { authData } = made
  const { credentialId, publicKey } = authData.attestedCredential
  const id = toBase64url(credentialId)
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    response: {
      clientDataJSON: toBase64url(data.json),
      attestationObject: toBase64url(attestationObject(conveyed(made, options.attestation, authData), authData.raw)),
      authenticatorData: toBase64url(authData.raw),
      transports: [...(info.transports ?? ['usb'])],
      publicKeyAlgorithm: publicKey.alg,
      ...(publicKey.spki === undefined ? {} : { publicKey: toBase64url(publicKey.spki) }),
    },
    clientExtensionResults,
  }
}
