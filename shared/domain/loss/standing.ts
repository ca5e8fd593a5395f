/** How one identity's devices and contacts stand by themselves (product.md "Rules of the domain", 1, 2 and 6). */
import { MAX_DEVICES, type Contact, type DeviceType, type Loss, type MfaDevice } from '../device.ts'

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

/** What the backend knows to have become of a device; nothing where it is in use. */
export const lossOf = (device: Pick<MfaDevice, 'health'>): Loss | undefined =>
  device.health.state === 'out-of-use' ? device.health.loss : undefined

/** A contact confirmed longer ago than this may no longer reach anybody. */
export const CONTACT_OLD_AFTER_MS = 180 * 86_400_000

export type ContactState = 'missing' | 'never-confirmed' | 'old' | 'current'

/** Rule 6: can alternative factors depend on this contact? `now` in milliseconds since 1970. */
export function contactState(contact: Contact | undefined, now: number): ContactState {
  if (!contact) return 'missing'
  if (contact.confirmedAt === undefined) return 'never-confirmed'
  return now - contact.confirmedAt > CONTACT_OLD_AFTER_MS ? 'old' : 'current'
}
