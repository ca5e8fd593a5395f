import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { MisuseError } from '../errors.ts'
import { createVirtualKey, type KeyState } from './index.ts'
import { bench, BenchPerson, descriptor, map, PinClient, register, signIn } from './testing/bench.ts'

const PIN = '1234-4711'

it('a key that is written as JSON and read again is the same key', async () => {
  let json: string | undefined
  const store = {
    load: (): unknown => (json === undefined ? undefined : JSON.parse(json)),
    save: (state: KeyState) => void (json = JSON.stringify(state)),
  }
  const first = await bench({}, store).client()
  const loose = await register(first)
  const kept = await register(first, { user: 2, more: { 7: map({ rk: true }) } })
  await new PinClient(first).setPin(PIN)
  await new PinClient(first).tryPin('wrong')

  const second = bench({}, store)
  const one = await second.client()
  expect((await one.ok(0x06, map({ 2: 1 }))).get(3)).toBe(7)
  for (const id of [loose, kept]) {
    expect(await one.status(0x02, signIn({ more: { 3: [descriptor(id)] } }))).toBe(0)
  }
  expect(second.key.state().counter).toBe(4)
  expect(await new PinClient(one).tryPin(PIN)).toBe(0)
})

it('the PIN itself is not in it', async () => {
  const { client, key } = bench()
  await new PinClient(await client()).setPin('a PIN like no other')
  expect(JSON.stringify(key.state())).not.toContain('no other')
})

describe('a state that is none', () => {
  const good = () => structuredClone(bench().key.state()) as unknown as Record<string, unknown>
  const open = (state: unknown) =>
    createVirtualKey({
      clock: new FakeClock(),
      random: seededRandom('x'),
      person: new BenchPerson(),
      state: { load: () => state, save: () => {} },
    })

  it('is told from one that is', () => {
    expect(() => open(good())).not.toThrow()
  })
  it.each<[string, (state: Record<string, unknown>) => unknown]>([
    ['null', () => null],
    ['a list', () => []],
    ['another format', (state) => ({ ...state, format: 2 })],
    ['no master secret', (state) => ({ ...state, master: undefined })],
    ['bytes that are no base64url', (state) => ({ ...state, master: '*' })],
    ['tries below zero', (state) => ({ ...state, pinRetries: -1 })],
    ['a PIN without a hash', (state) => ({ ...state, pin: { codePoints: 4 } })],
    ['a credential that is text', (state) => ({ ...state, credentials: ['x'] })],
    [
      'a credential at level 4',
      (state) => ({ ...state, credentials: [{ id: 'AA', rpId: 'x', user: { id: 'AA' }, credProtect: 4 }] }),
    ],
    ['no attestation', (state) => ({ ...state, attestation: undefined })],
  ])('%s', (_, change) => {
    expect(() => open(change(good()))).toThrow(MisuseError)
  })
})

it('options that no key can have are refused', () => {
  expect(() => bench({ aaguid: new Uint8Array(15) })).toThrow(MisuseError)
  expect(() => bench({ maxMsgSize: 1023 })).toThrow(MisuseError)
  expect(() => bench({ maxMsgSize: 7610 })).toThrow(MisuseError)
})
