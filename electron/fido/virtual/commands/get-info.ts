/** authenticatorGetInfo, 0x04 (CTAP 2.1 §6.4). */
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { ALGORITHM } from '../credential-id.ts'
import type { Key } from '../key.ts'
import { MAX_CRED_BLOB_BYTES, MAX_CREDENTIAL_ID_BYTES } from '../options.ts'

const TOUCH_SENSOR_FINGERPRINT = 0x02

export function getInfo(key: Key): CborMap {
  const { options, state } = key
  const isCurrent = options.profile === 'ctap2.1'
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
  info.set(0x0a, [algorithm(ALGORITHM.es256), algorithm(ALGORITHM.eddsa)])
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
  return info
}

/** §7.2.4: where verification is always asked for, U2F, which has none, is off. */
function versions({ options, state }: Key): CborValue {
  const u2f = state.alwaysUv ? [] : ['U2F_V2']
  if (options.profile === 'ctap2.0') return [...u2f, 'FIDO_2_0']
  const current = options.profile === 'ctap2.1' ? ['FIDO_2_1'] : []
  return [...u2f, 'FIDO_2_0', 'FIDO_2_1_PRE', ...current]
}

function extensions({ options }: Key): CborValue {
  if (options.profile === 'ctap2.0') return ['hmac-secret']
  if (options.profile === 'ctap2.1-pre') return ['credProtect', 'hmac-secret']
  return ['credBlob', 'credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey', 'minPinLength']
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
  if (options.hasFingerprintSensor) {
    table.set('bioEnroll', key.hasBuiltInUv)
    table.set('uvBioEnroll', true)
    table.set('uvAcfg', true)
  }
  return table
}
