/**
 * AWS IAM behind the interface that every backend meets (backends.md §1). One set of credentials acts for all: on its own user,
 * and on others where IAM permits. What AWS's console alone does is "no" here, with the page where a person does it.
 */
import {
  ChangePasswordCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  ResyncMFADeviceCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { Identity, MfaDevice } from '../../../shared/domain/device.ts'
import type { Clock } from '../../../shared/kit/index.ts'
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
} from '../backend.ts'
import { all, type Account } from './account.ts'
import { describe, type AwsStanding } from './describe.ts'
import { identityPages } from './identities.ts'
import { deviceTypeOf, isSerial, readPrincipal, type Principal } from './names.ts'
import { devicesPage } from './places.ts'
import { isCode, refOf, refusesCodes, SETTLING_MS, type Registering } from './registering.ts'
import type { Rights } from './rights.ts'
import type { Sender } from './sender.ts'
import { orRefused, refused } from './unsent.ts'
import type { AwsWire } from './wire.ts'

export interface AwsIamParts {
  readonly id: string
  readonly name: string
  readonly clock: Clock
  readonly wire: AwsWire
  readonly account: Account
  readonly rights: Rights
  readonly sender: Sender
  readonly registering: Registering
}

/** The least that GetSessionToken gives. */
const SESSION_SECONDS = 900
/** A clock offset heard this long ago is asked for again. */
const TIME_GOOD_FOR_MS = 10 * 60_000
/** Devices that were read just now are not read again for what can be done with them. */
const JUST_READ_MS = 2_000
/** Letters and length that ChangePassword takes. */
const PASSWORD = /^[\t\n\r\u0020-\u00FF]{1,128}$/
const NEVER = new AbortController().signal

export class AwsIamBackend implements Backend {
  readonly kind = 'aws-iam'
  readonly id: string
  readonly name: string
  readonly #parts: AwsIamParts
  readonly #justRead = new Map<string, { readonly at: number; readonly devices: Promise<readonly MfaDevice[]> }>()

