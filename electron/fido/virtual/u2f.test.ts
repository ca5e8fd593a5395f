import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { COMMAND } from '../ctaphid/index.ts'
import {
  bench,
  CLIENT_DATA_HASH as challenge,
  descriptor,
  map,
  register,
  rpIdHash,
  settle,
  signIn,
  type Client,
} from './testing/bench.ts'

const application = rpIdHash()

/** Extended length with Le, as libfido2 and python-fido2 send it. */
function apdu(ins: number, p1: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  const length = data.length === 0 ? [0] : [0, data.length >> 8, data.length & 0xff]
  return concat(Uint8Array.of(0, ins, p1, 0, ...length), data, Uint8Array.of(0, 0))
}
async function ask(one: Client, message: Uint8Array) {
  const { command, data } = await one.call(COMMAND.msg, message)
  expect(command).toBe(COMMAND.msg)
  return { sw: (data.at(-2)! << 8) | data.at(-1)!, data: data.subarray(0, -2) }
}
const registering = apdu(1, 0, concat(challenge, application))
const signing = (handle: Uint8Array, p1 = 3, app = application) =>
  apdu(2, p1, concat(challenge, app, Uint8Array.of(handle.length), handle))

/** A registration's public key, key handle, certificate and signature (U2F raw messages §4.3). */
function readRegistration(data: Uint8Array) {
  const point = data.subarray(1, 66)
  const handle = data.slice(67, 67 + data[66]!)
  const rest = data.subarray(67 + data[66]!)
  const certificateLength = 4 + ((rest[2]! << 8) | rest[3]!)
  return {
    point,
    handle,
    certificate: new X509Certificate(rest.subarray(0, certificateLength)),
    signature: rest.subarray(certificateLength),
  }
}
const keyOf = (point: Uint8Array) =>
  createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: toBase64url(point.slice(1, 33)), y: toBase64url(point.slice(33)) },
  })

describe.each(['ctap2.1', 'u2f'] as const)('a key of %s', (profile) => {
  it('says its version', async () => {
    const one = await bench({ profile }).client()
    expect(await ask(one, apdu(3, 0))).toEqual({ sw: 0x9000, data: utf8('U2F_V2') })
    expect(await ask(one, Uint8Array.of(0, 3, 0, 0))).toEqual({ sw: 0x9000, data: utf8('U2F_V2') })
  })

  it('registers with its batch certificate, and signs with the new key', async () => {
    const { client, person } = bench({ profile })
    const one = await client()
    const made = readRegistration((await ask(one, registering)).data)
    const signed = concat(Uint8Array.of(0), application, challenge, made.handle, made.point)
    expect(verify('sha256', signed, made.certificate.publicKey, made.signature)).toBe(true)
    const { sw, data } = await ask(one, signing(made.handle))
    expect([sw, [...data.subarray(0, 5)]]).toEqual([0x9000, [1, 0, 0, 0, 1]])
    const message = concat(application, data.subarray(0, 5), challenge)
    expect(verify('sha256', message, keyOf(made.point), data.subarray(5))).toBe(true)
    expect(person.asked).toEqual(['u2f-register', 'u2f-authenticate'])
  })
})

