/**
 * The demo backend: the demo world's server behind the interface that every backend meets. Each write is one turn of the
 * world, durable before its outcome is told.
 */
import type { ContactKind, Contacts, Drift, Identity, Loss, MfaDevice } from '../../../shared/domain/device.ts'
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import {
  BackendFault,
  type Actor,
  type Backend,
  type BackendError,
  type Capabilities,
  type Look,
  type Outcome,
  type Pending,
  type PendingRef,
  type Proof,
  type RegisterRequest,
  type SignedIn,
} from '../backend.ts'
import { capabilitiesOf } from './capabilities.ts'
import { confirmContact, setContact } from './contacts.ts'
import * as devices from './devices.ts'
import type { RelyingParty, WebAuthnJson } from './door.ts'
import { ELEVATED_SESSION_MS, PASSWORD_MIN_LENGTH } from './limits.ts'
import { DEMO_CODE } from './otp.ts'
import { countTry, hashPassword, isPassword, meetsPolicy } from './passwords.ts'
import * as registering from './register.ts'
import { forbids, openSession, pageSessionOf } from './standing.ts'
import { accountName, devicesOf, identityById, totpOf, type IdentityState, type WorldState } from './state.ts'
import { WorldNotSaved, type WorldStore } from './store.ts'
import { takeCode } from './totp.ts'
import type { Turn } from './turn.ts'
import { checkCreate, checkGet, claimedCredential, isRelyingParty, offerCreate, offerGet, redeem } from './webauthn.ts'

/** Writes that a test can let go astray: before they reach the server, or their answer after it. */
export type DemoWrite =
  | 'beginRegister'
  | 'confirmRegister'
  | 'abandon'
  | 'resync'
  | 'deactivate'
  | 'deleteEntity'
  | 'rename'
  | 'markLost'
  | 'changePassword'
  | 'confirmContact'
  | 'setContact'
  | 'elevate'
  | 'beginAssertion'
  | 'finishAssertion'
export type DemoFaults = (write: DemoWrite) => 'lost-before' | 'lost-after' | undefined

export interface DemoBackendParts {
  readonly store: WorldStore
  readonly turn: (world: WorldState) => Turn
  readonly onChange: (listener: () => void) => () => void
  readonly faults: DemoFaults | undefined
}

type Answer<T> = Result<T, BackendError>

export class DemoBackend implements Backend {
  readonly id = 'demo'
  readonly kind = 'demo'
  readonly name = 'Demo backend'
  readonly onChange: Backend['onChange']
  readonly #store: WorldStore
  readonly #turn: (world: WorldState) => Turn
  readonly #faults: DemoFaults | undefined

  constructor({ store, turn, onChange, faults }: DemoBackendParts) {
    this.#store = store
    this.#turn = turn
    this.onChange = onChange
    this.#faults = faults
  }

  async identities(signal: AbortSignal): Promise<readonly Identity[]> {
    const { world } = this.#read(signal)
    return world.identities.map((identity) => identityView(world, identity))
  }

  async devices(identityId: string, signal: AbortSignal): Promise<readonly MfaDevice[]> {
    const { world } = this.#read(signal)
    return devicesOf(world, found(world, identityId).id).map((device) => devices.deviceView(world, device))
  }

