/**
 * Registering at IAM (backends.md §1.1, §1.2): an entity is made and its seed told once; two consecutive codes tie it, or a
 * token's serial number, to a user. IAM's lists come late, so its "no such entity" is not believed at once of what was just made.
 */
import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand } from '@aws-sdk/client-iam'
import { MAX_DEVICES, type MfaDevice } from '../../../shared/domain/device.ts'
import { fromBase32, fromUtf8, sleep, type Clock } from '../../../shared/kit/index.ts'
import type { Look, Outcome, Pending, PendingRef, RegisterRequest } from '../backend.ts'
import { unlessDenied, type Account } from './account.ts'
import { deviceNameOf, entityNameOf, isSerial, plainSerial, virtualDeviceArn, type Principal } from './names.ts'
import type { Sender } from './sender.ts'
import { refused } from './unsent.ts'
import type { AwsWire } from './wire.ts'

/** "Changes … might not be immediately visible": own choice of how long that is taken to last. */
export const SETTLING_MS = 60_000
/** Between tries of what was refused because it is not there yet; together below the services' 30 seconds. */
const SETTLING_WAITS_MS = [1_000, 2_000, 4_000]
/** AWS takes six digits of SHA-1 for thirty seconds (EnableMFADevice). */
const CODES = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const
const STEP_MS = CODES.periodSeconds * 1000
const NEVER = new AbortController().signal

export interface RegisteringParts {
  readonly wire: AwsWire
  readonly account: Account
  readonly sender: Sender
  readonly clock: Clock
}

export class Registering {
  readonly #parts: RegisteringParts
  /** When the making of an entity was last sent from here, or its untying: what lists say of it may be old. */
  readonly #touchedAt = new Map<string, number>()
  /** When a list did not have an entity. */
  readonly #notSeenAt = new Map<string, number>()

  constructor(parts: RegisteringParts) {
    this.#parts = parts
  }

