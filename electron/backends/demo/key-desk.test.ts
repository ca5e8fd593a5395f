import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blinks, NEVER, stops, testWorld, type TestWorld } from '../../../test/support/demo-world.ts'
import { BenchFault, KeyFault, BENCH_RP, type WebAuthnJson } from './door.ts'

const creation: WebAuthnJson = {
  challenge: 'Y2hhbGxlbmdl',
  rp: { id: BENCH_RP.rpId, name: 'Test' },
  user: { id: 'dXNlcg', name: 'user', displayName: 'User' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { userVerification: 'discouraged' },
}

describe('keys on the bench', () => {
  let test: TestWorld
  beforeEach(async () => {
    test = await testWorld()
  })
  afterEach(() => test.dispose())

  const create = (signal = NEVER, options = creation) => {
    const made = test.world.keys.create(options, BENCH_RP, signal)
    // Looked at later; until then nobody minds how it ends.
    made.catch(() => undefined)
    return made
  }
  const ends = async (waiting: Promise<WebAuthnJson>) => {
    const reason: unknown = await waiting.then(
      () => 'answered',
      (error: unknown) => error,
    )
    return reason instanceof KeyFault ? reason.code : reason
  }
  const blinking = () =>
    test.world
      .bench()
      .keys.filter(({ waitsFor }) => waitsFor)
      .map(({ id, purpose }) => `${id}: ${purpose}`)

  it('blink when they are plugged in, and the one that is touched answers', async () => {
    const made = create()
    await blinks(test.world, 'blue')
    expect(blinking()).toEqual(['blue: register'])
    await test.world.key('spare', 'plug')
    await blinks(test.world, 'spare')
    expect(blinking()).toEqual(['blue: register', 'spare: register'])
    await test.world.key('spare', 'touch')
    expect((await made)['type']).toBe('public-key')
    await stops(test.world, 'blue')
    expect(blinking()).toEqual([])
  })

  it('wait for one to be plugged in', async () => {
    await test.world.key('blue', 'unplug')
    const made = create()
    expect(blinking()).toEqual([])
    await test.world.key('spare', 'plug')
    await test.world.key('spare', 'touch')
    expect((await made)['type']).toBe('public-key')
  })

  it('remember what was made when the touch is over', async () => {
    const made = create()
    await test.world.key('blue', 'touch')
    const { id } = await made
    await test.reopen()
    const asked = {
      challenge: 'Y2hhbGxlbmdl',
      rpId: BENCH_RP.rpId,
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'discouraged',
    }
    const got = test.world.keys.get(asked, BENCH_RP, NEVER)
    await test.world.key('blue', 'touch')
    expect((await got)['id']).toBe(id)
  })

  it('end the wait when the last one is pulled out, or lost', async () => {
    for (const act of ['unplug', 'lose', 'steal', 'break'] as const) {
      await test.world.key('blue', 'bring-back')
      await test.world.key('blue', 'plug')
      const made = create()
      await blinks(test.world, 'blue')
      await test.world.key('blue', act)
      expect(await ends(made)).toBe('unplugged')
    }
    await expect(test.world.key('blue', 'plug')).rejects.toThrow(BenchFault)
  })

  it('end the wait when it is cancelled, and take no touch after it', async () => {
    const abort = new AbortController()
    const made = create(abort.signal)
    await blinks(test.world, 'blue')
    abort.abort('enough')
    expect(await ends(made)).toBe('enough')
    await stops(test.world, 'blue')
    expect(blinking()).toEqual([])
    await expect(test.world.key('blue', 'touch')).rejects.toThrow(BenchFault)
    expect(await ends(create(AbortSignal.abort('before')))).toBe('before')
  })

  it('end the wait after two minutes', async () => {
    const made = create()
    await blinks(test.world, 'blue')
    await test.clock.advance(119_999)
    await test.clock.advance(1)
    expect(await ends(made)).toBe('timed-out')
  })

  it('serve the newest ceremony, and tell the one before', async () => {
    const first = create()
    const second = create()
    expect(await ends(first)).toBe('busy')
    await test.world.key('blue', 'touch')
    expect((await second)['type']).toBe('public-key')
  })

  it('say what they can’t do', async () => {
    const strange = test.world.keys.get(
      {
        challenge: 'Y2hhbGxlbmdl',
        rpId: BENCH_RP.rpId,
        allowCredentials: [{ type: 'public-key', id: 'c3RyYW5nZQ' }],
        userVerification: 'discouraged',
      },
      BENCH_RP,
      NEVER,
    )
    expect(await ends(strange)).toBe('no-such-credential')
    const odd = create(NEVER, { challenge: 'Y2hhbGxlbmdl' })
    expect(await ends(odd)).toBe('options-not-understood')
  })

  it('are let go when the world is restored or closed', async () => {
    const restored = create()
    await test.world.restore()
    expect(await ends(restored)).toBe('unplugged')
    const closed = create()
    await test.reopen()
    expect(await ends(closed)).toBe('unplugged')
  })
})
