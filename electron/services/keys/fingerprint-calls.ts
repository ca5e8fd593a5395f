/** Fingers: read, enrolled, named and removed (CTAP 2.1 §6.7). */
import { callError, type Response } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { fromBase64url, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { AnswerError, ctap2, type Transport } from '../../fido/index.ts'
import { afterChange, isKeyTrouble } from '../errors.ts'
import type { CallContext, Handlers } from '../handlers.ts'
import { approve } from './approve.ts'
import { requireCan, shown, withKey, type Desk } from './desk.ts'
import { handOf, whileItBlinks, type Hand } from './hand.ts'
import type { OpenKey } from './plugged.ts'
import { infoOf, withToken, type Work } from './token.ts'

const { bioEnrollment, clientPin } = ctap2
const ENROL = { permissions: clientPin.PERMISSION.bioEnrollment }
/** fingerprintKind (§6.7.3). */
const KIND: Readonly<Record<number, 'touch' | 'swipe'>> = { 1: 'touch', 2: 'swipe' }

/** A finger takes a dozen samples, and a hasty one some more; a key that is never content would go on for ever. */
const MAX_SAMPLES = 256

type FingerprintCall =
  'keys.readFingerprints' | 'keys.enrolFingerprint' | 'keys.renameFingerprint' | 'keys.removeFingerprint'

export function fingerprintCalls(desk: Desk): Pick<Handlers, FingerprintCall> {
  return {
    'keys.readFingerprints': ({ key }, context) =>
      withReader(desk, key, handOf(context), (open, hand) =>
        withToken(desk, open, hand, ENROL, async (transport, signal, token) => {
          const sensor = sensorOf(open, transport)
          const info = await bioEnrollment.getFingerprintSensorInfo(sensor, { signal })
          const enrolled = await bioEnrollment.enumerateEnrollments({ ...sensor, token }, { signal })
          return {
            fingerprints: enrolled.map(fingerprintOf),
            kind: KIND[info.fingerprintKind] ?? 'unknown',
            samples: info.maxCaptureSamplesRequiredForEnroll,
            ...(info.maxTemplateFriendlyName === undefined ? {} : { maxNameBytes: info.maxTemplateFriendlyName }),
          }
        }),
      ),

    'keys.enrolFingerprint': ({ key, name }, context) =>
      withReader(desk, key, handOf(context), async (open, hand) => {
        try {
          return { fingerprint: await enrol(desk, open, hand, cleanLine(name ?? ''), context) }
        } finally {
          await desk.plugged.refresh(open)
        }
      }),

    async 'keys.renameFingerprint'({ key, fingerprint, name: typed }, context) {
      const name = cleanLine(typed)
      if (name === '') throw callError('bad-request', { fields: [{ field: 'name', reason: 'name-missing' }] })
      await withReader(desk, key, handOf(context), (open, hand) =>
        withToken(desk, open, hand, ENROL, async (transport, signal, token) => {
          const sensor = sensorOf(open, transport)
          await checkName(sensor, name, signal)
          const { templateId } = await find({ ...sensor, token }, fingerprint, signal)
          await bioEnrollment.setFriendlyName({ ...sensor, token }, templateId, name, { signal })
        }),
      )
      return {}
    },

    async 'keys.removeFingerprint'({ key, fingerprint }, context) {
      await withReader(desk, key, handOf(context), async (open, hand) => {
        const look = async (...[transport, signal, token]: Parameters<Work<unknown>>) => {
          const enrolling = { ...sensorOf(open, transport), token }
          const all = await bioEnrollment.enumerateEnrollments(enrolling, { signal })
          const { templateId } = await find(enrolling, fingerprint, signal)
          return { enrolling, templateId, ...losing(all, fingerprint) }
        }
        // Its name is known only with the PIN; the question comes before anything is taken.
        const before = await withToken(desk, open, hand, ENROL, look)
        const approval = await approve(desk, open, hand.confirm, {
          operation: 'keys.removeFingerprint',
          thing: before.name,
          effects: before.effects,
        })
        await withToken(desk, open, hand, ENROL, async (transport, signal, token) => {
          const { enrolling, templateId, effects } = await look(transport, signal, token)
          approval.use(effects)
          await bioEnrollment.removeEnrollment(enrolling, templateId, { signal })
        })
        await desk.plugged.refresh(open)
      })
      return {}
    },
  }
}

const withReader = <T>(desk: Desk, key: string, hand: Hand, work: (open: OpenKey, hand: Hand) => Promise<T>) =>
  withKey(desk, key, hand.signal, (open) => {
    requireCan(open, 'fingerprints')
    return work(open, hand)
  })

function sensorOf(open: OpenKey, transport: Transport): ctap2.bioEnrollment.Sensor {
  const command = bioEnrollment.command(infoOf(open))
  if (command === undefined) throw callError('key-cannot', { reason: 'no-reader' })
  return { transport, command }
}

const fingerprintOf = ({
  templateId,
  friendlyName,
}: ctap2.bioEnrollment.Enrollment): Response<'keys.readFingerprints'>['fingerprints'][number] => {
  const name = friendlyName === undefined ? '' : shown(friendlyName)
  return { id: toBase64url(templateId), ...(name === '' ? {} : { name }) }
}

/** Throws `not-found`. */
async function find(
  enrolling: ctap2.bioEnrollment.Enrolling,
  id: string,
  signal: AbortSignal,
): Promise<ctap2.bioEnrollment.Enrollment> {
  const enrolled = await bioEnrollment.enumerateEnrollments(enrolling, { signal })
  const found = enrolled.find(({ templateId }) => toBase64url(templateId) === id)
  if (!found || !fromBase64url(id)) throw callError('not-found', { what: 'fingerprint' })
  return found
}

function losing(all: readonly ctap2.bioEnrollment.Enrollment[], id: string) {
  const name = all.map(fingerprintOf).find((one) => one.id === id)?.name
  const effect = { effect: 'fingerprint-lost', facts: { id, name: name ?? '' } }
  const last = { effect: 'last-fingerprint', facts: {} }
  return { name, effects: all.length === 1 ? [effect, last] : [effect] }
}

/** Throws `bad-request` where the key does not keep a name as long; the preview does not say. */
async function checkName(sensor: ctap2.bioEnrollment.Sensor, name: string, signal: AbortSignal): Promise<number> {
  const info = await bioEnrollment.getFingerprintSensorInfo(sensor, { signal })
  if (utf8(name).length > (info.maxTemplateFriendlyName ?? 64)) {
    throw callError('bad-request', { fields: [{ field: 'name', reason: 'too-long' }] })
  }
  return info.maxCaptureSamplesRequiredForEnroll
}

/** Sample after sample until none remains. One that was not finished is dropped by the key. */
function enrol(
  desk: Desk,
  open: OpenKey,
  hand: Hand,
  name: string,
  { progress }: CallContext<'keys.enrolFingerprint'>,
): Promise<Response<'keys.enrolFingerprint'>['fingerprint']> {
  return withToken(desk, open, hand, ENROL, async (transport, signal, token) => {
    const enrolling = { ...sensorOf(open, transport), token }
    const samples = await checkName(enrolling, name, signal)
    progress({ doing: 'sample', taken: 0, left: samples })
    const tell = ({ status, remainingSamples }: ctap2.bioEnrollment.Sample) =>
      progress({
        doing: 'sample',
        status,
        taken: Math.max(0, samples - remainingSamples),
        left: remainingSamples,
      })
    const asking = <T>(send: (options: { onKeepalive: (status: number) => void; signal: AbortSignal }) => Promise<T>) =>
      whileItBlinks(
        desk,
        open,
        'finger',
        () => {},
        (onKeepalive) => send({ onKeepalive, signal }),
      )
    let isWhole = false
    try {
      const first = await asking((options) => bioEnrollment.enrollBegin(enrolling, undefined, options))
      tell(first)
      let { remainingSamples } = first
      for (let taken = 1; remainingSamples > 0; taken++) {
        if (taken > MAX_SAMPLES) throw new AnswerError('member-value', 'remainingSamples')
        const next = await asking((options) =>
          bioEnrollment.enrollCaptureNextSample(enrolling, first.templateId, undefined, options),
        )
        tell(next)
        remainingSamples = next.remainingSamples
      }
      isWhole = true
      // The finger is on the key now, with or without its name.
      if (name !== '') {
        await bioEnrollment.setFriendlyName(enrolling, first.templateId, name, { signal }).catch((error: unknown) => {
          throw afterChange(error)
        })
      }
      return { id: toBase64url(first.templateId), ...(name === '' ? {} : { name }) }
    } finally {
      // Not by the signal, which may be why.
      if (!isWhole) await bioEnrollment.cancelCurrentEnrollment(enrolling).catch(unlessBroken)
    }
  })
}

/** What keeps it from being dropped is what ended it. */
function unlessBroken(error: unknown): void {
  if (!isKeyTrouble(error)) throw error
}
