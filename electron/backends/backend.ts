/**
 * What every backend offers (backends.md §5). Reads throw `BackendFault`; every write returns an outcome, for after a
 * write it matters whether something changed: `done`, `refused` (nothing changed), or `unknown` (sent, no answer).
 */
import type {
  BackendKind,
  Contacts,
  ContactKind,
  DeviceType,
  Drift,
  Identity,
  Loss,
  MfaDevice,
} from '../../shared/domain/device.ts'

/** What is wrong with a server's certificate, where TLS tells. */
export type CertificateFault = 'expired' | 'not-yet-valid' | 'other-name' | 'unknown-authority' | 'self-signed'

/** The closed list of backend errors (backends.md §5.3), each with its own detail. */
export type BackendError =
  | { readonly code: 'codes-refused'; readonly retryAt?: number }
  | { readonly code: 'code-repeated' }
  | { readonly code: 'codes-not-consecutive' }
  | { readonly code: 'mfa-session-needed'; readonly onlyFido: boolean }
  | { readonly code: 'mfa-session-refused' }
  | { readonly code: 'limit-reached'; readonly names: readonly string[] }
  | { readonly code: 'account-quota' }
  | { readonly code: 'name-taken'; readonly name: string }
  | { readonly code: 'serial-taken'; readonly serial: string }
  | { readonly code: 'serial-unknown'; readonly serial: string }
  | { readonly code: 'not-found' }
  | { readonly code: 'still-assigned' }
  | { readonly code: 'not-permitted'; readonly action: string; readonly resource?: string }
  | { readonly code: 'sign-in-failed' }
  | { readonly code: 'sign-in-expired' }
  | { readonly code: 'locked-out' }
  | { readonly code: 'try-later'; readonly retryAt?: number }
  | { readonly code: 'throttled'; readonly retryAt?: number }
  | { readonly code: 'clock-wrong'; readonly offsetSeconds?: number }
  | { readonly code: 'password-refused'; readonly minimumLength?: number }
  | {
      readonly code: 'key-refused'
      readonly reason: 'duplicate' | 'attestation' | 'origin' | 'signature' | 'unknown-credential'
    }
  | { readonly code: 'challenge-expired' }
  | { readonly code: 'contact-not-changeable'; readonly contact: ContactKind }
  | { readonly code: 'not-supported'; readonly reason: string }
  | { readonly code: 'unreachable' }
  | { readonly code: 'untrusted-server'; readonly certificate?: CertificateFault }
  | { readonly code: 'backend-fault'; readonly diagnosticId?: string }
  | { readonly code: 'answer-not-understood' }

export class BackendFault extends Error {
  readonly error: BackendError
  constructor(error: BackendError, options?: { cause?: unknown }) {
    super(error.code, options)
    this.name = 'BackendFault'
    this.error = error
  }
}

export type Outcome<T> =
  | { readonly is: 'done'; readonly value: T }
  | { readonly is: 'refused'; readonly error: BackendError }
  | { readonly is: 'unknown' }

/**
 * Who is acting. `self`: the identity, by its own standing. `administrator`: another identity with administrator rights.
 * The backend decides from the actor's session what is permitted.
 */
export type Actor = { readonly as: 'self' } | { readonly as: 'administrator'; readonly identityId: string }

/** What can be done for one identity now, by whom; each "no" has a reason code with words in the renderer. */
export type Can = { readonly can: true } | { readonly can: false; readonly reason: string }

/** How a device's codes look and change, where the backend tells: not every device gives six digits for thirty seconds. */
export type CodeShape = {
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: number
} & ({ readonly kind: 'totp'; readonly periodSeconds: number } | { readonly kind: 'hotp' })

/** What stands in for a lost device for some days. The password is told this once. */
export interface Temporary {
  readonly password: string
  readonly until?: number
}
export interface Capabilities {
  readonly register: Readonly<Record<DeviceType, Can>>
  /** Where the seed of a virtual device may come from. */
  readonly seedFrom: readonly ('backend' | 'person')[]
  readonly resync: Can
  readonly remove: Can
  readonly rename: Can
  readonly markLost: Can
  readonly confirmContact: Can
  readonly setContact: Readonly<Record<ContactKind, Can>>
  readonly changePassword: Can
  readonly alternativeFactors: Can
  /** Does it tell how far a device has drifted? */
  readonly tellsDrift: boolean
}

/**
 * `nonce`: 128 random bits as base64url, new with each request; a backend where the client chooses a device's id makes it of
 * this. `name` is the entity's name. Where `seed` is absent the backend makes one. `codes` go by time unless said otherwise.
 * `discoverable`: a key that signs in without a user name, where a backend tells those from others.
 */
export type RegisterRequest = { readonly nonce: string; readonly name: string } & (
  | { readonly type: 'virtual-totp'; readonly seed?: Uint8Array; readonly codes?: 'totp' | 'hotp' }
  | { readonly type: 'hardware-totp'; readonly serial: string }
  | { readonly type: 'fido'; readonly origin: string; readonly rpId: string; readonly discoverable?: boolean }
)

