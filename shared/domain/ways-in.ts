/**
 * Which ways into an identity are open, and what a loss or a removal would close (product.md "Rules of the domain", 1, 2, 5,
 * 6, 7 and 11). Pure: the same facts always give the same answer. The loss engine will take this module's place.
 */
import {
  MAX_DEVICES,
  type Contact,
  type ContactKind,
  type Contacts,
  type DeviceType,
  type Identity,
  type Loss,
  type MfaDevice,
} from './device.ts'

/** Everything that decides who can still sign in. */
export interface Ways {
  readonly identity: Identity
  /** All that are registered at the backend, out of use or not. */
  readonly devices: readonly MfaDevice[]
  readonly contacts?: Contacts | undefined
  /** Others who may act for this identity. An empty list says only that none is known. */
  readonly administrators: readonly { readonly id: string; readonly name: string }[]
}

/** Ids of devices taken to be lost, besides those the backend knows to be out of use. */
export type Lost = ReadonlySet<string>
const NONE: Lost = new Set()

/** Can this device still sign somebody in? One that is lost, stolen or broken is registered, but no way in. */
export const isInUse = (device: MfaDevice, lost: Lost = NONE): boolean =>
  device.health.state !== 'out-of-use' && !lost.has(device.id)

export const devicesInUse = (devices: readonly MfaDevice[], lost: Lost = NONE): readonly MfaDevice[] =>
  devices.filter((device) => isInUse(device, lost))

/** Rule 1: names the eight where a ninth can't be had; lost ones count until they are removed. */
export const limitReached = (devices: readonly MfaDevice[]): { readonly names: readonly string[] } | undefined =>
  devices.length >= MAX_DEVICES ? { names: devices.map((device) => device.name) } : undefined

/** Rule 2: nothing but the password protects an identity without a device. */
export const signsInByPasswordAlone = (devices: readonly MfaDevice[]): boolean => devices.length === 0

/** A virtual device needs nothing to be bought or plugged in; a hardware token must be ordered. */
const PREFERENCE: readonly DeviceType[] = ['virtual-totp', 'fido', 'hardware-totp']

/** Rule 2: which kinds to offer, best first. A kind not yet in use comes before one that is: one mishap seldom takes two kinds. */
export function offeredTypes(devices: readonly MfaDevice[], lost: Lost = NONE): readonly DeviceType[] {
  const held = new Set(devicesInUse(devices, lost).map((device) => device.type))
  return [...PREFERENCE.filter((type) => !held.has(type)), ...PREFERENCE.filter((type) => held.has(type))]
}

/**
 * How somebody gets back in, best first:
 * `password-alone`, no device is registered; `other-device`, a registered one works; `alternative-factors`, email and phone of
 * a root user; `phone-by-administrator`, those once an administrator has put in a phone number; `administrator`, who
 * deactivates a user's device; `support`, the provider's.
 */
export const WAYS_BACK = [
  'password-alone',
  'other-device',
  'alternative-factors',
  'phone-by-administrator',
  'administrator',
  'support',
] as const
export type WayBack = (typeof WAYS_BACK)[number]

/** What keeps contacts from being used, where that is known from the person rather than the backend. */
export interface Unreachable {
  readonly email?: boolean
  readonly phone?: boolean
}

/** Rules 5, 6 and 7: the way back in that is open when `lost` are lost. */
export function wayBack(ways: Ways, lost: Lost = NONE, unreachable: Unreachable = {}): WayBack {
  if (signsInByPasswordAlone(ways.devices)) return 'password-alone'
  if (devicesInUse(ways.devices, lost).length > 0) return 'other-device'
  if (ways.identity.kind === 'user') return 'administrator'
  const hasEmail = ways.contacts?.email !== undefined && !unreachable.email
  const hasPhone = ways.contacts?.phone !== undefined && !unreachable.phone
  // The email comes first and only the root user could change it; the phone, an administrator may.
  if (!hasEmail) return 'support'
  if (hasPhone) return 'alternative-factors'
  return ways.administrators.length > 0 ? 'phone-by-administrator' : 'support'
}

/** A single device between its identity and being locked out, what to add, and who would help if it went. */
export interface SinglePoint {
  readonly deviceId: string
  readonly offer: DeviceType
  readonly helpFrom: WayBack
}

