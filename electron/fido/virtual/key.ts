/**
 * What all commands of one key share: its state, its power, its PIN protocols and token, and the person who is asked.
 * Only one command runs at a time (the CTAPHID side answers "busy" to the rest).
 */
import { fromBase64url, toBase64url, utf8, type Clock, type Random } from '../../../shared/kit/index.ts'
import { openCredential, type Credential } from './credential-id.ts'
import { hkdfSha256, sha256 } from './crypto.ts'
import {
  LONG_TOUCH_MS,
  MAX_PIN_RETRIES,
  MAX_UV_RETRIES,
  type Person,
  type TouchPurpose,
  type VirtualKeyOptions,
} from './options.ts'
import { PinProtocol } from './pin-protocol.ts'
import { openState, type KeyState, type StateStore, type StoredCredential } from './state.ts'
import { Refusal, refuse, STATUS, type Status } from './status.ts'
import { PinUvAuthToken } from './token.ts'

/** One command under way, as the CTAPHID side sees it. */
export interface Turn {
  /** Aborted by CTAPHID_CANCEL, a resync of the channel, or the loss of power. */
  readonly signal: AbortSignal
  /** Says what keepalives report: waiting for the person, or working. */
  waitingForPerson(isWaiting: boolean): void
}

/** How long a person has (CTAP 2.1 §6.1.2 leaves it to the key, 10 s at least). */
const PERSON_MS = 30_000
const UV_FAILURES: ReadonlySet<Status> = new Set([STATUS.uvBlocked, STATUS.uvInvalid, STATUS.operationDenied])
/** How long a list may rest between Begin and each Next (§6.3: 30 seconds). */
const LIST_MS = 30_000

/** What getNextAssertion and the enumerations have still to answer. */
interface Listing<T> {
  readonly kind: 'assertions' | 'rps' | 'credentials'
  readonly rest: T[]
  restingSince: number
}

export interface KeyParts {
  readonly clock: Clock
  readonly random: Random
  readonly person: Person
  readonly store: StateStore
  readonly options: VirtualKeyOptions
}

export class Key {
  readonly clock: Clock
  readonly random: Random
  readonly person: Person
  readonly options: VirtualKeyOptions
  readonly token: PinUvAuthToken
  readonly #store: StateStore
  #state: KeyState
  #protocols: readonly [PinProtocol, PinProtocol]
  /** Wrong PINs in a row since power up: the third asks for another power cycle (§6.5.5.6). */
  pinMismatches = 0
  #poweredUpAt: number
  #listing: Listing<unknown> | undefined
  /** A large-blob write that is not whole yet, and a finger half enrolled: gone with the power. */
  largeBlobWrite: { readonly expected: number; readonly bytes: Uint8Array } | undefined
  enrollment: { readonly id: string; remaining: number } | undefined

  constructor({ clock, random, person, store, options }: KeyParts) {
    this.clock = clock
    this.random = random
    this.person = person
    this.options = options
    this.#store = store
    this.#state = openState(store, random, options.aaguid, clock.now())
    this.token = new PinUvAuthToken(clock, random)
    this.#protocols = [new PinProtocol(1, random), new PinProtocol(2, random)]
    this.#poweredUpAt = clock.now()
  }

