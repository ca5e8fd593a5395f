import { afterEach, describe, expect, it } from 'vitest'
import { codeOf, Drill, type Acts, type DrillOptions } from '../../../test/support/recovery-drill.ts'
import { administrator, NEVER, PEOPLE, SELF, type PersonName } from '../../../test/support/demo-world.ts'
import type { Happening } from '../../../shared/domain/playbooks/index.ts'
import type { DemoFaults } from '../../backends/index.ts'

const drills: Drill[] = []
const drill = async (options?: DrillOptions) => {
  const made = await Drill.begin(options)
  drills.push(made)
  await made.noteFirst()
  return made
}
afterEach(async () => {
  for (const made of drills.splice(0)) await made.end()
})

const identity = (who: PersonName) => ({ backendId: 'demo', identityId: PEOPLE[who] })
async function deviceOf(d: Drill, who: PersonName, name: string) {
  const devices = await d.world.backend.devices(PEOPLE[who], NEVER)
  const device = devices.find((other) => other.name === name)
  if (!device) throw new Error(`no ${name}`)
  return { ...identity(who), deviceId: device.id }
}
const replace = async (d: Drill, who: PersonName, name: string, happened: Happening) =>
  ({ kind: 'replace', device: await deviceOf(d, who, name), happened }) as const
const choose = (option: string) => ({ form: 'choice', option }) as const
const other = (name: string) => ({ form: 'done', other: name }) as const
const onlyOnce = (write: string, how: 'lost-before' | 'lost-after'): DrillOptions => ({ faults: oneFault(write, how) })
function oneFault(write: string, how: 'lost-before' | 'lost-after'): DemoFaults {
  let lost = 0
  return (asked) => (asked === write && lost++ === 0 ? how : undefined)
}

describe('a root user', () => {
  const acts = (d: Drill): Acts => ({
    reach: choose('both'),
    'signed-in': async () => (await d.person('root').signInByAlternativeFactors(), undefined),
    'new-type': choose('virtual-totp'),
    'test-new': other('here'),
    password: { form: 'password', current: 'northwind production root', next: 'a fresh and longer one' },
    backup: other('later'),
  })

  it('whose only device is lost gets back in by email and phone, and ends with a new device and password', async () => {
    const d = await drill()
    const { caseId, steps } = await d.goOn(await replace(d, 'root', 'Pixel 8, production root', 'lost'), acts(d))
    expect(steps).toEqual([
      'reach',
      'sign-in-page',
      'troubleshoot',
      'email',
      'phone',
      'signed-in',
      'new-type',
      'old-app',
      'remove-old',
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ])
    expect(await d.outcome('root')).toMatchObject({
      devices: ['virtual-totp Root-user-latchkey'],
      linked: 1,
      open: 0,
      seeds: 0,
      unassigned: 0,
      cases: ['replace finished'],
    })
    expect(d.view(caseId)).toMatchObject({ loss: 'lost', outcome: 'finished' })
    // It was no way in any more: nothing need be typed, but what is left is said.
    expect(d.confirmed).toEqual([
      {
        operation: 'devices.remove',
        typeName: undefined,
        effects: ['was-out-of-use', 'entity-deleted', 'password-alone'],
      },
    ])
    expect(d.planted.has('a fresh and longer one')).toBe(true)
    expect(await d.check('root')).toEqual([])
    expect(await d.person('root').enterPassword('a fresh and longer one')).toMatchObject({ page: 'code' })
  })

  it('is not believed to be signed in, but seen', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(await replace(d, 'root', 'Pixel 8, production root', 'lost'), acts(d), 'signed-in')
    await d.answer(caseId, 'signed-in', { form: 'done' })
    expect(d.openStep(caseId)).toMatchObject({ step: 'signed-in', trouble: { code: 'not-signed-in', changed: false } })
    await d.person('root').signInByAlternativeFactors()
    await d.answer(caseId, 'signed-in', { form: 'done' })
    expect(d.openStep(caseId)?.step).toBe('new-type')
  })

  it('without a reachable phone waits until an administrator has put in another number', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(
      await replace(d, 'root', 'Pixel 8, production root', 'broken'),
      { reach: choose('no-phone') },
      'phone-by-administrator',
    )
    expect(d.openStep(caseId)?.facts).toMatchObject({ administrators: 'carol.vasquez-ono' })
    await d.answer(caseId, 'phone-by-administrator', { form: 'done' })
    expect(d.openStep(caseId)?.trouble?.code).toBe('contact-not-changed')
    await d.person('carol').signIn()
    await d.world.backend.setContact(PEOPLE.root, 'phone', '+31 20 555 0199', administrator('carol'))
    await d.answer(caseId, 'phone-by-administrator', { form: 'done' })
    expect(d.openStep(caseId)?.step).toBe('sign-in-page')
  })

  it('with a second device signs in with it here, and the stolen one opens nothing from the first step on', async () => {
    const d = await drill()
    const stolen = await deviceOf(d, 'stagingRoot', 'Pixel 8, staging root')
    const { steps } = await d.goOn(
      { kind: 'replace', device: stolen, happened: 'stolen' },
      {
        'sign-in': async () => {
          const devices = await d.world.backend.devices(PEOPLE.stagingRoot, NEVER)
          expect(devices.find(({ id }) => id === stolen.deviceId)?.health).toMatchObject({
            state: 'out-of-use',
            loss: 'stolen',
          })
          return other('with-key')
        },
        'new-type': choose('virtual-totp'),
        'test-new': other('here'),
        password: { form: 'password', current: 'northwind staging root', next: 'a fresh and longer one' },
      },
    )
    expect(steps).toEqual([
      'sign-in',
      'new-type',
      'old-app',
      'remove-old',
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ])
    expect((await d.outcome('stagingRoot')).devices).toEqual(['fido Blue key', 'virtual-totp Root-user-latchkey'])
  })

  it('signed in with the very device that is lost is told so', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'lost'), {}, 'sign-in')
    await d.person('stagingRoot').signIn()
    await d.answer(caseId, 'sign-in', { form: 'done' })
    expect(d.openStep(caseId)?.trouble?.code).toBe('signed-in-otherwise')
  })
})

