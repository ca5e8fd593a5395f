/** The demo world's door: what the bench service and compose.ts are given besides the `Backend`. */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import type { Backend } from '../backend.ts'
import type { BenchState, KeyAct, MailAct, PhoneAct, SignInAct, TokenAct } from './bench-state.ts'

/** JSON forms of WebAuthn Level 3 (§5.1, §5.4): options go out, responses come in. */
export type WebAuthnJson = Readonly<Record<string, unknown>>
/** Who asks for a ceremony: the page's origin, and a domain it may speak for. */
export interface RelyingParty {
  readonly origin: string
  readonly rpId: string
}

/** Why the bench's keys gave no answer. */
export type KeyFaultCode =
  | 'unplugged'
  | 'no-such-credential'
  | 'already-registered'
  | 'busy'
  | 'timed-out'
  | 'options-not-understood'
  /** Declined, blocked, or anything else that the key says of itself. */
  | 'refused'
/** Thrown by `PageKeys`; an aborted signal throws its own reason instead. */
export class KeyFault extends Error {
  readonly code: KeyFaultCode
  constructor(code: KeyFaultCode, options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'KeyFault'
    this.code = code
  }
}

/** The bench's keys as a page would use them: each call waits for a key to be plugged in and touched. */
export interface PageKeys {
  /** RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON. Throws `KeyFault`. */
  create(options: WebAuthnJson, rp: RelyingParty, signal: AbortSignal): Promise<WebAuthnJson>
  /** AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON. Throws `KeyFault`. */
  get(options: WebAuthnJson, rp: RelyingParty, signal: AbortSignal): Promise<WebAuthnJson>
}

/** What a key remembers without power: JSON that only the key itself understands. */
export type KeyMemory = Readonly<Record<string, unknown>>

/** What the first world's keys hold. */
export interface KeyPlan {
  readonly pin?: string
  readonly passkeys?: readonly {
    readonly rpId: string
    readonly rpName: string
    readonly userName: string
    readonly displayName: string
  }[]
}

/** The inside of keys, handed in by compose.ts: this part knows when one is plugged in and touched, not what it does then. */
export interface KeyMaker {
  memory(plan: KeyPlan, now: number, random: Random): KeyMemory
  /** A credential of that key, as it would have made it. `publicKey` is a COSE_Key. */
  credential(memory: KeyMemory, rpId: string, random: Random): { credentialId: Uint8Array; publicKey: Uint8Array }
  holds(memory: KeyMemory, credentialId: Uint8Array, rpId: string): boolean
  isPin(memory: KeyMemory, pin: string): boolean
  /** Brings the keys of the bench to life. */
  open(desk: Desk): LivingKeys
}

export interface LivingKeys {
  readonly page: PageKeys
  /** The desk's keys are others, or remember other things, than before. */
  restart(): void
  close(): void
}

/** What a key asks of the hand that holds it. */
export interface KeyQuestion {
  /** `sample`: a finger that is being learnt. */
  readonly kind: 'touch' | 'finger' | 'sample'
  /** What it is for: `register`, `sign-in`, `reset` and the like. */
  readonly purpose: string
}

export interface DeskKey {
  readonly id: string
  readonly name: string
  readonly hasSensor: boolean
  /** In a port, and not lost, stolen or broken. */
  readonly isPlugged: boolean
}

/** The desk that keys lie on: what LivingKeys are given. */
export interface Desk {
  /** The world's. */
  readonly clock: Clock
  keys(): readonly DeskKey[]
  memory(keyId: string): KeyMemory | undefined
  /** Kept at once, saved before anything that is changed later. */
  remember(keyId: string, memory: KeyMemory): void
  /** The key blinks until the person acts, or `signal` is aborted, which throws its reason. */
  ask(keyId: string, question: KeyQuestion, signal: AbortSignal): Promise<'touch' | 'wrong-finger'>
  wink(keyId: string): void
  /** Runs when a key was plugged in or pulled out; returns what stops that. */
  onPlug(listener: (keyId: string, isPlugged: boolean) => void): () => void
  /** A ceremony is under way, so that a touch a moment too early waits for the key to blink; returns what ends it. */
  expect(): () => void
}

/** Where a shell has no page that runs WebAuthn, ceremonies on the bench's keys are made as this origin. */
export const BENCH_RP: RelyingParty = { origin: 'https://latchkey.localhost', rpId: 'latchkey.localhost' }

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
  readonly keys: PageKeys

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
