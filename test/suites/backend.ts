/**
 * What every backend owes (electron/backends/backend.ts, backends.md §5): one suite, run for each peer. What a peer can't be
 * asked is skipped by name.
 */
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import {
  BackendFault,
  type Actor,
  type Backend,
  type Outcome,
  type Pending,
  type RegisterRequest,
  type RelyingParty,
  type WebAuthnJson,
} from '../../electron/backends/index.ts'
import type { MfaDevice } from '../../shared/domain/device.ts'
import { codeOfStep } from '../support/rfc6238.ts'

/** A hardware token in the tester's hand. */
export interface TokenInHand {
  readonly serial: string
  /** The code it shows at the backend's present time. */
  code(): string
  setDrift(steps: number): Promise<void>
}

/** An authenticator that is touched whenever it is asked. */
export interface KeyInHand {
  create(options: WebAuthnJson, rp: RelyingParty): Promise<WebAuthnJson>
  get(options: WebAuthnJson, rp: RelyingParty): Promise<WebAuthnJson>
}

export interface BackendSubject {
  readonly backend: Backend
  /** A user without devices, one of the same account with a single virtual device, and one with eight. */
  readonly people: { readonly fresh: string; readonly other: string; readonly full?: string }
  /** Moves the backend's time forward. */
  advance(ms: number): Promise<void>
  /** Signed in with MFA, so that it may act on others. */
  readonly administrator?: () => Promise<Actor>
  /** A token nobody has registered. */
  readonly freeToken?: TokenInHand
  /** Two authenticators. */
  readonly keys?: readonly [KeyInHand, KeyInHand]
  readonly rp?: RelyingParty
  /** A root user's id and password, where contacts and passwords can be changed here. */
  readonly root?: { readonly identityId: string; readonly password: string; signIn(): Promise<void> }
  /** Lets the next write of this kind go astray. */
  readonly loseNext?: (write: 'beginRegister' | 'confirmRegister' | 'deactivate', when: 'before' | 'after') => void
  /** Where it differs from what the demo backend does. */
  readonly traits?: Partial<BackendTraits>
  dispose(): Promise<void>
}

/** What backends may rightly do in different ways, and what a peer that only stands in for one does not do. */
export interface BackendTraits {
  /** How a device is called there that was registered by this name. */
  shownName(asked: string): string
  /** Says that two codes are of one device, but not one after the other. */
  readonly tellsOrderOfCodes: boolean
  /** An unassigned entity is its maker's, and nobody else may give it up. */
  readonly knowsMakers: boolean
  /** A token that is begun counts as claimed, and serial numbers that nobody sold are known. */
  readonly claimsTokens: boolean
  /** Takes no code for a while after five wrong ones. */
  readonly locksOut: boolean
  /** What is absent is not believed to be so for this long after it may have been made. */
  readonly settlingMs: number
  /** What the peer leaves out altogether. */
  readonly lacks: readonly ('codes' | 'resync' | 'mfa-sessions' | 'limit' | 'conflicts')[]
}

const DEMO_TRAITS: BackendTraits = {
  shownName: (asked) => asked,
  tellsOrderOfCodes: true,
  knowsMakers: true,
  claimsTokens: true,
  locksOut: true,
  settlingMs: 0,
  lacks: [],
}

const NEVER = new AbortController().signal
const SELF: Actor = { as: 'self' }
const STEP_MS = 30_000
const SIX_DIGITS = { algorithm: 'SHA1', digits: 6 } as const

type Virtual = Extract<Pending, { type: 'virtual-totp' }>