  constructor(parts: AwsIamParts) {
    this.id = parts.id
    this.name = parts.name
    this.#parts = parts
    parts.sender.changed.add(() => this.#justRead.clear())
  }

  onChange(listener: () => void): () => void {
    return this.#parts.sender.changed.add(listener)
  }

  /** Who is signed in and what that may do, before anything is written. Throws a `BackendFault`, or the signal's reason. */
  describe(signal: AbortSignal): Promise<AwsStanding> {
    const { wire, account, rights } = this.#parts
    rights.forget()
    return describe({ wire, account }, signal)
  }

  /** Of a FIDO authenticator, by programme ("FIDO", "FIPS-140-2", …); `undefined` where this identity may not know. */
  async certifications(
    identityId: string,
    deviceId: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const { subject } = await this.#subject(identityId, signal)
    return this.#parts.account.certifications(subject, deviceId, signal)
  }

  identityPages(signal: AbortSignal): AsyncIterable<readonly Identity[]> {
    return identityPages(this.#parts.account, signal)
  }

  async identities(signal: AbortSignal): Promise<readonly Identity[]> {
    return all(this.identityPages(signal))
  }

  async devices(identityId: string, signal: AbortSignal): Promise<readonly MfaDevice[]> {
    const { subject } = await this.#subject(identityId, signal)
    const devices = this.#parts.account.devices(subject, signal)
    this.#justRead.set(subject.arn, { at: this.#parts.clock.now(), devices })
    return devices
  }

  /** IAM knows none of users; root's are the console's. */
  async contacts(identityId: string, signal: AbortSignal): Promise<undefined> {
    await this.#subject(identityId, signal)
  }

  async capabilities(identityId: string, signal: AbortSignal): Promise<Capabilities> {
    const { subject, caller } = await this.#subject(identityId, signal)
    const read = this.#justRead.get(subject.arn)
    const isNew = read !== undefined && this.#parts.clock.now() - read.at < JUST_READ_MS
    const devices = await (isNew ? read.devices.catch(() => undefined) : undefined)
    return this.#parts.rights.capabilities(subject, caller, devices ?? (await this.devices(identityId, signal)))
  }

  async time(signal: AbortSignal): Promise<{ at: number; uncertaintyMs: number }> {
    signal.throwIfAborted()
    const { wire, clock, account } = this.#parts
    const { heardAt } = wire.serverClock
    const isOld = heardAt === undefined || Math.abs(clock.now() - heardAt) > TIME_GOOD_FOR_MS
    if (isOld) await account.readCaller(signal)
    const { time } = wire.serverClock
    if (!time) throw new BackendFault({ code: 'answer-not-understood' })
    return { at: wire.now(), uncertaintyMs: time.uncertaintyMs }
  }

  /** The console's sessions are not told. */
  async signedIn(): Promise<'not-told'> {
    return 'not-told'
  }

  async look(ref: PendingRef, signal: AbortSignal): Promise<Look> {
    const { subject } = await this.#subject(ref.identityId, signal)
    return this.#parts.registering.look(subject, ref, signal)
  }

  async refFor(identityId: string, request: RegisterRequest, signal: AbortSignal): Promise<PendingRef> {
    const { subject } = await this.#subject(identityId, signal)
    if (request.type === 'fido') throw new BackendFault({ code: 'not-supported', reason: 'fido-by-console' })
    const ref = refOf(subject, request)
    if (ref === 'name-malformed') throw new BackendFault({ code: 'not-supported', reason: ref })
    return ref
  }

  async pageFor(identityId: string, signal: AbortSignal): Promise<string> {
    const { subject, caller } = await this.#subject(identityId, signal)
    return devicesPage(subject, subject.arn === caller.arn)
  }

  beginRegister(identityId: string, request: RegisterRequest, actor: Actor): Promise<Outcome<Pending>> {
    const action = request.type === 'virtual-totp' ? 'iam:CreateVirtualMFADevice' : 'iam:EnableMFADevice'
    return this.#write(identityId, actor, action, ({ subject }) => this.#parts.registering.begin(subject, request))
  }

  confirmRegister(ref: PendingRef, proof: Proof, actor: Actor): Promise<Outcome<MfaDevice>> {
    return this.#write(ref.identityId, actor, 'iam:EnableMFADevice', async ({ subject }) => {
      if (proof.type !== 'codes') return refused({ code: 'not-supported', reason: 'fido-by-console' })
      return this.#parts.registering.confirm(subject, ref, proof.codes)
    })
  }

  async abandon(ref: PendingRef, actor: Actor): Promise<Outcome<void>> {
    // Of a token nothing was made; a FIDO authenticator is not begun here.
    if (ref.type !== 'virtual-totp') return { is: 'done', value: undefined }
    return this.deleteEntity(ref.identityId, ref.deviceId, actor)
  }

