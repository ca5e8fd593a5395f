/** WebAuthn with a key that knows U2F only (CTAP 2.1 §10): no verification, no discoverable credential, ES256 alone. */
import { concat, sleep, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { AnswerError } from '../errors.ts'
import { COSE_ALGORITHM, readAuthenticatorData, type AuthenticatorData, type Descriptor } from '../ctap2/index.ts'
import { sha256 } from '../ctap2/hash.ts'
import * as u2f from '../u2f/index.ts'
import { attestationObject, conveyed, ofU2f } from './attestation-object.ts'
import { CeremonyError } from './ceremony-error.ts'
import type { Context } from './context.ts'
import type { ExtensionResultsJSON, RegistrationResponseJSON } from './json.ts'
import type { Authentication, Creation } from './requests.ts'
import { isAppIdAllowed } from './rp-id.ts'

type U2fContext = Omit<Context, 'info'>

/** A U2F key answers at once that it waits for a touch; other clients ask again every 100 to 250 ms. */
const POLL_MS = 200
const MAX_KEY_HANDLE_BYTES = 255

export async function registerU2f(creation: Creation, context: U2fContext): Promise<RegistrationResponseJSON> {
  const { options, rpId, data, excludeList, origin } = creation
  const { transport, signal } = context
  const { residentKey, requireResidentKey, userVerification } = options.authenticatorSelection ?? {}
  if (residentKey === 'required' || (residentKey === undefined && requireResidentKey === true)) {
    throw new CeremonyError('no-discoverable')
  }
  if (userVerification === 'required') throw new CeremonyError('verification-not-set')
  const asked = options.pubKeyCredParams
  const takesEs256 = asked.some(({ type, alg }) => type === 'public-key' && alg === COSE_ALGORITHM.ES256)
  if (asked.length > 0 && !takesEs256) throw new CeremonyError('no-common-algorithm')
  const application = sha256(utf8(rpId))
  const { appidExclude } = options.extensions ?? {}
  if (appidExclude !== undefined && !isAppIdAllowed(appidExclude, origin)) {
    throw new CeremonyError('rp-id', 'appidExclude')
  }
  const applications = appidExclude === undefined ? [application] : [application, sha256(utf8(appidExclude))]
  for (const one of applications) {
    if ((await findKnown(context, one, excludeList)) === undefined) continue
    throw new CeremonyError('already-registered')
  }
  const made = await untilTouched(context, () => u2f.register(transport, data.hash, application, { signal }))
  const attestation = ofU2f(application, made)
  const authData = readAuthenticatorData(attestation.authData)
  const publicKey = authData.attestedCredential?.publicKey
  if (publicKey?.spki === undefined) throw new AnswerError('apdu')
  const id = toBase64url(made.keyHandle)
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    response: {
      clientDataJSON: toBase64url(data.json),
      attestationObject: toBase64url(
        attestationObject(conveyed(attestation, options.attestation, authData), authData.raw),
      ),
      authenticatorData: toBase64url(authData.raw),
      transports: ['usb'],
      publicKeyAlgorithm: publicKey.alg,
      publicKey: toBase64url(publicKey.spki),
    },
    clientExtensionResults: u2fResults(options.extensions?.credProps, appidExclude),
  }
}

export interface U2fAssertion {
  readonly credentialId: Uint8Array
  readonly authData: AuthenticatorData
  readonly signature: Uint8Array
  /** The credential was of the `appid`, not of the rp id. */
  readonly usedAppId: boolean
}

export async function authenticateU2f(request: Authentication, context: U2fContext): Promise<U2fAssertion> {
  const { rpId, data, allowList, appId, userVerification } = request
  const { transport, signal } = context
  if (userVerification === 'required') throw new CeremonyError('verification-not-set')
  for (const id of appId === undefined ? [rpId] : [rpId, appId]) {
    const application = sha256(utf8(id))
    const known = await findKnown(context, application, allowList)
    if (known === undefined) continue
    const signed = await untilTouched(context, () =>
      u2f.authenticate(transport, data.hash, application, known.id, { signal }),
    )
    // Only the lowest bit is user presence; the rest is reserved (CTAP 2.1 §10.3.2).
    const authData = readAuthenticatorData(
      concat(application, Uint8Array.of(signed.userPresence & 1), signed.signed.subarray(1)),
    )
    if (!authData.isUserPresent) throw new AnswerError('apdu')
    return { credentialId: known.id, authData, signature: signed.signature, usedAppId: id === appId }
  }
  throw new CeremonyError('no-credential')
}

async function findKnown(
  { transport, signal }: U2fContext,
  application: Uint8Array,
  list: readonly Descriptor[],
): Promise<Descriptor | undefined> {
  for (const one of list) {
    if (one.id.length === 0 || one.id.length > MAX_KEY_HANDLE_BYTES) continue
    if (await u2f.isKnown(transport, application, one.id, { signal })) return one
  }
  return undefined
}

/** Asks again while the key waits; the ceremony's signal ends it. */
async function untilTouched<T>({ clock, person, signal }: U2fContext, ask: () => Promise<T>): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await ask()
    } catch (error) {
      const isWaiting =
        error instanceof u2f.StatusWordError && error.statusWord === u2f.STATUS_WORD.conditionsNotSatisfied
      if (!isWaiting) throw error
    }
    if (!isTold) person.touch(signal)
    await sleep(clock, POLL_MS, signal)
  }
}

function u2fResults(credProps: boolean | undefined, appidExclude: string | undefined): ExtensionResultsJSON {
  return {
    ...(credProps === true ? { credProps: { rk: false } } : {}),
    ...(appidExclude === undefined ? {} : { appidExclude: true }),
  }
}
