import { afterEach, describe, expect, it } from 'vitest'
import { codeOf, Drill, type Acts, type DrillOptions } from '../../../test/support/recovery-drill.ts'
import { NEVER, PEOPLE, type PersonName } from '../../../test/support/demo-world.ts'
import type { Request } from '../../../shared/contract/index.ts'

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
const register = (who: PersonName, type?: 'virtual-totp' | 'hardware-totp' | 'fido'): Request<'recovery.open'> => ({
  kind: 'register',
  identity: identity(who),
  ...(type ? { type } : {}),
})
async function deviceOf(d: Drill, who: PersonName, name: string) {
  const devices = await d.world.backend.devices(PEOPLE[who], NEVER)
  const device = devices.find((other) => other.name === name)
  if (!device) throw new Error(`no ${name}`)
  return { ...identity(who), deviceId: device.id }
}
const choose = (option: string) => ({ form: 'choice', option }) as const

describe('going back', () => {
  it('is over before an answer to the step it shows is taken', async () => {
    const d = await drill()
    const caseId = await d.open(register('eunJi'))
    await d.answer(caseId, 'type', choose('hardware-totp'))
    const went = d.back(caseId)
    await d.answer(caseId, 'type', choose('virtual-totp'))
    await went
    expect(d.view(caseId).steps.find(({ state }) => state === 'now')?.step).toBe('create')
  })
})

