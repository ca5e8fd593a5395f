/** What a key says of itself (getInfo, CTAP 2.1 §6.4) and what can be done with it now, as the page shows it. Pure. */
import type { Can, KeyInfo } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { ctap2 } from '../../fido/index.ts'
import { cborText } from './cbor-text.ts'

const { bioEnrollment, clientPin, config, credentialManagement, largeBlobs, selection } = ctap2

/** What was read from one key. */
export interface KeyFacts {
  /** Absent for a key that speaks U2F alone. */
  readonly info: ctap2.Info | undefined
  /** getPINRetries, where a PIN is set. */
  readonly pin?: clientPinRetries | undefined
  /** getUVRetries, where built-in verification is set. */
  readonly uvRetries?: number | undefined
  /** Of the CTAPHID_INIT answer. */
  readonly canWink: boolean
}
type clientPinRetries = ctap2.clientPin.PinRetries

const YES: Can = { can: true }
const no = (reason: CannotReason): Can => ({ can: false, reason })
/** With words in renderer/i18n/errors.ts. */
export type CannotReason =
  | 'u2f-only'
  | 'not-offered'
  | 'no-pin-set'
  | 'pin-set-already'
  | 'pin-blocked'
  | 'needs-power-cycle'
  | 'preview-cannot-rename'
  | 'no-reader'
  | 'already-on'
  | 'not-over-usb'

export function keyInfo(facts: KeyFacts): KeyInfo {
  const { info } = facts
  return info ? ctap2KeyInfo(info, facts) : u2fKeyInfo(facts)
}

function ctap2KeyInfo(info: ctap2.Info, facts: KeyFacts): KeyInfo {
  const pin = pinState(info, facts)
  return {
    speaks: 'ctap2',
    versions: lines(info.versions),
    extensions: lines(info.extensions ?? []),
    transports: lines(info.transports ?? []),
    options: Object.fromEntries([...info.allOptions].map(([name, isOn]) => [cleanLine(name), isOn])),
    algorithms: (info.algorithms ?? []).map(({ alg }) => ({ alg, ...present('name', algorithmName(alg)) })),
    pinProtocols: [...(info.pinUvAuthProtocols ?? [])],
    certifications: Object.fromEntries(
      [...(info.certifications ?? [])].map(([name, level]) => [cleanLine(name), level]),
    ),
    ...present('firmware', info.firmwareVersion === undefined ? undefined : firmwareText(info.firmwareVersion)),
    ...present('maxMessageBytes', info.maxMsgSize),
    ...present('maxCredentialsInList', info.maxCredentialCountInList),
    ...present('maxCredBlobBytes', info.maxCredBlobLength),
    ...present('largeBlobBytes', info.maxSerializedLargeBlobArray),
    attestationFormats: lines(info.attestationFormats ?? []),
    ...present('pinComplexityPolicy', info.pinComplexityPolicy),
    transportsForReset: lines(info.transportsForReset ?? []),
    ...present('longTouchForReset', info.longTouchForReset),
    unknown: [...info.unknown].map(([member, value]) => ({ member: cborText(member, 64), value: cborText(value) })),
    misordered: info.misordered,
    pin,
    verification: {
      isSupported: info.options.uv !== undefined,
      isSet: info.options.uv === true,
      ...present('kind', uvKind(info)),
      ...present('retries', facts.uvRetries),
    },
    ...present('passkeysLeft', info.remainingDiscoverableCredentials),
    alwaysUv: info.options.alwaysUv === true,
    enterpriseAttestation: info.options.ep === true,
    can: canOf(info, pin, facts),
  }
}

function pinState(info: ctap2.Info, { pin }: KeyFacts): KeyInfo['pin'] {
  return {
    isSupported: clientPin.isSupported(info),
    isSet: info.options.clientPin === true,
    ...present('retries', pin?.pinRetries),
    needsPowerCycle: pin?.powerCycleState === true,
    mustChange: info.forcePINChange === true,
    minLength: info.minPINLength ?? clientPin.MIN_PIN_CODE_POINTS,
    ...present('maxLength', info.maxPINLength),
  }
}

/** Whether the person can be verified now: by the PIN or, where that is set, by the key's own reader. */
function canVerify(info: ctap2.Info, pin: KeyInfo['pin'], byReader: boolean): Can {
  if (byReader && info.options.uv === true) return YES
  if (!pin.isSupported) return no('not-offered')
  if (!pin.isSet) return no('no-pin-set')
  if (pin.retries === 0) return no('pin-blocked')
  return pin.needsPowerCycle ? no('needs-power-cycle') : YES
}