describe('a user', () => {
  it('whose last device is gone waits for an administrator, seen at the backend', async () => {
    const d = await drill()
    const lost = await deviceOf(d, 'alice', 'Pixel 8, alice')
    const { caseId } = await d.goOn(await replace(d, 'alice', 'Pixel 8, alice', 'lost'), {}, 'administrator')
    expect(d.openStep(caseId)?.facts).toMatchObject({
      administrators: 'Root user, carol.vasquez-ono',
      identity: 'alice.okonkwo-brandt',
      name: 'Pixel 8, alice',
      deviceId: lost.deviceId,
      loss: 'lost',
    })
    await d.answer(caseId, 'administrator', { form: 'done' })
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'still-registered', changed: false })
    await d.person('carol').signIn()
    await d.world.backend.deactivate(PEOPLE.alice, lost.deviceId, administrator('carol'))
    const { steps } = await d.goOn(
      { kind: 'replace', device: lost },
      {
        'new-type': choose('virtual-totp'),
        'test-new': other('here'),
        password: { form: 'password', current: 'alice likes long walks', next: 'a fresh and longer one' },
      },
    )
    // The administrator left the entity behind: it goes before a new one is made.
    expect(steps).toEqual([
      'administrator',
      'new-type',
      'old-app',
      'remove-old',
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ])
    expect(await d.outcome('alice')).toMatchObject({
      devices: ['virtual-totp alice.okonkwo-brandt-latchkey'],
      unassigned: 0,
      open: 0,
    })
  })

  it('is helped by an administrator, who shows who they are and tells them what to do', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'alice', 'Pixel 8, alice')
    const { caseId, steps } = await d.goOn(
      { kind: 'help', device, administrator: identity('carol') },
      {
        'what-happened': choose('stolen'),
        session: () => ({ form: 'codes', codes: [d.person('carol').phoneCode()] }),
      },
    )
    expect(steps).toEqual(['who-asks', 'what-happened', 'session', 'deactivate', 'tell-colleague', 'helped'])
    expect(await d.outcome('alice')).toMatchObject({ devices: [], unassigned: 0, open: 0 })
    const tell = d.view(caseId).steps.find(({ step }) => step === 'tell-colleague')
    expect(tell?.facts).toMatchObject({ identity: 'alice.okonkwo-brandt', newPassword: true })
  })

  it('is helped by nobody who has no right to', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'alice', 'Pixel 8, alice')
    expect(await codeOf(d.open({ kind: 'help', device, administrator: identity('dmitri') }))).toBe('not-permitted')
    const ofRoot = await deviceOf(d, 'root', 'Pixel 8, production root')
    expect(await codeOf(d.open({ kind: 'help', device: ofRoot, administrator: identity('carol') }))).toBe(
      'not-permitted',
    )
    expect(d.arrows).toEqual([])
  })

  it('whose token only drifted keeps it: in sync, and the case is closed', async () => {
    const d = await drill()
    const read = () => d.world.bench().tokens.find(({ serial }) => serial === '260088310415')?.display?.code ?? ''
    const { caseId, steps } = await d.goOn(await replace(d, 'dmitri', 'Desk token', 'refused'), {
      'resync-codes': async () => {
        const first = read()
        await d.clock.advance(30_000)
        return { form: 'codes', codes: [first, read()] }
      },
    })
    expect(steps).toEqual(['resync-codes', 'in-sync'])
    expect(d.view(caseId).outcome).toBe('finished')
    expect((await d.outcome('dmitri')).devices).toHaveLength(2)
  })

  it('who wants another tries it before the old one goes', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(
      await replace(d, 'dmitri', 'Pixel 8, dmitri', 'works'),
      { 'new-type': choose('fido') },
      'test-new',
    )
    await d.answer(caseId, 'test-new', { form: 'done' })
    expect(d.openStep(caseId)?.trouble?.code).toBe('not-tested')
    await d.answer(caseId, 'test-new', other('here'))
    expect((await d.outcome('dmitri')).devices).toContain('virtual-totp Pixel 8, dmitri')
    await d.answer(caseId, 'remove-old', { form: 'done' })
    expect((await d.outcome('dmitri')).devices).not.toContain('virtual-totp Pixel 8, dmitri')
    expect(d.confirmed.at(-1)).toMatchObject({ operation: 'devices.remove', typeName: undefined })
    expect(d.confirmed.at(-1)?.effects).toContain('opens-with')
  })

  it('with all eight places taken makes room first, and the only way in goes by its name', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(
      await replace(d, 'oncall', 'Pixel 8, on-call', 'works'),
      { 'new-type': choose('virtual-totp') },
      'make-room',
    )
    for (const device of await d.world.backend.devices(PEOPLE.oncall, NEVER)) {
      if (device.name !== 'Pixel 8, on-call') await d.world.backend.markLost(PEOPLE.oncall, device.id, 'lost', SELF)
    }
    d.codeFor = () => d.person('oncall').phoneCode()
    await d.answer(caseId, 'make-room', { form: 'done' })
    expect(d.confirmed.at(-1)).toMatchObject({ typeName: 'Pixel 8, on-call' })
    expect(d.confirmed.at(-1)?.effects).toContain('only-lost-stay')
  })
})

