import { expect, it } from 'vitest'
import { COMMAND } from '../../ctaphid/index.ts'
import { bench, descriptor, enrollFinger, map, PinClient, register, registration, signIn } from '../testing/bench.ts'

const PIN = '1234-4711'

it('a reset soon after power up and with a touch leaves nothing but the attestation of the factory', async () => {
  const { client, key, person } = bench()
  const one = await client()
  const id = await register(one)
  await register(one, { more: { 7: map({ rk: true }) } })
  await enrollFinger(one, PIN)
  const before = key.state()
  key.powerCycle()
  const again = await client()
  person.asked.length = 0
  await again.ok(0x07)
  expect(person.asked).toEqual(['reset'])
  const after = key.state()
  expect(after).toMatchObject({ pin: null, credentials: [], fingerprints: [], counter: 0, pinRetries: 8 })
  expect(after.attestation).toEqual(before.attestation)
  expect(after.master).not.toBe(before.master)
  // A credential that was never on the key is dead all the same.
  expect(await again.status(0x02, signIn({ more: { 3: [descriptor(id)] } }))).toBe(0x2e)
})

it('more than ten seconds after power up it is not allowed, and nobody is asked', async () => {
  const { client, clock, person, key } = bench()
  const one = await client()
  await new PinClient(one).setPin(PIN)
  await clock.advance(10_001)
  expect(await one.status(0x07)).toBe(0x30)
  expect(person.asked).toEqual([])
  expect(key.state().pin).not.toBeNull()
})

it('without the touch nothing is lost', async () => {
  const { client, clock, person, key } = bench()
  const one = await client()
  await new PinClient(one).setPin(PIN)
  person.touches = 'declined'
  expect(await one.status(0x07)).toBe(0x27)
  person.touches = 'never'
  await one.send(COMMAND.cbor, Uint8Array.of(0x07))
  await one.send(COMMAND.cancel)
  expect(one.nextStatus()).toBe(0x2d)
  await one.send(COMMAND.cbor, Uint8Array.of(0x07))
  await clock.advance(30_000)
  expect(one.nextStatus()).toBe(0x2f)
  expect(key.state().pin).not.toBeNull()
})

it('a blocked PIN goes with a reset', async () => {
  const { client, key } = bench()
  await new PinClient(await client()).setPin(PIN)
  for (let i = 0; i < 8; i++) {
    if (i % 3 === 0) key.powerCycle()
    await new PinClient(await client()).tryPin('wrong')
  }
  expect(key.state().pinRetries).toBe(0)
  key.powerCycle()
  const one = await client()
  await one.ok(0x07)
  expect(await new PinClient(one).setPin(PIN)).toBe(0)
})

it('selection is answered by a touch, and by a no', async () => {
  const { client, person } = bench()
  const one = await client()
  await one.ok(0x0b)
  person.touches = 'declined'
  expect(await one.status(0x0b)).toBe(0x27)
  expect(person.asked).toEqual(['selection', 'selection'])
})

it('a fault of the key itself is CTAP1_ERR_OTHER, and is handed to who made the key', async () => {
  const { client, person, faults } = bench()
  person.touch = () => Promise.reject(new Error('broken'))
  expect(await (await client()).status(0x01, registration())).toBe(0x7f)
  expect(faults).toEqual([new Error('broken')])
})
