import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse, type WebAuthnCredential } from '@simplewebauthn/server' // prettier-ignore
import { decode as decodeForeign } from 'cborg'
import { AuthenticatorEmulator } from 'nid-webauthn-emulator'
import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import { chooseProtocol, clientPin, getInfo, STATUS } from '../ctap2/index.ts'
import { ScriptedTransport, virtualBench, type VirtualBench } from '../../../test/support/fido-client.ts'
import type { Transport } from '../transport.ts'
import { authenticate, register, type Person, type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON } from './index.ts' // prettier-ignore

const ORIGIN = 'https://login.example.com'
const RP_ID = 'example.com'
const CHALLENGE = toBase64url(new Uint8Array(32).fill(7))

function person(pins: readonly string[] = [], choice = 0) {
  const left = [...pins]
  const asked: string[] = []
  const one: Person = {
    pin: async ({ retries, wasWrong }) => {
      asked.push(`pin ${retries} ${wasWrong ? 'wrong' : 'first'}`)
      return left.shift()
    },
    touch: () => void asked.push('touch'),
    verify: () => void asked.push('verify'),
    choose: async (accounts) => {
      asked.push(`choose ${accounts.length}`)
      return choice
    },
  }
  return { ...one, asked }
}

function creation(
  change: Partial<PublicKeyCredentialCreationOptionsJSON> = {},
): PublicKeyCredentialCreationOptionsJSON {
  return {
    rp: { id: RP_ID, name: 'Example' },
    user: { id: toBase64url(utf8('user 1')), name: 'ada', displayName: 'Ada' },
    challenge: CHALLENGE,
    pubKeyCredParams: [
      { type: 'public-key', alg: -8 },
      { type: 'public-key', alg: -7 },
    ],
    ...change,
  }
}
function request(change: Partial<PublicKeyCredentialRequestOptionsJSON> = {}): PublicKeyCredentialRequestOptionsJSON {
  return { rpId: RP_ID, challenge: CHALLENGE, ...change }
}

async function setPin({ transport, parts }: VirtualBench, pin: string) {
  const version = chooseProtocol((await getInfo(transport)).pinUvAuthProtocols)!
  await clientPin.setPIN({ transport, version, random: parts.random }, pin)
}

type Answer = Awaited<ReturnType<typeof register>>
async function checkRegistration(answer: Answer, requireUserVerification = false): Promise<WebAuthnCredential> {
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: answer as never,
    expectedChallenge: CHALLENGE,
    expectedOrigin: ORIGIN,
    expectedRPID: RP_ID,
    requireUserVerification,
    supportedAlgorithmIDs: [-7, -8, -257],
  })
  expect(verified).toBe(true)
  return registrationInfo!.credential
}
async function checkAssertion(
  answer: Awaited<ReturnType<typeof authenticate>>,
  credential: WebAuthnCredential,
  requireUserVerification = false,
  expectedRPID = RP_ID,
) {
  const { verified } = await verifyAuthenticationResponse({
    response: answer as never,
    expectedChallenge: CHALLENGE,
    expectedOrigin: ORIGIN,
    expectedRPID,
    credential,
    requireUserVerification,
  })
  expect(verified).toBe(true)
}
const allow = (...ids: string[]) => ids.map((id) => ({ id, type: 'public-key' }))

describe.each(['ctap2.1', 'ctap2.1-pre', 'ctap2.0'] as const)('with a key of %s', (profile) => {
  it('a credential that was made signs in, and @simplewebauthn/server agrees', async () => {
    const bench = await virtualBench({ profile })
    const me = person()
    const key = { transport: bench.transport, person: me }
    const made = await bench.run(register(creation({ attestation: 'direct' }), ORIGIN, key, bench.parts))
    const credential = await checkRegistration(made)
    expect(made.id).toBe(credential.id)
    const signed = await bench.run(
      authenticate(request({ allowCredentials: allow(made.id) }), ORIGIN, key, bench.parts),
    )
    await checkAssertion(signed, credential)
  })

  it('the person is verified by PIN; a wrong one is asked again, each submit one attempt on the wire', async () => {
    const bench = await virtualBench({ profile, hasFingerprintSensor: false })
    await bench.run(setPin(bench, '123456'))
    const me = person(['0000', '123456', '123456'])
    const key = { transport: bench.transport, person: me }
    bench.sent.length = 0
    const made = await bench.run(
      register(creation({ authenticatorSelection: { residentKey: 'required', userVerification: 'required' } }), ORIGIN, key, bench.parts), // prettier-ignore
    )
    expect(me.asked.filter((one) => one.startsWith('pin'))).toEqual(['pin 8 first', 'pin 7 wrong'])
    // Subcommands 5 and 9 carry a PIN.
    const attempts = bench.sent.filter(({ command, parameters }) => command === 0x06 && [5, 9].includes(parameters[4]!))
    expect(attempts.length).toBe(2)
    const credential = await checkRegistration(made, true)
    const signed = await bench.run(authenticate(request({ userVerification: 'required' }), ORIGIN, key, bench.parts))
    await checkAssertion(signed, credential, true)
    expect(signed.response.userHandle).toBe(toBase64url(utf8('user 1')))
  })

  it('a key that already has one of the excludeList is found, however long the list', async () => {
    const bench = await virtualBench({ profile })
    const key = { transport: bench.transport, person: person() }
    const made = await bench.run(register(creation(), ORIGIN, key, bench.parts))
    const others = Array.from({ length: 20 }, (_, i) => toBase64url(new Uint8Array(64).fill(i + 1)))
    const again = register(creation({ excludeCredentials: allow(...others, made.id) }), ORIGIN, key, bench.parts)
    await expect(bench.run(again)).rejects.toMatchObject({ fault: 'already-registered' })
    const fresh = await bench.run(
      register(creation({ excludeCredentials: allow(...others) }), ORIGIN, key, bench.parts),
    )
    const found = await bench.run(
      authenticate(request({ allowCredentials: allow(...others, fresh.id) }), ORIGIN, key, bench.parts),
    )
    expect(found.id).toBe(fresh.id)
    const none = authenticate(request({ allowCredentials: allow(...others) }), ORIGIN, key, bench.parts)
    await expect(bench.run(none)).rejects.toMatchObject({ fault: 'no-credential' })
  })
})

