/** `navigator.credentials.get()` over one key (WebAuthn §5.1.4, CTAP 2.1 §6.2 platform steps). */
import { equalBytes, toBase64url } from '../../../shared/kit/index.ts'
import { AnswerError, KeyStatusError } from '../errors.ts'
import type { Transport } from '../transport.ts'
import {
  clientPin,
  extensions,
  getAssertions,
  getInfo,
  largeBlobArray,
  largeBlobs,
  STATUS,
  type Assertion,
  type Descriptor,
} from '../ctap2/index.ts'
import { checkRelyingParty } from './check.ts'
import { asCeremonyError, CeremonyError } from './ceremony-error.ts'
import { clientData } from './client-data.ts'
import { withTimeout, withTouch, type ClientParts, type Context } from './context.ts'
import {
  bytesOf,
  idsOf,
  userVerificationOf,
  type AuthenticationResponseJSON,
  type ExtensionResultsJSON,
  type PrfValuesJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from './json.ts'
import type { Person } from './person.ts'
import { findOnKey } from './preflight.ts'
import * as prf from './prf.ts'
import type { Authentication } from './requests.ts'
import { checkRpId, isAppIdAllowed } from './rp-id.ts'
import { authenticateU2f } from './u2f-ceremony.ts'
import { verify, withVerification, type Verified } from './verification.ts'

/** Throws `CeremonyError` `bad-options` or `rp-id`. */
export function readAuthentication(options: PublicKeyCredentialRequestOptionsJSON, origin: string): Authentication {
  const rpId = checkRpId(options.rpId, origin)
  const appId = options.extensions?.appid
  if (appId !== undefined && !isAppIdAllowed(appId, origin)) throw new CeremonyError('rp-id', 'appid')
  const allowList = idsOf(options.allowCredentials, 'allowCredentials')
  // A list of nothing we know is not the same as no list.
  if ((options.allowCredentials?.length ?? 0) > 0 && allowList.length === 0) throw new CeremonyError('no-credential')
  const wanted = userVerificationOf(options.userVerification)
  return {
    options,
    rpId,
    appId,
    data: clientData('webauthn.get', bytesOf(options.challenge, 'challenge'), origin),
    allowList,
    // The secret of a verified person is another than that of a present one; relying parties mean the first (§10.1.4).
    userVerification: wanted === 'discouraged' && options.extensions?.prf !== undefined ? 'preferred' : wanted,
  }
}

/** Signs in with the key behind `transport`. Throws `CeremonyError`, `WireError`, `AnswerError`, or the signal's reason. */
export async function authenticate(
  options: PublicKeyCredentialRequestOptionsJSON,
  origin: string,
  key: { readonly transport: Transport; readonly person: Person },
  parts: ClientParts,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<AuthenticationResponseJSON> {
  const request = readAuthentication(options, origin)
  return withTimeout(parts.clock, options.timeout, signal, async (within) => {
    try {
      if (!key.transport.capabilities.cbor) {
        const made = await authenticateU2f(request, { ...key, ...parts, signal: within })
        return respond(request, made, request.appId === undefined ? {} : { appid: made.usedAppId })
      }
      const info = await getInfo(key.transport, { signal: within })
      return await authenticateCtap2(request, { ...key, ...parts, info, signal: within })
    } catch (error) {
      throw asCeremonyError(error)
    }
  })
}

async function authenticateCtap2(request: Authentication, context: Context): Promise<AuthenticationResponseJSON> {
  const { options, rpId, userVerification } = request
  const write = options.extensions?.largeBlob?.write
  const blob = write === undefined ? undefined : bytesOf(write, 'largeBlob.write')
  const { getAssertion: ga, largeBlobWrite } = clientPin.PERMISSION
  // A key refuses a permission for what it does not have (§6.5.5.7.2 step 4).
  const writes = blob !== undefined && largeBlobs.isSupported(context.info)
  const tokenFor = { permissions: writes ? ga | largeBlobWrite : ga, rpId }
  let verified = await verify(context, userVerification, context.info.options.alwaysUv === true, tokenFor)
  const found = await locate(request, context, verified)
  const evaluated = await secretFor(request, context, found.allowList)
  const can = (id: extensions.ExtensionId) => extensions.isSupported(context.info, id)
  const asked = await withVerification(context, verified, tokenFor, (now) => {
    verified = now
    return getAssertions(
      context.transport,
      {
        rpId: found.rpId,
        clientDataHash: request.data.hash,
        allowList: found.allowList,
        extensions: extensions.assertExtensions({
          credBlob: options.extensions?.getCredBlob === true && can('credBlob'),
          largeBlobKey: options.extensions?.largeBlob !== undefined && can('largeBlobKey'),
          hmacSecret: evaluated,
          thirdPartyPayment: options.extensions?.payment?.isPayment === true && can('thirdPartyPayment'),
        }),
        options: { uv: now.uv },
        // A token is for the rp id; what answers to the appid is older than tokens.
        token: found.rpId === rpId ? now.token : undefined,
      },
      withTouch(context),
    )
  })
  for (const { authData } of asked) check(authData, found.rpId)
  const chosen = await choose(asked, found.allowList, context)
  const results = readResults(request, chosen.assertion, evaluated)
  if (options.extensions?.largeBlob !== undefined) {
    results.largeBlob = await useLargeBlob(chosen.assertion.largeBlobKey, blob, context, verified)
  }
  if (request.appId !== undefined) results.appid = found.rpId !== rpId
  verified.token?.forget()
  const { authData, signature, user } = chosen.assertion
  return respond(request, { credentialId: chosen.id, authData, signature, userHandle: user?.id }, results)
}

/**
 * Which credential to ask for. With a list, the one that is on the key is found first, without a touch: the key takes
 * lists of any length that way, and a key that has none of them is not touched for nothing.
 */
async function locate(
  { rpId, appId, allowList }: Authentication,
  context: Context,
  verified: Verified,
): Promise<{ rpId: string; allowList: readonly Descriptor[] }> {
  if (allowList.length === 0) return { rpId, allowList }
  const found = await findOnKey(context, rpId, allowList, verified)
  if (found !== undefined) return { rpId, allowList: [found] }
  if (appId === undefined) throw new CeremonyError('no-credential')
  const old = await findOnKey(context, appId, allowList, { token: undefined, uv: undefined })
  if (old === undefined) throw new CeremonyError('no-credential')
  return { rpId: appId, allowList: [old] }
}

/** Salts for the credential that was found, or those for any (WebAuthn §10.1.4). */
async function secretFor({ options }: Authentication, context: Context, allowList: readonly Descriptor[]) {
  const wanted = options.extensions?.prf
  if (wanted === undefined || !extensions.isSupported(context.info, 'hmac-secret')) return undefined
  const [only] = allowList
  const byCredential: PrfValuesJSON | undefined =
    only === undefined
      ? undefined
      : Object.entries(wanted.evalByCredential ?? {}).find(([id]) => id === toBase64url(only.id))?.[1]
  const values = byCredential ?? wanted.eval
  return values === undefined ? undefined : { shared: await prf.agree(context), salts: prf.salts(values) }
}

function check(authData: Assertion['authData'], rpId: string): void {
  checkRelyingParty(authData, rpId)
  if (!authData.isUserPresent) throw new AnswerError('mismatch', 'flags')
}

/** The account, asked of the person where the key has several and did not ask them itself. */
async function choose(
  assertions: readonly [Assertion, ...Assertion[]],
  allowList: readonly Descriptor[],
  { person, signal }: Context,
): Promise<{ assertion: Assertion; id: Uint8Array }> {
  let [assertion] = assertions
  if (assertions.length > 1 && assertion.userSelected !== true) {
    const index = await person.choose(
      assertions.map(({ user }) => user),
      signal,
    )
    const chosen = index === undefined ? undefined : assertions[index]
    if (chosen === undefined) throw new CeremonyError('declined')
    assertion = chosen
  }
  const id = assertion.credential?.id ?? (allowList.length === 1 ? allowList[0]?.id : undefined)
  const isAsked = allowList.length === 0 || allowList.some((one) => id !== undefined && equalBytes(one.id, id))
  if (id === undefined || !isAsked) throw new AnswerError('mismatch', 'credential')
  return { assertion, id }
}

function readResults(
  { options }: Authentication,
  { authData }: Assertion,
  evaluated: Awaited<ReturnType<typeof secretFor>>,
): ExtensionResultsJSON {
  const out: ExtensionResultsJSON = {}
  const blob = extensions.readCredBlob(authData)
  if (options.extensions?.getCredBlob === true && blob instanceof Uint8Array) out.getCredBlob = toBase64url(blob)
  const isForPayment = extensions.readThirdPartyPayment(authData)
  if (isForPayment !== undefined) out.payment = { isPaymentCredential: isForPayment }
  if (options.extensions?.prf !== undefined) {
    const outputs = evaluated && extensions.readHmacSecret(authData, 'hmac-secret', evaluated.shared, evaluated.salts)
    out.prf = outputs === undefined ? {} : { results: prf.results(outputs) }
  }
  return out
}

/** Reads or writes the credential's large blob; a write that does not come about is said, not thrown (WebAuthn §10.1.5). */
async function useLargeBlob(
  key: Uint8Array | undefined,
  blob: Uint8Array | undefined,
  { transport, info, random, signal }: Context,
  { token }: Verified,
): Promise<{ blob?: string; written?: boolean }> {
  if (key === undefined || !largeBlobs.isSupported(info)) return blob === undefined ? {} : { written: false }
  const fragmentBytes = largeBlobs.maxFragmentLength(info)
  const array = largeBlobArray.readArray(await largeBlobs.readLargeBlobs(transport, fragmentBytes, { signal })) ?? []
  if (blob === undefined) {
    const found = largeBlobArray.findBlob(array, key)
    return found === undefined ? {} : { blob: toBase64url(found) }
  }
  const serialised = largeBlobArray.writeArray(largeBlobArray.withBlob(array, key, blob, random))
  if (serialised.length > (info.maxSerializedLargeBlobArray ?? 0)) return { written: false }
  try {
    await largeBlobs.writeLargeBlobs(transport, serialised, fragmentBytes, token, { signal })
    return { written: true }
  } catch (error) {
    if (error instanceof KeyStatusError && error.status === STATUS.largeBlobStorageFull) return { written: false }
    throw error
  }
}

function respond(
  { data }: Authentication,
  made: {
    readonly credentialId: Uint8Array
    readonly authData: Assertion['authData']
    readonly signature: Uint8Array
    readonly userHandle?: Uint8Array | undefined
  },
  clientExtensionResults: ExtensionResultsJSON,
): AuthenticationResponseJSON {
  const id = toBase64url(made.credentialId)
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    response: {
      clientDataJSON: toBase64url(data.json),
      authenticatorData: toBase64url(made.authData.raw),
      signature: toBase64url(made.signature),
      ...(made.userHandle === undefined ? {} : { userHandle: toBase64url(made.userHandle) }),
    },
    clientExtensionResults,
  }
}
