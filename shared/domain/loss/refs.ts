/** How the loss engine names what it speaks of: accounts, devices and everything that can be lost. */
import { z } from 'zod'
import { contactKind, loss } from '../device.ts'

const id = z.string().min(1).max(256)

export const identityRef = z.strictObject({ backendId: id, identityId: id })
export type IdentityRef = z.infer<typeof identityRef>
export const deviceRef = z.strictObject({ backendId: id, identityId: id, deviceId: id })
export type DeviceRef = z.infer<typeof deviceRef>
/** Whose passkeys: the relying party and its handle of the user (WebAuthn §5.4.3, base64url). */
export const siteRef = z.strictObject({ rpId: id, userId: z.string().max(256) })
export type SiteRef = z.infer<typeof siteRef>

/** What somebody can be locked out of. An entry stands for its own account where it is linked to no device. */
export const accountRef = z.discriminatedUnion('is', [
  identityRef.extend({ is: z.literal('identity') }),
  z.strictObject({ is: z.literal('entry'), entryId: id }),
  siteRef.extend({ is: z.literal('site') }),
])
export type AccountRef = z.infer<typeof accountRef>

/** Whatever can be gone: things, and single pieces of what they hold or what somebody knows. */
export const losable = z.discriminatedUnion('is', [
  /** This computer, a phone, a sheet: see `Thing`. */
  z.strictObject({ is: z.literal('thing'), thing: id }),
  z.strictObject({ is: z.literal('key'), key: id }),
  deviceRef.extend({ is: z.literal('device') }),
  z.strictObject({ is: z.literal('entry'), entryId: id }),
  siteRef.extend({ is: z.literal('passkey'), key: id }),
  /** A way into the vault: the printed recovery code, a key's slot, a passphrase's. */
  z.strictObject({ is: z.literal('slot'), slot: id }),
  z.strictObject({ is: z.literal('backup'), backup: id }),
  /** The mailbox or the number itself, whoever's contact it is. */
  z.strictObject({ is: z.literal('contact'), contact: contactKind, value: z.string().max(320) }),
  /** The vault's passphrase is forgotten. */
  z.strictObject({ is: z.literal('passphrase') }),
  z.strictObject({ is: z.literal('password'), of: accountRef }),
])
export type Losable = z.infer<typeof losable>

/** What is gone, and how: who else may have it now decides what to do, never what still opens. */
export const lossItem = z.strictObject({ what: losable, how: loss })
export type LossItem = z.infer<typeof lossItem>

/** The computer that this program and its vault are on. */
export const THIS_COMPUTER = 'this-computer'

/** Each part goes with its length, so that no id can be made to look like two. */
function join(kind: string, ...parts: readonly string[]): string {
  let text = kind
  for (const part of parts) text += ` ${part.length}:${part}`
  return text
}

export const identityKey = (ref: IdentityRef) => join('identity', ref.backendId, ref.identityId)
export const deviceKey = (ref: DeviceRef) => join('device', ref.backendId, ref.identityId, ref.deviceId)

/** The same text for the same account and no other. */
export function accountKey(ref: AccountRef): string {
  switch (ref.is) {
    case 'identity':
      return identityKey(ref)
    case 'entry':
      return join('account', ref.entryId)
    case 'site':
      return join('site', ref.rpId, ref.userId)
  }
}

/** The same for one mailbox or number however it is written. */
export const contactKey = (contact: 'email' | 'phone', value: string): string =>
  contact === 'email' ? value.trim().toLowerCase() : value.replaceAll(/[^+\d]/g, '') || value

/** The same text for the same thing that can be lost and no other. */
export function losableKey(what: Losable): string {
  switch (what.is) {
    case 'thing':
      return join('thing', what.thing)
    case 'key':
      return join('key', what.key)
    case 'device':
      return deviceKey(what)
    case 'entry':
      return join('entry', what.entryId)
    case 'passkey':
      return join('passkey', what.key, what.rpId, what.userId)
    case 'slot':
      return join('slot', what.slot)
    case 'backup':
      return join('backup', what.backup)
    case 'contact':
      return join(what.contact, contactKey(what.contact, what.value))
    case 'passphrase':
      return join('passphrase')
    case 'password':
      return join('password', accountKey(what.of))
  }
}
