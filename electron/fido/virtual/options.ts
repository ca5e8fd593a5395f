/** What a virtual key is made like, and the person who holds it. */
import { fromHex } from '../../../shared/kit/index.ts'

/** Why the key blinks. */
export type TouchPurpose =
  'register' | 'sign-in' | 'excluded' | 'pin-missing' | 'reset' | 'selection' | 'u2f-register' | 'u2f-authenticate'

/** How one sample of a fingerprint went (CTAP 2.1 §6.7, lastEnrollSampleStatus). */
export const SAMPLE_STATUS = {
  good: 0x00,
  'too-high': 0x01,
  'too-low': 0x02,
  'too-left': 0x03,
  'too-right': 0x04,
  'too-fast': 0x05,
  'too-slow': 0x06,
  'poor-quality': 0x07,
  'too-skewed': 0x08,
  'too-short': 0x09,
  'merge-failure': 0x0a,
  exists: 0x0b,
  'no-user-activity': 0x0d,
  'no-user-presence-transition': 0x0e,
} as const
export type SampleStatus = keyof typeof SAMPLE_STATUS

/**
 * The hand on the key. Every promise may stay open: the key itself gives up after 30 s, or when it is told to, and then
 * aborts the signal.
 */
export interface Person {
  touch(purpose: TouchPurpose, signal: AbortSignal): Promise<'touched' | 'declined'>
  /** Built-in user verification: a finger on the sensor. */
  verify(signal: AbortSignal): Promise<'matched' | 'no-match' | 'declined'>
  /** One sample of a finger that is being enrolled. */
  sample(signal: AbortSignal): Promise<SampleStatus>
  /** The key blinks for CTAPHID_WINK. */
  onWink?(): void
}

export interface VirtualKeyOptions {
  /** Which generation of keys this is one of: what getInfo names, and what is offered. */
  readonly profile: 'ctap2.3' | 'ctap2.1' | 'ctap2.1-pre' | 'ctap2.0' | 'u2f'
  /** 16 bytes. */
  readonly aaguid: Uint8Array
  readonly firmwareVersion: number
  /** Major, minor, build of the CTAPHID_INIT answer. */
  readonly deviceVersion: readonly [number, number, number]
  readonly hasFingerprintSensor: boolean
  /** A PIN opens management alone; ceremonies take the sensor (noMcGaPermissionsWithClientPin, CTAP 2.1 §6.4). */
  readonly keepsPinFromCeremonies: boolean
  /** A statement signed with the credential's own key, or with the batch certificate made for this key. */
  readonly attestation: 'self' | 'batch'
  /** Relying parties of vendor-facilitated enterprise attestation (CTAP 2.1 §7.1). */
  readonly enterpriseRpIds: readonly string[]
  readonly maxMsgSize: number
  readonly maxCredentialCountInList: number
  readonly maxDiscoverableCredentials: number
  readonly maxSerializedLargeBlobArray: number
  readonly maxRpIdsForSetMinPinLength: number
  readonly maxFingerprints: number
  readonly samplesPerFingerprint: number
  /** How long after power up a reset is taken (CTAP 2.1 §6.6: 10 seconds). */
  readonly resetWindowMs: number
}

export const DEFAULT_OPTIONS: VirtualKeyOptions = {
  profile: 'ctap2.1',
  aaguid: fromHex('6c617463686b6579b1c5a7f0d2e84390')!,
  firmwareVersion: 1,
  deviceVersion: [1, 0, 0],
  hasFingerprintSensor: true,
  keepsPinFromCeremonies: false,
  attestation: 'batch',
  enterpriseRpIds: [],
  maxMsgSize: 1200,
  maxCredentialCountInList: 8,
  maxDiscoverableCredentials: 25,
  maxSerializedLargeBlobArray: 4096,
  maxRpIdsForSetMinPinLength: 4,
  maxFingerprints: 5,
  samplesPerFingerprint: 4,
  resetWindowMs: 10_000,
}

/** COSE algorithms this key signs with, most preferred first (RFC 9053 §2.1, §2.2; RFC 8812 §2). */
export const ALGORITHM = { es256: -7, eddsa: -8, rs256: -257 } as const
export type Algorithm = (typeof ALGORITHM)[keyof typeof ALGORITHM]

export const offeredAlgorithms = ({ profile }: Pick<VirtualKeyOptions, 'profile'>): readonly Algorithm[] =>
  profile === 'ctap2.3' ? [ALGORITHM.es256, ALGORITHM.eddsa, ALGORITHM.rs256] : [ALGORITHM.es256, ALGORITHM.eddsa]

/** Fixed by how credential ids are made and kept. */
export const MAX_CREDENTIAL_ID_BYTES = 128
export const MAX_CRED_BLOB_BYTES = 32
export const MAX_FRIENDLY_NAME_BYTES = 64
export const MAX_PIN_RETRIES = 8
export const MAX_UV_RETRIES = 5
export const MIN_PIN_LENGTH = 4
export const MAX_PIN_BYTES = 63
/** How long a reset's touch lasts once enableLongTouchForReset was sent (CTAP 2.3 §6.6: at least five seconds). */
export const LONG_TOUCH_MS = 5_000
/** The one vendorPrototype command of this key (CTAP 2.1 §6.11.3): it blinks. */
export const VENDOR_BLINK = 0x6c617463686b6579n
