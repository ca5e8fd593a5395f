/**
 * privacyIDEA behind the interface that every backend meets (backends.md §3). One sign-in: a user acts on itself, an
 * administrator on all users that the policies allow. Before a write, the token is read and must be the identity's own, and
 * every call names its serial: without one, privacyIDEA acts on all tokens of a user.
 */
import { limitReached } from '../../../shared/domain/loss/index.ts'
import type { Contacts, Drift, Identity, Loss, MfaDevice } from '../../../shared/domain/device.ts'
import type { Clock, Random } from '../../../shared/kit/index.ts'
import {
  BackendFault,
  type Actor,
  type Backend,
  type Capabilities,
  type CodeShape,
  type Look,
  type Outcome,
  type Pending,
  type PendingRef,
  type Proof,
  type RegisterRequest,
  type Temporary,
} from '../backend.ts'
import type { ServerAddress } from './address.ts'
import { createAssertions, type Assertions } from './assertion.ts'
import { capabilitiesOf } from './capabilities.ts'
import { outcomeOf, type Client } from './client.ts'
import { enrol, ownSerial } from './enrol.ts'
import { asRecord } from './envelope.ts'
import { createKeyRegistration, type KeyRegistration } from './key-registration.ts'
import { contactsOf, identityOf, idOf, isOwnedBy, listTokens, listUsers, type Person } from './listing.ts'
import { checkCode, prove, resync } from './proof.ts'
import { createReader, type Reader } from './reader.ts'
import { CODE } from './refusals.ts'
import type { ServerClock } from './server-clock.ts'
import type { SecondFactor } from './session.ts'
import * as tokens from './tokens.ts'
import type { Token } from './tokens.ts'
import { done, refused, takeTurn, type Turn } from './turn.ts'

export interface BackendParts {
  readonly id: string
  readonly name: string
  readonly address: ServerAddress
  readonly client: Client
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly random: Random
  /** Can a key be touched here? */
  readonly canTouch: boolean
}

/** Older than this, the server's time is asked for anew. */
const TIME_GOOD_MS = 60_000
/** Of a description (its models/token). */
const MAX_DESCRIPTION = 80

const MANAGED_ELSEWHERE = refused({ code: 'not-supported', reason: 'managed-elsewhere' })

export class PrivacyIdeaBackend implements Backend {
  readonly id: string
  readonly kind = 'privacyidea'
  readonly name: string
  readonly touchOrigin: string
  readonly #parts: BackendParts
  readonly #reader: Reader
  readonly #keys: KeyRegistration
  readonly #assertions: Assertions
  readonly #listeners = new Set<() => void>()
  #contacts = new Map<string, Contacts>()

  constructor(parts: BackendParts) {
    this.id = parts.id
    this.name = parts.name
    this.#parts = parts
    this.#reader = createReader(parts.client, parts.clock)
    this.#keys = createKeyRegistration(parts.client, parts.clock, parts.address)
    this.#assertions = createAssertions(parts.client, parts.clock, parts.address)
    this.touchOrigin = parts.address.origin
  }

  /** Signs in with the person at hand: tries a refused password again, asks for a second factor. Throws `BackendFault`. */
  async signIn(
    signal: AbortSignal,
    second?: SecondFactor,
  ): Promise<{ readonly user: string; readonly realm: string; readonly isAdministrator: boolean }> {
    const { user, realm, rights } = await this.#parts.client.signIn(signal, second)
    this.#changed()
    return { user, realm, isAdministrator: rights.role === 'admin' }
  }