export function backendSuite(name: string, open: () => Promise<BackendSubject>): void {
  describe(name, () => {
    let subject: BackendSubject
    let backend: Backend
    let fresh: string
    let traits: BackendTraits
    let registered: Map<string, { device: MfaDevice; seed: Uint8Array }>
    let nonces = 0

    beforeEach(async () => {
      subject = await open()
      backend = subject.backend
      fresh = subject.people.fresh
      traits = { ...DEMO_TRAITS, ...subject.traits }
      registered = new Map()
    })
    afterEach(() => subject.dispose())

    const request = (name: string): Extract<RegisterRequest, { type: 'virtual-totp' }> => ({
      type: 'virtual-totp',
      name,
      nonce: Buffer.from(String(nonces++).padStart(16, '0')).toString('base64url'),
    })
    const stepNow = async () => Math.floor((await backend.time(NEVER)).at / STEP_MS)
    const codeAt = async (seed: Uint8Array, away: number) => codeOfStep(seed, SIX_DIGITS, (await stepNow()) + away)
    const pair = async (seed: Uint8Array, away = -1): Promise<[string, string]> => [
      await codeAt(seed, away),
      await codeAt(seed, away + 1),
    ]
    const begin = async (identityId: string, asked: RegisterRequest): Promise<Pending> =>
      done(await backend.beginRegister(identityId, asked, SELF))
    const beginVirtual = async (identityId: string, name: string) => (await begin(identityId, request(name))) as Virtual
    const confirm = (pending: Pending, codes: [string, string]) =>
      backend.confirmRegister(pending.ref, { type: 'codes', codes }, SELF)
    const register = async (identityId: string, name: string): Promise<{ device: MfaDevice; seed: Uint8Array }> => {
      const pending = await beginVirtual(identityId, name)
      return { device: done(await confirmInSession(pending)), seed: pending.seed }
    }
    /** Where a second device takes an MFA session, one is opened with the first. */
    const confirmInSession = async (pending: Virtual): Promise<Outcome<MfaDevice>> => {
      const { identityId } = pending.ref
      let outcome = await confirm(pending, await pair(pending.seed))
      const before = registered.get(identityId)
      if (outcome.is === 'refused' && outcome.error.code === 'mfa-session-needed' && before) {
        await elevate(identityId, before.device, before.seed)
        outcome = await confirm(pending, await pair(pending.seed))
      }
      if (outcome.is === 'done') registered.set(identityId, { device: outcome.value, seed: pending.seed })
      return outcome
    }
    const unlessLacking = (context: TestContext, ...what: BackendTraits['lacks'][number][]) => {
      const lacking = what.filter((one) => traits.lacks.includes(one))
      if (lacking.length > 0) context.skip(`this peer has no ${lacking.join(', no ')}`)
    }
    const orderRefused = () => (traits.tellsOrderOfCodes ? 'codes-not-consecutive' : 'codes-refused')
    /** Signs the API's session with the next code of a device: the present one may be spent. */
    const elevate = async (identityId: string, device: MfaDevice, seed: Uint8Array) => {
      await subject.advance(STEP_MS)
      done(await backend.elevate(identityId, device.id, await codeAt(seed, 0)))
    }

    describe('reads', () => {
      it('tell identities by an id of their own', async () => {
        const ids = (await backend.identities(NEVER)).map((identity) => identity.id)
        expect(ids).toContain(fresh)
        expect(new Set(ids).size).toBe(ids.length)
      })

      it('say of an unknown identity that it is not found', async () => {
        const fault = await backend.devices('nobody', NEVER).catch((error: unknown) => error)
        expect(fault).toBeInstanceOf(BackendFault)
        expect((fault as BackendFault).error).toEqual({ code: 'not-found' })
      })

      it('stop when they are cancelled', async () => {
        const gone = AbortSignal.abort(new Error('no longer wanted'))
        await expect(backend.identities(gone)).rejects.toThrow('no longer wanted')
        await expect(backend.devices(fresh, gone)).rejects.toThrow('no longer wanted')
      })
    })

    describe('registering a virtual device', () => {
      it('is named before it is sent, and found by that name at every stage', async () => {
        const asked = request('Found again')
        const ref = await backend.refFor(fresh, asked, NEVER)
        expect(await backend.look(ref, NEVER)).toBe('absent')
        const pending = (await begin(fresh, asked)) as Virtual
        expect(pending.ref).toEqual(ref)
        expect(await backend.look(ref, NEVER)).toBe('created')
        expect(await backend.devices(fresh, NEVER)).toEqual([])
        const device = done(await confirm(pending, await pair(pending.seed)))
        expect(await backend.look(ref, NEVER)).toBe('enabled')
        expect(await backend.devices(fresh, NEVER)).toEqual([device])
        expect(device).toMatchObject({
          id: ref.deviceId,
          type: 'virtual-totp',
          name: traits.shownName('Found again'),
        })
        const { tellsDrift } = await backend.capabilities(fresh, NEVER)
        expect(device.health).toEqual({ state: tellsDrift ? 'in-sync' : 'not-told' })
      })

      it('takes the previous and the current code, and neither again', async (context) => {
        unlessLacking(context, 'codes', 'resync')
        const { device, seed } = await register(fresh, 'Spent')
        for (const away of [-1, 0]) {
          const again = await backend.elevate(fresh, device.id, await codeAt(seed, away))
          expectRefused(again, 'mfa-session-refused')
        }
        expectRefused(await backend.resync(fresh, device.id, await pair(seed), SELF), 'codes-refused')
        await elevate(fresh, device, seed)
      })

      it('takes a seed of the person, where the backend allows it', async (context) => {
        const { seedFrom } = await backend.capabilities(fresh, NEVER)
        if (!seedFrom.includes('person')) context.skip('seeds are made by the backend alone')
        const seed = Uint8Array.from({ length: 20 }, (_, i) => i * 7)
        const pending = (await begin(fresh, { ...request('Own seed'), seed })) as Virtual
        expect(pending.seed).toEqual(seed)
        done(await confirm(pending, await pair(seed)))
      })

      it.for<[string, (codes: { [away: number]: string }) => [string, string], string]>([
        ['the same code twice', (codes) => [codes[0]!, codes[0]!], 'code-repeated'],
        ['two codes with one left out between them', (codes) => [codes[-2]!, codes[0]!], 'codes-not-consecutive'],
        ['two codes the wrong way round', (codes) => [codes[0]!, codes[-1]!], 'codes-not-consecutive'],
        ['codes that are not the device’s', () => ['abcdef', '      '], 'codes-refused'],
        ['a right code and a wrong one', (codes) => [codes[0]!, 'abcdef'], 'codes-refused'],
      ])('refuses %s, and stays where it was', async ([, choose, code], context) => {
        unlessLacking(context, 'codes')
        const pending = await beginVirtual(fresh, 'Refused')
        const codes = {
          [-2]: await codeAt(pending.seed, -2),
          [-1]: await codeAt(pending.seed, -1),
          0: await codeAt(pending.seed, 0),
        }
        expectRefused(await confirm(pending, choose(codes)), code === 'codes-not-consecutive' ? orderRefused() : code)
        expect(await backend.look(pending.ref, NEVER)).toBe('created')
        expect(await backend.devices(fresh, NEVER)).toEqual([])
        done(await confirm(pending, await pair(pending.seed)))
      })

      it('refuses codes of an hour ago', async (context) => {
        unlessLacking(context, 'codes')
        const pending = await beginVirtual(fresh, 'Too late')
        expectRefused(await confirm(pending, await pair(pending.seed, -120)), 'codes-refused')
      })

      it('refuses a name that an unassigned entity still has, until that is deleted', async () => {
        const abandoned = await beginVirtual(fresh, 'Taken')
        const again = await backend.beginRegister(subject.people.other, request('Taken'), SELF)
        expect(again).toEqual({ is: 'refused', error: { code: 'name-taken', name: 'Taken' } })
        done(await backend.abandon(abandoned.ref, SELF))
        expect(await backend.look(abandoned.ref, NEVER)).toBe('absent')
        expectRefused(await backend.abandon(abandoned.ref, SELF), 'not-found')
        await beginVirtual(subject.people.other, 'Taken')
      })

      it('is not given up by somebody else', async (context) => {
        if (!traits.knowsMakers) context.skip('an unassigned entity is nobody’s here')
        const pending = await beginVirtual(fresh, 'Mine')
        const theirs = { ...pending.ref, identityId: subject.people.other }
        expect(await backend.look(theirs, NEVER)).toBe('other-owner')
        expectRefused(await backend.abandon(theirs, SELF), 'not-permitted')
      })

      it('is not given up once it is enabled, and is then seen to be another’s', async (context) => {
        unlessLacking(context, 'conflicts')
        const pending = await beginVirtual(fresh, 'Mine')
        done(await confirm(pending, await pair(pending.seed)))
        expectRefused(await backend.abandon(pending.ref, SELF), 'still-assigned')
        const theirs = { ...pending.ref, identityId: subject.people.other }
        expect(await backend.look(theirs, NEVER)).toBe('other-owner')
      })

      it('refuses the ninth device before anything is made', async (context) => {
        const full = subject.people.full ?? context.skip('no identity with eight devices')
        const asked = request('The ninth')
        expectRefused(await backend.beginRegister(full, asked, SELF), 'limit-reached')
        expect(await backend.look(await backend.refFor(full, asked, NEVER), NEVER)).toBe('absent')
        const { register } = await backend.capabilities(full, NEVER)
        expect(Object.values(register).map(({ can }) => can)).toEqual([false, false, false])
      })

      it('refuses the ninth also where it was begun when there were seven', async (context) => {
        if (!subject.people.full) context.skip('no limit of eight here')
        unlessLacking(context, 'limit')
        const pending: Virtual[] = []
        for (let i = 0; i < 9; i++) pending.push(await beginVirtual(fresh, `Device ${i}`))
        for (const one of pending.slice(0, 8)) done(await confirmInSession(one))
        expectRefused(await confirm(pending[8]!, await pair(pending[8]!.seed)), 'limit-reached')
      })

      it('tells its listeners, until they leave', async () => {
        let told = 0
        const leave = backend.onChange(() => told++)
        await register(fresh, 'Told')
        expect(told).toBeGreaterThan(0)
        leave()
        const before = told
        await register(fresh, 'Not told')
        expect(told).toBe(before)
      })
    })

    describe('a write whose answer is lost', () => {
      const lose = (context: TestContext) => subject.loseNext ?? context.skip('answers can’t be lost here')

      it.for([
        ['before', 'absent'],
        ['after', 'created'],
      ] as const)(
        '%s it began a registration is unknown, and looking says what is so',
        async ([when, found], context) => {
          const loseNext = lose(context)
          const asked = request('Astray')
          const ref = await backend.refFor(fresh, asked, NEVER)
          loseNext('beginRegister', when)
          expect(await backend.beginRegister(fresh, asked, SELF)).toEqual({ is: 'unknown' })
          if (traits.settlingMs > 0 && found === 'absent') expect(await backend.look(ref, NEVER)).toBe('unknown')
          await subject.advance(traits.settlingMs)
          expect(await backend.look(ref, NEVER)).toBe(found)
        },
      )

      it('may have enabled the device or not, and looking says which', async (context) => {
        const loseNext = lose(context)
        const pending = await beginVirtual(fresh, 'Enabled?')
        loseNext('confirmRegister', 'before')
        expect(await confirm(pending, await pair(pending.seed))).toEqual({ is: 'unknown' })
        expect(await backend.look(pending.ref, NEVER)).toBe('created')
        loseNext('confirmRegister', 'after')
        expect(await confirm(pending, await pair(pending.seed))).toEqual({ is: 'unknown' })
        expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
      })
    })

    describe('removing a device', () => {
      it('takes an MFA session, unties it, and leaves a virtual entity to be deleted', async (context) => {
        unlessLacking(context, 'mfa-sessions', 'conflicts')
        const { device, seed } = await register(fresh, 'Retired')
        const ref = { identityId: fresh, type: device.type, deviceId: device.id }
        expectRefused(await backend.deactivate(fresh, device.id, SELF), 'mfa-session-needed')
        expectRefused(await backend.deleteEntity(fresh, device.id, SELF), 'still-assigned')
        await elevate(fresh, device, seed)
        done(await backend.deactivate(fresh, device.id, SELF))
        expect(await backend.devices(fresh, NEVER)).toEqual([])
        expect(await backend.look(ref, NEVER)).toBe('created')
        expectRefused(await backend.deactivate(fresh, device.id, SELF), 'not-found')
        done(await backend.deleteEntity(fresh, device.id, SELF))
        expect(await backend.look(ref, NEVER)).toBe('absent')
        expectRefused(await backend.deleteEntity(fresh, device.id, SELF), 'not-found')
      })

      it('unties it and leaves a virtual entity to be deleted, MFA session or not', async () => {
        const { device, seed } = await register(fresh, 'Retired')
        const ref = { identityId: fresh, type: device.type, deviceId: device.id }
        await elevate(fresh, device, seed)
        done(await backend.deactivate(fresh, device.id, SELF))
        expect(await backend.devices(fresh, NEVER)).toEqual([])
        expect(await backend.look(ref, NEVER)).toBe('created')
        expectRefused(await backend.deactivate(fresh, device.id, SELF), 'not-found')
        done(await backend.deleteEntity(fresh, device.id, SELF))
        expect(await backend.look(ref, NEVER)).toBe('absent')
      })

      it('is refused again when the MFA session is over', async (context) => {
        unlessLacking(context, 'mfa-sessions')
        const { device, seed } = await register(fresh, 'Slow')
        await elevate(fresh, device, seed)
        await subject.advance(900_000)
        expectRefused(await backend.deactivate(fresh, device.id, SELF), 'mfa-session-needed')
      })

      it('is done by an administrator of the account for somebody else, and by nobody else', async (context) => {
        const administrator = await (subject.administrator ?? context.skip('no administrator here'))()
        const { device } = await register(fresh, 'Locked out')
        const colleague: Actor = { as: 'administrator', identityId: subject.people.other }
        expectRefused(await backend.deactivate(fresh, device.id, colleague), 'not-permitted')
        done(await backend.deactivate(fresh, device.id, administrator))
        expect(await backend.devices(fresh, NEVER)).toEqual([])
      })
    })

    describe('an MFA session', () => {
      it('is refused for a wrong code, and after five of them for every code, for a minute', async (context) => {
        if (!traits.locksOut) context.skip('wrong codes lock nobody out here')
        const { device, seed } = await register(fresh, 'Guessed at')
        await subject.advance(STEP_MS)
        for (let i = 0; i < 5; i++)
          expectRefused(await backend.elevate(fresh, device.id, 'abcdef'), 'mfa-session-refused')
        const { at } = await backend.time(NEVER)
        const right = await backend.elevate(fresh, device.id, await codeAt(seed, 0))
        expect(right).toEqual({ is: 'refused', error: { code: 'try-later', retryAt: at + 60_000 } })
        await subject.advance(60_000)
        done(await backend.elevate(fresh, device.id, await codeAt(seed, 0)))
      })

      it('is refused for the code of somebody else’s device', async (context) => {
        unlessLacking(context, 'codes')
        const { seed } = await register(fresh, 'Mine')
        const { device } = await register(subject.people.other, 'Theirs')
        await subject.advance(STEP_MS)
        const mixed = await backend.elevate(subject.people.other, device.id, await codeAt(seed, 0))
        expectRefused(mixed, 'mfa-session-refused')
        expectRefused(await backend.elevate(fresh, device.id, await codeAt(seed, 0)), 'mfa-session-refused')
      })
    })

    describe('resynchronising', () => {
      it.for([-40, -2, 3, 40])(
        'puts a device right that is %i steps off, and may say by how much',
        async (steps, context) => {
          unlessLacking(context, 'resync')
          const { device, seed } = await register(fresh, 'Runs off')
          await subject.advance(100 * STEP_MS)
          expectRefused(await backend.elevate(fresh, device.id, await codeAt(seed, steps)), 'mfa-session-refused')
          const resynced = done(await backend.resync(fresh, device.id, await pair(seed, steps - 1), SELF))
          const { tellsDrift } = await backend.capabilities(fresh, NEVER)
          expect(resynced).toEqual(tellsDrift ? { drift: { steps, seconds: steps * 30 } } : {})
          await subject.advance(STEP_MS)
          done(await backend.elevate(fresh, device.id, await codeAt(seed, steps)))
        },
      )

      it('refuses what is no pair of consecutive codes', async (context) => {
        unlessLacking(context, 'resync')
        const { device, seed } = await register(fresh, 'Refused')
        await subject.advance(10 * STEP_MS)
        const [first, second] = await pair(seed)
        expectRefused(await backend.resync(fresh, device.id, [first, first], SELF), 'code-repeated')
        expectRefused(await backend.resync(fresh, device.id, [second, first], SELF), orderRefused())
        expectRefused(await backend.resync(fresh, device.id, [second, 'abcdef'], SELF), 'codes-refused')
        expectRefused(await backend.resync(fresh, 'no such device', [first, second], SELF), 'not-found')
        done(await backend.resync(fresh, device.id, [first, second], SELF))
        expectRefused(await backend.resync(fresh, device.id, [first, second], SELF), 'codes-refused')
      })

      it('works for a token whose clock is put back again', async (context) => {
        const token = subject.freeToken ?? context.skip('no hardware token at hand')
        const device = done(await registerToken(token))
        for (const drift of [50, 0, 20]) {
          await token.setDrift(drift)
          await subject.advance(STEP_MS)
          const codes = await twoCodes(token)
          const { tellsDrift } = await backend.capabilities(fresh, NEVER)
          const resynced = done(await backend.resync(fresh, device.id, codes, SELF))
          expect(resynced).toMatchObject(tellsDrift ? { drift: { steps: drift } } : {})
          await subject.advance(STEP_MS)
          done(await backend.elevate(fresh, device.id, token.code()))
        }
      })
    })

    const twoCodes = async (token: TokenInHand): Promise<[string, string]> => {
      const first = token.code()
      await subject.advance(STEP_MS)
      return [first, token.code()]
    }
    const tokenRequest = (serial: string): RegisterRequest => ({ ...request('Token'), type: 'hardware-totp', serial })
    const registerToken = async (token: TokenInHand): Promise<Outcome<MfaDevice>> => {
      const pending = await begin(fresh, tokenRequest(token.serial))
      return confirm(pending, await twoCodes(token))
    }

    describe('registering a hardware token', () => {
      it('goes by its serial number, however that is typed', async (context) => {
        const token = subject.freeToken ?? context.skip('no hardware token at hand')
        const typed = ` ${token.serial.slice(0, 4)}-${token.serial.slice(4).toLowerCase()} `
        const pending = await begin(fresh, tokenRequest(typed))
        expect(await backend.look(pending.ref, NEVER)).toBe(traits.claimsTokens ? 'created' : 'absent')
        const device = done(await confirm(pending, await twoCodes(token)))
        expect(device).toMatchObject({ id: token.serial, serial: token.serial, type: 'hardware-totp' })
        expect(device.name).toBe(traits.claimsTokens ? 'Token' : token.serial)
        expect(await backend.devices(fresh, NEVER)).toEqual([device])
        expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
        const theirs = { ...pending.ref, identityId: subject.people.other }
        expect(await backend.look(theirs, NEVER)).toBe(traits.claimsTokens ? 'other-owner' : 'absent')
      })

      it('refuses a serial that is in use, or of no token, when its codes are given at the latest', async (context) => {
        const token = subject.freeToken ?? context.skip('no hardware token at hand')
        const unknown = await backend.beginRegister(fresh, tokenRequest('0000 00000'), SELF)
        if (unknown.is === 'done') expectRefused(await confirm(unknown.value, await twoCodes(token)), 'not-found')
        else expectRefused(unknown, 'serial-unknown')
        done(await registerToken(token))
        const { other } = subject.people
        const taken = await backend.beginRegister(other, tokenRequest(token.serial), SELF)
        if (taken.is === 'done') expectRefused(await confirm(taken.value, await twoCodes(token)), 'serial-taken')
        else expectRefused(taken, 'serial-taken')
      })

      it('refuses a serial that nobody sold, and one that is in use', async (context) => {
        const token = subject.freeToken ?? context.skip('no hardware token at hand')
        if (!traits.claimsTokens) context.skip('nothing stands for a token until its codes are taken')
        const unknown = await backend.beginRegister(fresh, tokenRequest('0000 0000'), SELF)
        expect(unknown).toEqual({ is: 'refused', error: { code: 'serial-unknown', serial: '00000000' } })
        done(await registerToken(token))
        const taken = await backend.beginRegister(subject.people.other, tokenRequest(token.serial), SELF)
        expect(taken).toEqual({ is: 'refused', error: { code: 'serial-taken', serial: token.serial } })
      })

      it('can be given up half-way', async (context) => {
        const token = subject.freeToken ?? context.skip('no hardware token at hand')
        if (!traits.claimsTokens) context.skip('nothing stands for a token until its codes are taken')
        const pending = await begin(fresh, tokenRequest(token.serial))
        done(await backend.abandon(pending.ref, SELF))
        expect(await backend.look(pending.ref, NEVER)).toBe('absent')
        expectRefused(await confirm(pending, await twoCodes(token)), 'not-found')
      })
    })

    describe('registering a FIDO authenticator', () => {
      const parts = (context: TestContext) => ({
        keys: subject.keys ?? context.skip('no authenticator at hand'),
        rp: subject.rp ?? context.skip('no relying party'),
      })
      const fidoRequest = (name: string, rp: RelyingParty): RegisterRequest => ({
        ...request(name),
        type: 'fido',
        ...rp,
      })
      const beginFido = async (name: string, rp: RelyingParty) =>
        (await begin(fresh, fidoRequest(name, rp))) as Extract<Pending, { type: 'fido' }>
      const prove = (pending: Pending, response: WebAuthnJson, name = 'My key') =>
        backend.confirmRegister(pending.ref, { type: 'attestation', response, name }, SELF)

      it('makes a device that opens an MFA session when touched', async (context) => {
        const { keys, rp } = parts(context)
        const pending = await beginFido('My key', rp)
        expect(await backend.look(pending.ref, NEVER)).toBe('created')
        const device = done(await prove(pending, await keys[0].create(pending.options, rp)))
        expect(device).toMatchObject({ id: pending.ref.deviceId, type: 'fido', health: { state: 'in-order' } })
        expect(await backend.look(pending.ref, NEVER)).toBe('enabled')
        const needed = await backend.deactivate(fresh, device.id, SELF)
        expect(needed).toEqual({ is: 'refused', error: { code: 'mfa-session-needed', onlyFido: true } })
        const { options } = done(await backend.beginAssertion(fresh, rp))
        const touched = await backend.finishAssertion(fresh, await keys[0].get(options, rp))
        expect(done(touched)).toEqual({ deviceId: device.id })
        done(await backend.deactivate(fresh, device.id, SELF))
      })

      it('refuses an authenticator that is registered already', async (context) => {
        const { keys, rp } = parts(context)
        const first = await beginFido('First', rp)
        const response = await keys[0].create(first.options, rp)
        done(await prove(first, response))
        const second = await beginFido('Second', rp)
        expect(second.options['excludeCredentials']).toEqual([expect.objectContaining({ id: response['id'] })])
        // Without attestation nothing signs what a key says of itself: the old credential under the new challenge.
        const other = await keys[1].create(second.options, rp)
        const { clientDataJSON } = other['response'] as Record<string, unknown>
        const forged = { ...response, response: { ...(response['response'] as object), clientDataJSON } }
        const again = await prove(second, forged)
        expect(again).toEqual({ is: 'refused', error: { code: 'key-refused', reason: 'duplicate' } })
      })

      it('refuses a response of another origin, to another challenge, and the same one twice', async (context) => {
        const { keys, rp } = parts(context)
        const pending = await beginFido('First', rp)
        const elsewhere = { ...rp, origin: rp.origin.replace('://', '://elsewhere.') }
        const wrongOrigin = await prove(pending, await keys[0].create(pending.options, elsewhere))
        expect(wrongOrigin).toEqual({ is: 'refused', error: { code: 'key-refused', reason: 'origin' } })
        // A challenge answers once, even where the answer was refused.
        const afterwards = await prove(pending, await keys[0].create(pending.options, rp))
        expectRefused(afterwards, 'challenge-expired')

        const next = await beginFido('Next', rp)
        const stale = await keys[1].create({ ...next.options, challenge: 'c3RhbGU' }, rp)
        expect(await prove(next, stale)).toEqual({
          is: 'refused',
          error: { code: 'key-refused', reason: 'attestation' },
        })
        expect(await backend.devices(fresh, NEVER)).toEqual([])
      })

      it('refuses an answer that comes too late', async (context) => {
        const { keys, rp } = parts(context)
        const pending = await beginFido('Late', rp)
        const response = await keys[0].create(pending.options, rp)
        await subject.advance(Math.max(0, pending.expiresAt - (await backend.time(NEVER)).at))
        expectRefused(await prove(pending, response), 'challenge-expired')
        expect(await backend.look(pending.ref, NEVER)).toBe('absent')
      })

      it('refuses an origin that may not speak for the relying party', async (context) => {
        const { rp } = parts(context)
        for (const origin of ['https://evil.example', `http://${rp.rpId}.example`, 'not an origin', `${rp.origin}/`]) {
          const begun = await backend.beginRegister(fresh, fidoRequest('Elsewhere', { ...rp, origin }), SELF)
          expect(begun).toEqual({ is: 'refused', error: { code: 'key-refused', reason: 'origin' } })
        }
      })

      it('refuses touches of a strange key, and replays', async (context) => {
        const { keys, rp } = parts(context)
        const pending = await beginFido('Mine', rp)
        done(await prove(pending, await keys[0].create(pending.options, rp)))
        const assert = async (change: (options: WebAuthnJson) => Promise<WebAuthnJson>) => {
          const { options } = done(await backend.beginAssertion(fresh, rp))
          return backend.finishAssertion(fresh, await change(options))
        }
        const used = await keys[0].get(done(await backend.beginAssertion(fresh, rp)).options, rp)
        done(await backend.finishAssertion(fresh, used))
        expectRefused(await backend.finishAssertion(fresh, used), 'challenge-expired')
        expect(await assert(() => Promise.resolve(used))).toMatchObject({ error: { reason: 'signature' } })

        const strange = { ...used, id: 'c3RyYW5nZQ', rawId: 'c3RyYW5nZQ' }
        expect(await assert(() => Promise.resolve(strange))).toMatchObject({ error: { reason: 'unknown-credential' } })
        expect(await assert(() => Promise.resolve({}))).toMatchObject({ error: { reason: 'unknown-credential' } })
      })

      it('is never resynchronised', async (context) => {
        const { keys, rp } = parts(context)
        const pending = await beginFido('Never drifts', rp)
        const device = done(await prove(pending, await keys[0].create(pending.options, rp)))
        expectRefused(await backend.resync(fresh, device.id, ['123456', '654321'], SELF), 'not-supported')
      })
    })

    describe('a device', () => {
      it('is renamed, but not as another is called', async (context) => {
        if (!(await backend.capabilities(subject.people.other, NEVER)).rename.can)
          context.skip('devices can’t be renamed here')
        const { device } = await register(fresh, 'Old name')
        await register(fresh, 'Another')
        done(await backend.rename(fresh, device.id, ' New name ', SELF))
        const names = (await backend.devices(fresh, NEVER)).map(({ name }) => name)
        expect(names).toEqual(['New name', 'Another'])
        expectRefused(await backend.rename(fresh, device.id, 'Another', SELF), 'name-taken')
        expectRefused(await backend.rename(subject.people.other, device.id, 'Stolen', SELF), 'not-found')
      })

      it('opens nothing once it is said to be lost', async (context) => {
        if (!(await backend.capabilities(subject.people.other, NEVER)).markLost.can)
          context.skip('losses can’t be reported here')
        const { device, seed } = await register(fresh, 'Lost')
        done(await backend.markLost(fresh, device.id, 'stolen', SELF))
        const { at } = await backend.time(NEVER)
        expect((await backend.devices(fresh, NEVER))[0]?.health).toEqual({
          state: 'out-of-use',
          loss: 'stolen',
          since: at,
        })
        await subject.advance(STEP_MS)
        expectRefused(await backend.elevate(fresh, device.id, await codeAt(seed, 0)), 'mfa-session-refused')
        // Nor can its owner go on alone: there was no other.
        expectRefused(await backend.beginRegister(fresh, request('Next'), SELF), 'mfa-session-needed')
        expect((await backend.capabilities(fresh, NEVER)).register['virtual-totp']).toEqual({
          can: false,
          reason: 'administrator-needed',
        })
      })
    })

    describe('a root user', () => {
      const rootOf = (context: TestContext) => subject.root ?? context.skip('root is managed elsewhere')

      it('changes contacts when signed in; they count as unconfirmed until somebody says otherwise', async (context) => {
        const root = rootOf(context)
        const { identityId } = root
        expectRefused(await backend.setContact(identityId, 'phone', '+44 20 7946 0000', SELF), 'mfa-session-needed')
        await root.signIn()
        done(await backend.setContact(identityId, 'phone', ' +44 20 7946 0000 ', SELF))
        expect((await backend.contacts(identityId, NEVER))?.phone).toEqual({ value: '+44 20 7946 0000' })
        done(await backend.confirmContact(identityId, 'phone'))
        const { at } = await backend.time(NEVER)
        expect((await backend.contacts(identityId, NEVER))?.phone).toEqual({
          value: '+44 20 7946 0000',
          confirmedAt: at,
        })
        for (const bad of ['', 'no number', '12'])
          expectRefused(await backend.setContact(identityId, 'phone', bad, SELF), 'not-supported')
      })

      it('changes the password with the old one, within the policy', async (context) => {
        const { identityId, password } = rootOf(context)
        const change = (current: string | undefined, next: string) =>
          backend.changePassword(identityId, current, next, SELF)
        expectRefused(await change('not the password', 'long enough for all'), 'sign-in-failed')
        expectRefused(await change(undefined, 'long enough for all'), 'sign-in-failed')
        expectRefused(await change(password, 'short'), 'password-refused')
        expectRefused(await change(password, password), 'password-refused')
        done(await change(password, 'long enough for all'))
        expectRefused(await change(password, 'and yet another one'), 'sign-in-failed')
        done(await change('long enough for all', 'and yet another one'))
      })
    })
  })
}

function done<T>(outcome: Outcome<T>): T {
  expect(outcome).toMatchObject({ is: 'done' })
  return (outcome as Extract<Outcome<T>, { is: 'done' }>).value
}

function expectRefused(outcome: Outcome<unknown>, code: string): void {
  expect(outcome).toMatchObject({ is: 'refused', error: { code } })
}
