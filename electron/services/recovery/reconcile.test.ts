import { afterEach, describe, expect, it } from 'vitest'
import { codeOf, Drill, type DrillOptions } from '../../../test/support/recovery-drill.ts'
import { NEVER, PEOPLE } from '../../../test/support/demo-world.ts'
import { BackendFault, type Outcome } from '../../backends/index.ts'
import { ABSENT_AFTER_MS } from './reconcile.ts'

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

const eunJi = { backendId: 'demo', identityId: PEOPLE.eunJi }
const request = { kind: 'register', identity: eunJi, type: 'virtual-totp' } as const
const DENIED: Outcome<void> = { is: 'refused', error: { code: 'not-permitted', action: 'DeleteVirtualMFADevice' } }

/** A program that dies at the nth arrow of `create`, and is not yet started again. */
async function deadAt(arrow: string, options: DrillOptions = {}) {
  const d = await drill(options)
  const caseId = await d.open(request)
  const trial = await drill(options)
  await trial.open(request)
  const from = trial.arrows.length
  await trial.answer(trial.data.cases[0]!.id, 'create', { form: 'done' }).catch(() => {})
  d.dieAt = trial.arrows.indexOf(arrow, from) + 1
  await d.answer(caseId, 'create', { form: 'done' }).catch(() => {})
  expect(d.isDead).toBe(true)
  return { d, caseId }
}

describe('what a crash left', () => {
  it('before anything was sent is looked into, and believed to be nothing only after two minutes', async () => {
    const { d } = await deadAt('before beginRegister')
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 1 })
    await d.clock.advance(ABSENT_AFTER_MS)
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 0, devices: [] })
  })
  it('made but its seed never kept is cleaned up: nobody could ever enable it', async () => {
    const { d } = await deadAt('after beginRegister')
    expect(await d.outcome('eunJi')).toMatchObject({ unassigned: 1 })
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ unassigned: 0, open: 0 })
  })
  it('made and not enabled is left for the person, with its seed, and shown', async () => {
    const { d, caseId } = await deadAt('before confirmRegister')
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ unassigned: 1, open: 1, seeds: 1 })
    expect(d.recovery.halfMade()).toEqual([{ ...eunJi, caseId }])
    expect(d.openStep(caseId)).toMatchObject({ step: 'create', facts: { halfMade: true, stage: 'created' } })
    expect(d.view(caseId).canGoBack).toBe(false)
  })
  it('enabled is tied to its entry by itself, and the step is done', async () => {
    const { d, caseId } = await deadAt('after confirmRegister')
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ linked: 1, open: 0, seeds: 0 })
    expect(d.openStep(caseId)?.step).toBe('backup')
    expect(await d.check('eunJi')).toEqual([])
  })
  it('is left alone while the backend can’t be reached', async () => {
    let isDown = false
    const { d } = await deadAt('after confirmRegister', {
      answers: (name) =>
        isDown && name === 'look' ? Promise.reject(new BackendFault({ code: 'unreachable' })) : undefined,
    })
    isDown = true
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 1, seeds: 1 })
    isDown = false
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 0, linked: 1 })
  })
  it('writes to the backend at most once a row, and reads first', async () => {
    const { d } = await deadAt('after beginRegister')
    const before = d.arrows.length
    await d.start()
    const writes = d.arrows.slice(before).filter((arrow) => arrow.startsWith('before ') && arrow !== 'before save')
    expect(writes).toEqual(['before abandon'])
  })
  it('is ended by cancellation, between rows', async () => {
    const { d } = await deadAt('before confirmRegister')
    await d.start()
    await expect(d.recovery.reconcile(AbortSignal.abort('locked'))).rejects.toBe('locked')
  })
})

