/** Every extension and attestation of the ceremonies, against the virtual key. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decode as decodeForeign } from 'cborg'
import { concat, fromBase64url, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { virtualBench, willing, type VirtualBench } from '../../../test/support/fido-client.ts'
import { bioEnrollment, clientPin, config, getInfo } from '../ctap2/index.ts'
import * as u2f from '../u2f/index.ts'
import { authenticate, register, type Person, type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON } from './index.ts' // prettier-ignore

const ORIGIN = 'https://login.example.com'
const APP_ID = 'https://login.example.com/u2f.json'
const CHALLENGE = toBase64url(new Uint8Array(32).fill(7))
const PIN = '123456'
const me: Person = { pin: async () => PIN, touch() {}, verify() {}, choose: async () => 0 }
const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())

type Create = Partial<PublicKeyCredentialCreationOptionsJSON>
const creation = (change: Create = {}): PublicKeyCredentialCreationOptionsJSON => ({
  rp: { id: 'example.com', name: 'Example' },
  user: { id: toBase64url(utf8('user 1')), name: 'ada', displayName: 'Ada' },
  challenge: CHALLENGE,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...change,
})
const allow = (...ids: string[]) => ids.map((id) => ({ id, type: 'public-key' }))

function on(bench: VirtualBench, person: Person = me) {
  const key = { transport: bench.transport, person }
  return {
    make: (change?: Create) => bench.run(register(creation(change), ORIGIN, key, bench.parts)),
    get: (change: Partial<PublicKeyCredentialRequestOptionsJSON> = {}) =>
      bench.run(authenticate({ rpId: 'example.com', challenge: CHALLENGE, ...change }, ORIGIN, key, bench.parts)),
  }
}
const passkey = { residentKey: 'required' }

it('credProps says whether the credential stays on the key', async () => {
  const { make } = on(await virtualBench())
  const extensions = { credProps: true }
  expect((await make({ extensions })).clientExtensionResults).toEqual({ credProps: { rk: false } })
  const made = await make({ extensions, authenticatorSelection: passkey })
  expect(made.clientExtensionResults).toEqual({ credProps: { rk: true } })
})

it('credBlob is kept with a passkey and given back; one too long is not', async () => {
  const { make, get } = on(await virtualBench())
  const made = await make({ extensions: { credBlob: toBase64url(utf8('a blob')) }, authenticatorSelection: passkey })
  expect(made.clientExtensionResults).toEqual({ credBlob: true })
  const answer = await get({ extensions: { getCredBlob: true } })
  expect(answer.clientExtensionResults).toEqual({ getCredBlob: toBase64url(utf8('a blob')) })
  const long = await make({
    extensions: { credBlob: toBase64url(new Uint8Array(33)) },
    authenticatorSelection: passkey,
  })
  expect(long.clientExtensionResults).toEqual({ credBlob: false })
})

describe('credProtect', () => {
  it('keeps a passkey from being found without verification', async () => {
    const bench = await virtualBench()
    const { make, get } = on(bench)
    await make({
      extensions: { credentialProtectionPolicy: 'userVerificationRequired' },
      authenticatorSelection: passkey,
    })
    expect(bench.key.state().credentials[0]).toMatchObject({ credProtect: 3 })
    await expect(get({ userVerification: 'discouraged' })).rejects.toMatchObject({ fault: 'no-credential' })
  })

  it('that must be enforced is refused by a key that can not', async () => {
    const { make } = on(await virtualBench({ profile: 'ctap2.0' }))
    const extensions = {
      credentialProtectionPolicy: 'userVerificationRequired',
      enforceCredentialProtectionPolicy: true,
    } as const
    await expect(make({ extensions })).rejects.toMatchObject({ fault: 'refused', detail: 'credProtect' })
  })
})

it('prf at a registration (hmac-secret-mc) is the secret of later sign-ins', async () => {
  const bench = await virtualBench({ hasFingerprintSensor: false })
  await clientPin.setPIN({ transport: bench.transport, version: 2, random: bench.parts.random }, PIN)
  const { make, get } = on(bench)
  const prf = { eval: { first: toBase64url(utf8('one')), second: toBase64url(utf8('two')) } }
  const made = await make({ extensions: { prf }, authenticatorSelection: { ...passkey, userVerification: 'required' } })
  const { results } = made.clientExtensionResults.prf!
  expect(made.clientExtensionResults.prf).toMatchObject({ enabled: true })
  const answer = await get({ extensions: { prf }, userVerification: 'required' })
  expect(answer.clientExtensionResults.prf).toEqual({ results })
  expect(results!.first).not.toBe(results!.second)
})

describe('enterprise attestation (CTAP 2.1 §7.1)', () => {
  const epAtt = (object: string) => {
    const { attStmt } = decodeForeign(fromBase64url(object)!) as { attStmt: { x5c?: Uint8Array[] } }
    return Buffer.from(attStmt.x5c?.[0] ?? []).toString('base64url')
  }
  it('is asked for where the key has it switched on, and given to the parties its vendor lists', async () => {
    const bench = await virtualBench({ enterpriseRpIds: ['example.com'] })
    const { make } = on(bench)
    const { certificate, enterpriseCertificate } = bench.key.state().attestation
    const before = await make({ attestation: 'enterprise' })
    expect(epAtt(before.response.attestationObject)).toBe(certificate)
    await config.enableEnterpriseAttestation({ transport: bench.transport, token: undefined })
    const after = await make({ attestation: 'enterprise' })
    expect(epAtt(after.response.attestationObject)).toBe(enterpriseCertificate)
    const direct = await make({ attestation: 'direct' })
    expect(epAtt(direct.response.attestationObject)).toBe(certificate)
  })
})

describe('a credential of U2F', () => {
  async function old() {
    const bench = await virtualBench()
    const made = await u2f.register(bench.transport, new Uint8Array(32), sha256(APP_ID))
    return { ...on(bench), id: toBase64url(made.keyHandle) }
  }

  it('is found by its appid', async () => {
    const { get, id } = await old()
    const answer = await get({ allowCredentials: allow(id), extensions: { appid: APP_ID } })
    expect([answer.id, answer.clientExtensionResults]).toEqual([id, { appid: true }])
    const signed = fromBase64url(answer.response.authenticatorData)!
    expect(signed.subarray(0, 32)).toEqual(sha256(APP_ID))
    await expect(get({ allowCredentials: allow(id) })).rejects.toMatchObject({ fault: 'no-credential' })
    const other = { appid: 'https://other.example/u2f.json' }
    await expect(get({ allowCredentials: allow(id), extensions: other })).rejects.toMatchObject({ fault: 'rp-id' })
  })

  it('keeps a second from being made (appidExclude)', async () => {
    const { make, id } = await old()
    const excludeCredentials = allow(id)
    await expect(make({ excludeCredentials, extensions: { appidExclude: APP_ID } })).rejects.toMatchObject({
      fault: 'already-registered',
    })
    const made = await make({ excludeCredentials, extensions: {} })
    expect(made.id).not.toBe(id)
    const apart = await make({
      excludeCredentials: allow(toBase64url(new Uint8Array(66).fill(9))),
      extensions: { appidExclude: APP_ID },
    })
    expect(apart.clientExtensionResults).toEqual({ appidExclude: true })
  })
})

describe('built-in verification', () => {
  async function withFinger(finger: () => 'matched' | 'no-match') {
    const bench = await virtualBench({}, { ...willing, verify: async () => finger() })
    const { transport, parts } = bench
    const access = { transport, version: 2 as const, random: parts.random }
    await clientPin.setPIN(access, PIN)
    const token = await clientPin.getTokenUsingPin(access, PIN, { permissions: clientPin.PERMISSION.bioEnrollment })
    const enrolling = { transport, command: bioEnrollment.command(await getInfo(transport))!, token }
    const { templateId } = await bioEnrollment.enrollBegin(enrolling)
    for (let i = 0; i < 3; i++) await bioEnrollment.enrollCaptureNextSample(enrolling, templateId)
    const asked: string[] = []
    const hand: Person = {
      pin: async () => {
        asked.push('pin')
        return PIN
      },
      touch: () => void asked.push('touch'),
      verify: (retries) => void asked.push(`finger ${retries}`),
      choose: async () => 0,
    }
    return { bench, asked, ...on(bench, hand) }
  }
  const verified = { authenticatorSelection: { userVerification: 'required' } }

  it('comes first and is touch enough', async () => {
    const { make, asked } = await withFinger(() => 'matched')
    const made = await make(verified)
    expect(fromBase64url(made.response.authenticatorData)![32]! & 0x05).toBe(0x05)
    expect(asked).toEqual(['finger 5'])
  })

  it('that fails three times gives way to the PIN, told with the tries it has left', async () => {
    const { make, asked, bench } = await withFinger(() => 'no-match')
    await make(verified)
    expect(asked).toEqual(['finger 5', 'finger 4', 'finger 3', 'pin', 'touch'])
    // A right PIN gives the sensor's tries back.
    expect(await clientPin.getUVRetries(bench.transport)).toBe(5)
  })
})

it('what an old key does not offer is not sent to it, and answered with no', async () => {
  const bench = await virtualBench({ profile: 'ctap2.0' })
  const { make } = on(bench)
  const made = await make({
    extensions: {
      credBlob: 'AA',
      minPinLength: true,
      payment: { isPayment: true },
      largeBlob: { support: 'preferred' },
    },
  })
  expect(made.clientExtensionResults).toEqual({ credBlob: false, largeBlob: { supported: false } })
  const sent = bench.sent.find(({ command }) => command === 0x01)!
  expect((decodeForeign(concat(sent.parameters), { useMaps: true }) as Map<number, unknown>).has(6)).toBe(false)
})
