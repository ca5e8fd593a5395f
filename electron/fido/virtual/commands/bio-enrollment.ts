/** authenticatorBioEnrollment, 0x09, and its forerunner 0x40 (CTAP 2.1 §6.7). Fingers are whatever the person's script says. */
import { concat, fromBase64url, toBase64url, utf8 } from '../../../../shared/kit/index.ts'
import { encode, type CborMap, type CborValue } from '../../cbor/index.ts'
import type { Key, Turn } from '../key.ts'
import { MAX_FRIENDLY_NAME_BYTES, SAMPLE_STATUS } from '../options.ts'
import { need, type Params } from '../params.ts'
import type { Fingerprint } from '../state.ts'
import { Refusal, refuse, STATUS } from '../status.ts'
import { authParam, PERMISSION, requireToken } from './authorise.ts'

const IN = {
  modality: 0x01,
  subCommand: 0x02,
  subCommandParams: 0x03,
  pinUvAuthProtocol: 0x04,
  pinUvAuthParam: 0x05,
  getModality: 0x06,
} as const
const SUB_IN = { templateId: 0x01, friendlyName: 0x02, timeoutMs: 0x03 } as const
const OUT = {
  modality: 0x01,
  fingerprintKind: 0x02,
  maxSamples: 0x03,
  templateId: 0x04,
  lastSampleStatus: 0x05,
  remainingSamples: 0x06,
  templateInfos: 0x07,
  maxFriendlyName: 0x08,
} as const
const SUB = {
  enrollBegin: 0x01,
  enrollCaptureNextSample: 0x02,
  cancelCurrentEnrollment: 0x03,
  enumerateEnrollments: 0x04,
  setFriendlyName: 0x05,
  removeEnrollment: 0x06,
  getFingerprintSensorInfo: 0x07,
} as const
const FINGERPRINT = 0x01
const TOUCH_SENSOR = 0x01
/** The longest a client may ask the key to wait, whatever it says. */
const MAX_SAMPLE_MS = 60_000

export function bioEnrollment(key: Key, params: Params, turn: Turn): Promise<CborMap> | CborMap | undefined {
  if (params.bool(IN.getModality)) return new Map([[OUT.modality, FINGERPRINT]])
  if (need(params.uint(IN.modality)) !== FINGERPRINT) return refuse(STATUS.invalidParameter)
  switch (need(params.uint(IN.subCommand))) {
    case SUB.enrollBegin:
      return enrollBegin(key, params, turn)
    case SUB.enrollCaptureNextSample:
      return captureNext(key, params, turn)
    case SUB.cancelCurrentEnrollment:
      key.enrollment = undefined
      return undefined
    case SUB.enumerateEnrollments:
      return enumerate(key, params)
    case SUB.setFriendlyName:
      return setName(key, params)
    case SUB.removeEnrollment:
      return remove(key, params)
    case SUB.getFingerprintSensorInfo:
      return sensorInfo(key)
    default:
      return refuse(STATUS.invalidSubcommand)
  }
}

function sensorInfo({ options }: Key): CborMap {
  const info = new Map<number, CborValue>([
    [OUT.modality, FINGERPRINT],
    [OUT.fingerprintKind, TOUCH_SENSOR],
    [OUT.maxSamples, options.samplesPerFingerprint],
  ])
  return options.profile === 'ctap2.1' ? info.set(OUT.maxFriendlyName, MAX_FRIENDLY_NAME_BYTES) : info
}

/** The message is modality, subcommand and its parameters (§6.7.4 on). */
function authorise(key: Key, params: Params): void {
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const sub = params.params(IN.subCommandParams)
  const head = Uint8Array.of(FINGERPRINT, params.uint(IN.subCommand) ?? 0)
  requireToken(
    key,
    auth,
    PERMISSION.bioEnrollment,
    concat(head, sub === undefined ? new Uint8Array() : encode(sub.map)),
  )
}

async function enrollBegin(key: Key, params: Params, turn: Turn): Promise<CborMap> {
  authorise(key, params)
  if (key.state.fingerprints.length >= key.options.maxFingerprints) return refuse(STATUS.fpDatabaseFull)
  key.enrollment = { id: toBase64url(key.random(8)), remaining: key.options.samplesPerFingerprint }
  const { id } = key.enrollment
  const answer = await sample(key, params, turn)
  return answer.set(OUT.templateId, fromBase64url(id)!)
}

async function captureNext(key: Key, params: Params, turn: Turn): Promise<CborMap> {
  const id = toBase64url(need(need(params.params(IN.subCommandParams)).bytes(SUB_IN.templateId)))
  authorise(key, params)
  if (key.enrollment?.id !== id) return refuse(STATUS.invalidOption)
  return sample(key, params, turn)
}

/** One finger on the sensor. A sample that failed leaves as many to go as before it. */
async function sample(key: Key, params: Params, turn: Turn): Promise<Map<number, CborValue>> {
  const patienceMs = params.params(IN.subCommandParams)?.uint(SUB_IN.timeoutMs)
  const taken = await key
    .ask(turn, (signal) => key.person.sample(signal), Math.min(patienceMs ?? MAX_SAMPLE_MS, MAX_SAMPLE_MS))
    .catch(sampleTimedOut)
  const enrollment = key.enrollment ?? refuse(STATUS.other)
  if (taken === 'good') enrollment.remaining -= 1
  if (enrollment.remaining === 0) {
    key.change({ fingerprints: [...key.state.fingerprints, { id: enrollment.id }] })
    key.enrollment = undefined
  }
  return new Map<number, CborValue>([
    [OUT.lastSampleStatus, SAMPLE_STATUS[taken]],
    [OUT.remainingSamples, enrollment.remaining],
  ])
}

/** That nobody came is a sample's status, not the command's. A cancelled capture ends the command. */
function sampleTimedOut(error: unknown): 'no-user-activity' {
  if (error instanceof Refusal && error.status === STATUS.userActionTimeout) return 'no-user-activity'
  throw error
}

function enumerate(key: Key, params: Params): CborMap {
  authorise(key, params)
  const { fingerprints } = key.state
  if (fingerprints.length === 0) return refuse(STATUS.invalidOption)
  return new Map<number, CborValue>([[OUT.templateInfos, fingerprints.map(templateInfo)]])
}

function templateInfo({ id, name }: Fingerprint): CborValue {
  const info = new Map<number, CborValue>([[SUB_IN.templateId, fromBase64url(id)!]])
  return name === undefined ? info : info.set(SUB_IN.friendlyName, name)
}

function setName(key: Key, params: Params): undefined {
  const sub = need(params.params(IN.subCommandParams))
  const friendlyName = need(sub.text(SUB_IN.friendlyName))
  const fingerprint = named(key, params, sub)
  if (utf8(friendlyName).length > MAX_FRIENDLY_NAME_BYTES) refuse(STATUS.invalidLength)
  const renamed = { ...fingerprint, name: friendlyName }
  key.change({ fingerprints: key.state.fingerprints.map((other) => (other === fingerprint ? renamed : other)) })
}

function remove(key: Key, params: Params): undefined {
  const fingerprint = named(key, params, need(params.params(IN.subCommandParams)))
  key.change({ fingerprints: key.state.fingerprints.filter((other) => other !== fingerprint) })
}

function named(key: Key, params: Params, sub: Params): Fingerprint {
  const id = toBase64url(need(sub.bytes(SUB_IN.templateId)))
  authorise(key, params)
  return key.state.fingerprints.find((other) => other.id === id) ?? refuse(STATUS.invalidOption)
}
