/** Keys for the stage: as their makers' own answers look, with long names among them. */
import type { Can, KeyInfo, KeyRow, Passkey, State, Twin } from '../../../shared/contract/index.ts'
import { NOW } from './stage.ts'

const DAY = 86_400_000
const YES: Can = { can: true }
const no = (reason: string): Can => ({ can: false, reason })

export const info = (more: Partial<KeyInfo> = {}): KeyInfo => ({
  speaks: 'ctap2',
  versions: ['FIDO_2_0', 'FIDO_2_1', 'U2F_V2'],
  extensions: ['credProtect', 'hmac-secret', 'largeBlobKey', 'credBlob', 'minPinLength'],
  transports: ['nfc', 'usb'],
  options: {
    rk: true,
    up: true,
    plat: false,
    alwaysUv: false,
    credMgmt: true,
    authnrCfg: true,
    clientPin: true,
    largeBlobs: true,
    pinUvAuthToken: true,
    setMinPINLength: true,
    makeCredUvNotRqd: true,
    'x-vendor-trial': true,
  },
  algorithms: [{ alg: -7, name: 'ES256' }, { alg: -8, name: 'EdDSA' }, { alg: -65_535 }],
  pinProtocols: [2, 1],
  certifications: { 'FIDO-CMVP-2': 2 },
  firmware: '5.7.1',
  maxMessageBytes: 1536,
  maxCredentialsInList: 8,
  maxCredBlobBytes: 32,
  largeBlobBytes: 4096,
  attestationFormats: ['packed'],
  transportsForReset: ['usb'],
  unknown: [{ member: '200', value: "h'0102'" }],
  misordered: 1,
  pin: { isSupported: true, isSet: true, retries: 8, needsPowerCycle: false, mustChange: false, minLength: 4 },
  verification: { isSupported: false, isSet: false },
  passkeysLeft: 13,
  alwaysUv: false,
  enterpriseAttestation: false,
  can: {
    passkeys: YES,
    renamePasskeys: YES,
    setPin: no('pin-set-already'),
    changePin: YES,
    fingerprints: no('no-reader'),
    blobs: YES,
    toggleAlwaysUv: YES,
    enableEnterpriseAttestation: no('not-offered'),
    setMinPinLength: YES,
    longTouchForReset: no('already-on'),
    reset: YES,
    wink: YES,
    select: YES,
  },
  ...more,
})

const SITES: readonly (readonly [rpId: string, userName: string])[] = [
  ['github.com', 'alice-okonkwo'],
  ['google.com', 'alice.okonkwo@gmail.example'],
  ['signin.aws.amazon.com', 'root, Northwind production'],
  ['vault.bitwarden.com', 'alice@okonkwo.example'],
  ['identity.verwaltung.stadt-beispielhausen.example', 'alice.okonkwo-brandt.extern'],
  ['gitlab.com', 'alice'],
  ['id.atlassian.com', 'alice@okonkwo.example'],
  ['login.microsoft.com', 'alice@okonkwo.example'],
  ['accounts.shop.example.co.uk', ''],
  ['fastmail.com', 'alice@okonkwo.example'],
  ['npmjs.com', 'aokonkwo'],
  ['x.example', 'a'],
]

export const passkey = ([rpId, userName]: readonly [string, string], at: number): Passkey => ({
  credentialId: `credential-${at}`,
  rpId,
  ...(userName === '' ? {} : { userName }),
  alg: -7,
  hasLargeBlob: at === 0,
})
export const PASSKEYS: Passkey[] = SITES.map(passkey)
export const many = (count: number): Passkey[] =>
  Array.from({ length: count }, (_, at) => passkey([`site-${String(at).padStart(3, '0')}.example`, `alice-${at}`], at))

const device = (identity: string, at: number): KeyRow['devices'][number] => ({
  ref: { backendId: 'aws', identityId: identity, deviceId: `device-${at}` },
  identity,
  account: 'Northwind production',
  name: 'Blue YubiKey',
})

export const BLUE: KeyRow = {
  id: 'plug-1',
  rememberedId: 'blue',
  name: 'Blue YubiKey',
  recognisedBy: 'serial',
  model: 'YubiKey 5C NFC',
  modelFrom: 'aaguid',
  aaguid: '2fc0579f-8113-47ea-b116-bb5a8db9202a',
  serial: '2419 0772',
  vendorId: 0x1050,
  productId: 0x0407,
  kind: 'usb',
  state: 'ready',
  info: info(),
  passkeys: { list: PASSKEYS, asOf: NOW - 60_000, left: 13 },
  devices: ['Root user', 'alice.okonkwo-brandt', 'oncall', 'carol', 'deploy'].map(device),
}
/** As it is before anything was read from it. */
export const { passkeys: _, ...BLUE_UNREAD } = BLUE