function canOf(info: ctap2.Info, pin: KeyInfo['pin'], { canWink }: KeyFacts): KeyInfo['can'] {
  const hasTokens = clientPin.hasPermissions(info)
  const managed = canVerify(info, pin, hasTokens)
  const configured = canVerify(info, pin, hasTokens && info.options.uvAcfg === true)
  const enrolled = canVerify(info, pin, hasTokens && info.options.uvBioEnroll === true)
  const management = credentialManagement.support(info)
  const passkeys = management ? managed : no('not-offered')
  return {
    passkeys,
    renamePasskeys: management && !management.canUpdateUser ? no('preview-cannot-rename') : passkeys,
    setPin: canSetPin(pin),
    changePin: canChangePin(info, pin),
    fingerprints: bioEnrollment.isSupported(info) ? enrolled : no('no-reader'),
    // The entries' keys come from the list of passkeys.
    blobs: largeBlobs.isSupported(info) ? passkeys : no('not-offered'),
    toggleAlwaysUv: config.canToggleAlwaysUv(info) ? unlessUnprotected(info, configured) : no('not-offered'),
    enableEnterpriseAttestation: once(
      config.canEnableEnterpriseAttestation(info),
      info.options.ep === true,
      unlessUnprotected(info, configured),
    ),
    setMinPinLength: config.canSetMinPINLength(info) ? unlessUnprotected(info, configured) : no('not-offered'),
    longTouchForReset: once(
      config.canEnableLongTouchForReset(info),
      info.longTouchForReset === true,
      unlessUnprotected(info, configured),
    ),
    reset: canReset(info),
    wink: canWink ? YES : no('not-offered'),
    select: selection.canSelect(info) ? YES : no('not-offered'),
  }
}

/** A key without any protection yet is configured without a token (CTAP 2.1 §6.11.1). */
const unlessUnprotected = (info: ctap2.Info, can: Can): Can => (isProtected(info) ? can : YES)
export const isProtected = (info: ctap2.Info): boolean => info.options.clientPin === true || info.options.uv === true

function once(isOffered: boolean, isOn: boolean, can: Can): Can {
  if (!isOffered) return no('not-offered')
  return isOn ? no('already-on') : can
}

function canSetPin(pin: KeyInfo['pin']): Can {
  if (!pin.isSupported) return no('not-offered')
  return pin.isSet ? no('pin-set-already') : YES
}

/** Also for one that does nothing before its PIN was changed. */
const canChangePin = (info: ctap2.Info, pin: KeyInfo['pin']): Can => canVerify(info, pin, false)

/** CTAP 2.2 §6.4, transportsForReset: those by which a reset is taken, where the key says. */
const canReset = ({ transportsForReset }: ctap2.Info): Can =>
  transportsForReset && !transportsForReset.includes('usb') ? no('not-over-usb') : YES

function u2fKeyInfo({ canWink }: KeyFacts): KeyInfo {
  const u2fOnly = no('u2f-only')
  return {
    speaks: 'u2f',
    versions: ['U2F_V2'],
    extensions: [],
    transports: [],
    options: {},
    algorithms: [],
    pinProtocols: [],
    certifications: {},
    attestationFormats: [],
    transportsForReset: [],
    unknown: [],
    misordered: 0,
    pin: { isSupported: false, isSet: false, needsPowerCycle: false, mustChange: false, minLength: 4 },
    verification: { isSupported: false, isSet: false },
    alwaysUv: false,
    enterpriseAttestation: false,
    can: {
      passkeys: u2fOnly,
      renamePasskeys: u2fOnly,
      setPin: u2fOnly,
      changePin: u2fOnly,
      fingerprints: u2fOnly,
      blobs: u2fOnly,
      toggleAlwaysUv: u2fOnly,
      enableEnterpriseAttestation: u2fOnly,
      setMinPinLength: u2fOnly,
      longTouchForReset: u2fOnly,
      reset: u2fOnly,
      wink: canWink ? YES : no('not-offered'),
      select: u2fOnly,
    },
  }
}

/** Bits of the FIDO registry of predefined values §3.1. */
const UV_MODALITY = { fingerprint: 0x02, voice: 0x08, face: 0x10 } as const

/** A reader for fingers is known by its command too, for many keys leave uvModality out. */
function uvKind(info: ctap2.Info): KeyInfo['verification']['kind'] {
  const modality = info.uvModality ?? 0
  if ((modality & UV_MODALITY.fingerprint) !== 0 || bioEnrollment.isSupported(info)) return 'fingerprint'
  if ((modality & UV_MODALITY.face) !== 0) return 'face'
  if ((modality & UV_MODALITY.voice) !== 0) return 'voice'
  return info.options.uv === undefined ? undefined : 'other'
}

const algorithmName = (alg: number): string | undefined =>
  Object.entries(ctap2.COSE_ALGORITHM).find(([, number]) => number === alg)?.[0]

/**
 * "Vendor-defined" (§6.4). Makers who count 5.4.3 put it as 0x00050403, one byte a part; anything smaller or larger is
 * written as the number it is.
 */
export function firmwareText(version: number): string {
  if (version < 0x1_00_00 || version > 0xff_ff_ff) return String(version)
  return [version >> 16, (version >> 8) & 0xff, version & 0xff].join('.')
}

const lines = (texts: readonly string[]): string[] => texts.map(cleanLine)

/** The member, or none at all where there is no value. */
function present<K extends string, T>(name: K, value: T | undefined): { readonly [_ in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [_ in K]?: T })
}