it('of several accounts the person chooses', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const me = person(['123456', '123456', '123456'], 1)
  const key = { transport: bench.transport, person: me }
  const selection = { authenticatorSelection: { residentKey: 'required' } }
  const first = await bench.run(register(creation(selection), ORIGIN, key, bench.parts))
  const user = { id: toBase64url(utf8('user 2')), name: 'bob', displayName: 'Bob' }
  await bench.run(register(creation({ ...selection, user }), ORIGIN, key, bench.parts))
  const signed = await bench.run(authenticate(request(), ORIGIN, key, bench.parts))
  expect(me.asked).toContain('choose 2')
  expect(signed.id).toBe(first.id)
  await checkAssertion(signed, await checkRegistration(first), true)
})

it('prf gives the same secret each time, another for another input, and per credential', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const key = { transport: bench.transport, person: person(Array.from({ length: 8 }, () => '123456')) }
  const made = await bench.run(register(creation({ extensions: { prf: {} } }), ORIGIN, key, bench.parts))
  expect(made.clientExtensionResults.prf?.enabled).toBe(true)
  const [one, two] = [toBase64url(utf8('one')), toBase64url(utf8('two'))]
  const ask = async (prf: NonNullable<PublicKeyCredentialRequestOptionsJSON['extensions']>['prf']) => {
    const options = request({ allowCredentials: allow(made.id), extensions: { prf } })
    return (await bench.run(authenticate(options, ORIGIN, key, bench.parts))).clientExtensionResults.prf?.results
  }
  const both = await ask({ eval: { first: one, second: two } })
  expect(both?.first).not.toBe(both?.second)
  expect(fromBase64url(both!.first)!.length).toBe(32)
  expect(await ask({ eval: { first: two } })).toEqual({ first: both!.second })
  expect(await ask({ eval: { first: two }, evalByCredential: { [made.id]: { first: one } } })).toEqual({
    first: both!.first,
  })
})

it('a large blob is written, and read again', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const key = { transport: bench.transport, person: person(['123456', '123456', '123456']) }
  const made = await bench.run(
    register(creation({ authenticatorSelection: { residentKey: 'required' }, extensions: { largeBlob: { support: 'required' }, credProps: true } }), ORIGIN, key, bench.parts), // prettier-ignore
  )
  expect(made.clientExtensionResults).toMatchObject({ largeBlob: { supported: true }, credProps: { rk: true } })
  // Incompressible and longer than a fragment.
  const blob = toBase64url(bench.parts.random(1500))
  const ask = (largeBlob: { read: true } | { write: string }) =>
    bench.run(authenticate(request({ extensions: { largeBlob } }), ORIGIN, key, bench.parts))
  expect((await ask({ write: blob })).clientExtensionResults.largeBlob).toEqual({ written: true })
  expect((await ask({ read: true })).clientExtensionResults.largeBlob).toEqual({ blob })
})

it('a U2F-only key registers and signs in by its own messages, waiting for the touch', async () => {
  const bench = await virtualBench({ profile: 'u2f' })
  const key = { transport: bench.transport, person: person() }
  const made = await bench.run(register(creation({ attestation: 'direct' }), ORIGIN, key, bench.parts))
  const credential = await checkRegistration(made)
  const signed = await bench.run(authenticate(request({ allowCredentials: allow(made.id) }), ORIGIN, key, bench.parts))
  await checkAssertion(signed, credential)
  const again = register(creation({ excludeCredentials: allow(made.id) }), ORIGIN, key, bench.parts)
  await expect(bench.run(again)).rejects.toMatchObject({ fault: 'already-registered' })
  const strict = creation({ authenticatorSelection: { userVerification: 'required' } })
  await expect(bench.run(register(strict, ORIGIN, key, bench.parts))).rejects.toMatchObject({
    fault: 'verification-not-set',
  })
})

