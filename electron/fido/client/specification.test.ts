/** Ceremonies where the specification is easily remembered wrong, and with what CTAP 2.2 and 2.3 added. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decode as decodeForeign } from 'cborg'
import { describe, expect, it } from 'vitest'
import { concat, fromBase64url, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import { clientPin, config, getInfo } from '../ctap2/index.ts'
import { sha256 } from '../ctap2/hash.ts'
import {
  ScriptedTransport,
  virtualBench,
  willing,
  type Sent,
  type VirtualBench,
} from '../../../test/support/fido-client.ts'
import { authenticate, register, type Person, type PublicKeyCredentialCreationOptionsJSON } from './index.ts'

const ORIGIN = 'https://example.com'
const PIN = '123456'
const CHALLENGE = toBase64url(new Uint8Array(32).fill(7))

function creation(change: Partial<PublicKeyCredentialCreationOptionsJSON> = {}) {
  return {
    rp: { id: 'example.com', name: 'Example' },
    user: { id: toBase64url(utf8('user 1')), name: 'ada', displayName: 'Ada' },
    challenge: CHALLENGE,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    ...change,
  }
}
const allow = (id: string) => [{ id, type: 'public-key' }]

function person(answer: string | undefined = PIN) {
  const asked: string[] = []
  const one: Person = {
    pin: async () => {
      asked.push('pin')
      return answer
    },
    touch: () => void asked.push('touch'),
    verify: () => void asked.push('verify'),
    choose: async () => 0,
  }
  return { ...one, asked }
}

async function setPin({ transport, parts }: VirtualBench) {
  await clientPin.setPIN({ transport, version: 2, random: parts.random }, PIN)
}
async function verifies(answer: unknown) {
  const { registrationInfo } = await verifyRegistrationResponse({
    response: answer as never,
    expectedChallenge: CHALLENGE,
    expectedOrigin: ORIGIN,
    expectedRPID: 'example.com',
    requireUserVerification: false,
    supportedAlgorithmIDs: [-7, -8, -35, -257],
  })
  return registrationInfo!
}
async function enroll({ transport, parts }: VirtualBench) {
  const token = await clientPin.getTokenUsingPin({ transport, version: 2, random: parts.random }, PIN, {
    permissions: 0x08,
  })
  const { bioEnrollment } = await import('../ctap2/index.ts')
  const enrolling = { transport, command: bioEnrollment.command(await getInfo(transport))!, token }
  const { templateId } = await bioEnrollment.enrollBegin(enrolling)
  for (let i = 0; i < 3; i++) await bioEnrollment.enrollCaptureNextSample(enrolling, templateId)
}

describe('a key that takes no PIN for ceremonies (noMcGaPermissionsWithClientPin, CTAP 2.1 §6.4)', () => {
  it('is never given one: without a finger there is no verification', async () => {
    const bench = await virtualBench({ keepsPinFromCeremonies: true })
    await setPin(bench)
    const me = person()
    const key = { transport: bench.transport, person: me }
    const wanted = creation({ authenticatorSelection: { userVerification: 'required' } })
    await expect(bench.run(register(wanted, ORIGIN, key, bench.parts))).rejects.toMatchObject({
      fault: 'verification-not-set',
    })
    expect(me.asked).toEqual([])
    expect(bench.key.state().pinRetries).toBe(8)
  })

  it('verifies by the finger, and says that it is blocked when that is', async () => {
    const hand = { ...willing, verify: async () => finger }
    let finger: 'matched' | 'no-match' = 'matched'
    const bench = await virtualBench({ keepsPinFromCeremonies: true }, hand)
    await setPin(bench)
    await enroll(bench)
    const me = person()
    const key = { transport: bench.transport, person: me }
    const wanted = creation({ authenticatorSelection: { userVerification: 'required' } })
    await bench.run(register(wanted, ORIGIN, key, bench.parts))
    finger = 'no-match'
    await expect(bench.run(register(wanted, ORIGIN, key, bench.parts))).rejects.toMatchObject({ fault: 'uv-blocked' })
    expect(me.asked).not.toContain('pin')
  })
})

describe('a PIN that must be changed', () => {
  it('is not asked for where getInfo says so', async () => {
    const bench = await virtualBench({ hasFingerprintSensor: false })
    await setPin(bench)
    const { transport, parts } = bench
    const token = await clientPin.getTokenUsingPin({ transport, version: 2, random: parts.random }, PIN, {
      permissions: 0x20,
    })
    await config.setMinPINLength({ transport, token }, { forceChangePin: true })
    const me = person()
    const wanted = creation({ authenticatorSelection: { userVerification: 'required' } })
    const made = bench.run(register(wanted, ORIGIN, { transport, person: me }, parts))
    await expect(made).rejects.toMatchObject({ fault: 'pin-change-required' })
    expect(me.asked).toEqual([])
  })

  it('is known by CTAP2_ERR_PIN_POLICY_VIOLATION too (CTAP 2.3 §6.5.5.7.2 step 11)', async () => {
    const bench = await virtualBench({ hasFingerprintSensor: false })
    await setPin(bench)
    const { transport, parts } = bench
    const stale: typeof transport = {
      ...transport,
      cbor: async (command, parameters, options) => {
        if (command === 0x06 && parameters[4] === 9) {
          const token = await clientPin.getTokenUsingPin({ transport, version: 2, random: parts.random }, PIN, {
            permissions: 0x20,
          })
          await config.setMinPINLength({ transport, token }, { forceChangePin: true })
        }
        return transport.cbor(command, parameters, options)
      },
      capabilities: transport.capabilities,
    }
    const wanted = creation({ authenticatorSelection: { userVerification: 'required' } })
    const made = bench.run(register(wanted, ORIGIN, { transport: stale, person: person() }, parts))
    await expect(made).rejects.toMatchObject({ fault: 'pin-change-required' })
  })
})

it('a key that verifies by itself and sends for the PIN is given it, once (CTAP 2.1 §6.1.2 step 11.2.3, §6.2.2 step 6.2.3)', async () => {
  const hand = { ...willing, verify: async () => finger }
  let finger: 'matched' | 'no-match' = 'matched'
  const bench = await virtualBench({}, hand)
  await setPin(bench)
  await enroll(bench)
  // As a key of CTAP 2.0 with a sensor: no tokens by permission, so that it verifies by itself.
  const info = async (sent: Uint8Array) => {
    const map = new Map(decodeForeign(sent, { useMaps: true }) as Map<number, CborValue>)
    const options = new Map(map.get(4) as ReadonlyMap<string, CborValue>)
    options.delete('pinUvAuthToken')
    return encode(new Map([...map, [4, options] as const]))
  }
  const { transport } = bench
  const old: typeof transport = {
    ...transport,
    capabilities: transport.capabilities,
    cbor: async (command, parameters, options) => {
      const answer = await transport.cbor(command, parameters, options)
      return command === 0x04 ? info(answer) : answer
    },
  }
  const me = person()
  const key = { transport: old, person: me }
  const wanted = creation({ authenticatorSelection: { userVerification: 'required' } })
  const made = await bench.run(register(wanted, ORIGIN, key, bench.parts))
  expect(me.asked).not.toContain('pin')
  finger = 'no-match'
  const request = { challenge: CHALLENGE, allowCredentials: allow(made.id), userVerification: 'required' }
  await bench.run(authenticate(request, ORIGIN, key, bench.parts))
  expect(me.asked.filter((one) => one === 'pin')).toEqual(['pin'])
})

describe('a key of CTAP 2.3', () => {
  it('makes no statement that nobody will see, and the one that is wanted', async () => {
    const bench = await virtualBench({ profile: 'ctap2.3' })
    const key = { transport: bench.transport, person: person() }
    const fmt = async (change: Partial<PublicKeyCredentialCreationOptionsJSON>) =>
      (await verifies(await bench.run(register(creation(change), ORIGIN, key, bench.parts)))).fmt
    expect(await fmt({})).toBe('none')
    expect(await fmt({ attestation: 'direct' })).toBe('packed')
    expect(await fmt({ attestation: 'direct', attestationFormats: ['none'] })).toBe('none')
    const asked = bench.sent.filter(({ command }) => command === 0x01).map(({ parameters }) => formatsOf(parameters))
    expect(asked).toEqual([['none'], undefined, ['none']])
  })

  it('signs with RS256, which @simplewebauthn/server verifies', async () => {
    const bench = await virtualBench({ profile: 'ctap2.3' })
    const key = { transport: bench.transport, person: person() }
    const wanted = creation({ attestation: 'direct', pubKeyCredParams: [{ type: 'public-key', alg: -257 }] })
    const made = await bench.run(register(wanted, ORIGIN, key, bench.parts))
    expect(made.response.publicKeyAlgorithm).toBe(-257)
    const { credential } = await verifies(made)
    const answer = await bench.run(
      authenticate({ challenge: CHALLENGE, allowCredentials: allow(made.id) }, ORIGIN, key, bench.parts),
    )
    const { verified } = await verifyAuthenticationResponse({
      response: answer as never,
      expectedChallenge: CHALLENGE,
      expectedOrigin: ORIGIN,
      expectedRPID: 'example.com',
      credential,
      requireUserVerification: false,
    })
    expect(verified).toBe(true)
  })

  it('tells of payments and of its policy of PINs, where it is asked', async () => {
    const bench = await virtualBench({ profile: 'ctap2.3', hasFingerprintSensor: false })
    const { transport, parts } = bench
    await config.setMinPINLength({ transport, token: undefined }, { minPinLengthRPIDs: ['example.com'] })
    const key = { transport, person: person() }
    const extensions = { payment: { isPayment: true }, pinComplexityPolicy: true, minPinLength: true }
    const wanted = creation({ extensions, authenticatorSelection: { residentKey: 'required' } })
    const made = await bench.run(register(wanted, ORIGIN, key, parts))
    expect(made.clientExtensionResults).toMatchObject({ pinComplexityPolicy: false, minPinLength: 4 })
    const request = { challenge: CHALLENGE, extensions: { payment: { isPayment: true } } }
    const answer = await bench.run(authenticate(request, ORIGIN, key, parts))
    expect(answer.clientExtensionResults).toEqual({ payment: { isPaymentCredential: true } })
    const plain = await bench.run(authenticate({ challenge: CHALLENGE }, ORIGIN, key, parts))
    expect(plain.clientExtensionResults).toEqual({})
  })
})

describe('algorithms that a key offers and the virtual key does not', () => {
  it.each([
    ['ES384', -35, () => ecKey('P-384', 2, -35)],
    ['ML-DSA-65', -49, () => mlDsaKey()],
  ] as const)('%s: the credential is taken with its public key', async (_, alg, makeKey) => {
    const { cose, spki } = makeKey()
    const authData = concat(
      sha256(utf8('example.com')),
      Uint8Array.of(0x41, 0, 0, 0, 1),
      new Uint8Array(16),
      Uint8Array.of(0, 1, 9),
      encode(cose),
    )
    const transport = new ScriptedTransport(
      ({ command }: Sent) =>
      command === 0x04
        ? encode(new Map<number, CborValue>([[1, ['FIDO_2_1']], [3, new Uint8Array(16)], [0x0a, [new Map<string, CborValue>([['alg', alg], ['type', 'public-key']])]]])) // prettier-ignore
        : encode(new Map<number, CborValue>([[1, 'none'], [2, authData], [3, new Map()]])), // prettier-ignore
    )
    const bench = await virtualBench()
    const wanted = creation({ pubKeyCredParams: [-7, alg].map((one) => ({ type: 'public-key', alg: one })) })
    const made = await bench.run(register(wanted, ORIGIN, { transport, person: person() }, bench.parts))
    expect(made.response.publicKeyAlgorithm).toBe(alg)
    if (spki !== undefined) expect(made.response.publicKey).toBe(toBase64url(spki))
    expect(fromBase64url(made.response.publicKey!)).toBeDefined()
  })
})

const bytesOf = (text: string | undefined) => new Uint8Array(Buffer.from(text!, 'base64url'))
const der = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }) as Buffer)
function ecKey(namedCurve: string, crv: number, alg: number) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const cose = new Map<number, CborValue>([[1, 2], [3, alg], [-1, crv], [-2, bytesOf(x)], [-3, bytesOf(y)]]) // prettier-ignore
  return { cose, spki: der(publicKey) }
}
function mlDsaKey() {
  return { cose: new Map<number, CborValue>([[1, 7], [3, -49], [-1, new Uint8Array(1952).fill(3)]]), spki: undefined } // prettier-ignore
}
function formatsOf(parameters: Uint8Array): unknown {
  return (decodeForeign(parameters, { useMaps: true }) as Map<number, unknown>).get(11)
}
