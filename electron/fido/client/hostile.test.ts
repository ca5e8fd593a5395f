/**
 * A key that lies: every answer of an honest key changed by a seeded hand. Each call ends with a value or a typed error.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { virtualBench } from '../../../test/support/fido-client.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { AnswerError, KeyStatusError, MisuseError, WireError } from '../errors.ts'
import * as ctap2 from '../ctap2/index.ts'
import type { Transport } from '../transport.ts'
import { authenticate, CeremonyError, register, type Person } from './index.ts'

const RUNS = Number(process.env['FUZZ'] ?? 300)
const PIN = '123456'
const ORIGIN = 'https://example.com'
const me: Person = { pin: async () => PIN, touch() {}, verify() {}, choose: async () => 0 }
const options = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: toBase64url(utf8('user')), name: 'ada', displayName: 'Ada' },
  challenge: toBase64url(new Uint8Array(32)),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
  extensions: { prf: {}, largeBlob: { support: 'preferred' }, credProps: true, minPinLength: true },
}

/** Flips, cuts, grows or replaces the answer, or leaves it. */
const change = fc.oneof(
  { weight: 2, arbitrary: fc.constant((bytes: Uint8Array) => bytes) },
  fc.record({ at: fc.nat(), value: fc.nat(255) }).map(({ at, value }) => (bytes: Uint8Array) => {
    const out = bytes.slice()
    if (out.length > 0) out[at % out.length] = value
    return out
  }),
  fc.nat().map((at) => (bytes: Uint8Array) => bytes.slice(0, at % (bytes.length + 1))),
  fc.uint8Array({ maxLength: 80 }).map((other) => () => other),
)

function lying(transport: Transport, changes: readonly ((bytes: Uint8Array) => Uint8Array)[]): Transport {
  let at = 0
  const next = (bytes: Uint8Array) => changes[at++ % changes.length]!(bytes)
  return {
    ...transport,
    capabilities: transport.capabilities,
    deviceVersion: transport.deviceVersion,
    cbor: async (command, parameters, options) => next(await transport.cbor(command, parameters, options)),
    msg: async (apdu, options) => next(await transport.msg(apdu, options)),
  }
}

/** Names of the errors that came, and of values. */
const seen = new Set<string>()
async function ends(call: Promise<unknown>): Promise<void> {
  try {
    await call
    seen.add('value')
  } catch (error) {
    const typed = [AnswerError, KeyStatusError, WireError, CeremonyError, MisuseError]
    if (!typed.some((type) => error instanceof type)) throw error
    seen.add((error as Error).name)
  }
}

describe('against changed answers', () => {
  const changes = fc.array(change, { minLength: 1, maxLength: 12 })

  it('both ceremonies end with a value or a typed error', async () => {
    const bench = await virtualBench({ hasFingerprintSensor: false })
    const access = { transport: bench.transport, version: 2 as const, random: bench.parts.random }
    await ctap2.clientPin.setPIN(access, PIN)
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        // Its own clock: a person is never waited for here.
        const parts = { clock: new FakeClock(), random: seededRandom('client') }
        const key = { transport: lying(await bench.replug(), list), person: onceOnly() }
        await ends(bench.run(register(options, ORIGIN, key, parts)))
        const largeBlob = { read: true }
        const request = { challenge: options.challenge, extensions: { prf: { eval: { first: 'AA' } }, largeBlob } }
        await ends(bench.run(authenticate(request, ORIGIN, key, parts)))
      }),
      { numRuns: Math.ceil(RUNS / 10), seed: 4 },
    )
    // Not a test of refusals alone: some changes leave the ceremony whole.
    expect([...seen]).toEqual(expect.arrayContaining(['value', 'AnswerError', 'CeremonyError']))
  })

  it('every command that reads ends with a value or a typed error', async () => {
    const bench = await virtualBench()
    const { transport, parts } = bench
    await ctap2.clientPin.setPIN({ transport, version: 2, random: parts.random }, PIN)
    const info = await ctap2.getInfo(transport)
    const support = ctap2.credentialManagement.support(info)!
    const command = ctap2.bioEnrollment.command(info)!
    await fc.assert(
      fc.asyncProperty(changes, fc.uint8Array({ maxLength: 120 }), async (list, bytes) => {
        const liar = lying({ ...transport, cbor: async () => bytes, msg: async () => bytes }, list)
        const token = new ctap2.PinUvAuthToken(2, new Uint8Array(32))
        const access = { transport: liar, version: 2 as const, random: parts.random }
        const calls = [
          () => ctap2.getInfo(liar),
          () => ctap2.clientPin.getPINRetries(liar),
          () => ctap2.clientPin.getUVRetries(liar),
          () => ctap2.clientPin.getTokenUsingPin(access, PIN, { permissions: 4 }),
          () => ctap2.credentialManagement.getCredsMetadata({ transport: liar, support, token }),
          () => ctap2.credentialManagement.enumerateRPs({ transport: liar, support, token }),
          () =>
            ctap2.credentialManagement.enumerateCredentials({ transport: liar, support, token }, new Uint8Array(32)),
          () => ctap2.bioEnrollment.enumerateEnrollments({ transport: liar, command, token }),
          () => ctap2.bioEnrollment.enrollBegin({ transport: liar, command, token }),
          () => ctap2.largeBlobs.readLargeBlobs(liar, 960),
          () => ctap2.getNextAssertion(liar),
        ]
        for (const call of calls) await ends(call())
        ctap2.largeBlobArray.readArray(bytes)
      }),
      { numRuns: RUNS, seed: 4 },
    )
  })
})

/** Asked for a PIN a second time, the person leaves: a key that lies about PINs can't keep them typing. */
function onceOnly(): Person {
  let asked = 0
  return { ...me, pin: async () => (asked++ < 2 ? PIN : undefined) }
}
