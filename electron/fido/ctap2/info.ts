/**
 * authenticatorGetInfo (CTAP 2.1 §6.4, with the members that 2.2 and 2.3 added). What the key doesn't say is `undefined`;
 * what we don't know is kept in `unknown`.
 */
import { fromUtf8 } from '../../../shared/kit/index.ts'
import type { CborKey, CborMap, CborValue } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { Answer, need, send } from './command.ts'

/** §6.4. */
const GET_INFO = 0x04

/** Members of the answer (§6.4). */
const M = {
  versions: 0x01,
  extensions: 0x02,
  aaguid: 0x03,
  options: 0x04,
  maxMsgSize: 0x05,
  pinUvAuthProtocols: 0x06,
  maxCredentialCountInList: 0x07,
  maxCredentialIdLength: 0x08,
  transports: 0x09,
  algorithms: 0x0a,
  maxSerializedLargeBlobArray: 0x0b,
  forcePINChange: 0x0c,
  minPINLength: 0x0d,
  firmwareVersion: 0x0e,
  maxCredBlobLength: 0x0f,
  maxRPIDsForSetMinPINLength: 0x10,
  preferredPlatformUvAttempts: 0x11,
  uvModality: 0x12,
  certifications: 0x13,
  remainingDiscoverableCredentials: 0x14,
  vendorPrototypeConfigCommands: 0x15,
  // CTAP 2.2 §6.4
  attestationFormats: 0x16,
  uvCountSinceLastPinEntry: 0x17,
  longTouchForReset: 0x18,
  encIdentifier: 0x19,
  transportsForReset: 0x1a,
  pinComplexityPolicy: 0x1b,
  pinComplexityPolicyURL: 0x1c,
  maxPINLength: 0x1d,
  // CTAP 2.3 §6.4
  encCredStoreState: 0x1e,
  authenticatorConfigCommands: 0x1f,
} as const

/** Options that the specification names (§6.4); a key may say others. */
export type OptionId =
  | 'plat'
  | 'rk'
  | 'clientPin'
  | 'up'
  | 'uv'
  | 'pinUvAuthToken'
  | 'noMcGaPermissionsWithClientPin'
  | 'largeBlobs'
  | 'ep'
  | 'bioEnroll'
  | 'userVerificationMgmtPreview'
  | 'uvBioEnroll'
  | 'authnrCfg'
  | 'uvAcfg'
  | 'credMgmt'
  | 'credentialMgmtPreview'
  | 'perCredMgmtRO'
  | 'setMinPINLength'
  | 'makeCredUvNotRqd'
  | 'alwaysUv'

export interface CredentialParameters {
  readonly type: string
  /** COSE algorithm. */
  readonly alg: number
}

export interface Info {
  readonly versions: readonly string[]
  readonly extensions: readonly string[] | undefined
  /** 16 bytes. */
  readonly aaguid: Uint8Array
  /** `undefined` for an option the key does not say, which the specification tells from `false`. */
  readonly options: Readonly<Partial<Record<OptionId, boolean>>>
  /** Every option as the key said it, unknown ones too. */
  readonly allOptions: ReadonlyMap<string, boolean>
  /** Bytes; 1024 is meant where it is absent (§6.4). */
  readonly maxMsgSize: number | undefined
  /** Most preferred first. */
  readonly pinUvAuthProtocols: readonly number[] | undefined
  readonly maxCredentialCountInList: number | undefined
  /** Bytes. */
  readonly maxCredentialIdLength: number | undefined
  readonly transports: readonly string[] | undefined
  readonly algorithms: readonly CredentialParameters[] | undefined
  /** Bytes. */
  readonly maxSerializedLargeBlobArray: number | undefined
  readonly forcePINChange: boolean | undefined
  /** Code points; 4 is meant where it is absent. */
  readonly minPINLength: number | undefined
  readonly firmwareVersion: number | undefined
  /** Bytes. */
  readonly maxCredBlobLength: number | undefined
  readonly maxRPIDsForSetMinPINLength: number | undefined
  readonly preferredPlatformUvAttempts: number | undefined
  /** Bits of the FIDO registry of predefined values, "User Verification Methods". */
  readonly uvModality: number | undefined
  /** Certification to its level. */
  readonly certifications: ReadonlyMap<string, number> | undefined
  readonly remainingDiscoverableCredentials: number | undefined
  readonly vendorPrototypeConfigCommands: readonly (number | bigint)[] | undefined
  readonly attestationFormats: readonly string[] | undefined
  readonly uvCountSinceLastPinEntry: number | undefined
  readonly longTouchForReset: boolean | undefined
  readonly encIdentifier: Uint8Array | undefined
  readonly transportsForReset: readonly string[] | undefined
  readonly pinComplexityPolicy: boolean | undefined
  readonly pinComplexityPolicyURL: string | undefined
  /** Code points. */
  readonly maxPINLength: number | undefined
  readonly encCredStoreState: Uint8Array | undefined
  readonly authenticatorConfigCommands: readonly number[] | undefined
  /** Members we have no name for, as they came. */
  readonly unknown: CborMap
  /** Keys of maps that came out of order; 0 from a key that keeps to the canonical form. */
  readonly misordered: number
}

