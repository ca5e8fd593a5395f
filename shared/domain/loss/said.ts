/**
 * What the person tells the engine because no program can see it: kept in the vault, small, and never a secret. Whatever it
 * names that is no longer there is passed over.
 */
import { z } from 'zod'
import { contacts } from '../device.ts'
import { accountRef, deviceRef, identityRef, siteRef } from './refs.ts'

const id = z.string().min(1).max(256)
const MOST = 2000

export const THING_KINDS = ['computer', 'phone', 'sheet', 'other'] as const
export const thing = z.strictObject({ id, kind: z.enum(THING_KINDS), name: z.string().min(1).max(128) })
/** A place where codes, numbers, passwords or backups live. */
export type Thing = z.infer<typeof thing>

const codeRef = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('entry'), entryId: id }),
  deviceRef.extend({ is: z.literal('device') }),
])

export const said = z.strictObject({
  /** Phones, other computers, printed sheets, the safe. */
  things: z.array(thing).max(MOST),
  /** "This code is also on my phone." Of a device that this vault does not hold, it says where it is. */
  copies: z.array(z.strictObject({ of: codeRef, on: id })).max(MOST),
  /** "The blue key is this device." */
  deviceKeys: z.array(z.strictObject({ device: deviceRef, key: id })).max(MOST),
  /** "Recovery codes for GitHub are printed." */
  recoveryCodes: z.array(z.strictObject({ of: accountRef, on: id })).max(MOST),
  /** Where a password is, if not in somebody's head alone. */
  passwords: z.array(z.strictObject({ of: accountRef, isRemembered: z.boolean(), on: z.array(id).max(20) })).max(MOST),
  backupsAt: z.array(z.strictObject({ backup: id, on: id })).max(MOST),
  /** "Mail to this address is read by signing in here." */
  mailboxes: z.array(z.strictObject({ address: z.string().max(320), account: accountRef })).max(MOST),
  /** "This number rings on my phone." */
  numbers: z.array(z.strictObject({ number: z.string().max(320), on: id })).max(MOST),
  /** Contacts of an identity whose backend does not tell them. */
  contacts: z.array(z.strictObject({ identity: identityRef, contacts })).max(MOST),
  /** The passkeys of a site open the account of this entry: one account, not two. */
  sameAccount: z.array(z.strictObject({ site: siteRef, entryId: id })).max(MOST),
  /** "There is no other way in than those listed." Of an identity: nobody else administers it. */
  everyWayKnown: z.array(accountRef).max(MOST),
  /** "There is another way in", one that hangs on nothing listed here. Of an identity: another administrator. */
  otherWay: z.array(accountRef).max(MOST),
  /** "The site's support lets people back in." */
  supportHelps: z.array(accountRef).max(MOST),
  /** "This key opens nothing that its list of passkeys does not show." */
  keysComplete: z.array(id).max(MOST),
})
export type Said = z.infer<typeof said>

export const NOTHING_SAID: Said = {
  things: [],
  copies: [],
  deviceKeys: [],
  recoveryCodes: [],
  passwords: [],
  backupsAt: [],
  mailboxes: [],
  numbers: [],
  contacts: [],
  sameAccount: [],
  everyWayKnown: [],
  otherWay: [],
  supportHelps: [],
  keysComplete: [],
}