  async identities(signal: AbortSignal): Promise<readonly Identity[]> {
    const { client } = this.#parts
    signal.throwIfAborted()
    const session = await client.session(signal)
    const users = session.rights.may('userlist') ? await listUsers(client, {}, signal) : []
    const people = users.map(({ username, realm }) => ({ login: username, realm: realm ?? session.realm }))
    this.#contacts = new Map(
      users.flatMap((user, i) => {
        const contacts = contactsOf(user)
        return contacts ? [[idOf(people[i]!), contacts] as const] : []
      }),
    )
    const self: Person = { login: session.user, realm: session.realm }
    const seen = people.length > 0 || session.rights.role !== 'admin' ? people : await this.#owners(signal)
    const all = session.rights.role === 'admin' ? seen : [self]
    const unique = new Map(all.map((person) => [idOf(person), person]))
    return [...unique.values()].flatMap((person) => identityOf(person, session) ?? [])
  }

  /** Whom tokens belong to, for administrators who may list tokens and not users. */
  async #owners(signal: AbortSignal): Promise<readonly Person[]> {
    const all = await listTokens(this.#parts.client, { assigned: 'True' }, signal)
    return all.flatMap(({ username, user_realm: realm }) =>
      typeof username === 'string' && username !== '' && typeof realm === 'string' ? [{ login: username, realm }] : [],
    )
  }

  async devices(identityId: string, signal: AbortSignal): Promise<readonly MfaDevice[]> {
    const { person } = await this.#reader.who(identityId, signal)
    return this.#reader.devices(await this.#reader.tokensOf(person, signal))
  }

  async contacts(identityId: string, signal: AbortSignal): Promise<Contacts | undefined> {
    const { person, session } = await this.#reader.who(identityId, signal)
    if (!session.rights.may('userlist')) return undefined
    const known = this.#contacts.get(identityId)
    if (known) return known
    const users = await listUsers(this.#parts.client, { username: person.login, realm: person.realm }, signal)
    const user = users.find(({ username }) => username === person.login)
    return user && contactsOf(user)
  }

  async capabilities(identityId: string, signal: AbortSignal): Promise<Capabilities> {
    const { person, session } = await this.#reader.who(identityId, signal)
    const devices = this.#reader.devices(await this.#reader.tokensOf(person, signal))
    return capabilitiesOf({ rights: session.rights, devices, canTouch: this.#parts.canTouch })
  }

  async time(signal: AbortSignal): Promise<{ at: number; uncertaintyMs: number }> {
    const { client, clock, serverClock } = this.#parts
    signal.throwIfAborted()
    const { latestAt } = serverClock
    const isFresh = latestAt !== undefined && Math.abs(clock.now() - latestAt) < TIME_GOOD_MS
    if (!isFresh) await client.read({ method: 'GET', path: '/auth/rights' }, { action: 'auth' }, signal)
    const now = serverClock.now()
    if (!now) throw new BackendFault({ code: 'answer-not-understood' })
    return now
  }

  async signedIn(): Promise<'not-told'> {
    return 'not-told'
  }

  /** A user sees no tokens but its own: what is another's, or nobody's, is `absent` to it. */
  async look({ identityId, type, deviceId }: PendingRef, signal: AbortSignal): Promise<Look> {
    const { person } = await this.#reader.who(identityId, signal)
    const token = await this.#reader.token(deviceId, signal)
    if (!token) return 'absent'
    if (isOwnedBy(token, person)) return tokens.isProven(token) ? 'enabled' : 'created'
    if (!tokens.isNobodys(token)) return 'other-owner'
    return type === 'hardware-totp' ? 'absent' : 'created'
  }

  async codeShape(identityId: string, deviceId: string, signal: AbortSignal): Promise<CodeShape | undefined> {
    const { person } = await this.#reader.who(identityId, signal)
    const token = await this.#reader.token(deviceId, signal)
    return token && isOwnedBy(token, person) ? tokens.shapeOf(token) : undefined
  }

  async refFor(identityId: string, request: RegisterRequest, signal: AbortSignal): Promise<PendingRef> {
    signal.throwIfAborted()
    return refOf(identityId, request)
  }

  beginRegister(identityId: string, request: RegisterRequest, _actor: Actor): Promise<Outcome<Pending>> {
    return this.#write(identityId, async (turn) => {
      const ref = refOf(identityId, request)
      const held = await this.#reader.tokensOf(turn.person, turn.signal)
      const devices = this.#reader.devices(held)
      const full = held.some(({ serial }) => serial === ref.deviceId) ? undefined : limitReached(devices)
      if (full) return refused({ code: 'limit-reached', names: full.names })
      if (request.type === 'hardware-totp') return this.#claim(turn, ref)
      // An existing token of this serial would be given a new secret.
      if (await this.#reader.token(ref.deviceId, turn.signal))
        return refused({ code: 'name-taken', name: request.name })
      if (request.type === 'fido') return this.#keys.begin(turn, ref, request)
      return enrol(
        { ...this.#parts, turn, ref },
        request,
        devices.map(({ name }) => name),
      )
    })
  }

  /** Assigns a token of the store to the identity. One that it has already is gone on with. */
  async #claim(turn: Turn, ref: PendingRef): Promise<Outcome<Pending>> {
    const { deviceId: serial } = ref
    const { person, signal } = turn
    if (!tokens.isSerial(serial)) return refused({ code: 'serial-unknown', serial })
    const before = await this.#reader.token(serial, signal)
    if (!before || !isOwnedBy(before, person)) {
      const body = { serial, user: person.login, realm: person.realm }
      const asked = { action: 'assign', resource: serial }
      const assigned = outcomeOf<void>(
        await this.#parts.client.write({ method: 'POST', path: '/token/assign', body }, asked, turn),
        ({ value }) => (value === true ? done(undefined) : refused({ code: 'serial-taken', serial })),
        (number) => (number === CODE.notFound ? { code: 'serial-unknown', serial } : undefined),
      )
      if (assigned.is !== 'done') return assigned
    }
    const token = await this.#reader.tokenAfter(serial, signal)
    const shape = token && isOwnedBy(token, person) ? tokens.shapeOf(token) : undefined
    // Assigned, and nobody can say what it is: a look shows it.
    if (!shape) return { is: 'unknown' }
    const periodSeconds = shape.kind === 'totp' ? shape.periodSeconds : 30
    return done({ type: 'hardware-totp', ref, digits: shape.digits, periodSeconds })
  }

  confirmRegister(ref: PendingRef, proof: Proof, _actor: Actor): Promise<Outcome<MfaDevice>> {
    return this.#onToken(ref.identityId, ref.deviceId, async (token, turn) => {
      if ((proof.type === 'attestation') !== (ref.type === 'fido'))
        return refused({ code: 'not-supported', reason: 'proof-of-other-type' })
      if (proof.type === 'attestation') {
        const made = await this.#keys.confirm(turn, token.serial, proof)
        return made.is === 'done' ? this.#enabled(token, turn) : made
      }
      if (!tokens.isInUse(token)) return refused({ code: 'not-supported', reason: 'device-out-of-use' })
      if (tokens.isProven(token)) return refused({ code: 'serial-taken', serial: token.serial })
      const proven = await prove(this.#parts.client, turn, token, proof.codes)
      return proven.is === 'done' ? this.#enabled(token, turn) : proven
    })
  }

  /** As it is now; where that can't be read, a look tells. */
  async #enabled({ serial }: Token, { signal }: Turn): Promise<Outcome<MfaDevice>> {
    const now = await this.#reader.tokenAfter(serial, signal)
    const device = now && this.#reader.device(now)
    return device ? done(device) : { is: 'unknown' }
  }

  /** Takes back what was begun and not proven: a token made here is deleted, one of the store is unassigned. */
  abandon(ref: PendingRef, _actor: Actor): Promise<Outcome<void>> {
    return this.#write(ref.identityId, async (turn) => {
      const token = await this.#reader.token(ref.deviceId, turn.signal)
      if (!token) return refused({ code: 'not-found' })
      const isNobodys = tokens.isNobodys(token)
      if (!isNobodys && !isOwnedBy(token, turn.person))
        return refused({ code: 'not-permitted', action: 'delete', resource: token.serial })
      if (!isNobodys && tokens.isProven(token)) return refused({ code: 'still-assigned' })
      this.#keys.drop(token.serial)
      if (ref.type !== 'hardware-totp') return this.#delete(turn, token)
      return isNobodys ? refused({ code: 'not-found' }) : this.#unassign(turn, token)
    })
  }

  resync(
    identityId: string,
    deviceId: string,
    codes: readonly [string, string],
    _actor: Actor,
  ): Promise<Outcome<{ readonly drift?: Drift }>> {
    return this.#onToken<{ readonly drift?: Drift }>(identityId, deviceId, async (token, turn) => {
      if (tokens.typeOf(token) === 'fido') return refused({ code: 'not-supported', reason: 'fido-never-drifts' })
      if (!tokens.isInUse(token)) return refused({ code: 'not-supported', reason: 'device-out-of-use' })
      if (codes[0] === codes[1]) return refused({ code: 'code-repeated' })
      const put = await resync(this.#parts.client, turn, token.serial, codes)
      if (put.is !== 'done') return put
      const now = await this.#reader.tokenAfter(token.serial, turn.signal)
      const drift = now && tokens.driftOf(now)
      return done(drift ? { drift } : {})
    })
  }

  /**
   * A token made in software, or a key, is deleted: nothing of it is left behind. One of hardware goes back to the store, and so
   * does any other where deleting is not allowed; its entity is then left for an administrator.
   */
  deactivate(identityId: string, deviceId: string, _actor: Actor): Promise<Outcome<void>> {
    return this.#onToken(identityId, deviceId, async (token, turn) => {
      const { rights } = turn.session
      const isKept = tokens.typeOf(token) === 'hardware-totp' || (!rights.may('delete') && rights.may('unassign'))
      return isKept ? this.#unassign(turn, token) : this.#delete(turn, token)
    })
  }

  deleteEntity(identityId: string, deviceId: string, _actor: Actor): Promise<Outcome<void>> {
    return this.#write(identityId, async (turn) => {
      const token = await this.#reader.token(deviceId, turn.signal)
      if (token && isOwnedBy(token, turn.person)) return refused({ code: 'still-assigned' })
      const isOthers = token && !tokens.isNobodys(token)
      if (isOthers || !turn.session.rights.may('delete'))
        return refused({ code: 'not-permitted', action: 'delete', resource: deviceId })
      return token ? this.#delete(turn, token) : refused({ code: 'not-found' })
    })
  }

  rename(identityId: string, deviceId: string, name: string, _actor: Actor): Promise<Outcome<void>> {
    return this.#onToken(identityId, deviceId, async ({ serial }, turn) => {
      const description = name.trim()
      if (description === '' || [...description].length > MAX_DESCRIPTION)
        return refused({ code: 'not-supported', reason: 'name-malformed' })
      const path = `/token/description/${serial}`
      return this.#verb(turn, { method: 'POST', path, body: { description } }, 'setdescription', serial)
    })
  }

  markLost(identityId: string, deviceId: string, how: Loss, _actor: Actor): Promise<Outcome<void>> {
    return this.#onToken(identityId, deviceId, async ({ serial }, turn) => {
      const path = `/token/disable/${serial}`
      const outcome = await this.#verb(turn, { method: 'POST', path, body: {} }, 'disable', serial)
      if (outcome.is === 'done') this.#reader.noteOutOfUse(serial, { loss: how, since: this.#parts.clock.now() })
      return outcome
    })
  }

  restore(identityId: string, deviceId: string, _actor: Actor): Promise<Outcome<void>> {
    return this.#onToken(identityId, deviceId, ({ serial }, turn) =>
      this.#verb(turn, { method: 'POST', path: `/token/enable/${serial}`, body: {} }, 'enable', serial),
    )
  }

  /** Administrators' alone. The password of an answer that is lost is lost too: the next one replaces it. */
  replaceForNow(identityId: string, deviceId: string, _actor: Actor): Promise<Outcome<Temporary>> {
    return this.#onToken(identityId, deviceId, async ({ serial }, turn) => {
      const asked = { action: 'losttoken', resource: serial }
      if (turn.session.rights.role !== 'admin') return refused({ code: 'not-permitted', ...asked })
      const request = { method: 'POST', path: `/token/lost/${serial}`, body: {} } as const
      const written = await this.#parts.client.write(request, asked, turn)
      return outcomeOf<Temporary>(written, ({ value }) => {
        const { password, end_date: end } = asRecord(value)
        if (typeof password !== 'string' || password === '') return { is: 'unknown' }
        this.#reader.noteOutOfUse(serial, { loss: 'lost', since: this.#parts.clock.now() })
        const until = typeof end === 'string' ? tokens.timeOf(end) : undefined
        return done({ password, ...(until === undefined ? {} : { until }) })
      })
    })
  }

  /** The server has no sessions to elevate; a code that it takes shows that the device works. */
  elevate(identityId: string, deviceId: string, code: string): Promise<Outcome<void>> {
    return this.#onToken(identityId, deviceId, async (token, turn) => {
      // A check by serial takes codes of disabled tokens too.
      if (!tokens.isInUse(token) || !tokens.isEnrolled(token)) return refused({ code: 'mfa-session-refused' })
      if (tokens.isLockedOut(token)) return refused({ code: 'locked-out' })
      if (!tokens.shapeOf(token)) return refused({ code: 'not-supported', reason: 'device-without-codes' })
      const checked = await checkCode(this.#parts.client, turn, token.serial, code)
      const isWrong = checked.is === 'refused' && checked.error.code === 'codes-refused'
      return isWrong ? refused({ code: 'mfa-session-refused' }) : checked
    })
  }

  /** Without a device named, the first of its keys. */
  beginAssertion(
    identityId: string,
    _rp: { readonly origin: string; readonly rpId: string },
    deviceId?: string,
  ): Promise<Outcome<{ readonly options: Readonly<Record<string, unknown>> }>> {
    return this.#write(identityId, async (turn) => {
      const held = await this.#reader.tokensOf(turn.person, turn.signal)
      const keys = held.filter((token) => tokens.typeOf(token) === 'fido' && tokens.isEnrolled(token))
      const usable = keys.filter((token) => tokens.isInUse(token) && (deviceId ?? token.serial) === token.serial)
      const [key] = usable
      return key ? this.#assertions.begin(turn, key) : refused({ code: 'key-refused', reason: 'unknown-credential' })
    })
  }

  finishAssertion(
    identityId: string,
    response: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<{ readonly deviceId: string }>> {
    return this.#write(identityId, (turn) => this.#assertions.finish(turn, response))
  }

  async changePassword(): Promise<Outcome<void>> {
    return MANAGED_ELSEWHERE
  }
  async confirmContact(): Promise<Outcome<void>> {
    return MANAGED_ELSEWHERE
  }
  async setContact(): Promise<Outcome<void>> {
    return MANAGED_ELSEWHERE
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #changed(): void {
    this.#reader.forget()
    for (const listener of this.#listeners) listener()
  }

  async #write<T>(identityId: string, work: (turn: Turn) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    try {
      return await takeTurn(this.#parts.clock, (signal) => this.#reader.who(identityId, signal), work)
    } finally {
      this.#changed()
    }
  }

  /** A write to a token of the identity. */
  #onToken<T>(
    identityId: string,
    deviceId: string,
    work: (token: Token, turn: Turn) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return this.#write(identityId, async (turn) => {
      const token = await this.#reader.token(deviceId, turn.signal)
      return token && isOwnedBy(token, turn.person) ? work(token, turn) : refused({ code: 'not-found' })
    })
  }

  #unassign(turn: Turn, { serial }: Token): Promise<Outcome<void>> {
    return this.#verb(turn, { method: 'POST', path: '/token/unassign', body: { serial } }, 'unassign', serial)
  }

  #delete(turn: Turn, { serial }: Token): Promise<Outcome<void>> {
    return this.#verb(turn, { method: 'DELETE', path: `/token/${serial}` }, 'delete', serial)
  }

  /** `value` is how many tokens it was done to, or that it was done. */
  async #verb(turn: Turn, request: Parameters<Client['write']>[0], action: string, resource: string) {
    const written = await this.#parts.client.write(request, { action, resource }, turn)
    return outcomeOf<void>(written, ({ value }) =>
      value === 1 || value === true ? done(undefined) : refused({ code: 'not-found' }),
    )
  }
}

function refOf(identityId: string, request: RegisterRequest): PendingRef {
  return { identityId, type: request.type, deviceId: serialFor(request) }
}

function serialFor(request: RegisterRequest): string {
  switch (request.type) {
    case 'virtual-totp':
      return ownSerial(tokens.OWN_PREFIX, request.nonce)
    case 'fido':
      return ownSerial(tokens.OWN_KEY_PREFIX, request.nonce)
    case 'hardware-totp':
      // What is typed may be in groups; privacyIDEA's own serials hold no spaces.
      return request.serial.replace(/\s/g, '')
  }
}