describe('what can’t be cleaned up', () => {
  it('is marked as left, another takes its place, and it is closed once it is gone', async () => {
    let isDenied = true
    let isLost = true
    const d = await drill({
      answers: (name, real) => {
        if (name === 'abandon' && isDenied) return Promise.resolve(DENIED)
        // The answer with the seed is lost once.
        if (name === 'beginRegister' && isLost) {
          isLost = false
          return real().then((): Outcome<void> => ({ is: 'unknown' }))
        }
        return undefined
      },
    })
    const caseId = await d.open(request)
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done', name: 'first' }))).toBe('not-permitted')
    await d.answer(caseId, 'create', { form: 'done', name: 'second' })
    expect(await d.outcome('eunJi')).toMatchObject({ devices: ['virtual-totp second'], unassigned: 1, open: 1 })
    expect(await d.check('eunJi')).toEqual([])
    // Still there: not touched again. Then an administrator removes it.
    await d.clock.advance(ABSENT_AFTER_MS)
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 1 })
    isDenied = false
    const [left] = d.data.journal.filter(({ stage }) => stage !== 'closed')
    await d.world.backend.abandon(
      { identityId: PEOPLE.eunJi, type: 'virtual-totp', deviceId: left!.deviceId },
      { as: 'self' },
    )
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ open: 0, unassigned: 0 })
  })

  it('when a case is given up is named, and kept in mind', async () => {
    const d = await drill({
      faults: (write) => (write === 'confirmRegister' ? 'lost-before' : undefined),
      answers: (name) => (name === 'abandon' ? Promise.resolve(DENIED) : undefined),
    })
    const { caseId } = await d.goOn(request, {}, 'next-codes')
    expect(await d.abandon(caseId)).toEqual({ left: [{ what: 'half-made-device', name: 'eun-ji.park-latchkey' }] })
    expect(await d.outcome('eunJi')).toMatchObject({ open: 1, seeds: 1, cases: ['register abandoned'] })
    expect(d.recovery.halfMade()).toEqual([])
  })

  it('of a device that was removed is named for an administrator', async () => {
    const d = await drill({ answers: (name) => (name === 'deleteEntity' ? Promise.resolve(DENIED) : undefined) })
    const devices = await d.world.backend.devices(PEOPLE.alice, NEVER)
    const device = { backendId: 'demo', identityId: PEOPLE.alice, deviceId: devices[0]!.id }
    const { caseId } = await d.goOn(
      { kind: 'help', device, administrator: { backendId: 'demo', identityId: PEOPLE.carol } },
      {
        'what-happened': { form: 'choice', option: 'lost' },
        session: () => ({ form: 'codes', codes: [d.person('carol').phoneCode()] }),
      },
    )
    const step = d.view(caseId).steps.find(({ step }) => step === 'deactivate')
    expect(step).toMatchObject({ choice: 'entity-left', facts: { entityLeft: true, deviceId: devices[0]!.id } })
  })
})

describe('a half-made device', () => {
  it('that the backend no longer shows keeps its seed until the person agrees that it is gone', async () => {
    let isHidden = false
    const d = await drill({
      faults: (write) => (write === 'confirmRegister' ? 'lost-before' : undefined),
      answers: (name) => (name === 'look' && isHidden ? Promise.resolve('absent') : undefined),
    })
    const { caseId } = await d.goOn(request, {}, 'next-codes')
    isHidden = true
    await d.clock.advance(60_000)
    await d.answer(caseId, 'next-codes', { form: 'done' })
    expect(d.openStep(caseId)?.trouble?.code).toBe('half-made-not-seen')
    await d.clock.advance(ABSENT_AFTER_MS)
    await d.start()
    expect(await d.outcome('eunJi')).toMatchObject({ seeds: 1 })
    await d.answer(caseId, 'next-codes', { form: 'done', other: 'start-over' })
    expect(await d.outcome('eunJi')).toMatchObject({ seeds: 0 })
    expect(d.openStep(caseId)?.step).toBe('type')
  })
  it('is never made a second time without a look', async () => {
    const looks: string[] = []
    const { d, caseId } = await deadAt('before confirmRegister', {
      answers: (name) => {
        if (name === 'look' || name === 'beginRegister') looks.push(name)
        return undefined
      },
    })
    looks.length = 0
    await d.start()
    await d.answer(caseId, 'create', { form: 'done' })
    expect(looks).not.toContain('beginRegister')
    expect(looks[0]).toBe('look')
    expect(await d.outcome('eunJi')).toMatchObject({ devices: [expect.anything()], unassigned: 0 })
  })
})