it('who gives up at the PIN has declined, and nothing was attempted', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const key = { transport: bench.transport, person: person([]) }
  await expect(bench.run(register(creation(), ORIGIN, key, bench.parts))).rejects.toMatchObject({ fault: 'declined' })
  expect((await clientPin.getPINRetries(bench.transport)).pinRetries).toBe(8)
})

it('a PIN that was given for more tries than are left by then is not tried', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const { transport, parts } = bench
  const version = chooseProtocol((await getInfo(transport)).pinUvAuthProtocols)!
  const me: Person = {
    ...person(),
    // Another program's wrong one, while the person types.
    async pin() {
      await clientPin.getPinToken({ transport, version, random: parts.random }, '0000').catch(() => undefined)
      return '123456'
    },
  }
  await expect(bench.run(register(creation(), ORIGIN, { transport, person: me }, parts))).rejects.toMatchObject({
    fault: 'pin-tries-changed',
  })
  expect((await clientPin.getPINRetries(transport)).pinRetries).toBe(7)
})

it('three wrong PINs end the ceremony until the key was unplugged', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await bench.run(setPin(bench, '123456'))
  const me = person(['1111', '2222', '3333', '4444'])
  const asked = register(creation(), ORIGIN, { transport: bench.transport, person: me }, bench.parts)
  await expect(bench.run(asked)).rejects.toMatchObject({ fault: 'pin-auth-blocked' })
  expect(me.asked.length).toBe(3)
  expect((await clientPin.getPINRetries(bench.transport)).pinRetries).toBe(5)
})

it('an aborted ceremony ends with the reason while the key waits for a touch', async () => {
  const bench = await virtualBench({}, { touch: () => new Promise(() => {}), verify: async () => 'matched', sample: async () => 'good' }) // prettier-ignore
  const stop = new AbortController()
  const me = { ...person(), touch: () => stop.abort(new Error('enough')) }
  const asked = register(creation(), ORIGIN, { transport: bench.transport, person: me }, bench.parts, {
    signal: stop.signal,
  })
  await expect(bench.run(asked)).rejects.toThrow('enough')
})

it('nothing is asked of the key for a relying party that is not the origin’s', async () => {
  const silent = new ScriptedTransport(() => STATUS.notAllowed)
  const bench = await virtualBench()
  const key = { transport: silent, person: person() }
  await expect(register(creation({ rp: { id: 'example.org', name: 'x' } }), ORIGIN, key, bench.parts)).rejects.toMatchObject({ fault: 'rp-id' }) // prettier-ignore
  await expect(authenticate(request({ rpId: 'com' }), ORIGIN, key, bench.parts)).rejects.toMatchObject({ fault: 'rp-id' }) // prettier-ignore
  await expect(authenticate(request({ challenge: '*' }), ORIGIN, key, bench.parts)).rejects.toMatchObject({ fault: 'bad-options', detail: 'challenge' }) // prettier-ignore
  expect(silent.sent).toEqual([])
})

describe('with another’s key (nid-webauthn-emulator)', () => {
  /** Its answers carry CBOR `undefined` and misordered keys; `isTidy` leaves out the first. */
  function foreign(isTidy: boolean): Transport {
    const emulator = new AuthenticatorEmulator()
    return new ScriptedTransport(({ command, parameters }) => {
      try {
        const data = parameters.length > 0 ? new Uint8Array(parameters) : undefined
        const { status, data: answer } = emulator.command({ command, ...(data ? { data } : {}) } as never)
        if (status !== 0) return status
        const bytes = new Uint8Array(answer ?? [])
        return isTidy && bytes.length > 0 ? encode(tidy(decodeForeign(bytes, { useMaps: true }))) : bytes
      } catch (error) {
        return typeof (error as { status?: unknown }).status === 'number' ? (error as { status: number }).status : 0x7f
      }
    })
  }
  function tidy(value: unknown): CborValue {
    if (value instanceof Map) {
      const kept = [...value].filter(([, item]) => item !== undefined)
      return new Map(kept.map(([key, item]) => [key as number | string, tidy(item)]))
    }
    return Array.isArray(value) ? value.map(tidy) : (value as CborValue)
  }

  it('a credential that was made signs in, and a third party verifies both', async () => {
    const bench = await virtualBench()
    const key = { transport: foreign(true), person: person() }
    const options = await generateRegistrationOptions({ rpName: 'Example', rpID: RP_ID, userName: 'ada', challenge: new Uint8Array(32).fill(7) }) // prettier-ignore
    const made = await register(options as never, ORIGIN, key, bench.parts)
    const credential = await checkRegistration(made)
    const asked = await generateAuthenticationOptions({ rpID: RP_ID, challenge: new Uint8Array(32).fill(7), allowCredentials: [{ id: made.id }] }) // prettier-ignore
    await checkAssertion(await authenticate(asked as never, ORIGIN, key, bench.parts), credential)
  })

  it('its faulty CBOR is refused by name', async () => {
    const bench = await virtualBench()
    const key = { transport: foreign(false), person: person() }
    await expect(register(creation(), ORIGIN, key, bench.parts)).rejects.toMatchObject({
      name: 'AnswerError',
      fault: 'cbor',
    })
  })
})
