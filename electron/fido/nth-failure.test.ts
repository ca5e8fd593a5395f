/**
 * The n-th operation of the port fails once (security.md figure 4): every write and every report of every flow, one after
 * the other. A flow ends with a value or a typed error in bounded time; the session is over or goes on working; and the key
 * is as it was before or as it should be after, never in between.
 */
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { toBase64url, utf8 } from '../../shared/kit/index.ts'
import { authenticate, CeremonyError, register, type Person } from './client/index.ts'
import * as ctap2 from './ctap2/index.ts'
import { AnswerError, KeyStatusError, WireError } from './errors.ts'
import { PortClosed, type HidPort } from './hid-port.ts'
import { openSession, type Session } from './session.ts'
import type { Transport } from './transport.ts'
import { createVirtualKey, type KeyState, type VirtualKey } from './virtual/index.ts'

const PIN = '123456'
const ORIGIN = 'https://example.com'
const me: Person = { pin: async () => PIN, touch() {}, verify() {}, choose: async () => 0 }
const challenge = toBase64url(new Uint8Array(32))
const creation = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: toBase64url(utf8('ada')), name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  extensions: { largeBlob: { support: 'required' } },
}

type Fault =
  'the write is refused' | 'the port closes at the write' | 'the report is lost' | 'the port closes at the report'
const FAULTS: readonly Fault[] = [
  'the write is refused',
  'the port closes at the write',
  'the report is lost',
  'the port closes at the report',
]
const isOfWrites = (fault: Fault) => fault.endsWith('write is refused') || fault.endsWith('at the write')

interface Counted extends HidPort {
  readonly writes: number
  readonly reports: number
}

/** The port with one fault at its n-th operation of that kind; counts what passes. */
function failing(port: HidPort, fault?: Fault, at = -1): Counted {
  let [writes, reports] = [0, 0]
  let onReport: (report: Uint8Array) => void = () => {}
  port.onReport((report) => {
    const isTheOne = fault !== undefined && !isOfWrites(fault) && reports === at
    reports += 1
    if (!isTheOne) return onReport(report)
    return fault === 'the report is lost' ? undefined : void port.close()
  })
  return {
    async write(report) {
      const isTheOne = fault !== undefined && isOfWrites(fault) && writes === at
      writes += 1
      if (!isTheOne) return port.write(report)
      if (fault === 'the port closes at the write') await port.close()
      throw new PortClosed()
    },
    onReport: (listener) => void (onReport = listener),
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
    get writes() {
      return writes
    },
    get reports() {
      return reports
    },
  }
}

interface Scene {
  readonly clock: FakeClock
  readonly random: ReturnType<typeof seededRandom>
  readonly key: VirtualKey
  /** Moves time until it is settled; more than twenty minutes is for ever. */
  run<T>(promise: Promise<T>): Promise<T>
}

function scene(state?: KeyState): Scene {
  const clock = new FakeClock()
  const random = seededRandom('n-th failure')
  const key = createVirtualKey({
    clock,
    random,
    person: { touch: async () => 'touched', verify: async () => 'matched', sample: async () => 'good' },
    options: { maxMsgSize: 1024 },
    ...(state === undefined ? {} : { state: { load: () => state, save: () => {} } }),
  })
  return {
    clock,
    random,
    key,
    async run(promise) {
      const given = { isSettled: false }
      void promise.catch(() => undefined).finally(() => (given.isSettled = true))
      const startedAt = clock.now()
      while (!given.isSettled) {
        await new Promise(setImmediate)
        if (!given.isSettled) await clock.advance(250)
        if (clock.now() - startedAt > 1_200_000) throw new Error('it hangs')
      }
      return promise
    },
  }
}

type Sessions = Session<ctap2.Info, ctap2.PinUvAuthToken>
const open = ({ clock, random }: Scene, port: HidPort): Promise<Sessions> =>
  openSession(port, { clock, random, wipe: (token) => token.forget() })

interface Flow {
  readonly name: string
  /** What must be on the key beforehand. */
  readonly before: 'nothing' | 'a PIN' | 'a passkey'
  readonly work: (transport: Transport, signal: AbortSignal, scene: Scene) => Promise<unknown>
  /** What of the key's memory is either as it was or as it should be; never anything else. */
  readonly kept: (state: KeyState) => unknown
}

const access = (transport: Transport, { random }: Scene) => ({ transport, version: 2 as const, random })
const token = (transport: Transport, signal: AbortSignal, at: Scene, permissions: number) =>
  ctap2.clientPin.getTokenUsingPin(access(transport, at), PIN, { permissions }, { signal })
const { credentialManagement: CM, bioEnrollment: BE, largeBlobWrite: LBW } = ctap2.clientPin.PERMISSION

