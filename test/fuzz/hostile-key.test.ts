/**
 * Hostile keys at every command of the client (security.md figure 3): answers that are bent, cut, of other types, huge, or
 * never come. Each call ends with a value or a typed error, and nothing is left unhandled. `FUZZ=100000 npx vitest run
 * test/fuzz/hostile-key.test.ts` runs that many sessions, each of them every command once or two ceremonies.
 */
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encode, type CborKey, type CborMap, type CborValue } from '../../electron/fido/cbor/index.ts'
import { authenticate, CeremonyError, register, type Person } from '../../electron/fido/client/index.ts'
import * as ctap2 from '../../electron/fido/ctap2/index.ts'
import { AnswerError, KeyStatusError, MisuseError, WireError } from '../../electron/fido/errors.ts'
import type { MessageOptions, Transport } from '../../electron/fido/transport.ts'
import * as u2f from '../../electron/fido/u2f/index.ts'
import { concat, toBase64url, utf8 } from '../../shared/kit/index.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'

const sessions = Number(process.env['FUZZ'] ?? 400)
const options = { timeout: 60_000 + sessions * 20 }

const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

/** Values of every type, some of them what a member could be. */
const value = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -300, max: 70_000 }),
    fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.constantFrom<CborValue>(
      true,
      false,
      null,
      '',
      'public-key',
      'packed',
      'FIDO_2_1',
      'U2F_V2',
      'example.com',
      0,
      1,
      2,
      4,
    ),
    fc.uint8Array({ maxLength: 80 }),
    fc.constantFrom(16, 32, 37, 48, 64, 4096).map((length) => new Uint8Array(length).fill(length)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.integer({ min: -4, max: 0x20 }), fc.constantFrom<CborKey>('id', 'type', 'alg', 'name', 'rk')),
          tie('value'),
        ),
        { maxLength: 6 },
      )
      .map((entries) => new Map(entries)),
  ),
})).value

/** Answers that have the members a command looks for, so that readers go on beyond the first. */
const cose = fc.constantFrom<CborMap>(
  new Map<number, CborValue>([
    [1, 2],
    [3, -25],
    [-1, 1],
    [-2, new Uint8Array(32).fill(1)],
    [-3, new Uint8Array(32).fill(2)],
  ]),
  new Map<number, CborValue>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, new Uint8Array(32)],
    [-3, new Uint8Array(32)],
  ]),
  // The point of P-256 that python-fido2's tests use.
  new Map<number, CborValue>([
    [1, 2],
    [3, -25],
    [-1, 1],
    [-2, Uint8Array.from(Buffer.from('0501d5bc78da9252560a26cb08fcc60cbe0b6d3b8e1d1fcee514fac0af675168', 'hex'))],
    [-3, Uint8Array.from(Buffer.from('d551b3ed46f665731f95b4532939c25d91db7eb844bd96d4abd4083785f8df47', 'hex'))],
  ]),
)
const authData = fc
  .record({
    flags: fc.constantFrom(0x00, 0x01, 0x05, 0x41, 0x45, 0x81, 0xc1, 0xff),
    rest: fc.uint8Array({ maxLength: 120 }),
    key: cose,
  })
  .map(({ flags, rest, key }) =>
    concat(
      new Uint8Array(32),
      Uint8Array.of(flags, 0, 0, 0, 9),
      flags & 0x40 ? concat(new Uint8Array(16), Uint8Array.of(0, 4, 1, 2, 3, 4), encode(key)) : new Uint8Array(),
      rest,
    ),
  )
const plausible = fc.record(
  {
    1: fc.oneof(
      cose,
      fc.constant<CborValue>(['FIDO_2_1', 'U2F_V2']),
      fc.constant<CborValue>('packed'),
      fc.nat(300),
      value,
    ),
    2: fc.oneof(authData, fc.uint8Array({ minLength: 48, maxLength: 48 }), fc.nat(300), value),
    3: fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.constant<CborValue>(new Map<CborKey, CborValue>([['id', 'example.com']])),
      fc.nat(300),
      value,
    ),
    4: fc.oneof(
      fc.constant<CborValue>(
        new Map<CborKey, CborValue>([
          ['clientPin', true],
          ['uv', false],
          ['credMgmt', true],
          ['rk', true],
        ]),
      ),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      value,
    ),
    5: fc.oneof(fc.nat(5000), value),
    6: fc.oneof(
      fc.constant<CborValue>([2, 1]),
      fc.constant<CborValue>(new Map<CborKey, CborValue>([['id', new Uint8Array(4)]])),
      fc.nat(300),
      value,
    ),
    7: fc.oneof(
      fc.constant<CborValue>(
        new Map<CborKey, CborValue>([
          ['id', new Uint8Array(4)],
          ['type', 'public-key'],
        ]),
      ),
      value,
    ),
    8: fc.oneof(cose, value),
    9: fc.oneof(fc.nat(5000), value),
  },
  { requiredKeys: [] },
)