  /** What lives in memory only starts anew. */
  powerUp(): void {
    this.forget()
    this.pinMismatches = 0
    this.#poweredUpAt = this.clock.now()
  }
  /** Tokens, shared secrets and half-done work: gone at power up and at a reset. */
  forget(): void {
    for (const protocol of this.#protocols) protocol.regenerate()
    this.token.end()
    this.#listing = undefined
    this.largeBlobWrite = undefined
    this.enrollment = undefined
  }
  get sincePowerUpMs(): number {
    return this.clock.now() - this.#poweredUpAt
  }

  get state(): KeyState {
    return this.#state
  }
  /** Kept before the command is answered. */
  change(changes: Partial<KeyState>): void {
    this.#state = { ...this.#state, ...changes }
    this.#store.save(this.#state)
  }
  get master(): Uint8Array {
    return fromBase64url(this.#state.master)!
  }
  /** The token of the permission `pcmr` (CTAP 2.2 §6.5.5.7.2): kept without power, another one once it was revoked. */
  get persistentToken(): Uint8Array {
    return this.#derive(`persistent token ${this.#state.persistentTokenEpoch ?? 0}`, 32)
  }
  revokePersistentToken(): void {
    this.change({ persistentTokenEpoch: (this.#state.persistentTokenEpoch ?? 0) + 1 })
  }
  /** 16 bytes that only a reset changes, and 16 that change with the credentials kept (CTAP 2.2 §6.4, CTAP 2.3 §6.4). */
  get deviceIdentifier(): Uint8Array {
    return this.#derive('device identifier', 16)
  }
  get credentialStoreState(): Uint8Array {
    return this.#derive(`credentials ${JSON.stringify(this.#state.credentials)}`, 16)
  }
  #derive(what: string, length: number): Uint8Array {
    return hkdfSha256(this.master, new Uint8Array(32), utf8(what), length)
  }
  /** The next signature counter, one for all credentials. */
  count(): number {
    this.change({ counter: (this.#state.counter + 1) >>> 0 })
    return this.#state.counter
  }

  /** Refuses with CTAP1_ERR_INVALID_PARAMETER a protocol this key does not speak. */
  protocol(version: number): PinProtocol {
    const [one, two] = this.#protocols
    if (version === 1) return one
    return version === 2 && this.isCurrent ? two : refuse(STATUS.invalidParameter)
  }

  /** Of CTAP 2.1 or later. */
  get isCurrent(): boolean {
    return this.options.profile === 'ctap2.1' || this.isLatest
  }
  get isLatest(): boolean {
    return this.options.profile === 'ctap2.3'
  }

  get hasPin(): boolean {
    return this.#state.pin !== null
  }
  get hasBuiltInUv(): boolean {
    return this.options.hasFingerprintSensor && this.#state.fingerprints.length > 0
  }
  /** "Protected by some form of user verification" (§6.1.2). */
  get isProtected(): boolean {
    return this.hasPin || this.hasBuiltInUv
  }
  /** A registration that leaves nothing on the key goes without verification (makeCredUvNotRqd). */
  get allowsRegistrationWithoutUv(): boolean {
    return this.isCurrent && !this.#state.alwaysUv
  }
  /** What a ceremony without the verification it needs is answered (CTAP 2.1 §6.1.2 steps 7 and 8, CTAP 2.3 alike). */
  get missingVerification(): Status {
    return this.hasPin && !this.options.keepsPinFromCeremonies ? STATUS.puatRequired : STATUS.operationDenied
  }

  /** Refused where the person says no, does not answer in time, or the command is cancelled. */
  async touch(purpose: TouchPurpose, turn: Turn): Promise<void> {
    const answer = await this.ask(turn, (signal) => this.person.touch(purpose, signal))
    if (answer !== 'touched') refuse(STATUS.operationDenied)
  }

  /** A ceremony's touch: "declines permission, or the operation times out" is one status (§6.1.2 step 14, §6.2.2 step 9). */
  async touchForCeremony(purpose: TouchPurpose, turn: Turn): Promise<void> {
    try {
      await this.touch(purpose, turn)
    } catch (error) {
      if (error instanceof Refusal && error.status === STATUS.userActionTimeout) refuse(STATUS.operationDenied)
      throw error
    }
  }

  /** One attempt of built-in user verification, which is a touch as well. */
  async verifyUser(turn: Turn): Promise<void> {
    if (this.#state.uvRetries === 0) refuse(STATUS.uvBlocked)
    const answer = await this.ask(turn, (signal) => this.person.verify(signal))
    if (answer === 'declined') refuse(STATUS.operationDenied)
    this.change({ uvCountSinceLastPinEntry: (this.#state.uvCountSinceLastPinEntry ?? 0) + 1 })
    if (answer === 'matched') return this.change({ uvRetries: MAX_UV_RETRIES })
    this.change({ uvRetries: this.#state.uvRetries - 1 })
    refuse(this.#state.uvRetries === 0 ? STATUS.uvBlocked : STATUS.uvInvalid)
  }

  /** The finger that touched stays where it is for the length of a long touch. */
  async hold(turn: Turn): Promise<void> {
    const held = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const stop = this.clock.after(LONG_TOUCH_MS, resolve)
        signal.addEventListener('abort', stop, { once: true })
      })
    await this.ask(turn, held)
  }

  /** Built-in verification inside a ceremony, and what it is answered where it fails (§6.1.2 step 11.2, §6.2.2 step 6.2). */
  async verifyForCeremony(turn: Turn): Promise<void> {
    try {
      await this.verifyUser(turn)
    } catch (error) {
      if (!(error instanceof Refusal) || !UV_FAILURES.has(error.status)) throw error
      const { missingVerification } = this
      if (missingVerification === STATUS.puatRequired) refuse(missingVerification)
      refuse(this.#state.uvRetries === 0 ? STATUS.pinBlocked : STATUS.operationDenied)
    }
  }

  /** A right PIN gives all attempts back, those of the sensor too (§6.5.5.7.2). */
  restoreRetries(): void {
    this.pinMismatches = 0
    this.change({ pinRetries: MAX_PIN_RETRIES, uvRetries: MAX_UV_RETRIES, uvCountSinceLastPinEntry: 0 })
  }

  /** Asks the person something within the key's patience. `patienceMs` is shorter where the client wants it so. */
  async ask<T>(turn: Turn, question: (signal: AbortSignal) => Promise<T>, patienceMs = PERSON_MS): Promise<T> {
    if (turn.signal.aborted) refuse(STATUS.keepaliveCancel)
    const given = new AbortController()
    let end: (status: Status) => void = () => {}
    const ended = new Promise<never>((_, reject) => {
      end = (status) => reject(new Refusal(status))
    })
    const cancelled = () => end(STATUS.keepaliveCancel)
    const stopTimer = this.clock.after(patienceMs, () => end(STATUS.userActionTimeout))
    turn.signal.addEventListener('abort', cancelled, { once: true })
    turn.waitingForPerson(true)
    try {
      return await Promise.race([question(given.signal), ended])
    } finally {
      stopTimer()
      turn.signal.removeEventListener('abort', cancelled)
      given.abort()
      turn.waitingForPerson(false)
    }
  }

  /** The discoverable credentials of a relying party, newest first. */
  storedFor(rpId: string): StoredCredential[] {
    return this.#state.credentials.filter((stored) => stored.rpId === rpId).toReversed()
  }
  stored(id: Uint8Array): StoredCredential | undefined {
    const text = toBase64url(id)
    return this.#state.credentials.find((stored) => stored.id === text)
  }
  /** A credential by its id, unless it was a discoverable one that has been deleted since. */
  credential(id: Uint8Array, rpIdHash: Uint8Array): Credential | undefined {
    const found = openCredential(this.master, id, rpIdHash)
    return found === undefined || (found.isDiscoverable && this.stored(id) === undefined) ? undefined : found
  }
  credentialOf(stored: StoredCredential): Credential {
    return this.credential(fromBase64url(stored.id)!, rpHash(stored.rpId)) ?? refuse(STATUS.other)
  }

  /** Keeps what the Next commands will answer. */
  startList<T>(kind: Listing<T>['kind'], rest: readonly T[]): void {
    this.#listing = { kind, rest: [...rest], restingSince: this.clock.now() }
  }
  /** The next of a list, refused with CTAP2_ERR_NOT_ALLOWED where none was begun, it is over, or it rested too long. */
  nextOf<T>(kind: Listing<T>['kind']): T {
    const listing = this.#listing as Listing<T> | undefined
    if (listing?.kind !== kind || this.clock.now() - listing.restingSince > LIST_MS) return refuse(STATUS.notAllowed)
    listing.restingSince = this.clock.now()
    return listing.rest.shift() ?? refuse(STATUS.notAllowed)
  }
  endList(): void {
    this.#listing = undefined
  }
}

export function rpHash(rpId: string): Uint8Array {
  return sha256(utf8(rpId))
}
