import { afterEach, describe, expect, it } from 'vitest'
import { deferred } from '../../../test/support/deferred.ts'
import { codeOf, Drill, type DrillOptions } from '../../../test/support/recovery-drill.ts'
import { NEVER, PEOPLE } from '../../../test/support/demo-world.ts'
import { BackendFault } from '../../backends/index.ts'
import { FINISHING_MS } from '../vault-store.ts'
import { READ_DEADLINE_MS } from './world.ts'
import { callError, caseView, type CaseView } from '../../../shared/contract/index.ts'

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
const virtual = { kind: 'register', identity: eunJi, type: 'virtual-totp' } as const
const done = { form: 'done' } as const

describe('an answer', () => {
  it('of another form than the step asks for is refused', async () => {
    const d = await drill()
    const caseId = await d.open({ kind: 'register', identity: eunJi })
    expect(await codeOf(d.answer(caseId, 'type', done))).toBe('answer-refused')
    expect(await codeOf(d.answer(caseId, 'type', { form: 'choice', option: 'abacus' }))).toBe('answer-refused')
    await d.answer(caseId, 'type', { form: 'choice', option: 'virtual-totp' })
    expect(await codeOf(d.answer(caseId, 'create', { form: 'text', text: 'x' }))).toBe('answer-refused')
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done', other: 'skip' }))).toBe('answer-refused')
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done', name: '  ' }))).toBe('answer-refused')
    expect(await codeOf(d.answer(caseId, 'create', { form: 'done', name: 'x'.repeat(65) }))).toBe('answer-refused')
    expect(d.arrows.filter((arrow) => arrow.includes('Register'))).toEqual([])
  })
  it('to a step that is over, or to a case that is not there, is refused', async () => {
    const d = await drill()
    const caseId = await d.open(virtual)
    expect(await codeOf(d.answer(caseId, 'type', { form: 'choice', option: 'fido' }))).toBe('step-moved-on')
    expect(await codeOf(d.answer('nowhere', 'type', done))).toBe('not-found')
    expect(await codeOf(d.open({ ...virtual, identity: { backendId: 'other', identityId: 'x' } }))).toBe('not-found')
    expect(await codeOf(d.open({ ...virtual, identity: { ...eunJi, identityId: 'x' } }))).toBe('not-found')
    expect(await codeOf(d.open({ kind: 'resync', device: { ...eunJi, deviceId: 'x' } }))).toBe('not-found')
  })
  it('at the end of a case does no harm', async () => {
    const d = await drill()
    const { caseId } = await d.goOn(virtual, {}, 'registered')
    expect(await codeOf(d.answer(caseId, 'registered', done))).toBe('none')
  })
  it('that can’t be had is refused with the reason, also when the case is opened with it', async () => {
    const d = await drill({ touch: 'none' })
    await expect(d.open({ ...virtual, type: 'fido' })).rejects.toMatchObject({
      error: { code: 'not-supported', detail: { reason: 'no-way-to-touch' } },
    })
    const caseId = await d.open({ kind: 'register', identity: eunJi })
    await expect(d.answer(caseId, 'type', { form: 'choice', option: 'fido' })).rejects.toMatchObject({
      error: { code: 'answer-refused', detail: { fields: [{ field: 'option', reason: 'no-way-to-touch' }] } },
    })
  })
})

describe('cancelling', () => {
  it('before anything was sent sends nothing', async () => {
    const d = await drill()
    const caseId = await d.open(virtual)
    const cancelled = AbortSignal.abort(callError('cancelled', {}))
    expect(await codeOf(d.answer(caseId, 'create', done, cancelled))).toBe('cancelled')
    expect(d.arrows.filter((arrow) => arrow.includes('beginRegister'))).toEqual([])
  })
  it('once a write was sent keeps its answer, and goes no further', async () => {
    const sent = deferred()
    const go = deferred()
    const d = await drill({
      answers: (name, real) => {
        if (name !== 'beginRegister') return undefined
        sent.resolve()
        return go.promise.then(real)
      },
    })
    const caseId = await d.open(virtual)
    const stop = new AbortController()
    const answering = codeOf(d.answer(caseId, 'create', done, stop.signal))
    await sent.promise
    stop.abort(callError('cancelled', {}))
    go.resolve()
    expect(await answering).toBe('cancelled')
    expect(await d.outcome('eunJi')).toMatchObject({ devices: [], unassigned: 1, open: 1, seeds: 1 })
    // No trouble stands on the step: the person knows. It goes on from where it is.
    expect(d.openStep(caseId)).toMatchObject({ step: 'create', facts: { halfMade: true } })
    expect(d.openStep(caseId)?.trouble).toBeUndefined()
    await d.answer(caseId, 'create', done)
    expect(await d.outcome('eunJi')).toMatchObject({ linked: 1, open: 0 })
  })
  it('a touch leaves nothing that the next try does not clean up', async () => {
    const d = await drill()
    d.handsOff = true
    const caseId = await d.open({ ...virtual, type: 'fido' })
    const stop = new AbortController()
    const answering = codeOf(d.answer(caseId, 'touch', done, stop.signal))
    while (!d.progress.includes('waiting-for-touch')) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(callError('cancelled', {}))
    expect(await answering).toBe('cancelled')
    for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve))
    d.handsOff = false
    await d.answer(caseId, 'touch', done)
    expect(await d.outcome('eunJi')).toMatchObject({ devices: ['fido eun-ji.park-key'], open: 0 })
  })
})