describe('registering', () => {
  it('a virtual device is two actions: the program makes it, gives two codes, and links its entry', async () => {
    const d = await drill()
    const { caseId, steps } = await d.goOn(register('eunJi'), {
      type: choose('virtual-totp'),
      backup: { form: 'done', other: 'later' },
    })
    expect(steps).toEqual(['type', 'create', 'backup', 'registered'])
    const create = d.view(caseId).steps.find(({ step }) => step === 'create')
    expect(create?.did.map(({ did }) => did)).toEqual(['made', 'codes-given', 'enabled', 'seen-enabled', 'linked'])
    expect(await d.outcome('eunJi')).toEqual({
      devices: ['virtual-totp eun-ji.park-latchkey'],
      linked: 1,
      inBin: 0,
      open: 0,
      seeds: 0,
      unassigned: 0,
      cases: ['register finished'],
    })
    expect(await d.check('eunJi')).toEqual([])
  })

  it('a hardware token takes its serial number and two typed codes', async () => {
    const d = await drill()
    const acts: Acts = {
      type: choose('hardware-totp'),
      serial: { form: 'text', text: 'GALT 0062 3358' },
      'enable-codes': async () => ({ form: 'codes', codes: await twoCodes(d, 'GALT00623358') }),
    }
    const { steps } = await d.goOn(register('eunJi'), acts)
    expect(steps).toEqual(['type', 'serial', 'enable-codes', 'registered'])
    expect(await d.outcome('eunJi')).toMatchObject({
      linked: 0,
      open: 0,
      devices: [expect.stringMatching(/^hardware-totp/)],
    })
  })

  it('a key takes one touch', async () => {
    const d = await drill({ touch: 'bench' })
    const { steps } = await d.goOn(register('eunJi', 'fido'), {})
    expect(steps).toEqual(['touch', 'registered'])
    expect((await d.outcome('eunJi')).devices).toEqual(['fido eun-ji.park-key'])
  })

  it('a key is touched through the page where that runs WebAuthn', async () => {
    const d = await drill({ touch: 'page' })
    const { caseId } = await d.goOn(register('eunJi', 'fido'), {}, 'touch')
    expect(d.openStep(caseId)?.ask).toMatchObject({ form: 'touch', ways: ['page'], purpose: 'register' })
    await d.answer(caseId, 'touch', { form: 'done', name: 'My key' })
    expect((await d.outcome('eunJi')).devices).toEqual(['fido My key'])
  })

  it('a serial number that is taken or unknown is refused where it is typed', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(register('eunJi', 'hardware-totp'), {}, 'serial')
    const type = (text: string) => codeOf(d.answer(caseId, 'serial', { form: 'text', text }))
    expect(await type('GALT00477190')).toBe('answer-refused')
    expect(await type('NOSUCH')).toBe('answer-refused')
    expect(await type(' ')).toBe('answer-refused')
    expect(d.openStep(caseId)).toMatchObject({ step: 'serial' })
    expect(await d.outcome('eunJi')).toMatchObject({ open: 0 })
  })

  it('codes of the wrong length, with letters, or the same twice never leave', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(
      register('eunJi', 'hardware-totp'),
      { serial: { form: 'text', text: 'GALT00623358' } },
      'enable-codes',
    )
    const sent = d.arrows.length
    for (const codes of [['12345', '123456'], ['12x456', '123456'], ['123456', '123 456'], ['123456']]) {
      expect(await codeOf(d.answer(caseId, 'enable-codes', { form: 'codes', codes }))).toBe('answer-refused')
    }
    expect(d.arrows.length).toBe(sent)
  })

  it('wrong codes are refused by the backend, and the trouble stands on the step', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(
      register('eunJi', 'hardware-totp'),
      { serial: { form: 'text', text: 'GALT00623358' } },
      'enable-codes',
    )
    expect(await codeOf(d.answer(caseId, 'enable-codes', { form: 'codes', codes: ['000000', '000001'] }))).toBe(
      'codes-refused',
    )
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'codes-refused', changed: false })
    await d.answer(caseId, 'enable-codes', { form: 'codes', codes: await twoCodes(d, 'GALT00623358') })
    expect(d.view(caseId).outcome).toBe('finished')
  })

  it('the ninth device is refused by the names of the eight before anything is sent', async () => {
    const d = await drill()
    await expect(d.open(register('oncall'))).rejects.toMatchObject({
      error: { code: 'limit-reached', detail: { names: expect.arrayContaining(['Key in the safe']) } },
    })
    expect(d.arrows).toEqual([])
    expect(d.data.cases).toEqual([])
  })

  it('the same open case is answered twice; another identity has its own', async () => {
    const d = await drill()
    const first = await d.open(register('eunJi'))
    expect(await d.open(register('eunJi'))).toBe(first)
    expect(await d.open(register('alice'))).not.toBe(first)
  })

  it('one answer at a time a case', async () => {
    const d = await drill()
    const caseId = await d.open(register('eunJi', 'virtual-totp'))
    const [one, two] = await Promise.all([
      codeOf(d.answer(caseId, 'create', { form: 'done' })),
      codeOf(d.answer(caseId, 'create', { form: 'done' })),
    ])
    expect([one, two].toSorted()).toEqual(['busy', 'none'])
    expect(await d.outcome('eunJi')).toMatchObject({ devices: [expect.anything()] })
  })

  it('a name that is taken is said, and nothing is made', async () => {
    const d = await drill()
    await d.goOn(register('eunJi', 'virtual-totp'), { create: { form: 'done', name: 'mine' } }, 'backup')
    const caseId = await d.open(register('alice', 'virtual-totp'))
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done', name: 'mine' }))).toBe('name-taken')
    expect(d.openStep(caseId)).toMatchObject({ step: 'create', trouble: { code: 'name-taken', changed: false } })
    await d.answer(caseId, 'create', { form: 'done', name: 'mine-too' })
    expect((await d.outcome('alice')).devices).toContain('virtual-totp mine-too')
  })

  it('codes are right however wrong this computer’s clock is', async () => {
    const d = await drill({ computerErrorSeconds: 3600 })
    const { steps } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'backup')
    expect(steps).toEqual(['create', 'backup'])
  })

  it('a pair whose answer is lost is looked into, and newer codes are given when they come', async () => {
    let lost = 0
    const d = await drill({
      faults: (write) => (write === 'confirmRegister' && lost++ === 0 ? 'lost-before' : undefined),
    })
    const { steps } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'backup')
    expect(steps).toEqual(['create', 'next-codes', 'backup'])
    expect(await d.outcome('eunJi')).toMatchObject({ linked: 1, open: 0 })
  })

  it('a proof that was taken though its answer was lost is seen to have been', async () => {
    const d = await drill({ faults: (write) => (write === 'confirmRegister' ? 'lost-after' : undefined) })
    const { steps } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'backup')
    expect(steps).toEqual(['create', 'backup'])
    expect(await d.outcome('eunJi')).toMatchObject({ linked: 1, open: 0 })
  })

  it('a device made though its answer was lost is cleaned up: its seed was never told', async () => {
    let lost = 0
    const d = await drill({ faults: (write) => (write === 'beginRegister' && lost++ === 0 ? 'lost-after' : undefined) })
    const caseId = await d.open(register('eunJi', 'virtual-totp'))
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done' }))).toBe('unreachable')
    expect(await d.check('eunJi')).toEqual([])
    await d.answer(caseId, 'create', { form: 'done' })
    expect(await d.outcome('eunJi')).toMatchObject({
      devices: ['virtual-totp eun-ji.park-latchkey'],
      linked: 1,
      open: 0,
    })
  })

  it('what is half-made is cleaned up when the case is given up, after asking', async () => {
    const d = await drill({ faults: (write) => (write === 'confirmRegister' ? 'lost-before' : undefined) })
    const { caseId } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'next-codes')
    expect(d.recovery.halfMade()).toEqual([{ ...identity('eunJi'), caseId }])
    expect(await d.abandon(caseId)).toEqual({ left: [] })
    expect(d.confirmed.map(({ operation }) => operation)).toEqual(['recovery.abandon'])
    expect(await d.outcome('eunJi')).toMatchObject({ devices: [], open: 0, seeds: 0, cases: ['register abandoned'] })
    expect(await d.check('eunJi')).toEqual([])
    expect(d.recovery.halfMade()).toEqual([])
  })

  it('starting over cleans up, and another kind can be chosen', async () => {
    let isDown = true
    const d = await drill({ faults: (write) => (write === 'confirmRegister' && isDown ? 'lost-before' : undefined) })
    const { caseId } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'next-codes')
    await d.answer(caseId, 'next-codes', { form: 'done', other: 'start-over' })
    expect(d.openStep(caseId)?.step).toBe('type')
    isDown = false
    await d.answer(caseId, 'type', choose('fido'))
    await d.answer(caseId, 'touch', { form: 'done' })
    expect(await d.outcome('eunJi')).toMatchObject({ devices: [expect.stringMatching(/^fido/)], open: 0 })
  })

  it('a question can be taken back until something was done', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(register('eunJi', 'virtual-totp'), {}, 'create')
    expect(d.view(caseId).canGoBack).toBe(true)
    await d.back(caseId)
    expect(d.openStep(caseId)?.step).toBe('type')
    await d.answer(caseId, 'type', choose('virtual-totp'))
    await d.answer(caseId, 'create', { form: 'done' })
    expect(d.view(caseId).canGoBack).toBe(false)
    expect(await codeOf(d.back(caseId))).toBe('step-moved-on')
  })
})

