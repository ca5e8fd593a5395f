/** A world for What if?, much like the visual reference's, asked through the engine itself: pictures show what it really says. */
import type { LosableRow, Report, State, WeakPointRow } from '../../../shared/contract/index.ts'
import {
  losables,
  lose,
  NOTHING_SAID,
  policyOf,
  THIS_COMPUTER,
  weakPoints,
  type AccessWorld,
  type EntryNode,
  type IdentityNode,
  type Losable,
  type LossItem,
  type Outcome,
} from '../../../shared/domain/loss/index.ts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { bestSteps } from '../../../electron/services/whatif/help.ts'
import { namesOf } from '../../../electron/services/whatif/names.ts'
import { reportOf } from '../../../electron/services/whatif/report.ts'
import { NOW } from './stage.ts'

const DAY = 86_400_000
const SITES = [
  'GitHub',
  'Proton Mail',
  'Hetzner Cloud',
  'Fastmail',
  'Bitwarden',
  'GitLab',
  'npm',
  'Cloudflare',
  'Signaturdienst der Gemeinsamen Geschäftsstelle Elektronischer Rechtsverkehr',
]

const device = (id: string, type: MfaDevice['type'], name: string): MfaDevice => ({
  id,
  type,
  name,
  health: { state: type === 'fido' ? 'in-order' : 'in-sync' },
})

const identity = (
  id: string,
  kind: 'root' | 'user',
  name: string,
  account: string,
  devices: readonly MfaDevice[],
  more: Partial<IdentityNode> = {},
): IdentityNode => ({
  backendId: 'aws',
  identity: { id, kind, name, account, isAdministrator: false },
  devices,
  contacts: undefined,
  administrators: [],
  isOwn: true,
  policy: { ...policyOf('aws-iam', { kind }), isAdministratorListComplete: true },
  ...more,
})

const entry = (at: number, issuer: string): EntryNode => ({
  id: `entry-${at}`,
  issuer,
  account: at % 3 === 0 ? 'alice@okonkwo.example' : 'alice-okonkwo',
  createdAt: NOW - 100 * DAY,
})

const on = (identityId: string, deviceId: string) => ({ backendId: 'aws', identityId, deviceId })
const PRODUCTION = 'Northwind production'
const STAGING = 'Northwind staging'