describe('locking', () => {
  it('waits for a write that was sent until its answer is in the journal', async () => {
    const sent = deferred()
    const go = deferred()
    const d = await drill({
      answers: (name, real) => {
        if (name !== 'beginRegister') return undefined
        sent.resolve()
        return go.promise.then(real)
      },
    })
    const caseId = await d.open(virtual)
    const answering = d.answer(caseId, 'create', done).catch(() => {})
    await sent.promise
    let isLocked = false
    const lock = async () => {
      await d.lock()
      isLocked = true
    }
    const locking = lock()
    await new Promise((resolve) => setImmediate(resolve))
    expect(isLocked).toBe(false)
    go.resolve()
    await locking
    await answering
    const kept = JSON.parse(d.disk) as { journal: { stage: string; seed?: string }[] }
    expect(kept.journal).toEqual([expect.objectContaining({ stage: 'created', seed: expect.any(String) })])
  })
})

describe('a step that fails', () => {
  it('says why, also after a restart, until it is tried again', async () => {
    let isDown = true
    const d = await drill({
      answers: (name) =>
        isDown && name === 'beginRegister'
          ? Promise.resolve({ is: 'refused', error: { code: 'throttled', retryAt: 5 } })
          : undefined,
    })
    const caseId = await d.open(virtual)
    expect(await codeOf(d.answer(caseId, 'create', done))).toBe('throttled')
    await d.start()
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'throttled', changed: false, facts: { retryAt: 5 } })
    isDown = false
    await d.answer(caseId, 'create', done)
    expect(d.openStep(caseId)?.step).toBe('backup')
  })
  it('that the program takes by itself does not undo the answer before it', async () => {
    let isDown = true
    const d = await drill({
      answers: (name) =>
        isDown && name === 'time' ? Promise.reject(new BackendFault({ code: 'unreachable' })) : undefined,
    })
    const device = (await d.world.backend.devices(PEOPLE.dmitri, NEVER))[0]!
    const caseId = await d.open({
      kind: 'replace',
      device: { backendId: 'demo', identityId: PEOPLE.dmitri, deviceId: device.id },
    })
    await d.answer(caseId, 'what-happened', { form: 'choice', option: 'refused' })
    expect(d.openStep(caseId)).toMatchObject({ step: 'clock', trouble: { code: 'unreachable' } })
    isDown = false
    await d.answer(caseId, 'clock', done)
    expect(d.openStep(caseId)?.step).toBe('resync-codes')
  })
})

describe('a backend that does not answer', () => {
  it('is said to be unreachable after half a minute, and nothing was changed', async () => {
    let isSilent = false
    const d = await drill({ answers: (name) => (isSilent && name === 'look' ? new Promise(() => {}) : undefined) })
    const caseId = await d.open(virtual)
    isSilent = true
    const answering = codeOf(d.answer(caseId, 'create', done))
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    await d.clock.advance(READ_DEADLINE_MS)
    expect(await answering).toBe('unreachable')
    expect(d.openStep(caseId)?.trouble).toMatchObject({ code: 'unreachable', changed: false })
    expect(d.arrows.filter((arrow) => arrow.includes('Register'))).toEqual([])
  })
  it('leaves a write that was sent unknown after half a minute, to be looked into', async () => {
    let isSilent = true
    const made = deferred()
    const d = await drill({
      answers: (name, real) => {
        if (!isSilent || name !== 'beginRegister') return undefined
        const silently = async () => {
          await real()
          made.resolve()
          return new Promise(() => {})
        }
        return silently()
      },
    })
    const caseId = await d.open(virtual)
    const answering = codeOf(d.answer(caseId, 'create', done))
    await made.promise
    await d.clock.advance(FINISHING_MS)
    expect(await answering).toBe('unreachable')
    isSilent = false
    // Made, but its seed never came: cleaned up already.
    expect(await d.outcome('eunJi')).toMatchObject({ unassigned: 0, open: 0 })
    await d.answer(caseId, 'create', done)
    expect(await d.outcome('eunJi')).toMatchObject({ linked: 1, open: 0 })
  })
})

describe('the topic of cases', () => {
  it('shows what the contract says, and anew when something changes at the backend', async () => {
    const d = await drill()
    const device = (await d.world.backend.devices(PEOPLE.alice, NEVER))[0]!
    const caseId = await d.open({
      kind: 'replace',
      device: { backendId: 'demo', identityId: PEOPLE.alice, deviceId: device.id },
      happened: 'lost',
    })
    const seen: CaseView[] = []
    const stop = d.recovery.topics.cases.watch(
      {},
      (state) => void seen.push(state[caseId]!),
      () => {},
    )
    expect(caseView.parse(seen[0])).toEqual(seen[0])
    await d.world.backend.confirmContact(PEOPLE.root, 'email')
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(seen.length).toBeGreaterThan(1)
    stop()
  })
  it('is drawn from what was known last while the backend can’t be reached', async () => {
    let isDown = false
    const d = await drill({
      answers: (name) => (isDown && name === 'devices' ? Promise.reject(new Error('down')) : undefined),
    })
    const caseId = await d.open({ kind: 'register', identity: eunJi })
    isDown = true
    await d.start()
    expect(d.view(caseId)).toMatchObject({ identity: { name: 'eun-ji.park', account: 'Northwind production' } })
    expect(d.openStep(caseId)?.step).toBe('type')
  })
})