describe('answers that are lost', () => {
  const helped = async (d: Drill) => {
    const device = await deviceOf(d, 'alice', 'Pixel 8, alice')
    const request = { kind: 'help', device, administrator: identity('carol') } as const
    const acts: Acts = {
      'what-happened': choose('lost'),
      session: () => ({ form: 'codes', codes: [d.person('carol').phoneCode()] }),
    }
    return d.goOn(request, acts)
  }
  it.each(['lost-before', 'lost-after'] as const)('of a deactivation (%s) are looked into', async (how) => {
    const d = await drill(onlyOnce('deactivate', how))
    await helped(d)
    expect(await d.outcome('alice')).toMatchObject({ devices: [], unassigned: 0, open: 0 })
  })
  it.each(['lost-before', 'lost-after'] as const)('of a deletion (%s) are looked into', async (how) => {
    const d = await drill(onlyOnce('deleteEntity', how))
    await helped(d)
    expect(await d.outcome('alice')).toMatchObject({ devices: [], unassigned: 0, open: 0 })
  })
  it.each(['lost-before', 'lost-after'] as const)('of a resync (%s) are looked into', async (how) => {
    const d = await drill(onlyOnce('resync', how))
    const device = await deviceOf(d, 'dmitri', 'Desk token')
    const read = () => d.world.bench().tokens.find(({ serial }) => serial === device.deviceId)?.display?.code ?? ''
    await d.goOn(
      { kind: 'resync', device },
      {
        'resync-codes': async () => {
          await d.clock.advance(60_000)
          const first = read()
          await d.clock.advance(30_000)
          return { form: 'codes', codes: [first, read()] }
        },
      },
    )
    expect(await d.outcome('dmitri')).toMatchObject({ open: 0, cases: ['resync finished'] })
  })
  it('of a resync bar the same pair: another can’t be newer so soon', async () => {
    const d = await drill(onlyOnce('resync', 'lost-before'))
    const device = await deviceOf(d, 'dmitri', 'Desk token')
    const { caseId } = await d.goOn({ kind: 'resync', device }, {}, 'resync-codes')
    const codes = { form: 'codes', codes: ['123456', '654321'] } as const
    expect(await codeOf(d.answer(caseId, 'resync-codes', { ...codes, codes: [...codes.codes] }))).toBe(
      'outcome-unknown',
    )
    expect(await codeOf(d.answer(caseId, 'resync-codes', { ...codes, codes: [...codes.codes] }))).toBe('code-repeated')
  })
  it('of a new password are said to be unknown, and the person says what is so', async () => {
    const d = await drill(onlyOnce('changePassword', 'lost-after'))
    const acts: Acts = {
      'sign-in': other('with-key'),
      'new-type': choose('virtual-totp'),
      'test-new': other('skip'),
    }
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'lost'), acts, 'password')
    const typed = { form: 'password', current: 'northwind staging root', next: 'a fresh and longer one' } as const
    expect(await codeOf(d.answer(caseId, 'password', typed))).toBe('outcome-unknown')
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'outcome-unknown', changed: true })
    expect(await codeOf(d.answer(caseId, 'password', typed))).toBe('answer-refused')
    await d.answer(caseId, 'password', other('by-hand'))
    expect(d.openStep(caseId)?.step).toBe('backup')
  })
  it('of a proof of an MFA session are refused, not guessed at', async () => {
    const d = await drill(onlyOnce('finishAssertion', 'lost-before'))
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'lost'), {}, 'sign-in')
    expect(await codeOf(d.answer(caseId, 'sign-in', other('with-key')))).toBe('outcome-unknown')
    expect(d.openStep(caseId)?.step).toBe('sign-in')
  })
})