type Reply =
  | { is: 'bytes'; bytes: Uint8Array }
  | { is: 'status'; status: number }
  | { is: 'wire'; fault: 'no-answer' | 'malformed' | 'gone' }
  | { is: 'silence' }
const bytes = fc.oneof(
  {
    arbitrary: plausible.map((members) =>
      encode(new Map(Object.entries(members).map(([key, member]) => [Number(key), member as CborValue]))),
    ),
    weight: 8,
  },
  { arbitrary: value.map((one) => encode(one)), weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  { arbitrary: fc.constantFrom(0, 1, 7608).map((length) => new Uint8Array(length).fill(0xa1)), weight: 1 },
)
const bent = fc
  .tuple(bytes, fc.option(fc.tuple(fc.nat(), fc.nat(255))), fc.option(fc.nat(), { freq: 4 }))
  .map(([whole, flip, cut]) => {
    const out = whole.slice()
    if (flip !== null && out.length > 0) out[flip[0] % out.length] = flip[1]
    return cut === null ? out : out.slice(0, cut % (out.length + 1))
  })
const reply: fc.Arbitrary<Reply> = fc.oneof(
  { arbitrary: bent.map((one) => ({ is: 'bytes', bytes: one }) as const), weight: 12 },
  { arbitrary: fc.nat(255).map((status) => ({ is: 'status', status }) as const), weight: 2 },
  {
    arbitrary: fc.constantFrom('no-answer', 'malformed', 'gone').map((fault) => ({ is: 'wire', fault }) as const),
    weight: 1,
  },
)
const hanging = fc.oneof(
  { arbitrary: reply, weight: 12 },
  { arbitrary: fc.constant<Reply>({ is: 'silence' }), weight: 1 },
)

/** Answers in turn, over and over. Silence ends with the caller's signal, as it does over a real wire. */
function hostile(replies: readonly Reply[], cbor = true): Transport {
  let at = 0
  const next = async (signal: AbortSignal | undefined): Promise<Uint8Array> => {
    signal?.throwIfAborted()
    const one = replies[at++ % replies.length]!
    switch (one.is) {
      case 'bytes':
        return one.bytes
      case 'status':
        throw new KeyStatusError(one.status)
      case 'wire':
        throw new WireError(one.fault)
      case 'silence':
        return new Promise((_, reject) => {
          if (signal === undefined) reject(new WireError('no-answer'))
          else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        })
    }
  }
  return {
    capabilities: { wink: true, cbor, msg: true },
    deviceVersion: { major: 1, minor: 0, build: 0 },
    cbor: (_command: number, _parameters: Uint8Array, given?: MessageOptions) => next(given?.signal),
    msg: (_apdu: Uint8Array, given?: MessageOptions) => next(given?.signal),
    ping: async (data: Uint8Array) => data,
    wink: async () => {},
    lock: async () => {},
    close: async () => {},
  }
}

const TYPED = [AnswerError, KeyStatusError, WireError, CeremonyError, MisuseError, u2f.StatusWordError]
/** How often each kind of end came. */
const ends = new Map<string, number>()
async function endsTyped(call: () => Promise<unknown>): Promise<void> {
  const count = (name: string) => ends.set(name, (ends.get(name) ?? 0) + 1)
  try {
    await call()
    count('value')
  } catch (error) {
    if (!TYPED.some((type) => error instanceof type)) throw error
    count((error as Error).name)
  }
}

const random = seededRandom('hostile keys')
const info = { maxMsgSize: 1200, versions: ['FIDO_2_0'], options: { clientPin: true } } as unknown as ctap2.Info

/** Every call that puts a command on the wire. */
function commands(transport: Transport): readonly (() => Promise<unknown>)[] {
  const token = new ctap2.PinUvAuthToken(2, new Uint8Array(32), 0x7f)
  const access = { transport, version: 2 as const, random }
  const management = { transport, support: { command: 0x0a, canUpdateUser: true }, token }
  const enrolling = { transport, command: 0x09, token }
  const configuring = { transport, token }
  const credential = { id: new Uint8Array(4) }
  const hash = new Uint8Array(32)
  const user = { id: utf8('user'), name: 'ada', displayName: 'Ada' }
  const { clientPin, credentialManagement, bioEnrollment, largeBlobs, config, selection } = ctap2
  return [
    () => ctap2.getInfo(transport),
    () => clientPin.getPINRetries(transport),
    () => clientPin.getUVRetries(transport),
    () => clientPin.agree(access),
    () => clientPin.setPIN(access, '123456'),
    () => clientPin.changePIN(access, '123456', '654321'),
    () => clientPin.getPinToken(access, '123456'),
    () => clientPin.getTokenUsingPin(access, '123456', { permissions: 4 }),
    () => clientPin.getTokenUsingUv(access, { permissions: 4 }),
    () =>
      ctap2.makeCredential(transport, {
        clientDataHash: hash,
        rp: { id: 'example.com' },
        user,
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        token,
      }),
    () => ctap2.getAssertions(transport, { rpId: 'example.com', clientDataHash: hash, token }),
    () => ctap2.getNextAssertion(transport),
    () => credentialManagement.getCredsMetadata(management),
    () => credentialManagement.enumerateRPs(management),
    () => credentialManagement.enumerateCredentials(management, hash),
    () => credentialManagement.deleteCredential(management, credential),
    () => credentialManagement.updateUserInformation(management, credential, user),
    () => bioEnrollment.getModality(enrolling),
    () => bioEnrollment.getFingerprintSensorInfo(enrolling),
    () => bioEnrollment.enrollBegin(enrolling),
    () => bioEnrollment.enrollCaptureNextSample(enrolling, credential.id),
    () => bioEnrollment.cancelCurrentEnrollment(enrolling),
    () => bioEnrollment.enumerateEnrollments(enrolling),
    () => bioEnrollment.setFriendlyName(enrolling, credential.id, 'thumb'),
    () => bioEnrollment.removeEnrollment(enrolling, credential.id),
    () => largeBlobs.readLargeBlobs(transport, 1136),
    () => largeBlobs.writeLargeBlobs(transport, new Uint8Array(2000), 1136, token),
    () => config.enableEnterpriseAttestation(configuring),
    () => config.toggleAlwaysUv(configuring),
    () => config.setMinPINLength(configuring, { newMinPINLength: 8 }),
    () => config.enableLongTouchForReset(configuring),
    () => config.vendorPrototype(configuring, 1n),
    () => ctap2.reset(transport),
    () => selection.select(transport, info),
    () => u2f.version(transport),
    () => u2f.register(transport, hash, hash),
    () => u2f.isKnown(transport, hash, credential.id),
    () => u2f.authenticate(transport, hash, hash, credential.id),
  ]
}

it('every command ends with a value or a typed error', options, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 8 }), async (replies) => {
      for (const call of commands(hostile(replies))) await endsTyped(call)
      for (const one of replies) if (one.is === 'bytes') ctap2.largeBlobArray.readArray(one.bytes)
    }),
    { numRuns: sessions },
  )
  expect([...ends.keys()]).toEqual(expect.arrayContaining(['value', 'AnswerError', 'KeyStatusError', 'WireError']))
})