/** Asks the key what it is. Throws as `send` does, and `AnswerError` for a member of the wrong type. */
export async function getInfo(transport: Transport, options?: MessageOptions): Promise<Info> {
  return readInfo(await send(transport, GET_INFO, undefined, options))
}

export function readInfo(answer: Answer): Info {
  const aaguid = need(answer.bytes(M.aaguid), M.aaguid)
  if (aaguid.length !== 16) throw new AnswerError('member-value', M.aaguid)
  const allOptions = readOptions(answer)
  return {
    versions: need(answer.texts(M.versions), M.versions),
    extensions: answer.texts(M.extensions),
    aaguid,
    options: Object.fromEntries(allOptions) as Info['options'],
    allOptions,
    maxMsgSize: answer.uint(M.maxMsgSize),
    pinUvAuthProtocols: answer.uints(M.pinUvAuthProtocols),
    maxCredentialCountInList: answer.uint(M.maxCredentialCountInList),
    maxCredentialIdLength: answer.uint(M.maxCredentialIdLength),
    transports: answer.texts(M.transports),
    algorithms: answer.answers(M.algorithms)?.map(readAlgorithm),
    maxSerializedLargeBlobArray: answer.uint(M.maxSerializedLargeBlobArray),
    forcePINChange: answer.bool(M.forcePINChange),
    minPINLength: answer.uint(M.minPINLength),
    firmwareVersion: answer.uint(M.firmwareVersion),
    maxCredBlobLength: answer.uint(M.maxCredBlobLength),
    maxRPIDsForSetMinPINLength: answer.uint(M.maxRPIDsForSetMinPINLength),
    preferredPlatformUvAttempts: answer.uint(M.preferredPlatformUvAttempts),
    uvModality: answer.uint(M.uvModality),
    certifications: readCertifications(answer),
    remainingDiscoverableCredentials: answer.uint(M.remainingDiscoverableCredentials),
    vendorPrototypeConfigCommands: answer.list(M.vendorPrototypeConfigCommands)?.map(wholeNumber),
    attestationFormats: answer.texts(M.attestationFormats),
    uvCountSinceLastPinEntry: answer.uint(M.uvCountSinceLastPinEntry),
    longTouchForReset: answer.bool(M.longTouchForReset),
    encIdentifier: answer.bytes(M.encIdentifier),
    transportsForReset: answer.texts(M.transportsForReset),
    pinComplexityPolicy: answer.bool(M.pinComplexityPolicy),
    pinComplexityPolicyURL: readUrl(answer),
    maxPINLength: answer.uint(M.maxPINLength),
    encCredStoreState: answer.bytes(M.encCredStoreState),
    authenticatorConfigCommands: answer.uints(M.authenticatorConfigCommands),
    unknown: readUnknown(answer),
    misordered: answer.misordered,
  }
}

const KNOWN: ReadonlySet<CborKey> = new Set(Object.values(M))

function readUnknown({ members }: Answer): CborMap {
  const unknown = new Map<CborKey, CborValue>()
  for (const [key, value] of members) if (!KNOWN.has(key)) unknown.set(key, value)
  return unknown
}

function readOptions(answer: Answer): ReadonlyMap<string, boolean> {
  const options = new Map<string, boolean>()
  for (const [name, value] of answer.map(M.options) ?? []) {
    if (typeof name !== 'string' || typeof value !== 'boolean') throw new AnswerError('member-type', M.options)
    options.set(name, value)
  }
  return options
}

function readCertifications(answer: Answer): ReadonlyMap<string, number> | undefined {
  const map = answer.map(M.certifications)
  if (map === undefined) return undefined
  const levels = new Map<string, number>()
  for (const [name, level] of map) {
    if (typeof name !== 'string' || typeof level !== 'number') throw new AnswerError('member-type', M.certifications)
    levels.set(name, level)
  }
  return levels
}

function readAlgorithm(answer: Answer): CredentialParameters {
  const alg = answer.members.get('alg')
  if (typeof alg !== 'number') throw new AnswerError('member-type', M.algorithms)
  return { type: need(answer.text('type'), M.algorithms), alg }
}

/** Vendors take random 64-bit numbers (§6.4, vendorPrototypeConfigCommands). */
function wholeNumber(value: CborValue): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  throw new AnswerError('member-type', M.vendorPrototypeConfigCommands)
}

/** A byte string of UTF-8 (CTAP 2.2 §6.4); text from some keys. */
function readUrl(answer: Answer): string | undefined {
  const value = answer.members.get(M.pinComplexityPolicyURL)
  if (!(value instanceof Uint8Array)) return answer.text(M.pinComplexityPolicyURL)
  const url = fromUtf8(value)
  if (url === undefined) throw new AnswerError('member-value', M.pinComplexityPolicyURL)
  return url
}
