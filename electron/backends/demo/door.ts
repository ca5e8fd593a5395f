/** The demo world's door: what the bench service and compose.ts are given besides the `Backend`. */
import type { Clock } from '../../../shared/kit/index.ts'
import type { Backend } from '../backend.ts'
import type { BenchState, KeyAct, MailAct, PhoneAct, SignInAct, TokenAct } from './bench-state.ts'

/** JSON forms of WebAuthn Level 3 (§5.1, §5.4): options go out, responses come in. */
export type WebAuthnJson = Readonly<Record<string, unknown>>
/** Who asks for a ceremony: the page's origin, and a domain it may speak for. */
export interface RelyingParty {
  readonly origin: string
  readonly rpId: string
}

/** Why a stand-in key gave no answer. */
export type KeyFaultCode =
  'unplugged' | 'no-such-credential' | 'already-registered' | 'busy' | 'timed-out' | 'options-not-understood'
/** Thrown by `StandInKeys`; an aborted signal throws its own reason instead. */
export class KeyFault extends Error {
  readonly code: KeyFaultCode
  constructor(code: KeyFaultCode) {
    super(code)
    this.name = 'KeyFault'
    this.code = code
  }
}

/** The bench's simulated keys as a page would use them: each call waits for a key to be plugged in and touched. */
export interface StandInKeys {
  /** RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON. `purpose` is shown while it waits. */
  create(options: WebAuthnJson, rp: RelyingParty, purpose: string, signal: AbortSignal): Promise<WebAuthnJson>
  /** AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON. */
  get(options: WebAuthnJson, rp: RelyingParty, purpose: string, signal: AbortSignal): Promise<WebAuthnJson>
}

/** Where a shell has no page that runs WebAuthn, ceremonies on the stand-in keys are made as this origin. */
export const STAND_IN_RP: RelyingParty = { origin: 'https://latchkey.localhost', rpId: 'latchkey.localhost' }

/** A bench act that makes no sense: there is no such thing, or it is not in a state to do it. Nothing changed. */
export class BenchFault extends Error {
  readonly code: 'not-found' | 'not-now'
  constructor(code: 'not-found' | 'not-now') {
    super(code)
    this.name = 'BenchFault'
    this.code = code
  }
}

export interface DemoWorld {
  readonly backend: Backend
  /** The world's true time: real time, moved. Timers fall due with it. */
  readonly clock: Clock
  /** This computer's clock in the world: true time plus its error. For every service in demo mode. */
  readonly computerClock: Clock
  /** The name a file that could not be read was moved aside to, if one was. */
  readonly movedAside: string | undefined
  readonly keys: StandInKeys

  /** A snapshot made for the caller. */
  bench(): BenchState
  /** Whenever `bench()` is another: after every change of the world, and when codes turn. Returns the unsubscriber. */
  onChange(listener: () => void): () => void

  /** Forward only. What falls due in between runs, once, at the new time. */
  moveClock(ms: number): Promise<void>
  setComputerError(ms: number): Promise<void>
  /** The first world again, clock included. */
  restore(): Promise<void>
  key(id: string, act: KeyAct): Promise<void>
  token(act: TokenAct): Promise<void>
  phone(act: PhoneAct): Promise<void>
  mail(act: MailAct): Promise<void>
  /** An act the open page does not know throws `BenchFault('not-now')`. `touch` answers at once and waits for the key by itself. */
  signIn(act: SignInAct): Promise<void>
  /** The sign-in page's touch by a browser's own authenticator: options for it, then what it gave. */
  beginPageTouch(rp: RelyingParty): Promise<WebAuthnJson>
  finishPageTouch(response: WebAuthnJson): Promise<void>
  /** Waits until everything is on disk and stops all timers. */
  close(): Promise<void>
}
