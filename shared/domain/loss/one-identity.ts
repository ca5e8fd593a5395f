/**
 * The engine asked about one identity by itself, as the playbooks and the Devices screen do: its way back in, its single point of
 * failure, and what removing one of its devices would do (product.md "Rules of the domain", 2, 5, 6, 7 and 11).
 */
import type { ContactKind, Contacts, DeviceType, Identity, MfaDevice } from '../device.ts'
import { lose } from './lose.ts'
import type { Losable } from './refs.ts'
import { NOTHING_SAID } from './said.ts'
import {
  contactState,
  devicesInUse,
  isInUse,
  offeredTypes,
  signsInByPasswordAlone,
  type ContactState,
  type Lost,
} from './standing.ts'
import type { Step } from './steps.ts'
import type { AccessWorld } from './world.ts'

/** Everything that decides who can still sign in. */
export interface Ways {
  readonly identity: Identity
  /** All that are registered at the backend, out of use or not. */
  readonly devices: readonly MfaDevice[]
  readonly contacts?: Contacts | undefined
  /** Others who may act for this identity. An empty list says only that none is known. */
  readonly administrators: readonly { readonly id: string; readonly name: string }[]
}

const NONE: Lost = new Set()

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
  const { email, phone } = ways.contacts ?? {}
  const gone: Losable[] = [...lost].map((deviceId) => ({
    is: 'device',
    ...ALONE,
    identityId: ways.identity.id,
    deviceId,
  }))
  if (email && unreachable.email) gone.push({ is: 'contact', contact: 'email', value: email.value })
  if (phone && unreachable.phone) gone.push({ is: 'contact', contact: 'phone', value: phone.value })
  const losses = gone.map((what) => ({ what, how: 'lost' }) as const)
  // How old the contacts are changes no way.
  const [row] = lose(worldOf(ways), losses, 0).rows
  return wayOf(row?.ways[0]?.steps.at(-1))
}

const ALONE = { backendId: 'alone' }

/** A world of this identity and nothing else; administrators are people who can be asked. */
const worldOf = ({ identity, devices, contacts, administrators }: Ways): AccessWorld => ({
  identities: [
    {
      ...ALONE,
      identity,
      devices,
      contacts: contacts ?? {},
      administrators,
      isOwn: false,
      policy: {
        alternativeFactors: identity.kind === 'root',
        administratorHelps: true,
        isAdministratorListComplete: false,
        hasSupport: true,
      },
    },
  ],
  entries: [],
  keys: [],
  slots: [],
  backups: [],
  said: NOTHING_SAID,
})

function wayOf(last: Step | undefined): WayBack {
  switch (last?.step) {
    case 'password-alone':
    case 'alternative-factors':
    case 'phone-by-administrator':
      return last.step
    case 'use-device':
      return 'other-device'
    case 'administrator-deactivates':
      return 'administrator'
    default:
      return 'support'
  }
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
