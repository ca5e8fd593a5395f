/** authenticatorBioEnrollment (CTAP 2.1 §6.7) and the FIDO_2_1_PRE vendor command 0x40, which is the same: fingerprints. */
import { concat } from '../../../shared/kit/index.ts'
import { encode, type CborMap } from '../cbor/index.ts'
import { AnswerError, KeyStatusError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { need, send, toMap, type Answer } from './command.ts'
import type { Info } from './info.ts'

/** §6.7; 0x40 is of the FIDO_2_1_PRE draft, in the vendors' range. */
const BIO_ENROLLMENT = 0x09
const BIO_ENROLLMENT_PREVIEW = 0x40

/** The one modality there is (§6.7). */
const FINGERPRINT = 0x01

/** §6.7. */
const SUB = {
  enrollBegin: 0x01,
  enrollCaptureNextSample: 0x02,
  cancelCurrentEnrollment: 0x03,
  enumerateEnrollments: 0x04,
  setFriendlyName: 0x05,
  removeEnrollment: 0x06,
  getFingerprintSensorInfo: 0x07,
} as const

/** Parameters of the command and of its subcommands (§6.7). */
const P = {
  modality: 0x01,
  subCommand: 0x02,
  subCommandParams: 0x03,
  pinUvAuthProtocol: 0x04,
  pinUvAuthParam: 0x05,
  getModality: 0x06,
} as const
const SP = { templateId: 0x01, templateFriendlyName: 0x02, timeoutMilliseconds: 0x03 } as const

/** Members of the answer (§6.7). */
const M = {
  modality: 0x01,
  fingerprintKind: 0x02,
  maxCaptureSamplesRequiredForEnroll: 0x03,
  templateId: 0x04,
  lastEnrollSampleStatus: 0x05,
  remainingSamples: 0x06,
  templateInfos: 0x07,
  maxTemplateFriendlyName: 0x08,
} as const

/** lastEnrollSampleStatus (§6.7.4, CTAP2_ENROLL_FEEDBACK_*); 0x0c is not given out. */
export const SAMPLE_STATUS = {
  0x00: 'good',
  0x01: 'too-high',
  0x02: 'too-low',
  0x03: 'too-left',
  0x04: 'too-right',
  0x05: 'too-fast',
  0x06: 'too-slow',
  0x07: 'poor-quality',
  0x08: 'too-skewed',
  0x09: 'too-short',
  0x0a: 'merge-failure',
  0x0b: 'exists',
  0x0d: 'no-user-activity',
  0x0e: 'no-user-presence-transition',
} as const
export type SampleStatus = (typeof SAMPLE_STATUS)[keyof typeof SAMPLE_STATUS] | 'unknown'

/** CTAP2_ERR_INVALID_OPTION is how keys answer that no finger is enrolled (§6.7.6). */
const NO_ENROLLMENTS = 0x2c

/** The command of this key, or `undefined` where it has no fingerprints. `bioEnroll` false means: none enrolled yet. */
export function command(info: Info): number | undefined {
  if (info.options.bioEnroll !== undefined) return BIO_ENROLLMENT
  const hasPreview = info.versions.includes('FIDO_2_1_PRE') && info.options.userVerificationMgmtPreview !== undefined
  return hasPreview ? BIO_ENROLLMENT_PREVIEW : undefined
}

export function isSupported(info: Info): boolean {
  return command(info) !== undefined
}

export interface Sensor {
  readonly transport: Transport
  readonly command: number
}

/** What changes something needs a token with the permission `be`. */
export interface Enrolling extends Sensor {
  readonly token: PinUvAuthToken
}

/** getModality (§6.7.1): 1 is fingerprint. */
export async function getModality(sensor: Sensor, options?: MessageOptions): Promise<number> {
  const answer = await send(sensor.transport, sensor.command, { [P.getModality]: true }, options)
  return need(answer.uint(M.modality), M.modality)
}

export interface SensorInfo {
  /** 1 touch, 2 swipe. */
  readonly fingerprintKind: number
  readonly maxCaptureSamplesRequiredForEnroll: number
  /** Bytes of UTF-8; absent from the preview. */
  readonly maxTemplateFriendlyName: number | undefined
}

/** getFingerprintSensorInfo (§6.7.3). */
export async function getFingerprintSensorInfo(sensor: Sensor, options?: MessageOptions): Promise<SensorInfo> {
  const parameters = { [P.modality]: FINGERPRINT, [P.subCommand]: SUB.getFingerprintSensorInfo }
  const answer = await send(sensor.transport, sensor.command, parameters, options)
  return {
    fingerprintKind: need(answer.uint(M.fingerprintKind), M.fingerprintKind),
    maxCaptureSamplesRequiredForEnroll: need(
      answer.uint(M.maxCaptureSamplesRequiredForEnroll),
      M.maxCaptureSamplesRequiredForEnroll,
    ),
    maxTemplateFriendlyName: answer.uint(M.maxTemplateFriendlyName),
  }
}

export interface Sample {
  readonly status: SampleStatus
  readonly remainingSamples: number
}

/** enrollBegin (§6.7.4): the first sample. `timeoutMs` is how long the key waits for a finger. */
export async function enrollBegin(
  enrolling: Enrolling,
  timeoutMs?: number,
  options?: MessageOptions,
): Promise<Sample & { readonly templateId: Uint8Array }> {
  const parameters = timeoutMs === undefined ? undefined : toMap({ [SP.timeoutMilliseconds]: timeoutMs })
  const answer = await authenticated(enrolling, SUB.enrollBegin, parameters, options)
  return { ...readSample(answer), templateId: need(answer.bytes(M.templateId), M.templateId) }
}

/** enrollCaptureNextSample (§6.7.4); the finger is enrolled once no sample remains. */
export async function enrollCaptureNextSample(
  enrolling: Enrolling,
  templateId: Uint8Array,
  timeoutMs?: number,
  options?: MessageOptions,
): Promise<Sample> {
  const parameters = toMap({ [SP.templateId]: templateId, [SP.timeoutMilliseconds]: timeoutMs })
  return readSample(await authenticated(enrolling, SUB.enrollCaptureNextSample, parameters, options))
}

/** cancelCurrentEnrollment (§6.7.5). */
export async function cancelCurrentEnrollment(sensor: Sensor, options?: MessageOptions): Promise<void> {
  const parameters = { [P.modality]: FINGERPRINT, [P.subCommand]: SUB.cancelCurrentEnrollment }
  await send(sensor.transport, sensor.command, parameters, options)
}

export interface Enrollment {
  readonly templateId: Uint8Array
  readonly friendlyName: string | undefined
}

/** enumerateEnrollments (§6.7.6); none where no finger is enrolled. */
export async function enumerateEnrollments(
  enrolling: Enrolling,
  options?: MessageOptions,
): Promise<readonly Enrollment[]> {
  try {
    const answer = await authenticated(enrolling, SUB.enumerateEnrollments, undefined, options)
    return (answer.answers(M.templateInfos) ?? []).map((info) => ({
      templateId: need(info.bytes(SP.templateId), M.templateInfos),
      friendlyName: info.text(SP.templateFriendlyName),
    }))
  } catch (error) {
    if (error instanceof KeyStatusError && error.status === NO_ENROLLMENTS) return []
    throw error
  }
}

/** setFriendlyName (§6.7.7). */
export async function setFriendlyName(
  enrolling: Enrolling,
  templateId: Uint8Array,
  friendlyName: string,
  options?: MessageOptions,
): Promise<void> {
  const parameters = toMap({ [SP.templateId]: templateId, [SP.templateFriendlyName]: friendlyName })
  await authenticated(enrolling, SUB.setFriendlyName, parameters, options)
}

/** removeEnrollment (§6.7.8). */
export async function removeEnrollment(
  enrolling: Enrolling,
  templateId: Uint8Array,
  options?: MessageOptions,
): Promise<void> {
  await authenticated(enrolling, SUB.removeEnrollment, toMap({ [SP.templateId]: templateId }), options)
}

/** pinUvAuthParam is over modality, subcommand and its parameters (§6.7.4 and on). */
function authenticated(
  { transport, command, token }: Enrolling,
  subCommand: number,
  parameters: CborMap | undefined,
  options?: MessageOptions,
): Promise<Answer> {
  const encoded = parameters === undefined ? new Uint8Array() : encode(parameters)
  return send(
    transport,
    command,
    {
      [P.modality]: FINGERPRINT,
      [P.subCommand]: subCommand,
      [P.subCommandParams]: parameters,
      [P.pinUvAuthProtocol]: token.version,
      [P.pinUvAuthParam]: token.authenticate(concat(Uint8Array.of(FINGERPRINT, subCommand), encoded)),
    },
    options,
  )
}

function readSample(answer: Answer): Sample {
  const code = need(answer.uint(M.lastEnrollSampleStatus), M.lastEnrollSampleStatus)
  const remainingSamples = need(answer.uint(M.remainingSamples), M.remainingSamples)
  if (remainingSamples > 255) throw new AnswerError('member-value', M.remainingSamples)
  return { status: (SAMPLE_STATUS as Readonly<Record<number, SampleStatus>>)[code] ?? 'unknown', remainingSamples }
}