/** `entries`: how many codes are in the vault. */
export function sampleWorld(entries = 42): AccessWorld {
  const codes = Array.from({ length: entries }, (_, at) => entry(at, SITES[at] ?? `Service ${at + 1}`))
  return {
    identities: [
      identity(
        'root',
        'root',
        'Root user',
        PRODUCTION,
        [device('root-blue', 'fido', 'Blue YubiKey'), device('root-pixel', 'virtual-totp', 'Pixel 8, root')],
        {
          contacts: {
            email: { value: 'alice@okonkwo.example', confirmedAt: NOW - 91 * DAY },
            phone: { value: '+31 20 555 0148', confirmedAt: NOW - 426 * DAY },
          },
        },
      ),
      identity(
        'breakglass',
        'user',
        'breakglass-administrator.staging',
        STAGING,
        [device('bg-pixel', 'virtual-totp', 'Pixel 8, breakglass')],
        { administrators: [{ id: 'carol', name: 'carol.vasquez-ono' }] },
      ),
      identity(
        'alice',
        'user',
        'alice.okonkwo-brandt',
        PRODUCTION,
        [
          device('alice-blue', 'fido', 'Blue YubiKey'),
          device('alice-nitro', 'fido', 'Nitrokey'),
          device('alice-token', 'hardware-totp', 'Feitian token'),
        ],
        { administrators: [{ id: 'carol', name: 'carol.vasquez-ono' }] },
      ),
      identity(
        'dmitri',
        'user',
        'dmitri.lindqvist',
        PRODUCTION,
        [device('dm-pixel', 'virtual-totp', 'Pixel 8, dmitri')],
        {
          administrators: [
            { id: 'carol', name: 'carol.vasquez-ono' },
            { id: 'x', name: 'oncall' },
          ],
        },
      ),
    ],
    entries: codes,
    keys: [
      {
        id: 'blue',
        name: 'Blue YubiKey',
        passkeys: [
          { rpId: 'signaturportal.behoerden.example', userId: 'c2ln', userName: 'alice.okonkwo-brandt.extern' },
          { rpId: 'github.com', userId: 'Z2g', userName: 'alice-okonkwo' },
        ],
        devices: [on('root', 'root-blue'), on('alice', 'alice-blue')],
      },
      { id: 'nitro', name: 'Nitrokey spare', passkeys: [], devices: [on('alice', 'alice-nitro')] },
    ],
    slots: [
      { id: 'slot-pass', kind: 'passphrase', label: '' },
      { id: 'slot-blue', kind: 'security-key', label: 'Blue YubiKey', key: 'blue' },
    ],
    backups: [{ id: 'last-backup', name: '', madeAt: NOW - 200 * DAY, passphrase: 'of-vault' }],
    said: {
      ...NOTHING_SAID,
      things: [
        { id: 'pixel', kind: 'phone', name: 'Pixel 8' },
        { id: 'iphone', kind: 'phone', name: 'Old iPhone 12' },
        { id: 'sheet', kind: 'sheet', name: 'Sheet in the safe' },
      ],
      copies: [
        { of: { is: 'device', ...on('root', 'root-pixel') }, on: 'pixel' },
        { of: { is: 'device', ...on('breakglass', 'bg-pixel') }, on: 'pixel' },
        { of: { is: 'device', ...on('dmitri', 'dm-pixel') }, on: 'pixel' },
        { of: { is: 'entry', entryId: 'entry-1' }, on: 'iphone' },
      ],
      recoveryCodes: [{ of: { is: 'entry', entryId: 'entry-2' }, on: 'sheet' }],
      sameAccount: [{ site: { rpId: 'github.com', userId: 'Z2g' }, entryId: 'entry-0' }],
      everyWayKnown: [{ is: 'site', rpId: 'signaturportal.behoerden.example', userId: 'c2ln' }],
    },
  }
}

/** A new vault and nothing in it. */
export const emptyWorld = (): AccessWorld => ({
  identities: [],
  entries: [],
  keys: [],
  slots: [],
  backups: [],
  said: NOTHING_SAID,
})

const GROUPS: Readonly<Record<Losable['is'], LosableRow['group']>> = {
  thing: 'places',
  key: 'keys',
  device: 'devices',
  entry: 'places',
  passkey: 'keys',
  slot: 'vault',
  backup: 'backups',
  contact: 'contacts',
  passphrase: 'vault',
  password: 'places',
}

export function topicOf(world: AccessWorld, weak: Partial<State<'whatif'>['weakPoints']> = {}): State<'whatif'> {
  const names = namesOf(world)
  return {
    losables: losables(world).map((what) => ({
      ...names.losable(what),
      group: what.is === 'thing' && what.thing === THIS_COMPUTER ? 'computer' : GROUPS[what.is],
    })),
    said: { ...world.said, othersIdentities: [] },
    weakPoints: { isChecking: false, count: 0, newSince: 0, ...weak },
    backends: [],
  }
}

const WORST: readonly Outcome[] = ['locked', 'unknown', 'support', 'administrator', 'alternative-factors', 'opens']

export function weakRows(world: AccessWorld): WeakPointRow[] {
  const names = namesOf(world)
  return weakPoints(world)
    .map(({ what, accounts }, at) => ({
      what: names.losable(what),
      outcome: accounts[0]!.outcome,
      accounts: accounts.length,
      worst: names.account(accounts[0]!.account),
      isNew: at === 1,
    }))
    .toSorted((a, b) => WORST.indexOf(a.outcome) - WORST.indexOf(b.outcome))
}

export const answerOf = (world: AccessWorld, losses: readonly LossItem[], from = 0, most = 500): Report => ({
  ...reportOf(world, lose(world, losses, NOW), lose(world, [], NOW), { from, most }),
  digest: '',
})

export const stepsOf = (world: AccessWorld, losses: readonly LossItem[], most = 4) =>
  [...bestSteps(world, losses, NOW, most)].filter((step) => step !== undefined)
