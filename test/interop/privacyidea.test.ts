/** The privacyIDEA backend against a real privacyIDEA on loopback (docs/backends.md): what it does, not what we read that it does. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedPrivacyIdea, PrivacyIdeaBackend } from '../../electron/backends/index.ts'
import { codeOfStep } from '../support/rfc6238.ts'
import { ADMIN, install, REALM, startServer, type PrivacyIdeaServer } from './privacyidea-server.ts'
import { byPassword, done, expectRefused, idOf, keyInHand, newNonce, newSeed, NEVER, open, pairAt, SELF, SIX_DIGITS, stepNow, virtual, type Key, type Virtual } from './privacyidea-support.ts' // prettier-ignore

const startedAt = Date.now()
const installed = await install()
const name = installed.ok ? 'a real privacyIDEA' : `a real privacyIDEA: ${installed.why}`

describe.skipIf(!installed.ok)(name, () => {
  let server: PrivacyIdeaServer
  let opened: OpenedPrivacyIdea[] = []
  const policies = new Set<string>()

  beforeAll(async () => {
    server = await startServer()
    console.log(`privacyIDEA is up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  }, 180_000)
  afterAll(() => server?.dispose())
  afterEach(async () => {
    for (const one of opened) one.close()
    opened = []
    for (const policy of policies) await server.api('DELETE', `/policy/${policy}`)
    policies.clear()
    const all = (await server.api('GET', '/token/?pagesize=1000')) as { tokens: { serial: string }[] }
    for (const { serial } of all.tokens) await server.api('DELETE', `/token/${serial}`)
  })

  const use = (...args: Parameters<typeof open> extends [unknown, ...infer R] ? R : never): PrivacyIdeaBackend => {
    const one = open(server, ...args)
    opened.push(one)
    return one.backend
  }
  const alice = () => use(byPassword('alice'))
  const admin = () => use(byPassword(ADMIN.user, ADMIN.password))
  const policy = async (scope: string, action: string) => {
    const name = `p${policies.size}`
    await server.api('POST', `/policy/${name}`, { scope, action, active: true })
    policies.add(name)
  }
  const begin = async (backend: PrivacyIdeaBackend, request = virtual('Phone', newSeed()), user = 'alice') =>
    done(await backend.beginRegister(idOf(user), request, SELF)) as Virtual
  const give = (backend: PrivacyIdeaBackend, { ref }: Virtual, codes: readonly [string, string]) =>
    backend.confirmRegister(ref, { type: 'codes', codes }, SELF)
  /** Registered by codes of `steps` away from now. */
  const registered = async (backend: PrivacyIdeaBackend, steps = 0, user = 'alice') => {
    const pending = await begin(backend, undefined, user)
    const last = stepNow() + steps
    const device = done(await give(backend, pending, pairAt(pending.seed, last - 1)))
    return { device, seed: pending.seed, last }
  }
  const codeAt = (seed: Uint8Array, step: number) => codeOfStep(seed, SIX_DIGITS, step)

  describe('tells', () => {
    it('its time, to within a second of this computer’s', async () => {
      const { at, uncertaintyMs } = await alice().time(NEVER)
      expect(Math.abs(at - Date.now())).toBeLessThan(uncertaintyMs + 1000)
    })

    it('a user of itself alone, with its contacts, and an administrator of all', async () => {
      const user = alice()
      expect(await user.identities(NEVER)).toEqual([
        { id: idOf('alice'), kind: 'user', name: 'alice', account: REALM, isAdministrator: false },
      ])
      expect(await user.contacts(idOf('alice'), NEVER)).toEqual({
        email: { value: 'alice@example.com' },
        phone: { value: '+44 20 7946 01001' },
      })
      await expect(user.devices(idOf('bob'), NEVER)).rejects.toMatchObject({ error: { code: 'not-found' } })
      const ids = (await admin().identities(NEVER)).map(({ id }) => id)
      expect(ids.toSorted()).toEqual(['alice', 'bob', 'carol'].map(idOf))
    })

    it('an administrator that nobody is called so', async () => {
      await expect(admin().devices(idOf('nobody'), NEVER)).rejects.toMatchObject({ error: { code: 'not-found' } })
      expectRefused(await admin().beginRegister(idOf('nobody'), virtual('Nobody’s'), SELF), 'not-found')
    })
  })

  describe('signing in', () => {
    it('is refused for a wrong password, which is not sent again by itself', async () => {
      const backend = use(byPassword('alice', 'wrong'))
      for (let i = 0; i < 2; i++)
        await expect(backend.identities(NEVER)).rejects.toMatchObject({ error: { code: 'sign-in-failed' } })
      const audit = (await server.api('GET', '/audit/?action=*auth*&user=alice&success=0&page_size=5')) as {
        auditdata: unknown[]
      }
      expect(audit.auditdata.length).toBe(1)
    })

    it('takes the code of a device where the server asks for one', async () => {
      const { seed, last } = await registered(alice())
      await policy('webui', 'login_mode=privacyIDEA')
      await policy('authentication', 'otppin=userstore, challenge_response=totp')
      const backend = alice()
      await expect(backend.identities(NEVER)).rejects.toMatchObject({ error: { code: 'sign-in-expired' } })
      const asked: (readonly string[])[] = []
      const signedIn = await backend.signIn(NEVER, async ({ types }) => {
        asked.push(types)
        return codeAt(seed, last + 2)
      })
      expect(signedIn).toEqual({ user: 'alice', realm: REALM, isAdministrator: false })
      expect(asked).toEqual([['totp']])
      expect(await backend.devices(idOf('alice'), NEVER)).toHaveLength(1)
    })

    it('goes by an administrator’s API key', async () => {
      const printed = await server.manage('api', 'createtoken', '-r', 'admin', '-u', 'service', '-d', '1')
      const key = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(printed)?.[0]
      const backend = use({ by: 'api-key', key: async () => key })
      expect(await backend.identities(NEVER)).toHaveLength(3)
      await registered(backend, 0, 'bob')
      expect(await use(byPassword('bob')).devices(idOf('bob'), NEVER)).toHaveLength(1)
    })
  })

  describe('a virtual device', () => {
    it('is named beforehand, and found by that name at every stage', async () => {
      const backend = alice()
      const request = virtual('My phone', newSeed())
      const ref = await backend.refFor(idOf('alice'), request, NEVER)
      expect(await backend.look(ref, NEVER)).toBe('absent')
      const pending = await begin(backend, request)
      expect(pending).toEqual({
        type: 'virtual-totp',
        ref,
        seed: request.seed,
        algorithm: 'SHA1',
        digits: 6,
        periodSeconds: 30,
      })
      expect(await backend.look(ref, NEVER)).toBe('created')
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([])
      const device = done(await give(backend, pending, pairAt(pending.seed, stepNow() - 1)))
      expect(device).toMatchObject({ id: ref.deviceId, type: 'virtual-totp', name: 'My phone', health: { state: 'in-sync' } }) // prettier-ignore
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([device])
      expect(await backend.look(ref, NEVER)).toBe('enabled')
      expectRefused(await give(backend, pending, pairAt(pending.seed, stepNow() + 1)), 'serial-taken')
    })

    it('spends both codes of its proof, and the one after them too', async () => {
      const backend = alice()
      const { device, seed, last } = await registered(backend)
      for (const step of [last - 1, last, last + 1])
        expectRefused(await backend.elevate(idOf('alice'), device.id, codeAt(seed, step)), 'mfa-session-refused')
      done(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 2)))
      expectRefused(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 2)), 'mfa-session-refused')
    })

    it('is not proven by codes that are not consecutive, not its own, or the same', async () => {
      const backend = alice()
      const pending = await begin(backend)
      const at = stepNow()
      const code = (away: number) => codeAt(pending.seed, at + away)
      expectRefused(await give(backend, pending, [code(0), code(0)]), 'code-repeated')
      expectRefused(await give(backend, pending, [code(0), code(-1)]), 'codes-refused')
      expectRefused(await give(backend, pending, [code(-2), code(0)]), 'codes-refused')
      expectRefused(await give(backend, pending, ['abcdef', '      ']), 'codes-refused')
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      done(await give(backend, pending, pairAt(pending.seed, at - 1)))
    })

    it('has the digits, period and algorithm that a policy gives it', async () => {
      await policy('user', 'enrollTOTP, resync, totp_otplen=8, totp_hashlib=sha256, totp_timestep=60')
      const backend = alice()
      const pending = await begin(backend)
      expect(pending).toMatchObject({ algorithm: 'SHA256', digits: 8, periodSeconds: 60 })
      const { algorithm, digits, periodSeconds } = pending
      const codes = pairAt(pending.seed, stepNow(periodSeconds) - 1, { algorithm, digits })
      const device = done(await give(backend, pending, codes))
      expect(await backend.codeShape(idOf('alice'), device.id, NEVER)).toEqual({
        kind: 'totp',
        algorithm: 'SHA256',
        digits: 8,
        periodSeconds: 60,
      })
    })

    it('takes the server’s seed where a policy forbids others', async () => {
      await policy('user', 'enrollTOTP, resync, totp_force_server_generate')
      const backend = alice()
      expect((await backend.capabilities(idOf('alice'), NEVER)).seedFrom).toEqual(['backend'])
      const ours = newSeed()
      const pending = await begin(backend, virtual('Server’s', ours))
      expect(pending.seed).not.toEqual(ours)
      done(await give(backend, pending, pairAt(pending.seed, stepNow() - 1)))
    })

    it('is enrolled in two steps where a policy wants that', async () => {
      await policy('user', 'enrollTOTP, resync, totp_2step=force, totp_hashlib=sha1')
      const backend = alice()
      const pending = await begin(backend, virtual('Two steps'))
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      done(await give(backend, pending, pairAt(pending.seed, stepNow() - 1)))
      expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
    })

    it('is verified by one code where a policy wants that, and opens nothing before', async () => {
      await policy('enrollment', 'verify_enrollment=totp')
      const backend = alice()
      const pending = await begin(backend)
      const { deviceId } = pending.ref
      expectRefused(await give(backend, pending, ['000000', '111111']), 'codes-refused')
      expectRefused(await backend.elevate(idOf('alice'), deviceId, codeAt(pending.seed, stepNow())), 'mfa-session-refused') // prettier-ignore
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      const last = stepNow()
      done(await give(backend, pending, pairAt(pending.seed, last - 1)))
      expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
      // Unlike a resync, this leaves the very next code good.
      done(await backend.elevate(idOf('alice'), deviceId, codeAt(pending.seed, last + 1)))
    })

    it('is proven by two sign-ins where resyncing is not allowed', async () => {
      await policy('user', 'enrollTOTP')
      const backend = alice()
      const { device, seed, last } = await registered(backend)
      expectRefused(await backend.resync(idOf('alice'), device.id, pairAt(seed, last + 1), SELF), {
        code: 'not-permitted',
        action: 'resync',
        resource: device.id,
      })
      done(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 1)))
    })

    it('may count instead of telling the time', async () => {
      const backend = alice()
      const pending = await begin(backend, { ...virtual('Counter', newSeed()), codes: 'hotp' })
      expect(pending).toMatchObject({ counter: 0, digits: 6 })
      const device = done(await give(backend, pending, pairAt(pending.seed, 0)))
      expect(await backend.codeShape(idOf('alice'), device.id, NEVER)).toMatchObject({ kind: 'hotp' })
      done(await backend.elevate(idOf('alice'), device.id, codeAt(pending.seed, 2)))
      done(await backend.resync(idOf('alice'), device.id, pairAt(pending.seed, 500), SELF))
      expectRefused(await backend.resync(idOf('alice'), device.id, pairAt(pending.seed, 400), SELF), 'codes-refused')
    })

    it('is given up half-way, and not once it is proven', async () => {
      const backend = alice()
      const pending = await begin(backend)
      done(await backend.abandon(pending.ref, SELF))
      expect(await backend.look(pending.ref, NEVER)).toBe('absent')
      expectRefused(await backend.abandon(pending.ref, SELF), 'not-found')
      const { device } = await registered(backend)
      expectRefused(await backend.abandon({ identityId: idOf('alice'), type: 'virtual-totp', deviceId: device.id }, SELF), 'still-assigned') // prettier-ignore
    })

    it('is the eighth at most, and as many as a policy says', async () => {
      const backend = alice()
      for (let i = 0; i < 8; i++) await registered(backend)
      const ninth = await backend.beginRegister(idOf('alice'), virtual('Ninth'), SELF)
      expectRefused(ninth, 'limit-reached')
      await policy('enrollment', 'max_token_per_user=1')
      const bob = use(byPassword('bob'))
      await registered(bob, 0, 'bob')
      expectRefused(await bob.beginRegister(idOf('bob'), virtual('Second'), SELF), {
        code: 'limit-reached',
        names: ['Phone'],
      })
    }, 120_000)

    it('goes on after the server was restarted in mid-flow', async () => {
      const backend = alice()
      const pending = await begin(backend)
      await server.stop()
      await expect(backend.look(pending.ref, NEVER)).rejects.toMatchObject({ error: { code: 'unreachable' } })
      expectRefused(await give(backend, pending, pairAt(pending.seed, stepNow() - 1)), 'unreachable')
      await server.start()
      // Another program, after a crash, knows only the ref.
      const later = alice()
      expect(await later.look(pending.ref, NEVER)).toBe('created')
      done(await give(later, pending, pairAt(pending.seed, stepNow() - 1)))
      expect(await later.look(pending.ref, NEVER)).toBe('enabled')
    }, 90_000)
  })

  describe('drift', () => {
    it.each([-40, -1, 0, 1, 40])('of %i steps is borne and told', async (steps) => {
      const backend = alice()
      const { device, seed } = await registered(backend, -100)
      const last = stepNow() + steps
      const resynced = done(await backend.resync(idOf('alice'), device.id, pairAt(seed, last - 1), SELF))
      expect(resynced).toEqual({ drift: { steps, seconds: steps * 30 } })
      done(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 2)))
    })

    it('that a sign-in shows is told the same', async () => {
      const backend = alice()
      const { device, seed } = await registered(backend, -100)
      const steps = 30
      done(await backend.resync(idOf('alice'), device.id, pairAt(seed, stepNow() + steps), SELF))
      const last = stepNow() + steps + 3
      done(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last)))
      const [token] = ((await server.api('GET', `/token/?serial=${device.id}`)) as { tokens: { info: Record<string, string> }[] }).tokens // prettier-ignore
      // A whole number of seconds, to the beginning of the step.
      expect(Number(token?.info['timeShift'])).toBeGreaterThan((steps + 2) * 30 - 30)
      expect(Number.isInteger(Number(token?.info['timeShift']))).toBe(true)
    })

    it('is looked for a thousand steps away from where the last one left it, and no further', async () => {
      const backend = alice()
      const { device, seed } = await registered(backend)
      const near = pairAt(seed, stepNow() + 990)
      const far = pairAt(seed, stepNow() + 1010)
      expectRefused(await backend.resync(idOf('alice'), device.id, far, SELF), 'codes-refused')
      done(await backend.resync(idOf('alice'), device.id, near, SELF))
      done(await backend.resync(idOf('alice'), device.id, far, SELF))
      // Its clock was set right since: the codes of now are older than those.
      expectRefused(await backend.resync(idOf('alice'), device.id, pairAt(seed, stepNow()), SELF), 'codes-refused')
    })

    it('is not put right by codes that were given before', async () => {
      const backend = alice()
      const { device, seed, last } = await registered(backend)
      for (const first of [last - 1, last, last - 50])
        expectRefused(await backend.resync(idOf('alice'), device.id, pairAt(seed, first), SELF), 'codes-refused')
      expectRefused(await backend.resync(idOf('alice'), 'LKYNOBODYS', pairAt(seed, last), SELF), 'not-found')
      done(await backend.resync(idOf('alice'), device.id, pairAt(seed, last + 1), SELF))
    })
  })

  describe('rights', () => {
    it('are everything where no policy says anything', async () => {
      const { register, seedFrom, markLost, resync } = await alice().capabilities(idOf('alice'), NEVER)
      expect(register['virtual-totp']).toEqual({ can: true })
      expect(register.fido).toEqual({ can: false, reason: 'no-key-here' })
      expect(seedFrom).toEqual(['person'])
      expect([markLost, resync]).toEqual([markLost, resync].map(() => ({ can: false, reason: 'nothing-registered' })))
    })

    it('are what the policies name, and the server holds to it', async () => {
      const { device } = await registered(alice())
      await policy('user', 'enrollHOTP, setdescription')
      const backend = alice()
      const can = await backend.capabilities(idOf('alice'), NEVER)
      const denied = { can: false, reason: 'policy' }
      expect(can.register).toEqual({ 'virtual-totp': denied, 'hardware-totp': denied, fido: denied })
      expect([can.remove, can.resync, can.markLost]).toEqual([denied, denied, denied])
      expect(can.rename).toEqual({ can: true })
      expectRefused(await backend.beginRegister(idOf('alice'), virtual('Denied'), SELF), 'not-permitted')
      expectRefused(await backend.deactivate(idOf('alice'), device.id, SELF), {
        code: 'not-permitted',
        action: 'delete',
        resource: device.id,
      })
      expectRefused(await backend.markLost(idOf('alice'), device.id, 'lost', SELF), 'not-permitted')
      done(await backend.rename(idOf('alice'), device.id, ' Renamed ', SELF))
      expect(await backend.devices(idOf('alice'), NEVER)).toMatchObject([{ name: 'Renamed' }])
    })
  })

  describe('removing', () => {
    it('deletes a virtual device at once', async () => {
      const backend = alice()
      const { device } = await registered(backend)
      expectRefused(await backend.deleteEntity(idOf('alice'), device.id, SELF), 'still-assigned')
      done(await backend.deactivate(idOf('alice'), device.id, SELF))
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([])
      expectRefused(await backend.deactivate(idOf('alice'), device.id, SELF), 'not-found')
      expectRefused(await backend.deleteEntity(idOf('alice'), device.id, SELF), 'not-found')
    })

    it('leaves it to an administrator where only unassigning is allowed', async () => {
      const { device } = await registered(alice())
      await policy('user', 'unassign')
      const backend = alice()
      done(await backend.deactivate(idOf('alice'), device.id, SELF))
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([])
      expectRefused(await backend.deleteEntity(idOf('alice'), device.id, SELF), 'not-permitted')
      const ref = { identityId: idOf('alice'), type: 'virtual-totp', deviceId: device.id } as const
      expect(await admin().look(ref, NEVER)).toBe('created')
      done(await admin().deleteEntity(idOf('alice'), device.id, SELF))
      expect(await admin().look(ref, NEVER)).toBe('absent')
    })

    it('is not done to another’s device', async () => {
      const bob = use(byPassword('bob'))
      const { device } = await registered(bob, 0, 'bob')
      const backend = alice()
      expectRefused(await backend.deactivate(idOf('alice'), device.id, SELF), 'not-found')
      expectRefused(await backend.deactivate(idOf('bob'), device.id, SELF), 'not-found')
      // An administrator who means alice's removes nothing of bob's.
      expectRefused(await admin().deactivate(idOf('alice'), device.id, SELF), 'not-found')
      expect(await bob.devices(idOf('bob'), NEVER)).toHaveLength(1)
    })
  })

  describe('a lost device', () => {
    it('opens nothing from then on, until it is found again', async () => {
      const backend = alice()
      const { device, seed, last } = await registered(backend)
      done(await backend.markLost(idOf('alice'), device.id, 'stolen', SELF))
      expect(await backend.devices(idOf('alice'), NEVER)).toMatchObject([
        { health: { state: 'out-of-use', loss: 'stolen' } },
      ])
      // The server itself takes codes of a disabled token where they are checked by its serial.
      expectRefused(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 2)), 'mfa-session-refused')
      expectRefused(await backend.resync(idOf('alice'), device.id, pairAt(seed, last + 1), SELF), 'not-supported')
      done(await backend.restore(idOf('alice'), device.id, SELF))
      done(await backend.elevate(idOf('alice'), device.id, codeAt(seed, last + 2)))
    })

    it('is replaced for some days by an administrator, and by nobody else', async () => {
      const backend = alice()
      const { device } = await registered(backend)
      expectRefused(await backend.replaceForNow(idOf('alice'), device.id, SELF), 'not-permitted')
      const { password, until } = done(await admin().replaceForNow(idOf('alice'), device.id, SELF))
      expect(password.length).toBeGreaterThanOrEqual(16)
      expect(until).toBeGreaterThan(Date.now() + 9 * 86_400_000)
      // The password is a token too, and no device.
      expect(await backend.devices(idOf('alice'), NEVER)).toMatchObject([{ id: device.id, health: { state: 'out-of-use' } }]) // prettier-ignore
      const again = done(await admin().replaceForNow(idOf('alice'), device.id, SELF))
      expect(again.password).not.toBe(password)
    })
  })

  describe('a token of the store', () => {
    const seed = newSeed()
    const request = (serial: string) => ({ type: 'hardware-totp', nonce: newNonce(), name: 'Fob', serial }) as const
    const load = () => server.load(`FOB0001, ${Buffer.from(seed).toString('hex')}, totp, 6, 30\n`)

    it('is assigned by its serial and proven by two codes', async () => {
      await load()
      const backend = alice()
      const pending = done(await backend.beginRegister(idOf('alice'), request(' FOB 0001 '), SELF))
      expect(pending).toMatchObject({ type: 'hardware-totp', ref: { deviceId: 'FOB0001' }, digits: 6, periodSeconds: 30 }) // prettier-ignore
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      // Resumed: it is alice's already.
      done(await backend.beginRegister(idOf('alice'), request('FOB0001'), SELF))
      const codes = pairAt(seed, stepNow() - 1)
      const device = done(await backend.confirmRegister(pending.ref, { type: 'codes', codes }, SELF))
      expect(device).toMatchObject({ id: 'FOB0001', serial: 'FOB0001', type: 'hardware-totp' })
      expect(await backend.look(pending.ref, NEVER)).toBe('enabled')

      const bob = use(byPassword('bob'))
      expectRefused(await bob.beginRegister(idOf('bob'), request('FOB0001'), SELF), { code: 'serial-taken', serial: 'FOB0001' }) // prettier-ignore
      expect(await admin().look({ ...pending.ref, identityId: idOf('bob') }, NEVER)).toBe('other-owner')
      done(await backend.deactivate(idOf('alice'), 'FOB0001', SELF))
      // Back in the store, for the next.
      done(await bob.beginRegister(idOf('bob'), request('FOB0001'), SELF))
      expect(await bob.devices(idOf('bob'), NEVER)).toMatchObject([{ id: 'FOB0001' }])
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([])
    })

    it('is refused where nobody knows the serial', async () => {
      const backend = alice()
      for (const serial of ['NOPE', '*', 'FOB0001,FOB0002', '../auth'])
        expectRefused(await backend.beginRegister(idOf('alice'), request(serial), SELF), {
          code: 'serial-unknown',
          serial,
        })
    })

    it('goes back when it is given up half-way', async () => {
      await load()
      const backend = alice()
      const { ref } = done(await backend.beginRegister(idOf('alice'), request('FOB0001'), SELF))
      done(await backend.abandon(ref, SELF))
      expect(await backend.look(ref, NEVER)).toBe('absent')
      expect(await admin().look(ref, NEVER)).toBe('absent')
    })
  })

  describe('a serial that exists', () => {
    it('is taken over by init where it is nobody’s or one’s own, and refused where it is another’s', async () => {
      const raw = (user: string, serial: string) =>
        rawCall(server, user, '/token/init', { type: 'totp', serial, otpkey: Buffer.from(newSeed()).toString('hex') })
      const { device, seed, last } = await registered(alice())
      expect(await raw('bob', device.id)).toMatchObject({ result: { status: false, error: { code: 301 } } })
      done(await alice().elevate(idOf('alice'), device.id, codeAt(seed, last + 2)))
      // One's own: a new secret, without a word. This is why nothing here sends init without a look.
      expect(await raw('alice', device.id)).toMatchObject({ result: { status: true } })
      await server.api('POST', '/token/unassign', { serial: device.id })
      expect(await raw('bob', device.id)).toMatchObject({ result: { status: true } })
    })

    it('is never sent to init from here', async () => {
      const backend = admin()
      const request = virtual('Twice', newSeed())
      const pending = await begin(backend, request)
      expectRefused(await backend.beginRegister(idOf('alice'), request, SELF), 'name-taken')
      expectRefused(await backend.beginRegister(idOf('bob'), request, SELF), 'name-taken')
      done(await give(backend, pending, pairAt(pending.seed, stepNow() - 1)))
    })
  })

  describe('a security key', () => {
    const RP = 'webauthn_relying_party_id=localhost, webauthn_relying_party_name=Tests'
    const request = (name: string, discoverable = false) =>
      ({ type: 'fido', nonce: newNonce(), name, origin: server.url, rpId: 'localhost', discoverable }) as const
    const hands = new WeakMap<PrivacyIdeaBackend, Key>()
    const inHandOf = (key: Key) => {
      const backend = use(byPassword('alice'), key)
      hands.set(backend, key)
      return backend
    }
    const withKey = async () => inHandOf(await keyInHand())
    const handOf = (backend: PrivacyIdeaBackend) => hands.get(backend)!(backend.touchOrigin)
    const challenge = async (backend: PrivacyIdeaBackend, discoverable = false) => {
      const pending = done(await backend.beginRegister(idOf('alice'), request('My key', discoverable), SELF))
      if (pending.type !== 'fido') throw new Error('not a key')
      return pending
    }
    const touch = (backend: PrivacyIdeaBackend, options: Readonly<Record<string, unknown>>) =>
      handOf(backend).register(options)
    const answer = (
      backend: PrivacyIdeaBackend,
      { ref }: { ref: Parameters<PrivacyIdeaBackend['look']>[0] },
      response: Readonly<Record<string, unknown>>,
    ) =>
      // prettier-ignore
      backend.confirmRegister(ref, { type: 'attestation', response, name: 'My key' }, SELF)

    it.each([
      ['second factor', false, 'webauthn'],
      ['passkey', true, 'passkey'],
    ])('is registered as a %s', async (_, discoverable, type) => {
      await policy('enrollment', RP)
      const backend = await withKey()
      expect((await backend.capabilities(idOf('alice'), NEVER)).register.fido).toEqual({ can: true })
      const pending = await challenge(backend, discoverable)
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      expect(await backend.devices(idOf('alice'), NEVER)).toEqual([])
      const device = done(await answer(backend, pending, await touch(backend, pending.options)))
      expect(device).toMatchObject({ id: pending.ref.deviceId, type: 'fido', name: 'My key', health: { state: 'in-order' } }) // prettier-ignore
      expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
      const [token] = ((await server.api('GET', '/token/?user=alice')) as { tokens: { tokentype: string }[] }).tokens
      expect(token?.tokentype).toBe(type)
      expectRefused(await backend.resync(idOf('alice'), device.id, ['123456', '234567'], SELF), 'not-supported')

      const rp = { origin: server.url, rpId: 'localhost' }
      const { options } = done(await backend.beginAssertion(idOf('alice'), rp, device.id))
      const response = await handOf(backend).authenticate(options)
      expect(done(await backend.finishAssertion(idOf('alice'), response))).toEqual({ deviceId: device.id })
      expectRefused(await backend.finishAssertion(idOf('alice'), response), 'challenge-expired')
      done(await backend.beginAssertion(idOf('alice'), rp, device.id))
      // An answer to the challenge before.
      expectRefused(await backend.finishAssertion(idOf('alice'), response), 'key-refused')
      expectRefused(await backend.beginAssertion(idOf('alice'), rp, 'LKYNOBODYS'), 'key-refused')
      done(await backend.deactivate(idOf('alice'), device.id, SELF))
      expect(await backend.look(pending.ref, NEVER)).toBe('absent')
    })

    it('answers a challenge once', async () => {
      await policy('enrollment', RP)
      const backend = await withKey()
      const pending = await challenge(backend)
      const response = await touch(backend, pending.options)
      expectRefused(await answer(backend, pending, {}), 'key-refused')
      expectRefused(await answer(backend, pending, response), 'challenge-expired')
      expect(await backend.look(pending.ref, NEVER)).toBe('created')
      done(await backend.abandon(pending.ref, SELF))
      expect(await backend.look(pending.ref, NEVER)).toBe('absent')
    })

    it('is refused with another origin, another challenge, or a credential that is registered', async () => {
      await policy('enrollment', RP)
      const key = await keyInHand()
      const backend = inHandOf(key)
      const first = await challenge(backend)
      const made = await touch(backend, first.options)
      const foreign = key('http://elsewhere.localhost')
      const elsewhere = await challenge(backend)
      const strange = await foreign.register({ ...elsewhere.options, rp: { id: 'elsewhere.localhost', name: '' } })
      expectRefused(await answer(backend, elsewhere, strange), 'key-refused')
      const stale = await challenge(backend)
      expectRefused(await answer(backend, stale, made), 'key-refused')
      done(await answer(backend, first, made))
      const again = await challenge(backend)
      const { clientDataJSON } = (await touch(backend, again.options))['response'] as Record<string, unknown>
      const forged = { ...made, response: { ...(made['response'] as object), clientDataJSON } }
      expectRefused(await answer(backend, again, forged), 'key-refused')
    })

    it('is refused, and nothing left, where the server’s relying party is not this host', async () => {
      await policy('enrollment', 'webauthn_relying_party_id=example.com, webauthn_relying_party_name=Elsewhere')
      const backend = await withKey()
      const begun = await backend.beginRegister(idOf('alice'), request('Foreign'), SELF)
      expect(begun).toEqual({ is: 'refused', error: { code: 'key-refused', reason: 'origin' } })
      expect(await server.api('GET', '/token/?user=alice')).toMatchObject({ count: 0 })
    })

    it('is not permitted where the server has no relying party', async () => {
      const backend = await withKey()
      expectRefused(await backend.beginRegister(idOf('alice'), request('None'), SELF), 'not-permitted')
    })
  })
})

/** A call of a user past Latchkey. */
async function rawCall(server: PrivacyIdeaServer, user: string, path: string, body: Readonly<Record<string, string>>) {
  const post = async (to: string, sent: Readonly<Record<string, string>>, jwt?: string) => {
    const headers = { 'content-type': 'application/json', ...(jwt === undefined ? {} : { 'pi-authorization': jwt }) }
    const answer = await fetch(`http://127.0.0.1:${server.port}${to}`, { method: 'POST', headers, body: JSON.stringify(sent) }) // prettier-ignore
    return (await answer.json()) as { result: { status: boolean; value: { token: string } } }
  }
  const signedIn = await post('/auth', { username: user, password: 'correct horse' })
  return post(path, body, signedIn.result.value.token)
}
