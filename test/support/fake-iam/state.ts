/** What FakeIam keeps: users, keys, sessions and MFA devices; and how its lists come late. */
import type { Policy } from './policies.ts'
import type { Totp } from './totp.ts'

export const ACCOUNT_ID = '123456789012'
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`

export interface User {
  readonly name: string
  readonly arn: string
  readonly id: string
  readonly createdAt: number
  policies: readonly Policy[]
  password: string | undefined
  /** Deleted and made again a moment ago, say: nothing of it can be changed until then. */
  unmodifiableUntil: number
}

export interface Device {
  readonly serial: string
  readonly type: 'virtual' | 'hardware' | 'fido'
  readonly totp: Totp | undefined
  readonly certifications: Readonly<Record<string, string>>
  /** A user's name, or `root`. Absent: unassigned. */
  readonly holder: string | undefined
  readonly enabledAt: number | undefined
}

export interface AccessKey {
  readonly user: string
  readonly secret: string
  /** Of a session: its token, its end, and whether it was opened with MFA. */
  readonly session?: { readonly token: string; readonly until: number; readonly mfa: boolean }
}

/** Devices as they are, and as the lists show them: as they were a while ago. */
export class Devices {
  readonly #now: () => number
  #versions: { readonly at: number; readonly devices: ReadonlyMap<string, Device> }[]
  delayMs = 0

  constructor(now: () => number) {
    this.#now = now
    this.#versions = [{ at: Number.NEGATIVE_INFINITY, devices: new Map() }]
  }

  get current(): ReadonlyMap<string, Device> {
    return this.#versions.at(-1)!.devices
  }

  get shown(): ReadonlyMap<string, Device> {
    const until = this.#now() - this.delayMs
    return (this.#versions.findLast(({ at }) => at <= until) ?? this.#versions[0]!).devices
  }

  put(device: Device): void {
    this.#commit(new Map(this.current).set(device.serial, device))
  }

  delete(serial: string): void {
    const devices = new Map(this.current)
    devices.delete(serial)
    this.#commit(devices)
  }

  #commit(devices: ReadonlyMap<string, Device>): void {
    this.#versions = [...this.#versions.slice(-64), { at: this.#now(), devices }]
  }
}
