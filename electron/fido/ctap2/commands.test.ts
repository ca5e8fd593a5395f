/** Each command family against the virtual key, which keeps its own tables of numbers. */
import { createCipheriv } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ScriptedTransport, virtualBench, willing, type VirtualBench } from '../../../test/support/fido-client.ts'
import { concat, fromHex, toHex, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import { AnswerError, KeyStatusError } from '../errors.ts'
import * as bio from './bio-enrollment.ts'
import * as pin from './client-pin.ts'
import * as config from './config.ts'
import * as credMan from './credential-management.ts'
import { getInfo } from './info.ts'
import { findBlob, readArray, withBlob, writeArray } from './large-blob-array.ts'
import * as blobs from './large-blobs.ts'
import { makeCredential } from './make-credential.ts'
import { chooseProtocol } from './pin-protocol.ts'
import { reset } from './reset.ts'
import { canSelect, select } from './selection.ts'
import { STATUS } from './status.ts'

const PIN = '123456'
const failsWith = (status: number) => expect.objectContaining({ name: 'KeyStatusError', status })

async function access({ transport, parts }: Pick<VirtualBench, 'transport' | 'parts'>): Promise<pin.PinAccess> {
  const version = chooseProtocol((await getInfo(transport)).pinUvAuthProtocols)!
  return { transport, version, random: parts.random }
}
async function benchWithPin(options: Parameters<typeof virtualBench>[0] = {}) {
  const bench = await virtualBench(options)
  await pin.setPIN(await access(bench), PIN)
  return bench
}
async function token(bench: VirtualBench, permissions: number, rpId?: string) {
  return pin.getTokenUsingPin(await access(bench), PIN, { permissions, rpId })
}
async function store(bench: VirtualBench, rpId: string, name: string) {
  return makeCredential(bench.transport, {
    clientDataHash: new Uint8Array(32),
    rp: { id: rpId, name: rpId },
    user: { id: utf8(name), name, displayName: name },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    options: { rk: true },
    token: await token(bench, pin.PERMISSION.makeCredential, rpId),
  })
}

describe('clientPIN', () => {
  it('sends what python-fido2 sends for a change of PIN', async () => {
    // test/test_ctap2.py, test_change_pin: keys, new_pin_enc, pin_auth and pin_hash_enc.
    const hex = (text: string) => fromHex(text)!
    const peer = new Map<number, CborValue>([[1, 2], [3, -25], [-1, 1], [-2, hex('0501d5bc78da9252560a26cb08fcc60cbe0b6d3b8e1d1fcee514fac0af675168')], [-3, hex('d551b3ed46f665731f95b4532939c25d91db7eb844bd96d4abd4083785f8df47')]]) // prettier-ignore
    const transport = new ScriptedTransport(() => encode(new Map([[1, peer]])))
    const random = () => hex('7452e599fee739d8a653f6a507343d12d382249108a651402520b72f24fe7684')
    await pin.changePIN({ transport, version: 1, random }, '1234', '4321')
    expect(transport.sent.length).toBe(2)
    const sent = toHex(transport.sent[1]!.parameters)
    for (const part of [
      '4280e14aac4fcbf02dd079985f0c0ffc9ea7d5f9c173fd1a4c843826f7590cb3c2d080c6923e2fe6d7a52c31ea1309d3fcca3dedae8a2ef14b6330cafc79339e',
      'fb97e92f3724d7c85e001d7f93e6490a',
      'afe8327ce416da8ee3d057589c2ce1a9',
    ])
      expect(sent).toContain(part)
  })

  it('sets, changes and checks a PIN; a wrong one costs exactly one try', async () => {
    const bench = await benchWithPin()
    await pin.changePIN(await access(bench), PIN, 'пароль')
    await expect(token(bench, 4)).rejects.toEqual(failsWith(STATUS.pinInvalid))
    expect((await pin.getPINRetries(bench.transport)).pinRetries).toBe(7)
    const made = await pin.getTokenUsingPin(await access(bench), 'пароль', { permissions: 4 })
    expect(made.permissions).toBe(4)
    expect((await pin.getPINRetries(bench.transport)).pinRetries).toBe(8)
    expect(await pin.getUVRetries(bench.transport)).toBe(5)
    await pin.getPinToken(await access(bench), 'пароль')
  })

  it('what carries a PIN is sent once, also to a key that says it is busy; what asks for none is not held to that', async () => {
    const once: (readonly [number, boolean])[] = []
    const bench = await benchWithPin({ hasFingerprintSensor: false })
    const { transport } = bench
    const watched: typeof transport = {
      ...transport,
      capabilities: transport.capabilities,
      cbor(command, parameters, options) {
        // `1: protocol, 2: subcommand`, or the subcommand alone.
        once.push([parameters[1] === 1 ? parameters[4]! : parameters[2]!, options?.isSentOnce === true])
        return transport.cbor(command, parameters, options)
      },
    }
    const given = { ...(await access(bench)), transport: watched }
    await pin.getPINRetries(watched)
    await pin.getPinToken(given, PIN)
    await pin.getTokenUsingPin(given, PIN, { permissions: pin.PERMISSION.credentialManagement })
    await pin.changePIN(given, PIN, '654321')
    expect(once).toEqual([[1, false], [2, false], [5, true], [2, false], [9, true], [2, false], [4, true]]) // prettier-ignore
  })

  it('a new PIN is counted in code points of its composed form, and 63 bytes at most', () => {
    const read = (text: string, minPINLength?: number) =>
      pin.readNewPin(text, { minPINLength, maxPINLength: undefined })
    expect(read('123')).toEqual({ ok: false, error: 'too-short' })
    expect(read('🔑🔑🔑🔑')).toMatchObject({ ok: true })
    // Four letters and four combining marks are four code points once composed.
    expect(read('a\u0301e\u0301i\u0301o\u0301', 5)).toEqual({ ok: false, error: 'too-short' })
    expect(read('a\u0301bcd')).toEqual({ ok: true, value: utf8('ábcd') })
    expect(read('x'.repeat(63))).toMatchObject({ ok: true })
    expect(read('x'.repeat(64))).toEqual({ ok: false, error: 'too-long' })
    expect(read('é'.repeat(32))).toEqual({ ok: false, error: 'too-long' })
    expect(read('1234\0')).toEqual({ ok: false, error: 'ends-in-nul' })
  })
})

it.each(['ctap2.1', 'ctap2.1-pre'] as const)('credentials of a %s key are listed and deleted', async (profile) => {
  const bench = await virtualBench({ profile, hasFingerprintSensor: false })
  await pin.setPIN(await access(bench), PIN)
  const hasPermissions = profile === 'ctap2.1'
  const get = async (permissions: number, rpId?: string) =>
    hasPermissions ? token(bench, permissions, rpId) : pin.getPinToken(await access(bench), PIN)
  const support = credMan.support(await getInfo(bench.transport))!
  const management = { transport: bench.transport, support, token: await get(pin.PERMISSION.credentialManagement) }
  expect(await credMan.enumerateRPs(management)).toEqual([])
  for (const [rpId, name] of [
    ['example.com', 'ada'],
    ['example.com', 'bob'],
    ['example.org', 'ada'],
  ] as const)
    // prettier-ignore
    await makeCredential(bench.transport, {
      clientDataHash: new Uint8Array(32),
      rp: { id: rpId },
      user: { id: utf8(name), name, displayName: name },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      options: { rk: true },
      token: await get(pin.PERMISSION.makeCredential, rpId),
    })
  const again = { ...management, token: await get(pin.PERMISSION.credentialManagement) }
  expect(await credMan.getCredsMetadata(again)).toMatchObject({ existingResidentCredentialsCount: 3 })
  const rps = await credMan.enumerateRPs(again)
  expect(rps.map(({ id, isTruncated }) => [id, isTruncated]).toSorted()).toEqual([['example.com', false], ['example.org', false]]) // prettier-ignore
  const { rpIdHash } = rps.find(({ id }) => id === 'example.com')!
  const list = await credMan.enumerateCredentials(again, rpIdHash)
  expect(list.map(({ user }) => user.name).toSorted()).toEqual(['ada', 'bob'])
  expect(list.every(({ publicKey }) => publicKey?.alg === -7)).toBe(true)
  const bob = list.find(({ user }) => user.name === 'bob')!
  const rename = () =>
    credMan.updateUserInformation(again, { id: bob.credentialId }, { id: bob.user.id, name: 'robert' })
  if (support.canUpdateUser) {
    await rename()
    const renamed = await credMan.enumerateCredentials(again, rpIdHash)
    expect(renamed.map(({ user }) => user.name).toSorted()).toEqual(['ada', 'robert'])
  } else await expect(rename()).rejects.toMatchObject({ name: 'MisuseError' })
  await credMan.deleteCredential(again, { id: bob.credentialId })
  expect((await credMan.enumerateCredentials(again, rpIdHash)).length).toBe(1)
})

it('a fingerprint is enrolled sample by sample, named, listed and removed', async () => {
  const samples = ['too-fast', 'good', 'good', 'good', 'good'] as const
  let at = 0
  const bench = await virtualBench({}, { ...willing, sample: async () => samples[at++] ?? 'good' })
  await pin.setPIN(await access(bench), PIN)
  const info = await getInfo(bench.transport)
  const sensor = { transport: bench.transport, command: bio.command(info)! }
  expect(await bio.getModality(sensor)).toBe(1)
  expect(await bio.getFingerprintSensorInfo(sensor)).toMatchObject({ maxCaptureSamplesRequiredForEnroll: 4 })
  const enrolling = { ...sensor, token: await token(bench, pin.PERMISSION.bioEnrollment) }
  expect(await bio.enumerateEnrollments(enrolling)).toEqual([])
  const first = await bio.enrollBegin(enrolling, 10_000)
  expect(first).toMatchObject({ status: 'too-fast', remainingSamples: 4 })
  let { remainingSamples } = first
  while (remainingSamples > 0) ({ remainingSamples } = await bio.enrollCaptureNextSample(enrolling, first.templateId))
  await bio.setFriendlyName(enrolling, first.templateId, 'left thumb')
  expect(await bio.enumerateEnrollments(enrolling)).toEqual([{ templateId: first.templateId, friendlyName: 'left thumb' }]) // prettier-ignore
  expect((await getInfo(bench.transport)).options).toMatchObject({ uv: true, bioEnroll: true })
  const byFinger = await pin.getTokenUsingUv(await access(bench), { permissions: pin.PERMISSION.bioEnrollment })
  const again = { ...sensor, token: byFinger }
  await bio.enrollBegin(again)
  await bio.cancelCurrentEnrollment(sensor)
  await bio.removeEnrollment(again, first.templateId)
  expect(await bio.enumerateEnrollments(again)).toEqual([])
})

it('large blobs go down and up in fragments; other credentials keep theirs', async () => {
  const bench = await benchWithPin()
  const info = await getInfo(bench.transport)
  const fragment = blobs.maxFragmentLength(info)
  const read = async () => readArray(await blobs.readLargeBlobs(bench.transport, fragment))!
  expect(await read()).toEqual([])
  const [mine, other] = [bench.parts.random(32), bench.parts.random(32)]
  const [blob, long] = [utf8('a ticket'), bench.parts.random(2000)]
  const { random } = bench.parts
  const array = withBlob(withBlob(await read(), mine, blob, random), other, long, random)
  const lbw = await token(bench, pin.PERMISSION.largeBlobWrite)
  await blobs.writeLargeBlobs(bench.transport, writeArray(array), fragment, lbw)
  expect(findBlob(await read(), mine)).toEqual(blob)
  expect(findBlob(await read(), other)).toEqual(long)
  const without = withBlob(await read(), mine, undefined, random)
  expect([findBlob(without, mine), findBlob(without, other)]).toEqual([undefined, long])
  const broken = writeArray(array)
  broken[broken.length - 1]! ^= 1
  expect(readArray(broken)).toBeUndefined()
})

describe('a large-blob entry', () => {
  const key = new Uint8Array(32)
  /** Sealed by hand as §6.10.3 says, so that its size can lie. */
  function sealed(plain: Uint8Array, origSize: number): Map<number, CborValue> {
    const size = new Uint8Array(8)
    new DataView(size.buffer).setBigUint64(0, BigInt(origSize), true)
    const nonce = new Uint8Array(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    cipher.setAAD(concat(utf8('blob'), size))
    const ciphertext = concat(cipher.update(deflateRawSync(plain)), cipher.final(), cipher.getAuthTag())
    return new Map<number, CborValue>([[1, ciphertext], [2, nonce], [3, origSize]]) // prettier-ignore
  }

  it('is read as the specification writes it', () => {
    expect(findBlob([7, sealed(utf8('a ticket'), 8)], key)).toEqual(utf8('a ticket'))
    expect(findBlob([sealed(new Uint8Array(), 0)], key)).toEqual(new Uint8Array())
  })

  it('that unpacks to more or less than it says is refused, and a size beyond a mebibyte is', () => {
    const bomb = new Uint8Array(5_000_000)
    for (const [plain, size] of [
      [bomb, 100],
      [bomb, bomb.length],
      [utf8('abc'), 4],
    ] as const)
      // prettier-ignore
      expect(() => findBlob([sealed(plain, size)], key)).toThrow(AnswerError)
  })

  it('whose size was changed after sealing is not opened', () => {
    expect(findBlob([sealed(utf8('abc'), 3).set(3, 2)], key)).toBeUndefined()
  })
})

it('the configuration is changed with a token for it', async () => {
  const bench = await benchWithPin()
  const info = await getInfo(bench.transport)
  expect([config.isSupported(info), config.canSetMinPINLength(info), config.canToggleAlwaysUv(info)]).toEqual([true, true, true]) // prettier-ignore
  const configuring = {
    transport: bench.transport,
    token: await token(bench, pin.PERMISSION.authenticatorConfiguration),
  }
  await config.toggleAlwaysUv(configuring)
  expect((await getInfo(bench.transport)).options.alwaysUv).toBe(true)
  await config.enableEnterpriseAttestation(configuring)
  await config.setMinPINLength(configuring, { newMinPINLength: 8, minPinLengthRPIDs: ['example.com'] })
  const after = await getInfo(bench.transport)
  expect([after.minPINLength, after.forcePINChange]).toEqual([8, true])
  const wrong = { transport: bench.transport, token: new pin.PinUvAuthToken(2, new Uint8Array(32)) }
  await expect(config.toggleAlwaysUv(wrong)).rejects.toEqual(failsWith(STATUS.pinAuthInvalid))
})

it('reset is taken in its window after plugging in, and refused later', async () => {
  const bench = await benchWithPin()
  await bench.clock.advance(60_000)
  await expect(reset(bench.transport)).rejects.toEqual(failsWith(STATUS.notAllowed))
  await reset(await bench.replug())
  expect((await getInfo(await bench.replug())).options.clientPin).toBe(false)
})

it.each(['ctap2.1', 'ctap2.1-pre', 'ctap2.0'] as const)(
  'a touch selects a %s key, with a PIN and without',
  async (profile) => {
    const touches: string[] = []
    const bench = await virtualBench({ profile }, { ...willing, touch: async (purpose) => { touches.push(purpose); return 'touched' } }) // prettier-ignore
    expect(canSelect(await getInfo(bench.transport))).toBe(true)
    await select(bench.transport, await getInfo(bench.transport))
    await pin.setPIN(await access(bench), PIN)
    await select(bench.transport, await getInfo(bench.transport))
    expect(touches.length).toBe(2)
  },
)

it('a token that was forgotten opens nothing', async () => {
  const bench = await benchWithPin()
  await store(bench, 'example.com', 'ada')
  const cm = await token(bench, pin.PERMISSION.credentialManagement)
  const management = {
    transport: bench.transport,
    support: credMan.support(await getInfo(bench.transport))!,
    token: cm,
  }
  cm.forget()
  await expect(credMan.getCredsMetadata(management)).rejects.toBeInstanceOf(KeyStatusError)
})

it('a passkey whose public key the key does not tell is listed with the others', async () => {
  const cm = await token(await benchWithPin(), pin.PERMISSION.credentialManagement)
  const listed = (id: number, ...more: [number, CborValue][]) => {
    const descriptor = new Map<string, CborValue>([['id', Uint8Array.of(id)], ['type', 'public-key']]) // prettier-ignore
    return encode(new Map<number, CborValue>([[6, new Map([['id', Uint8Array.of(id)]])], [7, descriptor], ...more]))
  }
  const publicKey = new Map<number, CborValue>([[1, 99], [3, -999]]) // prettier-ignore
  const answers = [listed(1, [8, publicKey], [9, 2]), listed(2)]
  const transport = new ScriptedTransport(() => answers.shift()!)
  const management = { transport, support: { command: 0x0a, canUpdateUser: true }, token: cm }
  const list = await credMan.enumerateCredentials(management, new Uint8Array(32))
  expect(list.map((one) => [one.credentialId[0], one.publicKey?.alg])).toEqual([[1, -999], [2, undefined]]) // prettier-ignore
})
