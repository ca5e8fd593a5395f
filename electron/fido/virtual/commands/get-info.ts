/** authenticatorGetInfo, 0x04 (CTAP 2.1 §6.4; members from 0x15 on are of CTAP 2.2 and 2.3). */
import { concat, utf8 } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import type { Key } from '../key.ts'
import { aesEncrypt, hkdfSha256 } from '../crypto.ts'
import {
  MAX_CRED_BLOB_BYTES,
  MAX_CREDENTIAL_ID_BYTES,
  MAX_PIN_BYTES,
  offeredAlgorithms,
  VENDOR_BLINK,
} from '../options.ts'
import { configCommands } from './authenticator-config.ts'

const TOUCH_SENSOR_FINGERPRINT = 0x02

export function getInfo(key: Key): CborMap {
  const { options, state } = key
  const { isCurrent } = key
  const info = new Map<number, CborValue>([
    [0x01, versions(key)],
    [0x02, extensions(key)],
    [0x03, options.aaguid],
    [0x04, offered(key)],
    [0x05, options.maxMsgSize],
    [0x06, isCurrent ? [2, 1] : [1]],
  ])
  if (options.profile === 'ctap2.0') return info
  info.set(0x07, options.maxCredentialCountInList)
  info.set(0x08, MAX_CREDENTIAL_ID_BYTES)
  info.set(0x09, ['usb'])
  info.set(0x0a, offeredAlgorithms(options).map(algorithm))
  if (!isCurrent) return info
  info.set(0x0b, options.maxSerializedLargeBlobArray)
  info.set(0x0c, state.forcePinChange)
  info.set(0x0d, state.minPinLength)
  info.set(0x0e, options.firmwareVersion)
  info.set(0x0f, MAX_CRED_BLOB_BYTES)
  info.set(0x10, options.maxRpIdsForSetMinPinLength)
  if (options.hasFingerprintSensor) {
    info.set(0x11, 3)
    info.set(0x12, TOUCH_SENSOR_FINGERPRINT)
  }
  info.set(0x14, options.maxDiscoverableCredentials - state.credentials.length)
  if (key.isLatest) addLatest(key, info)
  return info
}

function addLatest(key: Key, info: Map<number, CborValue>): void {
  const { options, state } = key
  info.set(0x15, [VENDOR_BLINK])
  // `none` is always given and never listed.
  info.set(0x16, ['packed'])
  if (options.hasFingerprintSensor) info.set(0x17, state.uvCountSinceLastPinEntry ?? 0)
  info.set(0x18, state.longTouchForReset ?? false)
  info.set(0x19, sealed(key, 'encIdentifier', key.deviceIdentifier))
  info.set(0x1a, ['usb'])
  info.set(0x1b, state.pinComplexityPolicy ?? false)
  info.set(0x1d, MAX_PIN_BYTES)
  info.set(0x1e, sealed(key, 'encCredStoreState', key.credentialStoreState))
  info.set(0x1f, configCommands(key))
}

/** IV and AES-128-CBC under HKDF of the persistent token: readable to who holds it, another each time to everyone else. */
function sealed(key: Key, label: string, block: Uint8Array): Uint8Array {
  const iv = key.random(16)
  return concat(iv, aesEncrypt(hkdfSha256(key.persistentToken, new Uint8Array(32), utf8(label), 16), iv, block))
}

/** §7.2.4: where verification is always asked for, U2F, which has none, is off. `FIDO_2_2` "MUST not be present" (CTAP 2.3 §6.4). */
function versions({ options, state, isCurrent, isLatest }: Key): CborValue {
  const u2f = state.alwaysUv ? [] : ['U2F_V2']
  if (options.profile === 'ctap2.0') return [...u2f, 'FIDO_2_0']
  const current = isCurrent ? ['FIDO_2_1'] : []
  const latest = isLatest ? ['FIDO_2_3'] : []
  return [...u2f, 'FIDO_2_0', 'FIDO_2_1_PRE', ...current, ...latest]
}

function extensions({ options, isLatest }: Key): CborValue {
  if (options.profile === 'ctap2.0') return ['hmac-secret']
  if (options.profile === 'ctap2.1-pre') return ['credProtect', 'hmac-secret']
  const latest = isLatest ? ['pinComplexityPolicy', 'thirdPartyPayment'] : []
  return ['credBlob', 'credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey', 'minPinLength', ...latest]
}

const algorithm = (alg: number): CborValue =>
  new Map<string, CborValue>([
    ['alg', alg],
    ['type', 'public-key'],
  ])

function offered(key: Key): CborMap {
  const { options, state } = key
  const table = new Map<string, CborValue>([
    ['rk', true],
    ['up', true],
    ['plat', false],
    ['clientPin', key.hasPin],
  ])
  if (options.hasFingerprintSensor) table.set('uv', key.hasBuiltInUv)
  if (options.profile === 'ctap2.0') return table
  table.set('credentialMgmtPreview', true)
  if (options.hasFingerprintSensor) table.set('userVerificationMgmtPreview', key.hasBuiltInUv)
  if (options.profile === 'ctap2.1-pre') return table
  table.set('pinUvAuthToken', true)
  table.set('largeBlobs', true)
  table.set('ep', state.enterpriseAttestation)
  table.set('authnrCfg', true)
  table.set('credMgmt', true)
  table.set('setMinPINLength', true)
  table.set('makeCredUvNotRqd', key.allowsRegistrationWithoutUv)
  table.set('alwaysUv', state.alwaysUv)
  if (options.keepsPinFromCeremonies) table.set('noMcGaPermissionsWithClientPin', true)
  if (key.isLatest) table.set('perCredMgmtRO', true)
  if (options.hasFingerprintSensor) {
    table.set('bioEnroll', key.hasBuiltInUv)
    table.set('uvBioEnroll', true)
    table.set('uvAcfg', true)
  }
  return table
}