/** Rule 2: the one device in use, if there is only one. */
export function singlePointOfFailure(ways: Ways, lost: Lost = NONE): SinglePoint | undefined {
  const [device, second] = devicesInUse(ways.devices, lost)
  if (!device || second) return undefined
  return {
    deviceId: device.id,
    offer: offeredTypes(ways.devices, lost)[0]!,
    helpFrom: wayBack(ways, new Set([...lost, device.id])),
  }
}

/** A contact confirmed longer ago than this may no longer reach anybody. */
export const CONTACT_OLD_AFTER_MS = 180 * 86_400_000

export type ContactState = 'missing' | 'never-confirmed' | 'old' | 'current'

/** Rule 6: can alternative factors depend on this contact? `now` in milliseconds since 1970. */
export function contactState(contact: Contact | undefined, now: number): ContactState {
  if (!contact) return 'missing'
  if (contact.confirmedAt === undefined) return 'never-confirmed'
  return now - contact.confirmedAt > CONTACT_OLD_AFTER_MS ? 'old' : 'current'
}

/** Rule 6: contacts of a root user that need a look. Other identities recover without any. */
export function contactsToMend(ways: Ways, now: number): readonly { contact: ContactKind; state: ContactState }[] {
  if (ways.identity.kind !== 'root') return []
  return (['email', 'phone'] as const)
    .map((contact) => ({ contact, state: contactState(ways.contacts?.[contact], now) }))
    .filter(({ state }) => state !== 'current')
}

/** Rule 11: it works, and no other device does. Other ways back (contacts, administrators) are ways around it, not in. */
export function isOnlyWayIn(ways: Ways, deviceId: string, lost: Lost = NONE): boolean {
  const inUse = devicesInUse(ways.devices, lost)
  return inUse.length === 1 && inUse[0]!.id === deviceId
}

/** What the backend knows to have become of a device; nothing where it is in use. */
export const lossOf = (device: Pick<MfaDevice, 'health'>): Loss | undefined =>
  device.health.state === 'out-of-use' ? device.health.loss : undefined

/** A consequence of removing a device: a code with facts for the renderer's words. */
export interface Effect {
  readonly effect:
    | 'opens-with'
    | 'password-alone'
    | 'only-lost-stay'
    | 'way-back'
    | 'entity-deleted'
    | 'codes-useless'
    | 'was-out-of-use'
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

export interface Removal {
  readonly ways: Ways
  readonly deviceId: string
  readonly lost?: Lost
  /** The vault entry whose codes are for this device, by the name people know it. */
  readonly entry?: { readonly issuer: string; readonly account: string } | undefined
}

/** What removing a device would do: what is lost for good, and who still has a way in. Empty where it isn't registered. */
export function removalEffects({ ways, deviceId, lost = NONE, entry }: Removal): readonly Effect[] {
  const device = ways.devices.find((other) => other.id === deviceId)
  if (!device) return []
  const rest = ways.devices.filter((other) => other.id !== deviceId)
  const inUse = devicesInUse(rest, lost)
  const effects: Effect[] = []
  if (!isInUse(device, lost)) effects.push({ effect: 'was-out-of-use', facts: { name: device.name } })
  if (device.type === 'virtual-totp') effects.push({ effect: 'entity-deleted', facts: { name: device.name } })
  if (entry) effects.push({ effect: 'codes-useless', facts: { issuer: entry.issuer, account: entry.account } })
  for (const other of inUse) effects.push({ effect: 'opens-with', facts: { name: other.name, type: other.type } })
  if (inUse.length > 0) return effects
  if (signsInByPasswordAlone(rest)) {
    return [...effects, { effect: 'password-alone', facts: { identity: ways.identity.name } }]
  }
  return [
    ...effects,
    { effect: 'only-lost-stay', facts: { devices: rest.length } },
    { effect: 'way-back', facts: { way: wayBack({ ...ways, devices: rest }, lost) } },
  ]
}

/** The same text for the same effects and no other, in whatever order their facts stand: what a confirmation is bound to. */
export const digest = (effects: readonly { readonly effect: string; readonly facts: Effect['facts'] }[]): string =>
  JSON.stringify(
    effects.map(({ effect, facts }) => [effect, Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  )