const creation = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: toBase64url(utf8('user')), name: 'ada', displayName: 'Ada' },
  challenge: toBase64url(new Uint8Array(32)),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [{ id: toBase64url(new Uint8Array(4)), type: 'public-key' }],
  extensions: { prf: { eval: { first: 'AA' } }, largeBlob: { support: 'preferred' }, credProps: true, credBlob: 'AA' },
}
const request = {
  challenge: creation.challenge,
  extensions: { prf: { eval: { first: 'AA', second: 'AQ' } }, largeBlob: { write: 'AAAA' }, getCredBlob: true },
}
/** Leaves at the third question: a key that lies about PINs can't keep a person typing. */
function patient(): Person {
  let asked = 0
  return { pin: async () => (asked++ < 2 ? '123456' : undefined), touch() {}, verify() {}, choose: async () => 0 }
}

it('both ceremonies end with a value or a typed error, in time, over CTAP2 and U2F', options, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hanging, { minLength: 1, maxLength: 12 }), fc.boolean(), async (replies, isCtap2) => {
      const clock = new FakeClock()
      const parts = { clock, random }
      const key = () => ({ transport: hostile(replies, isCtap2), person: patient() })
      for (const call of [
        () => register(creation, 'https://example.com', key(), parts),
        () => authenticate(request, 'https://example.com', key(), parts),
        () =>
          authenticate(
            { ...request, allowCredentials: creation.excludeCredentials },
            'https://example.com',
            key(),
            parts,
          ),
      ]) {
        const state = { isOver: false }
        const ended = endsTyped(call).finally(() => (state.isOver = true))
        const startedAt = clock.now()
        for (let i = 0; !state.isOver; i++) {
          await new Promise(setImmediate)
          // Five minutes is a ceremony's time.
          expect(clock.now() - startedAt).toBeLessThanOrEqual(310_000)
          if (!state.isOver && i > 2) await clock.advance(10_000)
        }
        await ended
      }
    }),
    { numRuns: Math.ceil(sessions / 2) },
  )
})

it('nothing was left unhandled', async () => {
  await new Promise(setImmediate)
  expect(unhandled).toEqual([])
})
