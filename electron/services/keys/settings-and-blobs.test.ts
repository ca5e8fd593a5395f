import { describe, expect, test } from 'vitest'
import { toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { agreeable, KeysBench, PIN, WIRE, type KeyPlan } from './testing/keys-bench.ts'

const PASSKEYS = [
  { rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' },
  { rpId: 'example.org', rpName: 'Example Org', userName: 'ben', displayName: 'Ben' },
]
async function withBlue(plan: KeyPlan = { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } }) {
  const bench = new KeysBench()
  const blue = bench.add('blue', plan)
  await bench.plug(blue)
  return { bench, blue, key: await bench.idOf(blue) }
}
const refusing = (question: Parameters<ReturnType<typeof agreeable>>[0], signal: AbortSignal) =>
  question.name === 'confirm' ? { confirmed: false, nonce: question.ask['nonce'] } : agreeable()(question, signal)

describe('settings', () => {
  test('always-uv is switched on and off, each after a question, and not sent where it is so already', async () => {
    const { bench, blue, key } = await withBlue()
    const set = (on: boolean) => ({ key, set: { setting: 'always-uv', on } as const })
    expect(await bench.fails('keys.configure', set(true), { answer: refusing })).toMatchObject({
      code: 'not-confirmed',
    })
    expect(bench.count(...WIRE.config)).toBe(0)
    await bench.call('keys.configure', set(true))
    expect(bench.asked.find(({ ask }) => ask['operation'] === 'keys.configure')?.ask).toMatchObject({
      effects: [{ effect: 'on-key' }, { effect: 'setting', facts: { setting: 'always-uv', on: true } }],
    })
    expect(blue.key.state().alwaysUv).toBe(true)
    await bench.call('keys.configure', set(true))
    expect(bench.count(...WIRE.config)).toBe(1)
    await bench.call('keys.configure', set(false))
    expect(blue.key.state().alwaysUv).toBe(false)
  })

  test('of a key without any protection need no PIN', async () => {
    const { bench, blue, key } = await withBlue({})
    await bench.call('keys.configure', { key, set: { setting: 'always-uv', on: true } })
    expect(bench.asked.map(({ name }) => name)).toEqual(['confirm'])
    expect(blue.key.state().alwaysUv).toBe(true)
  })

  test.each([
    [{ setting: 'enterprise-attestation' } as const, { enterpriseAttestation: true }],
    [{ setting: 'long-touch-for-reset' } as const, { longTouchForReset: true }],
    [{ setting: 'min-pin-length', length: 6, forceChange: false } as const, { minPinLength: 6 }],
  ])('%j is for good: the name of the key is typed', async (set, state) => {
    const { bench, blue, key } = await withBlue({ pin: PIN, options: { profile: 'ctap2.3' } })
    const untyped = {
      answer: (question: Parameters<typeof refusing>[0], signal: AbortSignal) =>
        question.name === 'confirm' ? { confirmed: true, nonce: question.ask['nonce'] } : agreeable()(question, signal),
    }
    expect(await bench.fails('keys.configure', { key, set }, untyped)).toMatchObject({ code: 'not-confirmed' })
    expect(bench.count(...WIRE.config)).toBe(0)
    await bench.call('keys.configure', { key, set })
    expect(blue.key.state()).toMatchObject(state)
    expect(bench.asked.at(-1)?.name === 'pin' ? bench.asked.at(-2)?.ask : bench.asked.at(-1)?.ask).toMatchObject({
      typeName: 'Virtual key',
      effects: [{ effect: 'on-key' }, { effect: 'setting' }, { effect: 'only-reset-undoes' }],
    })
  })

  test('of the PIN are refused where the key would refuse them', async () => {
    const { bench, key } = await withBlue()
    const set = (more: object) => ({ key, set: { setting: 'min-pin-length', forceChange: false, ...more } as never })
    expect(await bench.fails('keys.configure', set({}))).toMatchObject({ code: 'bad-request' })
    const rpIds = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
    expect(await bench.fails('keys.configure', set({ rpIds }))).toMatchObject({ code: 'bad-request' })
    await bench.call('keys.configure', set({ length: 6 }))
    expect(await bench.fails('keys.configure', set({ length: 5 }))).toMatchObject({ code: 'bad-request' })
    await bench.call('keys.configure', set({ forceChange: true }))
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'pin-must-change' })
  })

  test('that an older key does not offer are not asked about', async () => {
    const { bench, key } = await withBlue({ pin: PIN, options: { profile: 'ctap2.0' } })
    expect(await bench.fails('keys.configure', { key, set: { setting: 'always-uv', on: true } })).toEqual({
      code: 'key-cannot',
      detail: { reason: 'not-offered' },
    })
    expect(bench.asked).toEqual([])
  })
})