const FLOWS: readonly Flow[] = [
  {
    name: 'register',
    before: 'a PIN',
    work: (transport, signal, at) => register(creation, ORIGIN, { transport, person: me }, at, { signal }),
    kept: ({ credentials }) => credentials.length,
  },
  {
    name: 'authenticate',
    before: 'a passkey',
    work: (transport, signal, at) =>
      authenticate({ challenge, userVerification: 'required' }, ORIGIN, { transport, person: me }, at, { signal }),
    kept: ({ credentials }) => credentials.length,
  },
  {
    name: 'PIN set',
    before: 'nothing',
    work: (transport, signal, at) => ctap2.clientPin.setPIN(access(transport, at), PIN, { signal }),
    kept: ({ pin, pinRetries }) => [pin?.hash, pinRetries],
  },
  {
    name: 'PIN change',
    before: 'a PIN',
    work: (transport, signal, at) => ctap2.clientPin.changePIN(access(transport, at), PIN, '654321', { signal }),
    kept: ({ pin, pinRetries }) => [pin?.hash, pinRetries],
  },
  {
    name: 'credentials listed and deleted',
    before: 'a passkey',
    async work(transport, signal, at) {
      const support = ctap2.credentialManagement.support(await ctap2.getInfo(transport, { signal }))!
      const management = { transport, support, token: await token(transport, signal, at, CM) }
      const [party] = await ctap2.credentialManagement.enumerateRPs(management, { signal })
      const [one] = await ctap2.credentialManagement.enumerateCredentials(management, party!.rpIdHash, { signal })
      await ctap2.credentialManagement.deleteCredential(management, { id: one!.credentialId }, { signal })
    },
    kept: ({ credentials }) => credentials.length,
  },
  {
    name: 'finger enrolled',
    before: 'a PIN',
    async work(transport, signal, at) {
      const command = ctap2.bioEnrollment.command(await ctap2.getInfo(transport, { signal }))!
      const enrolling = { transport, command, token: await token(transport, signal, at, BE) }
      const first = await ctap2.bioEnrollment.enrollBegin(enrolling, undefined, { signal })
      let left = first.remainingSamples
      while (left > 0) {
        const next = ctap2.bioEnrollment.enrollCaptureNextSample(enrolling, first.templateId, undefined, { signal })
        left = (await next).remainingSamples
      }
    },
    kept: ({ fingerprints }) => fingerprints.length,
  },
  {
    name: 'large blob written',
    before: 'a passkey',
    async work(transport, signal, at) {
      const info = await ctap2.getInfo(transport, { signal })
      const size = ctap2.largeBlobs.maxFragmentLength(info)
      const array =
        ctap2.largeBlobArray.readArray(await ctap2.largeBlobs.readLargeBlobs(transport, size, { signal })) ?? []
      const blob = at.random(1_500)
      const written = ctap2.largeBlobArray.writeArray(
        ctap2.largeBlobArray.withBlob(array, new Uint8Array(32).fill(7), blob, at.random),
      )
      await ctap2.largeBlobs.writeLargeBlobs(transport, written, size, await token(transport, signal, at, LBW), {
        signal,
      })
    },
    // Random by its nonce: what counts is whether it is a whole array.
    kept: ({ largeBlobs }) => [
      ctap2.largeBlobArray.readArray(new Uint8Array(Buffer.from(largeBlobs, 'base64url')))?.length,
    ],
  },
]

async function prepared(): Promise<Record<Flow['before'], KeyState>> {
  const at = scene()
  const nothing = at.key.state()
  const session = await at.run(open(at, at.key.port()))
  await at.run(session.run((transport, signal) => ctap2.clientPin.setPIN(access(transport, at), PIN, { signal })))
  const pin = at.key.state()
  await at.run(
    session.run((transport, signal) => register(creation, ORIGIN, { transport, person: me }, at, { signal })),
  )
  await session.close()
  return { nothing, 'a PIN': pin, 'a passkey': at.key.state() }
}
const states = await prepared()

const isTyped = (error: unknown) =>
  [WireError, KeyStatusError, AnswerError, CeremonyError].some((type) => error instanceof type)

/** Runs the flow with one fault; answers whether the fault came about, what was seen and what the key keeps. */
async function once({ before, work, kept }: Flow, fault?: Fault, at = -1) {
  const where = scene(states[before])
  const port = failing(where.key.port(), fault, at)
  const seen: string[] = []
  let session: Sessions | undefined
  try {
    session = await where.run(open(where, port))
    const opened = session
    await where.run(opened.run((transport, signal) => work(transport, signal, where)))
    seen.push('value')
  } catch (error) {
    expect(isTyped(error), `${fault} ${at}: ${String(error)}`).toBe(true)
    seen.push((error as Error).name)
  }
  const counts = { writes: port.writes, reports: port.reports }
  if (session !== undefined && !session.hasEnded) {
    const info = await where.run(session.run((transport, signal) => ctap2.getInfo(transport, { signal })))
    expect(info.versions).toContain('FIDO_2_1')
  }
  await session?.close()
  // Another session finds the key working, whatever became of this one.
  const next = await where.run(open(where, where.key.port()))
  await where.run(next.run((transport, signal) => ctap2.getInfo(transport, { signal })))
  await next.close()
  return { ...counts, seen, state: kept(where.key.state()), hasEnded: session?.hasEnded ?? true }
}

describe.each(FLOWS)('$name', (flow) => {
  it.each(FAULTS)('%s, at every place', { timeout: 120_000 }, async (fault) => {
    const whole = await once(flow)
    expect(whole.seen).toEqual(['value'])
    const places = isOfWrites(fault) ? whole.writes : whole.reports
    expect(places).toBeGreaterThan(2)
    const allowed = [flow.kept(states[flow.before]), whole.state].map((state) => JSON.stringify(state))
    let failures = 0
    for (let place = 0; place < places; place++) {
      const { seen, state } = await once(flow, fault, place)
      expect(allowed, `${fault} ${place}`).toContain(JSON.stringify(state))
      if (seen[0] !== 'value') failures += 1
    }
    // A lost keepalive is no failure; everything else is told.
    expect(failures).toBeGreaterThan(places / 4)
  })
})