  /** When the next code may be given, in the server's time. */
  nextCodesAt(): number {
    return (Math.floor(this.#parts.wire.now() / STEP_MS) + 1) * STEP_MS
  }

  touch(serial: string): void {
    this.#touchedAt.set(serial, this.#parts.clock.now())
  }

  /** Its end was told by IAM itself. */
  forget(serial: string): void {
    this.#touchedAt.delete(serial)
  }

  isSettling(serial: string): boolean {
    return this.#isRecent(this.#touchedAt, serial)
  }

  #isRecent(times: Map<string, number>, serial: string): boolean {
    const at = times.get(serial)
    if (at === undefined) return false
    const age = this.#parts.clock.now() - at
    if (age >= 0 && age < SETTLING_MS) return true
    times.delete(serial)
    return false
  }

  /** Sends again what is refused only because lists come late. */
  async settled<T>(
    serial: string,
    send: () => Promise<Outcome<T>>,
    isEarly: (outcome: Outcome<T>) => boolean,
  ): Promise<Outcome<T>> {
    let outcome = await send()
    for (const wait of SETTLING_WAITS_MS) {
      if (!isEarly(outcome) || !this.isSettling(serial)) return outcome
      await sleep(this.#parts.clock, wait)
      outcome = await send()
    }
    const retryAt = this.#parts.wire.now() + SETTLING_WAITS_MS.at(-1)!
    return isEarly(outcome) && this.isSettling(serial) ? refused({ code: 'try-later', retryAt }) : outcome
  }

  async begin(of: Principal, request: RegisterRequest): Promise<Outcome<Pending>> {
    const { account } = this.#parts
    const devices = (await unlessDenied(() => account.devices(of, NEVER))) ?? []
    if (devices.length >= MAX_DEVICES) return refused({ code: 'limit-reached', names: devices.map(({ name }) => name) })
    const ref = refOf(of, request)
    if (ref === 'name-malformed') return refused({ code: 'not-supported', reason: 'name-malformed' })
    switch (request.type) {
      case 'virtual-totp':
        if (request.seed) return refused({ code: 'not-supported', reason: 'seed-by-backend' })
        return this.#create(ref)
      case 'hardware-totp': {
        const serial = ref.deviceId
        if (!isSerial(serial) || serial.startsWith('ARN:')) return refused({ code: 'serial-unknown', serial })
        // Nothing stands for a token until its codes are taken.
        return {
          is: 'done',
          value: { type: 'hardware-totp', ref, digits: CODES.digits, periodSeconds: CODES.periodSeconds },
        }
      }
      case 'fido':
        return refused({ code: 'not-supported', reason: 'fido-by-console' })
    }
  }

  async #create(ref: PendingRef): Promise<Outcome<Pending>> {
    const name = deviceNameOf(ref.deviceId)
    this.touch(ref.deviceId)
    const made = await this.#parts.sender.send(
      ({ iam, watched, options }) =>
        iam.send(watched(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name, Path: '/' })), options),
      {
        action: 'iam:CreateVirtualMFADevice',
        resource: ref.deviceId,
        taken: { code: 'name-taken', name },
        limit: { code: 'account-quota' },
        laterAt: this.#parts.wire.now() + SETTLING_MS,
      },
    )
    // Not in the list a moment ago, and yet there: made just now, perhaps from here before a crash whose answer nobody heard.
    const isNew = made.is === 'refused' && made.error.code === 'name-taken'
    if (isNew && this.#isRecent(this.#notSeenAt, ref.deviceId)) return { is: 'unknown' }
    if (made.is !== 'done') return made
    const { SerialNumber: serial, Base32StringSeed: text } = made.value.VirtualMFADevice ?? {}
    const seed = readSeed(text)
    // Something was made, and nobody can use it: it is looked into as after an answer that was lost.
    if (!seed || serial !== ref.deviceId) return { is: 'unknown' }
    return { is: 'done', value: { type: 'virtual-totp', ref, seed, ...CODES } }
  }

  async confirm(of: Principal, ref: PendingRef, codes: readonly [string, string]): Promise<Outcome<MfaDevice>> {
    const { account, sender, wire } = this.#parts
    const { deviceId: serial } = ref
    const malformed = refusesCodes(codes, this.nextCodesAt())
    if (malformed) return malformed
    if (!isSerial(serial)) return refused({ code: 'not-found' })
    const enabled = await this.settled(
      serial,
      () =>
        sender.send(
          ({ iam, watched, options }) =>
            iam.send(
              watched(
                new EnableMFADeviceCommand({
                  UserName: of.name,
                  SerialNumber: serial,
                  AuthenticationCode1: codes[0],
                  AuthenticationCode2: codes[1],
                }),
              ),
              options,
            ),
          {
            action: 'iam:EnableMFADevice',
            resource: of.arn,
            taken: { code: 'serial-taken', serial },
            limit: { code: 'limit-reached', names: [] },
            nextCodesAt: this.nextCodesAt(),
            laterAt: wire.now() + SETTLING_MS,
          },
        ),
      (outcome) => outcome.is === 'refused' && outcome.error.code === 'not-found',
    )
    if (enabled.is === 'unknown') return enabled
    if (enabled.is === 'done') {
      this.#touchedAt.delete(serial)
      return { is: 'done', value: await this.#seen(of, ref) }
    }
    if (enabled.error.code !== 'limit-reached') return enabled
    const devices = await account.devices(of, NEVER).catch(() => [])
    return refused({ code: 'limit-reached', names: devices.map(({ name }) => name) })
  }

  /** As IAM lists it; it may not yet. */
  async #seen(of: Principal, ref: PendingRef): Promise<MfaDevice> {
    const { account, clock } = this.#parts
    const enough = new AbortController()
    const cancel = clock.after(READ_BACK_MS, () => enough.abort())
    try {
      const devices = await account.devices(of, enough.signal).catch(() => [])
      const { deviceId: id, type } = ref
      return (
        devices.find((device) => device.id === id) ?? {
          id,
          type,
          name: deviceNameOf(id),
          ...(type === 'hardware-totp' ? { serial: id } : {}),
          health: { state: 'not-told' },
        }
      )
    } finally {
      cancel()
    }
  }

  /** By reads alone. Absence is not believed of what was sent a moment ago. */
  async look(of: Principal, { deviceId, type }: PendingRef, signal: AbortSignal): Promise<Look> {
    const { account } = this.#parts
    const devices = await account.devices(of, signal)
    if (devices.some(({ id }) => id === deviceId)) return 'enabled'
    if (type !== 'virtual-totp') return 'absent'
    const isSettling = this.isSettling(deviceId)
    const found = await unlessDenied(async () => {
      for await (const page of account.virtualDevices('Any', signal)) {
        const entity = page.find(({ SerialNumber: serial }) => serial === deviceId)
        if (entity) return entity
      }
      return 'absent' as const
    })
    if (found === undefined) return 'unknown'
    if (found === 'absent') {
      this.#notSeenAt.set(deviceId, this.#parts.clock.now())
      return isSettling ? 'unknown' : 'absent'
    }
    const owner = found.User?.Arn
    if (owner === undefined) return 'created'
    return owner === of.arn ? 'enabled' : 'other-owner'
  }
}

const READ_BACK_MS = 3_000

/** What the device of this request is or will be called at IAM; a FIDO authenticator is registered by the console alone. */
export function refOf(of: Principal, request: RegisterRequest): PendingRef | 'name-malformed' {
  const { type } = request
  const identityId = of.arn
  if (type === 'hardware-totp') return { identityId, type, deviceId: plainSerial(request.serial) }
  const name = entityNameOf(request.name)
  if (name === '') return 'name-malformed'
  return { identityId, type, deviceId: virtualDeviceArn(of, name) }
}

/** The SDK has undone the wire's base64; what is left is the seed's Base32 as ASCII letters. The buffer is cleared. */
function readSeed(text: Uint8Array | undefined): Uint8Array | undefined {
  const letters = text && fromUtf8(text)
  text?.fill(0)
  const seed = letters === undefined ? undefined : fromBase32(letters)
  return seed instanceof Uint8Array ? seed : undefined
}

const SIX_DIGITS = /^\d{6}$/

/** What IAM would not look at, and one pair that can't be two codes of one device. Nothing is sent then. */
export function refusesCodes(codes: readonly [string, string], nextCodesAt: number) {
  if (!codes.every((code) => SIX_DIGITS.test(code))) return refused({ code: 'codes-refused', retryAt: nextCodesAt })
  return codes[0] === codes[1] ? refused({ code: 'code-repeated' }) : undefined
}

export const isCode = (code: string): boolean => SIX_DIGITS.test(code)