describe('a touch', () => {
  it('is asked for once, however often the client asks, and answers the next time', async () => {
    const { client, person, clock } = bench()
    let touch: (answer: 'touched') => void = () => {}
    person.touch = (purpose) => {
      person.asked.push(purpose)
      return new Promise((resolve) => {
        touch = resolve
      })
    }
    const one = await client()
    for (let i = 0; i < 3; i++) {
      await one.send(COMMAND.msg, registering)
      await clock.advance(100)
      await settle()
      expect([...one.next().data]).toEqual([0x69, 0x85])
    }
    touch('touched')
    await settle()
    expect((await ask(one, registering)).sw).toBe(0x9000)
    expect(person.asked).toEqual(['u2f-register'])
  })

  it('given for one request is not given for another', async () => {
    const { client, person, clock } = bench()
    const one = await client()
    const { handle } = readRegistration((await ask(one, registering)).data)
    person.asked.length = 0
    person.touches = 'never'
    await one.send(COMMAND.msg, registering)
    await clock.advance(100)
    await settle()
    one.inbox.length = 0
    person.touches = 'touched'
    expect((await ask(one, signing(handle))).sw).toBe(0x9000)
    expect(person.asked).toEqual(['u2f-register', 'u2f-authenticate'])
  })

  it('that nobody asks for any more is not waited for', async () => {
    const { client, person, clock } = bench()
    let given: AbortSignal | undefined
    person.touch = (_, signal) => {
      given = signal
      return new Promise<never>(() => {})
    }
    const one = await client()
    await one.send(COMMAND.msg, registering)
    await clock.advance(999)
    expect(given?.aborted).toBe(false)
    await clock.advance(1)
    expect(given?.aborted).toBe(true)
  })

  it('refused is "conditions not satisfied"', async () => {
    const { client, person } = bench()
    person.touches = 'declined'
    expect((await ask(await client(), registering)).sw).toBe(0x6985)
  })
})

describe('what is told without a touch', () => {
  it('check-only says whether a handle is one of this key for this application', async () => {
    const { client, person } = bench()
    const one = await client()
    const { handle } = readRegistration((await ask(one, registering)).data)
    person.asked.length = 0
    expect((await ask(one, signing(handle, 7))).sw).toBe(0x6985)
    expect((await ask(one, signing(new Uint8Array(66), 7))).sw).toBe(0x6a80)
    expect((await ask(one, signing(handle, 7, rpIdHash('other.example')))).sw).toBe(0x6a80)
    const silent = await ask(one, signing(handle, 8))
    expect([silent.sw, silent.data[0]]).toEqual([0x9000, 0])
    expect(person.asked).toEqual([])
  })
})

describe('U2F and CTAP2 on one key', () => {
  it('a U2F registration signs in a CTAP2 ceremony', async () => {
    const one = await bench().client()
    const { handle } = readRegistration((await ask(one, registering)).data)
    expect(await one.status(0x02, signIn({ more: { 3: [descriptor(handle)] } }))).toBe(0)
  })

  it.each([
    ['protected by credProtect 2', { 6: map({ credProtect: 2 }) }, 0x6a80],
    ['of EdDSA', { 4: [map({ type: 'public-key', alg: -8 })] }, 0x6a80],
    ['of ES256, unprotected', {}, 0x9000],
  ])('a CTAP2 credential %s', async (_, more, sw) => {
    const one = await bench().client()
    const id = await register(one, { more })
    expect((await ask(one, signing(id))).sw).toBe(sw)
  })
})

describe('what is refused', () => {
  it.each([
    ['nothing', [], 0x6700],
    ['half a header', [0, 1], 0x6700],
    ['another class', [0x80, 3, 0, 0], 0x6e00],
    ['an unknown instruction', [0, 0x40, 0, 0], 0x6d00],
    ['VERSION with data', [0, 3, 0, 0, 1, 9], 0x6700],
    ['REGISTER of 63 bytes', [0, 1, 0, 0, 63, ...new Uint8Array(63)], 0x6700],
    ['AUTHENTICATE whose handle is shorter than it says', [0, 2, 3, 0, 66, ...new Uint8Array(64), 9, 9], 0x6700],
    ['AUTHENTICATE of 64 bytes', [0, 2, 3, 0, 64, ...new Uint8Array(64)], 0x6700],
    ['a length past the end', [0, 1, 0, 0, 64, 1], 0x6700],
  ])('%s', async (_, message, sw) => {
    const one = await bench().client()
    expect((await ask(one, Uint8Array.from(message))).sw).toBe(sw)
  })

  it('an unknown control byte', async () => {
    const one = await bench().client()
    const { handle } = readRegistration((await ask(one, registering)).data)
    expect((await ask(one, signing(handle, 5))).sw).toBe(0x6a80)
  })
})