/** A registration begun and not yet proven. `ref` finds it again after a crash. */
export type Pending = { readonly ref: PendingRef } & (
  | {
      readonly type: 'virtual-totp'
      readonly seed: Uint8Array
      readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
      readonly digits: number
      readonly periodSeconds: number
      /** Present where codes go by counter, not by time: the first that counts. */
      readonly counter?: number
    }
  | { readonly type: 'hardware-totp'; readonly digits: number; readonly periodSeconds: number }
  /** `options`: PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.4); good until `expiresAt`. */
  | { readonly type: 'fido'; readonly options: Readonly<Record<string, unknown>>; readonly expiresAt: number }
)
export interface PendingRef {
  readonly identityId: string
  readonly type: DeviceType
  /** The id the device has or will have at the backend, where it can be named beforehand. */
  readonly deviceId: string
}

export type Proof =
  | { readonly type: 'codes'; readonly codes: readonly [string, string] }
  /** RegistrationResponseJSON (WebAuthn Level 3 §5.1). */
  | { readonly type: 'attestation'; readonly response: Readonly<Record<string, unknown>>; readonly name: string }

/** How things stand with a device id, found by reads alone (reconciliation). */
export type Look = 'absent' | 'created' | 'enabled' | 'other-owner' | 'unknown'

/** Who is signed in as an identity at the backend's own sign-in page, where the backend can be asked. */
export interface SignedIn {
  readonly via: 'password-alone' | 'device' | 'alternative-factors'
  readonly deviceId?: string
  readonly at: number
}

export interface Backend {
  readonly id: string
  readonly kind: BackendKind
  readonly name: string

  identities(signal: AbortSignal): Promise<readonly Identity[]>
  devices(identityId: string, signal: AbortSignal): Promise<readonly MfaDevice[]>
  contacts(identityId: string, signal: AbortSignal): Promise<Contacts | undefined>
  capabilities(identityId: string, signal: AbortSignal): Promise<Capabilities>
  /** The backend's own time, with how far that may be wrong. */
  time(signal: AbortSignal): Promise<{ readonly at: number; readonly uncertaintyMs: number }>
  /** Absent: nobody is signed in. `not-told` where the backend has no way to say. */
  signedIn(identityId: string, signal: AbortSignal): Promise<SignedIn | 'nobody' | 'not-told'>
  look(ref: PendingRef, signal: AbortSignal): Promise<Look>
  /**
   * The ref that `beginRegister` would answer for this very request, so that the journal names it before anything is sent
   * and a crash can be looked into. The same request always has the same ref. Changes nothing.
   */
  refFor(identityId: string, request: RegisterRequest, signal: AbortSignal): Promise<PendingRef>

  /** Refuses the ninth device before anything is created. */
  beginRegister(identityId: string, request: RegisterRequest, actor: Actor): Promise<Outcome<Pending>>
  confirmRegister(ref: PendingRef, proof: Proof, actor: Actor): Promise<Outcome<MfaDevice>>
  abandon(ref: PendingRef, actor: Actor): Promise<Outcome<void>>
  /** Two consecutive codes put it right; the drift found is answered where the backend tells it. */
  resync(
    identityId: string,
    deviceId: string,
    codes: readonly [string, string],
    actor: Actor,
  ): Promise<Outcome<{ readonly drift?: Drift }>>
  /** Unties a device from its identity; a virtual entity stays behind, unassigned. */
  deactivate(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>>
  /** Deletes the unassigned entity of a virtual device. `not-found` counts as done to the caller. */
  deleteEntity(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>>
  rename(identityId: string, deviceId: string, name: string, actor: Actor): Promise<Outcome<void>>
  markLost(identityId: string, deviceId: string, how: Loss, actor: Actor): Promise<Outcome<void>>
  changePassword(identityId: string, current: string | undefined, next: string, actor: Actor): Promise<Outcome<void>>
  confirmContact(identityId: string, contact: ContactKind): Promise<Outcome<void>>
  setContact(identityId: string, contact: ContactKind, value: string, actor: Actor): Promise<Outcome<void>>

  /** An MFA session by a device's code, where a step needs one. */
  elevate(identityId: string, deviceId: string, code: string): Promise<Outcome<void>>
  /**
   * Options for an assertion with the identity's FIDO devices (PublicKeyCredentialRequestOptionsJSON), then its check: an MFA
   * session. `deviceId`: the device that is to answer, where a backend can't ask all of them at once.
   */
  beginAssertion(
    identityId: string,
    rp: { readonly origin: string; readonly rpId: string },
    deviceId?: string,
  ): Promise<Outcome<{ readonly options: Readonly<Record<string, unknown>> }>>
  finishAssertion(
    identityId: string,
    response: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<{ readonly deviceId: string }>>

  /** Where devices may differ in their codes; absent, all give six digits of SHA-1 for thirty seconds. `undefined`: gives no codes. */
  codeShape?(identityId: string, deviceId: string, signal: AbortSignal): Promise<CodeShape | undefined>
  /** Where touches are for another server than this program's page: its origin (WebAuthn §5.8.1). No page may touch for it. */
  readonly touchOrigin?: string
  /** Puts a device that was marked lost in use again. */
  restore?(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>>
  /** Takes a lost device out of use and gives a temporary password in its place. */
  replaceForNow?(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<Temporary>>

  /** Identities as they come, for lists that are drawn before all is known; absent where they come at once. */
  identityPages?(signal: AbortSignal): AsyncIterable<readonly Identity[]>
  /** The address of the page where a person does by hand what can't be done from here; `undefined` where there is none. */
  pageFor?(identityId: string, signal: AbortSignal): Promise<string | undefined>

  /** Called when something there changed that nobody here did. Returns the unsubscriber. */
  onChange(listener: () => void): () => void
}
