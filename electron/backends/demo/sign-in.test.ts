import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  blinks,
  stops,
  BenchPerson,
  NEVER,
  PEOPLE,
  SELF,
  testWorld,
  type PersonName,
  type TestWorld,
} from '../../../test/support/demo-world.ts'
import type { SignInAct } from './bench-state.ts'
import { BenchFault, BENCH_RP, type WebAuthnJson } from './door.ts'

const HOUR_MS = 3_600_000
const RP = { origin: 'http://latchkey.localhost:4711', rpId: 'latchkey.localhost' }

describe('the sign-in page', () => {
  let test: TestWorld
  beforeEach(async () => {
    test = await testWorld()
  })
  afterEach(() => test.dispose())

  const person = (name: PersonName) => new BenchPerson(test.world, name)

  it('refuses passwords for a minute after five wrong ones, the right one too', async () => {
    const alice = person('alice')
    for (let i = 0; i < 5; i++) expect(await alice.enterPassword('wrong')).toMatchObject({ fault: 'wrong-password' })
    expect(await alice.enterPassword()).toMatchObject({ page: 'password', fault: 'try-later' })
    await test.clock.advance(60_000)
    expect(await alice.enterPassword()).toMatchObject({ page: 'code' })
  })

  it('tells a spent code from a wrong one, and five wrong ones from both', async () => {
    const alice = person('alice')
    const code = alice.phoneCode()
    expect(await alice.signIn()).toMatchObject({ page: 'signed-in' })
    await alice.enterPassword()
    expect(await alice.enterCode(code)).toMatchObject({ fault: 'code-spent' })
    for (let i = 0; i < 5; i++) expect(await alice.enterCode('12345x')).toMatchObject({ fault: 'wrong-code' })
    expect(await alice.enterCode('12345x')).toMatchObject({ fault: 'try-later' })
  })

  it('lets a device that was reported lost open nothing, and offers root another way', async () => {
    const root = person('root')
    const [device] = await root.devices()
    await test.world.backend.markLost(root.identityId, device?.id ?? '', 'lost', SELF)
    expect(await root.enterPassword()).toMatchObject({
      page: 'choose-device',
      devices: [{ name: 'Pixel 8, production root' }],
      canTroubleshoot: true,
      fault: 'device-out-of-use',
    })
    await test.world.phone({ act: 'bring-back' })
    expect(await root.signIn()).toMatchObject({ page: 'signed-in' })
  })

  it('refuses the code of a device that was reported lost while its page was open', async () => {
    const root = person('root')
    const [device] = await root.devices()
    await root.enterPassword()
    await test.world.backend.markLost(root.identityId, device?.id ?? '', 'stolen', SELF)
    expect(await root.enterCode()).toMatchObject({ page: 'code', fault: 'device-out-of-use' })
  })

  it('tells the backend who signed in and how, until they sign out', async () => {
    const { backend } = test.world
    const alice = person('alice')
    expect(await backend.signedIn(alice.identityId, NEVER)).toBe('nobody')
    await alice.signIn()
    const [device] = await alice.devices()
    const signedIn = { via: 'device', deviceId: device?.id, at: test.clock.now() }
    expect(await backend.signedIn(alice.identityId, NEVER)).toEqual(signedIn)
    expect(device?.lastUsedAt).toBe(test.clock.now())
    // Somebody else may use the page meanwhile.
    await test.world.signIn({ act: 'start-over' })
    expect(await backend.signedIn(alice.identityId, NEVER)).toEqual(signedIn)
    await test.clock.advance(30_000)
    await alice.signIn()
    await test.world.signIn({ act: 'sign-out' })
    expect(alice.page).toEqual({ page: 'start' })
    expect(await backend.signedIn(alice.identityId, NEVER)).toBe('nobody')
  })

  it('ends a session after twelve hours', async () => {
    const alice = person('alice')
    await alice.signIn()
    await test.world.moveClock(12 * HOUR_MS - 1)
    expect(alice.page).toMatchObject({ page: 'signed-in' })
    await test.world.moveClock(1)
    expect(alice.page).toEqual({ page: 'start', fault: 'session-ended' })
    expect(await test.world.backend.signedIn(alice.identityId, NEVER)).toBe('nobody')
  })

  it('knows nothing but what fits the page that is open', async () => {
    const acts: SignInAct[] = [
      { act: 'password', password: 'x' },
      { act: 'choose', deviceId: 'x' },
      { act: 'code', code: '123456' },
      { act: 'touch' },
      { act: 'troubleshoot' },
      { act: 'use-alternative-factors' },
      { act: 'send-email' },
      { act: 'call-me' },
      { act: 'sign-out' },
    ]
    for (const act of acts) await expect(test.world.signIn(act)).rejects.toThrow(new BenchFault('not-now'))
    await expect(test.world.signIn({ act: 'who', identityId: 'nobody' })).rejects.toThrow(new BenchFault('not-found'))
    expect(test.world.bench().signIn).toEqual({ page: 'start' })
    await test.world.signIn({ act: 'who', identityId: PEOPLE.alice })
    await expect(test.world.signIn({ act: 'who', identityId: PEOPLE.root })).rejects.toThrow('not-now')
  })

  it('does not take a password that was compared with one since replaced', async () => {
    const alice = person('alice')
    await test.world.signIn({ act: 'who', identityId: alice.identityId })
    const { password } = alice
    const typed = test.world.signIn({ act: 'password', password })
    const changed = test.world.backend.changePassword(alice.identityId, password, 'another one altogether', SELF)
    // Either order is right; a page that goes on must have seen the password while it was good.
    await Promise.allSettled([typed, changed])
    expect(await alice.enterPassword(password)).toMatchObject({ page: 'password', fault: 'wrong-password' })
  })

  describe('asks for a touch', () => {
    it('of the key that was chosen, which blinks for it', async () => {
      const root = person('stagingRoot')
      await root.enterPassword()
      expect(await root.choose('Blue key')).toMatchObject({ page: 'touch', deviceName: 'Blue key' })
      await test.world.signIn({ act: 'touch' })
      await blinks(test.world, 'blue')
      expect(test.world.bench().keys[0]).toMatchObject({ waitsFor: 'touch', purpose: 'sign-in' })
      await test.world.signIn({ act: 'start-over' })
      await stops(test.world, 'blue')
      expect(test.world.bench().keys[0]).not.toHaveProperty('waitsFor')
      await root.enterPassword()
      await root.choose('Blue key')
      expect(await root.touch('blue')).toMatchObject({ page: 'signed-in', via: 'device', deviceName: 'Blue key' })
    })

    it('and says why it did not come', async () => {
      const root = person('stagingRoot')
      await root.enterPassword()
      await root.choose('Blue key')
      const told = (fault: string) =>
        new Promise<void>((resolve) => {
          const stop = test.world.onChange(() => {
            if (!('fault' in root.page && root.page.fault === fault)) return
            stop()
            resolve()
          })
        })
      await test.world.key('blue', 'unplug')
      await test.world.key('spare', 'plug')
      const isStrange = told('no-such-credential')
      await test.world.signIn({ act: 'touch' })
      await isStrange
      expect(root.page).toMatchObject({ page: 'touch', fault: 'no-such-credential' })
      await test.world.key('spare', 'unplug')
      await test.world.key('blue', 'plug')
      await test.world.signIn({ act: 'touch' })
      await blinks(test.world, 'blue')
      const isOut = told('unplugged')
      await test.world.key('blue', 'unplug')
      await isOut
      expect(root.page).toMatchObject({ page: 'touch', fault: 'unplugged' })
    })

    it('which a browser’s own authenticator can give as well', async () => {
      const { world } = test
      const eunJi = person('eunJi')
      const touched = async (asked: Promise<WebAuthnJson>) => {
        await world.key('blue', 'touch')
        return asked
      }
      const request = { type: 'fido', name: 'This browser', nonce: 'YnJvd3Nlcg', ...RP } as const
      const begun = await world.backend.beginRegister(eunJi.identityId, request, SELF)
      if (begun.is !== 'done' || begun.value.type !== 'fido') throw new Error('not begun')
      const response = await touched(world.keys.create(begun.value.options, RP, NEVER))
      const proof = { type: 'attestation', response, name: 'This browser' } as const
      expect(await world.backend.confirmRegister(begun.value.ref, proof, SELF)).toMatchObject({ is: 'done' })

      await eunJi.enterPassword()
      const good = await world.beginPageTouch(RP)
      const answer = await touched(world.keys.get(good, RP, NEVER))
      // A challenge that was replaced is none, nor is a page that may not speak for the relying party.
      await world.beginPageTouch(RP)
      await world.finishPageTouch(answer)
      expect(eunJi.page).toMatchObject({ page: 'touch', fault: 'key-refused' })
      await expect(world.beginPageTouch({ ...RP, origin: 'https://evil.example' })).rejects.toThrow('not-now')
      await expect(world.beginPageTouch({ origin: 'https://other.example', rpId: 'other.example' })).rejects.toThrow(
        'not-now',
      )
      const asked = await world.beginPageTouch(RP)
      await world.finishPageTouch(await touched(world.keys.get(asked, RP, NEVER)))
      expect(eunJi.page).toMatchObject({ page: 'signed-in', via: 'device', deviceName: 'This browser' })
      await expect(world.finishPageTouch(answer)).rejects.toThrow('not-now')
      expect(BENCH_RP.rpId).toBe(RP.rpId)
    })
  })

  describe('by alternative factors', () => {
    const recover = async () => {
      const root = person('root')
      await root.enterPassword()
      await root.troubleshoot()
      return root
    }

    it('sends a link that is good for ten minutes and for this attempt', async () => {
      const root = await recover()
      await test.world.signIn({ act: 'send-email' })
      const [mail] = test.world.bench().inbox
      await test.world.moveClock(10 * 60_000)
      expect(test.world.bench().inbox[0]?.link).toBe('expired')
      await test.world.mail({ id: mail?.id ?? '', act: 'follow' })
      expect(root.page).toMatchObject({ email: { state: 'sent' }, fault: 'link-expired' })

      await test.world.signIn({ act: 'send-email' })
      const [next] = test.world.bench().inbox
      await recover()
      await test.world.mail({ id: next?.id ?? '', act: 'follow' })
      expect(root.page).toMatchObject({ email: { state: 'not-sent' }, fault: 'link-expired' })
      expect(test.world.bench().inbox[0]?.link).toBe('expired')
    })

    it('gives the call up after a minute, or when it is hung up, or the phone it rings on is gone', async () => {
      const root = person('stagingRoot')
      const call = async () => {
        await root.enterPassword()
        await root.troubleshoot()
        await root.verifyEmail()
        await test.world.signIn({ act: 'call-me' })
        expect(test.world.bench().phone.call).toMatchObject({ state: 'ringing' })
      }
      const isGivenUp = () => {
        expect(root.page).toMatchObject({ phone: { state: 'not-answered' }, fault: 'not-answered' })
        expect(test.world.bench().phone.call).toMatchObject({ state: 'missed' })
      }
      await call()
      await test.world.moveClock(60_000)
      isGivenUp()
      await call()
      await test.world.phone({ act: 'answer' })
      await test.world.phone({ act: 'hang-up' })
      isGivenUp()
      await call()
      await test.world.phone({ act: 'answer' })
      await test.world.phone({ key: '1' })
      await test.world.phone({ act: 'lose' })
      isGivenUp()
      await test.world.phone({ act: 'hang-up' })
      expect(test.world.bench().phone.call).toBeUndefined()
    })

    it('gives the call up also where the program was closed meanwhile', async () => {
      const root = await recover()
      await root.verifyEmail()
      await test.world.signIn({ act: 'call-me' })
      await test.world.close()
      await test.clock.advance(60_000)
      const world = await test.reopen()
      const isOver = new Promise<void>((resolve) => {
        const stop = world.onChange(() => {
          stop()
          resolve()
        })
      })
      await test.clock.advance(0)
      await isOver
      expect(world.bench().signIn).toMatchObject({ phone: { state: 'not-answered' } })
    })

    it('takes no digits before the call is answered, and none after the sixth', async () => {
      const root = await recover()
      await root.verifyEmail()
      await test.world.signIn({ act: 'call-me' })
      await expect(test.world.phone({ key: '1' })).rejects.toThrow('not-now')
      await test.world.phone({ act: 'answer' })
      await expect(test.world.phone({ key: 'x' })).rejects.toThrow('not-now')
      for (const key of '000000') await test.world.phone({ key })
      await expect(test.world.phone({ key: '0' })).rejects.toThrow('not-now')
    })
  })
})