describe('resynchronising', () => {
  it('a token that drifted is put right by two typed codes, with how far it was out', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'dmitri', 'Desk token')
    const { caseId, steps } = await d.goOn(
      { kind: 'resync', device },
      { 'resync-codes': async () => ({ form: 'codes', codes: await twoCodes(d, device.deviceId) }) },
    )
    expect(steps).toEqual(['resync-codes', 'in-sync'])
    expect(d.view(caseId).steps[0]).toMatchObject({ step: 'clock', state: 'done', facts: { offsetSeconds: 0 } })
    expect(d.openStep(caseId)?.facts).toMatchObject({ told: true, steps: 3, seconds: 90 })
    const health = (await d.world.backend.devices(PEOPLE.dmitri, NEVER)).find(
      ({ id }) => id === device.deviceId,
    )?.health
    expect(health).toEqual({ state: 'in-sync' })
  })

  it('a device of this vault is put right without a question, and this computer’s clock is shown', async () => {
    const d = await drill({ computerErrorSeconds: 95 })
    await d.goOn(register('eunJi', 'virtual-totp'), {}, 'registered')
    await d.clock.advance(120_000)
    const device = await deviceOf(d, 'eunJi', 'eun-ji.park-latchkey')
    const caseId = await d.open({ kind: 'resync', device })
    expect(d.view(caseId)).toMatchObject({ outcome: 'finished' })
    expect(d.openStep(caseId)).toMatchObject({
      step: 'in-sync',
      facts: { told: true, steps: 3, seconds: 95, cause: 'undecided' },
    })
  })

  it('a key is told why it needs none', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'carol', 'Spare key')
    const { caseId, steps } = await d.goOn({ kind: 'resync', device }, {})
    expect(steps).toEqual(['never-drifts'])
    expect(d.openStep(caseId)?.ask).toEqual({ form: 'end', others: ['replace', 'register'] })
  })

  it('codes that are refused leave the trouble on the step; giving up leads to replacing', async () => {
    const d = await drill()
    const device = await deviceOf(d, 'dmitri', 'Desk token')
    const { caseId } = await d.goOn({ kind: 'resync', device }, {}, 'resync-codes')
    await d.answer(caseId, 'resync-codes', { form: 'codes', codes: ['000000', '000001'] })
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'codes-refused', changed: false })
    await d.answer(caseId, 'resync-codes', { form: 'done', other: 'still-refused' })
    expect(d.openStep(caseId)).toMatchObject({ step: 'not-in-sync', ask: { others: ['replace'] } })
  })
})

/** Two codes of a token one after the other, as a person reads them off. */
async function twoCodes(d: Drill, serial: string): Promise<string[]> {
  const read = () => d.world.bench().tokens.find((token) => token.serial === serial)?.display?.code ?? ''
  const first = read()
  await d.clock.advance(30_000)
  return [first, read()]
}