  resync(
    identityId: string,
    deviceId: string,
    codes: readonly [string, string],
    actor: Actor,
  ): Promise<Outcome<Record<never, never>>> {
    return this.#write(identityId, actor, 'iam:ResyncMFADevice', async ({ subject }) => {
      const { sender, registering, wire } = this.#parts
      if (deviceTypeOf(deviceId) === 'fido') return refused({ code: 'not-supported', reason: 'fido-never-drifts' })
      if (!isSerial(deviceId)) return refused({ code: 'not-found' })
      const nextCodesAt = registering.nextCodesAt()
      const malformed = refusesCodes(codes, nextCodesAt)
      if (malformed) return malformed
      const input = {
        UserName: subject.name,
        SerialNumber: deviceId,
        AuthenticationCode1: codes[0],
        AuthenticationCode2: codes[1],
      }
      const resynced = await sender.send(
        ({ iam, watched, options }) => iam.send(watched(new ResyncMFADeviceCommand(input)), options),
        { action: 'iam:ResyncMFADevice', resource: subject.arn, nextCodesAt, laterAt: wire.now() + SETTLING_MS },
      )
      return resynced.is === 'done' ? { is: 'done', value: {} } : resynced
    })
  }

  deactivate(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write(identityId, actor, 'iam:DeactivateMFADevice', async ({ subject }) => {
      const { sender, registering, wire } = this.#parts
      if (!isSerial(deviceId)) return refused({ code: 'not-found' })
      const input = { UserName: subject.name, SerialNumber: deviceId }
      const deactivated = await sender.send(
        ({ iam, watched, options }) => iam.send(watched(new DeactivateMFADeviceCommand(input)), options),
        { action: 'iam:DeactivateMFADevice', resource: subject.arn, laterAt: wire.now() + SETTLING_MS },
      )
      if (deactivated.is !== 'refused') registering.touch(deviceId)
      return withoutValue(deactivated)
    })
  }

  /** IAM itself refuses to delete what somebody has: a blind delete can't take a live device. */
  deleteEntity(identityId: string, deviceId: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write(identityId, actor, 'iam:DeleteVirtualMFADevice', async () => {
      const { sender, registering, wire } = this.#parts
      if (deviceTypeOf(deviceId) !== 'virtual-totp') return refused({ code: 'not-found' })
      const send = () =>
        sender.send(
          ({ iam, watched, options }) =>
            iam.send(watched(new DeleteVirtualMFADeviceCommand({ SerialNumber: deviceId })), options),
          { action: 'iam:DeleteVirtualMFADevice', resource: deviceId, laterAt: wire.now() + SETTLING_MS },
        )
      // Of what was made or untied a moment ago, IAM may not know yet.
      const isEarly = (outcome: Outcome<unknown>) =>
        outcome.is === 'refused' && (outcome.error.code === 'still-assigned' || outcome.error.code === 'not-found')
      const deleted = await registering.settled(deviceId, send, isEarly)
      if (deleted.is === 'done') registering.forget(deviceId)
      return withoutValue(deleted)
    })
  }

  async rename(): Promise<Outcome<void>> {
    return refused({ code: 'not-supported', reason: 'no-rename' })
  }

  async markLost(): Promise<Outcome<void>> {
    return refused({ code: 'not-supported', reason: 'deactivate-instead' })
  }

  /** One's own with the old one; another user's by an administrator, to be used as it is. */
  changePassword(identityId: string, current: string | undefined, next: string, actor: Actor): Promise<Outcome<void>> {
    return this.#write(identityId, actor, 'iam:ChangePassword', async ({ subject, caller }) => {
      const { sender, account, wire } = this.#parts
      const isOwn = subject.arn === caller.arn
      if (!PASSWORD.test(next)) return refused({ code: 'password-refused' })
      if (isOwn && !PASSWORD.test(current ?? '')) return refused({ code: 'sign-in-failed' })
      const about = { resource: subject.arn, laterAt: wire.now() + SETTLING_MS }
      const changed = isOwn
        ? await sender.send(
            ({ iam, watched, options }) =>
              iam.send(watched(new ChangePasswordCommand({ OldPassword: current, NewPassword: next })), options),
            { ...about, action: 'iam:ChangePassword' },
            {
              refine: ({ code, saysNotAuthorized }) =>
                code === 'AccessDenied' && !saysNotAuthorized ? { code: 'sign-in-failed' } : undefined,
            },
          )
        : await sender.send(
            ({ iam, watched, options }) =>
              iam.send(watched(new UpdateLoginProfileCommand({ UserName: subject.name, Password: next })), options),
            { ...about, action: 'iam:UpdateLoginProfile' },
          )
      if (changed.is !== 'refused' || changed.error.code !== 'password-refused') return withoutValue(changed)
      const minimumLength = await account.minimumPasswordLength(NEVER).catch(() => undefined)
      return refused({ code: 'password-refused', ...(minimumLength === undefined ? {} : { minimumLength }) })
    })
  }

  async confirmContact(): Promise<Outcome<void>> {
    return refused({ code: 'not-supported', reason: 'root-by-console' })
  }

  async setContact(): Promise<Outcome<void>> {
    return refused({ code: 'not-supported', reason: 'root-by-console' })
  }

  /** Signs what follows by an MFA session of 900 seconds, kept in memory. STS answers a wrong code as it answers no right. */
  elevate(identityId: string, deviceId: string, code: string): Promise<Outcome<void>> {
    return this.#write(identityId, { as: 'self' }, 'sts:GetSessionToken', async ({ subject, caller }) => {
      const { sender, wire } = this.#parts
      const action = 'sts:GetSessionToken'
      if (subject.arn !== caller.arn) return refused({ code: 'not-permitted', action, resource: subject.arn })
      if (deviceTypeOf(deviceId) === 'fido') return refused({ code: 'not-supported', reason: 'fido-by-console' })
      if ((await ownKeys(wire)).sessionToken !== undefined)
        return refused({ code: 'not-supported', reason: 'temporary-credentials' })
      if (!isSerial(deviceId) || !isCode(code)) return refused({ code: 'mfa-session-refused' })
      const input = { DurationSeconds: SESSION_SECONDS, SerialNumber: deviceId, TokenCode: code }
      const sessionRefused: BackendError = { code: 'mfa-session-refused' }
      const given = await sender.send(
        ({ sts, watched, options }) => sts.send(watched(new GetSessionTokenCommand(input)), options),
        { action },
        {
          signing: { as: 'own' },
          refine: ({ code: why }) => (why === 'AccessDenied' || why === 'ValidationError' ? sessionRefused : undefined),
        },
      )
      if (given.is !== 'done') return given
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given.value.Credentials ?? {}
      if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) return { is: 'unknown' }
      const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
      wire.credentials.elevate(keys, Expiration.getTime() - (wire.serverClock.time?.offsetMs ?? 0))
      return { is: 'done', value: undefined }
    })
  }

  async beginAssertion(): Promise<Outcome<{ options: Record<string, unknown> }>> {
    return refused({ code: 'not-supported', reason: 'fido-by-console' })
  }

  async finishAssertion(): Promise<Outcome<{ deviceId: string }>> {
    return refused({ code: 'not-supported', reason: 'fido-by-console' })
  }

  /** Throws `not-found` for what names nobody of this account. */
  async #subject(identityId: string, signal: AbortSignal): Promise<{ subject: Principal; caller: Principal }> {
    signal.throwIfAborted()
    const caller = await this.#parts.account.caller(signal)
    const subject = readPrincipal(identityId)
    if (!subject || subject.kind === 'role' || subject.accountId !== caller.accountId)
      throw new BackendFault({ code: 'not-found' })
    return { subject, caller }
  }

  /** Whoever is asked to act, it is done with the credentials at hand; nobody else's are. */
  #write<T>(
    identityId: string,
    actor: Actor,
    action: string,
    work: (who: { subject: Principal; caller: Principal }) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return orRefused(async () => {
      const who = await this.#subject(identityId, NEVER)
      if (actor.as === 'administrator' && actor.identityId !== who.caller.arn)
        return refused({ code: 'not-permitted', action, resource: identityId })
      if (who.subject.kind === 'root') return refused({ code: 'not-supported', reason: 'root-by-console' })
      return work(who)
    })
  }
}

const withoutValue = (outcome: Outcome<unknown>): Outcome<void> =>
  outcome.is === 'done' ? { is: 'done', value: undefined } : outcome

async function ownKeys(wire: AwsWire) {
  try {
    return await wire.credentials.own()
  } catch {
    throw new BackendFault({ code: 'sign-in-failed' })
  }
}