  async contacts(identityId: string, signal: AbortSignal): Promise<Contacts | undefined> {
    const { contacts } = found(this.#read(signal).world, identityId)
    return contacts && structuredClone(contacts)
  }

  async capabilities(identityId: string, signal: AbortSignal): Promise<Capabilities> {
    const turn = this.#read(signal)
    return capabilitiesOf(turn, found(turn.world, identityId))
  }

  async time(signal: AbortSignal): Promise<{ at: number; uncertaintyMs: number }> {
    return { at: this.#read(signal).now, uncertaintyMs: 0 }
  }

  async signedIn(identityId: string, signal: AbortSignal): Promise<SignedIn | 'nobody'> {
    const turn = this.#read(signal)
    const session = pageSessionOf(turn, found(turn.world, identityId).id)
    if (!session) return 'nobody'
    const { via, at, deviceId } = session
    return { via, at, ...(deviceId === undefined ? {} : { deviceId }) }
  }

  async look(ref: PendingRef, signal: AbortSignal): Promise<Look> {
    return registering.lookAt(this.#read(signal), ref)
  }

  async refFor(identityId: string, request: RegisterRequest, signal: AbortSignal): Promise<PendingRef> {
    return registering.refOf(found(this.#read(signal).world, identityId), request)
  }

  beginRegister(identityId: string, request: RegisterRequest, actor: Actor): Promise<Outcome<Pending>> {
    return this.#write('beginRegister', identityId, (turn, identity): Answer<Pending> => {
      if (request.type === 'virtual-totp') {
        const made = registering.createEntity(turn, identity, request, actor)
        return made.ok ? ok({ type: 'virtual-totp', ...made.value, ...DEMO_CODE }) : made
      }
      if (request.type === 'hardware-totp') {
        const claimed = registering.claimToken(turn, identity, request, actor)
        const { digits, periodSeconds } = DEMO_CODE
        return claimed.ok ? ok({ type: 'hardware-totp', ref: claimed.value, digits, periodSeconds }) : claimed
      }
      const rp = { origin: request.origin, rpId: request.rpId }
      if (!isRelyingParty(rp)) return err({ code: 'key-refused', reason: 'origin' })
      const refused = registering.refusesRegister(turn, identity, request, actor)
      if (refused) return err(refused)
      const ref = registering.refOf(identity, request)
      return ok({ type: 'fido', ref, ...offerCreate(turn, identity, { deviceId: ref.deviceId, rp }) })
    })
  }

  async confirmRegister(ref: PendingRef, proof: Proof, actor: Actor): Promise<Outcome<MfaDevice>> {
    if (proof.type === 'attestation') return this.#confirmKey(ref, proof, actor)
    return this.#write('confirmRegister', ref.identityId, (turn, identity): Answer<MfaDevice> => {
      if (ref.type === 'fido') return err({ code: 'not-supported', reason: 'proof-of-other-type' })
      return registering.enableTotp(turn, identity, ref, proof.codes, actor)
    })
  }

  async #confirmKey(
    ref: PendingRef,
    proof: Extract<Proof, { type: 'attestation' }>,
    actor: Actor,
  ): Promise<Outcome<MfaDevice>> {
    const ceremony = this.#store.state.ceremonies.find(
      (open) => open.kind === 'create' && open.deviceId === ref.deviceId && open.identityId === ref.identityId,
    )
    if (ref.type !== 'fido' || !ceremony) return refused({ code: 'challenge-expired' })
    const checked = await checkCreate(ceremony, proof.response)
    return this.#write('confirmRegister', ref.identityId, (turn, identity): Answer<MfaDevice> => {
      if (!redeem(turn, ceremony)) return err({ code: 'challenge-expired' })
      if (!checked.ok) return checked
      const asked = { name: proof.name.trim(), fido: checked.value }
      return registering.enableKey(turn, identity, ref, asked, actor)
    })
  }

  abandon(ref: PendingRef, actor: Actor): Promise<Outcome<void>> {
    return this.#write('abandon', ref.identityId, (turn, identity) => registering.abandon(turn, identity, ref, actor))
  }

  resync(
    identityId: string,
    deviceId: string,
    codes: readonly [string, string],
    actor: Actor,
  ): Promise<Outcome<{ drift: Drift }>> {
    return this.#write('resync', identityId, (turn, identity) => devices.resync(turn, identity, deviceId, codes, actor))
  }

  deactivate(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write('deactivate', identityId, (turn, identity) =>
      devices.deactivate(turn, identity, deviceId, actor),
    )
  }

  deleteEntity(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write('deleteEntity', identityId, (turn, identity) =>
      devices.deleteEntity(turn, identity, deviceId, actor),
    )
  }

  rename(identityId: string, deviceId: string, name: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write('rename', identityId, (turn, identity) => devices.rename(turn, identity, deviceId, name, actor))
  }

  markLost(identityId: string, deviceId: string, how: Loss, actor: Actor): Promise<Outcome<void>> {
    return this.#write('markLost', identityId, (turn, identity) =>
      devices.markLost(turn, identity, deviceId, how, actor),
    )
  }

  confirmContact(identityId: string, contact: ContactKind): Promise<Outcome<void>> {
    return this.#write('confirmContact', identityId, (turn, identity) => confirmContact(turn, identity, contact))
  }

  setContact(identityId: string, contact: ContactKind, value: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write('setContact', identityId, (turn, identity) => setContact(turn, identity, contact, value, actor))
  }

  /** scrypt runs outside of the turn; inside, the password must still be the one that was compared with. */
  async changePassword(
    identityId: string,
    current: string | undefined,
    next: string,
    actor: Actor,
  ): Promise<Outcome<void>> {
    const before = identityById(this.#store.state, identityId)
    if (!before) return refused({ code: 'not-found' })
    const { random, rules } = this.#turn(this.#store.state)
    const isSame = await isPassword(before.password, next)
    const isRight = current !== undefined && (await isPassword(before.password, current))
    const password = await hashPassword(next, random)
    return this.#write('changePassword', identityId, (turn, identity): Answer<void> => {
      const action = actor.as === 'self' ? 'iam:ChangePassword' : 'iam:UpdateLoginProfile'
      const forbidden = forbids(turn, identity, actor, { need: 'way-in', action })
      if (forbidden) return err(forbidden)
      if (identity.password.hash !== before.password.hash) return err({ code: 'try-later' })
      if (actor.as === 'self') {
        const counted = countTry(identity, isRight, turn.now)
        const { until } = identity.passwordTries
        if (counted === 'try-later')
          return err({ code: 'try-later', ...(until === undefined ? {} : { retryAt: until }) })
        if (counted === 'wrong') return err({ code: 'sign-in-failed' })
      }
      if (rules.passwordsFollowThePolicy && (isSame || !meetsPolicy(next)))
        return err({ code: 'password-refused', minimumLength: PASSWORD_MIN_LENGTH })
      if (rules.newPasswordReplacesTheOld) identity.password = password
      // What the person chose is known to them alone: it stands on no bench and in no file.
      delete turn.world.knownPasswords[identity.id]
      return ok(undefined)
    })
  }

  elevate(identityId: string, deviceId: string, code: string): Promise<Outcome<void>> {
    return this.#write('elevate', identityId, (turn, identity): Answer<void> => {
      const device = devices.heldDevice(turn, identity, deviceId)
      const totp = device && totpOf(turn.world, device)
      if (!totp || device.outOfUse) return err({ code: 'mfa-session-refused' })
      const taken = takeCode(totp, code, turn)
      if (taken.ok) {
        device.lastUsedAt = turn.now
        return ok(openElevated(turn, identity, device.id))
      }
      const { error } = taken
      return err(
        error.is === 'try-later' ? { code: 'try-later', retryAt: error.retryAt } : { code: 'mfa-session-refused' },
      )
    })
  }

  beginAssertion(identityId: string, rp: RelyingParty): Promise<Outcome<{ options: WebAuthnJson }>> {
    return this.#write('beginAssertion', identityId, (turn, identity): Answer<{ options: WebAuthnJson }> => {
      if (!isRelyingParty(rp)) return err({ code: 'key-refused', reason: 'origin' })
      const usable = devicesOf(turn.world, identity.id).filter((device) => !device.outOfUse)
      const options = offerGet(turn, identity, { use: 'api', devices: usable, rp })
      return options ? ok({ options }) : err({ code: 'key-refused', reason: 'unknown-credential' })
    })
  }

  async finishAssertion(identityId: string, response: WebAuthnJson): Promise<Outcome<{ deviceId: string }>> {
    const { state } = this.#store
    const ceremony = state.ceremonies.find(
      (open) => open.kind === 'get' && open.use === 'api' && open.identityId === identityId,
    )
    if (!ceremony) return refused({ code: 'challenge-expired' })
    const fido = devicesOf(state, identityId).find(
      (device) => device.fido?.credentialId === claimedCredential(response),
    )?.fido
    const checked: Answer<number> = fido
      ? await checkGet(ceremony, fido, response)
      : err({ code: 'key-refused', reason: 'unknown-credential' })
    return this.#write('finishAssertion', identityId, (turn, identity): Answer<{ deviceId: string }> => {
      if (!redeem(turn, ceremony)) return err({ code: 'challenge-expired' })
      if (!checked.ok) return checked
      const device = devices.takeAssertion(turn, identity, fido?.credentialId ?? '', checked.value)
      if (!device.ok) return device
      openElevated(turn, identity, device.value.id)
      return ok({ deviceId: device.value.id })
    })
  }

  #read(signal: AbortSignal): Turn {
    signal.throwIfAborted()
    return this.#turn(this.#store.state)
  }

  async #write<T>(
    write: DemoWrite,
    identityId: string,
    work: (turn: Turn, identity: IdentityState) => Answer<T>,
  ): Promise<Outcome<T>> {
    const fault = this.#faults?.(write)
    if (fault === 'lost-before') return { is: 'unknown' }
    try {
      const answer = await this.#store.change((draft): Answer<T> => {
        const identity = identityById(draft, identityId)
        return identity ? work(this.#turn(draft), identity) : err({ code: 'not-found' })
      })
      if (fault === 'lost-after') return { is: 'unknown' }
      return answer.ok ? { is: 'done', value: answer.value } : refused(answer.error)
    } catch (error) {
      if (error instanceof WorldNotSaved) return { is: 'unknown' }
      throw error
    }
  }
}

const refused = (error: BackendError) => ({ is: 'refused', error }) as const

function found(world: WorldState, identityId: string): IdentityState {
  const identity = identityById(world, identityId)
  if (!identity) throw new BackendFault({ code: 'not-found' })
  return identity
}

const identityView = (world: WorldState, identity: IdentityState): Identity => ({
  id: identity.id,
  kind: identity.kind,
  name: identity.name,
  account: accountName(world, identity.accountId),
  accountId: identity.accountId,
  isAdministrator: identity.isAdministrator,
})

function openElevated(turn: Turn, identity: IdentityState, deviceId: string): void {
  const endsAt = turn.now + ELEVATED_SESSION_MS
  openSession(turn, { identityId: identity.id, from: 'elevated', via: 'device', deviceId, at: turn.now, endsAt })
}