describe('a new password', () => {
  it('is held against the backend’s rule, and the wrong present one is said where it is typed', async () => {
    const d = await drill()
    const acts: Acts = { 'sign-in': other('with-key'), 'new-type': choose('virtual-totp'), 'test-new': other('skip') }
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'lost'), acts, 'password')
    const type = (current: string, next: string) =>
      codeOf(d.answer(caseId, 'password', { form: 'password', current, next }))
    expect(await type('northwind staging root', 'short')).toBe('password-refused')
    expect(await type('northwind staging root', 'eleven char')).toBe('password-refused')
    expect(d.openStep(caseId)?.ask).toMatchObject({ form: 'password', minimumLength: 12 })
    expect(await type('northwind staging root', 'northwind staging root')).toBe('answer-refused')
    expect(await type('not the password', 'a fresh and longer one')).toBe('answer-refused')
    expect(await d.check('stagingRoot')).toEqual([])
    expect(JSON.stringify(d.log.lines)).not.toContain('fresh and longer')
  })
})

describe('giving up', () => {
  it('says what stays: a device that was removed with nothing in its place', async () => {
    const d = await drill()
    const acts: Acts = { 'sign-in': other('with-key'), 'new-type': choose('virtual-totp') }
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'stolen'), acts, 'create')
    expect(await d.abandon(caseId)).toEqual({ left: [{ what: 'removed-device', name: 'Pixel 8, staging root' }] })
    expect(d.view(caseId)).toMatchObject({ outcome: 'abandoned' })
    expect(d.view(caseId).steps.every(({ state }) => state === 'done')).toBe(true)
  })
  it('says that a stolen device stays suspended', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'stolen'), {}, 'sign-in')
    expect(await d.abandon(caseId)).toEqual({ left: [{ what: 'suspended-device', name: 'Pixel 8, staging root' }] })
  })
  it('keeps a device that turns out to be enabled, with its codes', async () => {
    const d = await drill({ touch: 'bench' })
    const request = { kind: 'register', identity: identity('eunJi'), type: 'virtual-totp' } as const
    const caseId = await d.open(request)
    const before = d.arrows.length
    await d.answer(caseId, 'create', { form: 'done' })
    const enabledAt = d.arrows.indexOf('after confirmRegister') - before
    expect(enabledAt).toBeGreaterThan(0)

    // Dies once the backend has enabled it, before that is known here.
    const e = await drill({ touch: 'bench' })
    const second = await e.open(request)
    e.dieAt = e.arrows.length + enabledAt + 1
    await e.answer(second, 'create', { form: 'done' }).catch(() => {})
    expect(e.isDead).toBe(true)
    await e.start()
    // Reconciliation alone ties it: nobody has to answer anything.
    expect(await e.outcome('eunJi')).toMatchObject({ linked: 1, open: 0, seeds: 0 })
    expect(e.openStep(second)?.step).toBe('backup')
    expect(await e.abandon(second)).toEqual({ left: [] })
    expect((await e.outcome('eunJi')).devices).toHaveLength(1)
  })
})

describe('a device said to be lost', () => {
  it('counts as lost in other cases and on its identity, until the case is given up', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'stagingRoot', 'Pixel 8, staging root')
    const { caseId } = await d.goOn(await replace(d, 'stagingRoot', 'Pixel 8, staging root', 'lost'), {}, 'sign-in')
    expect(d.recovery.lossSaid(device)).toMatchObject({ loss: 'lost' })
    const key = await deviceOf(d, 'stagingRoot', 'Blue key')
    const second = await d.open({ kind: 'replace', device: key, happened: 'broken' })
    expect(d.openStep(second)?.step).toBe('reach')
    await d.abandon(second)
    await d.abandon(caseId)
    expect(d.recovery.lossSaid(device)).toBeUndefined()
  })
})