export const NITRO: KeyRow = {
  id: 'plug-2',
  rememberedId: 'nitro',
  name: 'Nitrokey spare',
  recognisedBy: 'enc-identifier',
  model: 'Nitrokey 3A Mini',
  modelFrom: 'aaguid',
  vendorId: 0x20a0,
  productId: 0x42b2,
  kind: 'usb',
  state: 'ready',
  info: info({ firmware: '1.8.0' }),
  devices: [],
}
export const SOLO: KeyRow = {
  id: 'solo',
  rememberedId: 'solo',
  name: 'Office drawer, SoloKey 2',
  model: 'Solo 2',
  modelFrom: 'aaguid',
  kind: 'usb',
  state: 'unplugged',
  passkeys: { list: PASSKEYS.slice(0, 3), asOf: NOW - 44 * DAY, left: 47 },
  devices: [],
  lastSeenAt: NOW - 44 * DAY,
}
export const LONG: KeyRow = {
  id: 'long',
  rememberedId: 'long',
  name: 'Security Key NFC of Maximilian Oyelaran, in the safe on the third floor',
  model: 'Security Key NFC',
  modelFrom: 'aaguid',
  kind: 'usb',
  state: 'unplugged',
  devices: [],
  lastSeenAt: NOW - 175 * DAY,
}
export const BIO: KeyRow = {
  ...NITRO,
  id: 'plug-3',
  rememberedId: 'bio',
  name: 'Desk, with a reader',
  model: 'YubiKey Bio',
  info: info({
    verification: { isSupported: true, isSet: true, kind: 'fingerprint', retries: 5 },
    can: { ...info().can, fingerprints: YES },
  }),
}
export const U2F: KeyRow = {
  id: 'plug-4',
  model: 'FIDO U2F Security Key',
  modelFrom: 'usb',
  kind: 'usb',
  state: 'ready',
  info: {
    ...info({ speaks: 'u2f', versions: ['U2F_V2'], extensions: [], transports: [], options: {}, algorithms: [] }),
    pin: { isSupported: false, isSet: false, needsPowerCycle: false, mustChange: false, minLength: 4 },
    can: {
      ...(Object.fromEntries(Object.keys(info().can).map((name) => [name, no('u2f-only')])) as KeyInfo['can']),
      wink: YES,
    },
  },
  devices: [],
}
const { passkeysLeft: __, ...noPlaces } = U2F.info!
U2F.info = { ...noPlaces, unknown: [], misordered: 0, certifications: {}, pinProtocols: [], attestationFormats: [] }

export const withPin = (row: KeyRow, pin: Partial<KeyInfo['pin']>, can: Partial<KeyInfo['can']> = {}): KeyRow => ({
  ...row,
  info: { ...row.info!, pin: { ...row.info!.pin, ...pin }, can: { ...row.info!.can, ...can } },
})
/** Sets no PIN; the count of tries is not said then. */
export function withoutPin(row: KeyRow): KeyRow {
  const { retries: ___, ...pin } = row.info!.pin
  return {
    ...row,
    info: {
      ...row.info!,
      pin: { ...pin, isSet: false, minLength: 6 },
      can: { ...row.info!.can, setPin: YES, changePin: no('no-pin-set'), passkeys: no('no-pin-set') },
    },
  }
}

export const TWIN: Twin = {
  firstId: 'blue',
  spareId: 'nitro',
  firstName: 'Blue YubiKey',
  spareName: 'Nitrokey spare',
  rows: [
    ...PASSKEYS.map((each, at): Twin['rows'][number] => ({
      id: `row-${at}`,
      what: { is: 'passkey', rpId: each.rpId, ...(each.userName === undefined ? {} : { user: each.userName }) },
      onSpare: at % 5 === 0 ? 'yes' : at === 3 ? 'ticked' : 'no',
      how: 'site',
    })),
    ...BLUE.devices.slice(0, 2).map((each, at): Twin['rows'][number] => ({
      id: `device-${at}`,
      what: {
        is: 'device',
        ref: each.ref,
        identityRef: { backendId: each.ref.backendId, identityId: each.ref.identityId },
        identity: each.identity,
        account: each.account,
        name: each.name,
      },
      onSpare: at === 0 ? 'no' : 'yes',
      how: 'program',
      ...(at === 1 ? { drilledAt: NOW - 3 * DAY } : {}),
    })),
  ],
  firstAsOf: NOW - 60_000,
  spareAsOf: NOW - 2 * DAY,
}

export const keysState = (plugged: KeyRow[], more: Partial<State<'keys'>> = {}): State<'keys'> => ({
  plugged,
  seen: [],
  twins: [],
  developerKey: false,
  ...more,
})