describe('large blobs', () => {
  const data = toBase64url(utf8('what the site keeps there'))

  test('are written after a question, listed with their passkey, opened, and removed', async () => {
    const { bench, key } = await withBlue()
    await bench.call('keys.readPasskeys', { key })
    const [one, other] = bench.remembered[0]!.passkeys!.list
    const { credentialId } = one!
    expect(await bench.call('keys.readBlobs', { key })).toEqual({
      entries: [],
      usedBytes: 17,
      maxBytes: 4096,
      isBroken: false,
    })
    const write = { key, credentialId, data }
    expect(await bench.fails('keys.writeBlob', write, { answer: refusing })).toMatchObject({ code: 'not-confirmed' })
    await bench.call('keys.writeBlob', write)
    await bench.call('keys.writeBlob', { key, credentialId: other!.credentialId, data })
    expect((await bench.call('keys.readBlobs', { key })).entries).toMatchObject([
      { index: 0, passkey: { credentialId, rpId: one!.rpId } },
      { index: 1, passkey: { credentialId: other!.credentialId } },
    ])
    expect(await bench.call('keys.openBlob', { key, credentialId })).toEqual({ data })
    await bench.call('keys.writeBlob', { key, credentialId })
    expect(bench.asked.filter(({ name }) => name === 'confirm').at(-1)?.ask).toMatchObject({
      operation: 'keys.writeBlob',
      effects: [{ effect: 'on-key' }, { effect: 'blob-lost', facts: { rpId: one!.rpId } }],
    })
    expect((await bench.call('keys.readBlobs', { key })).entries).toHaveLength(1)
    expect(await bench.fails('keys.openBlob', { key, credentialId })).toMatchObject({ code: 'blob-unreadable' })
  })

  test('that do not fit, or are none, are refused before anything is asked', async () => {
    const { bench, key } = await withBlue()
    await bench.call('keys.readPasskeys', { key })
    const { credentialId } = bench.remembered[0]!.passkeys!.list[0]!
    bench.asked.length = 0
    // Text that does not get smaller.
    let noise = ''
    for (let i = 0; noise.length < 8_000; i++) noise += ((i * 2_654_435_761) % 2 ** 32).toString(36)
    const large = toBase64url(utf8(noise))
    expect(await bench.fails('keys.writeBlob', { key, credentialId, data: large })).toEqual({
      code: 'blob-too-large',
      detail: { maxBytes: 4096 },
    })
    expect(await bench.fails('keys.writeBlob', { key, credentialId, data: '!' })).toMatchObject({ code: 'bad-request' })
    expect(await bench.fails('keys.writeBlob', { key, credentialId: 'AAAA', data })).toMatchObject({
      code: 'not-found',
    })
    expect(bench.asked.filter(({ name }) => name === 'confirm')).toEqual([])
  })

  test('need a key that keeps them', async () => {
    const { bench, key } = await withBlue({ pin: PIN, options: { profile: 'ctap2.1-pre' } })
    expect(await bench.fails('keys.readBlobs', { key })).toMatchObject({ detail: { reason: 'not-offered' } })
  })
})
