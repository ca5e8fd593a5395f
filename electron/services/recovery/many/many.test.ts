import { afterEach, describe, expect, it } from 'vitest'
import { codeOf } from '../../../../test/support/recovery-drill.ts'
import { ManyDrill, PHONE } from '../../../../test/support/many-drill.ts'

let drill: ManyDrill | undefined
afterEach(async () => {
  await drill?.end()
  drill = undefined
})

describe('a case that holds many', () => {
  it('goes through all of them without a hand, asks once, and closes when the backend says so', async () => {
    const d = (drill = await ManyDrill.begin(6))
    const { view } = await d.toTheEnd()
    expect(d.confirmed).toEqual([6])
    expect(view).toMatchObject({ outcome: 'finished', byItself: 0, isAtWork: false })
    expect(view.tasks.map(({ state }) => state)).toEqual(Array(6).fill('done'))
    expect(view.tasks[0]?.did.map(({ did }) => did)).toEqual(
      expect.arrayContaining(['session-opened', 'deactivated', 'deleted', 'made', 'enabled', 'linked', 'tested']),
    )
    expect(d.faults).toEqual([])
    expect(await d.outcome()).toEqual({
      devices: Array(6).fill(2),
      lostStillThere: 0,
      unassigned: 0,
      linked: 12,
      cases: 6,
      openRows: 0,
    })
  })

  it('keeps what failed with why, stops nothing else for it, and mends it the next time', async () => {
    let isRefused = true
    const d = (drill = await ManyDrill.begin(5, {
      answers: (name, real) =>
        name === 'beginRegister' && isRefused
          ? ((isRefused = false), Promise.resolve({ is: 'refused', error: { code: 'account-quota' } }))
          : real(),
    }))
    const caseId = await d.open()
    expect(await d.run(caseId)).toEqual({ done: 4, failed: 1, left: 0 })
    const failed = d.view(caseId).tasks.find(({ state }) => state === 'failed')
    expect(failed).toMatchObject({ needs: 'program', trouble: { code: 'account-quota' }, step: { step: 'create' } })
    expect(await d.check(caseId)).toBe(false)
    expect(await d.run(caseId)).toEqual({ done: 5, failed: 0, left: 0 })
    expect(await d.check(caseId)).toBe(true)
    expect(d.confirmed, 'what is removed already is not asked for again').toEqual([5])
  })

  it('leaves to the person what is theirs: a new password where the phone is missing', async () => {
    const d = (drill = await ManyDrill.begin(3))
    const caseId = await d.open([{ what: PHONE, how: 'lost' }])
    expect(await d.run(caseId)).toEqual({ done: 0, failed: 0, left: 3 })
    const { tasks, next, byItself } = d.view(caseId)
    expect(tasks.map(({ step, needs }) => `${step?.step} ${needs}`)).toEqual(Array(3).fill('password person'))
    expect({ next, byItself }).toEqual({ next: '1', byItself: 0 })
    const watching = new AbortController()
    const watched = d.many.watchOver(watching.signal)
    for (const { caseId: child } of tasks) {
      const byHand = { form: 'done', other: 'by-hand' } as const
      await d.drill.answer(child!, 'password', byHand)
      await d.drill.answer(child!, 'backup', { form: 'done', other: 'later' })
    }
    await expect.poll(() => d.view(caseId).outcome).toBe('finished')
    watching.abort()
    await watched
  })

  it('ends when it is cancelled, and goes on from there', async () => {
    const d = (drill = await ManyDrill.begin(9))
    const caseId = await d.open()
    const stop = new AbortController()
    let made = 0
    const run = d.run(
      caseId,
      stop.signal,
      (doing) => doing === 'making' && ++made === 3 && stop.abort(new Error('stopped')),
    )
    await expect(run).rejects.toThrow('stopped')
    expect(d.view(caseId).isAtWork).toBe(false)
    expect(made).toBeLessThan(9)
    expect(d.drill.data.journal.filter(({ job }) => job === 'register').length).toBeLessThan(9)
    expect((await d.toTheEnd()).view.outcome).toBe('finished')
    expect(d.faults).toEqual([])
    expect((await d.outcome()).devices).toEqual(Array(9).fill(2))
  })

  it('removes nothing where the person says no', async () => {
    const d = (drill = await ManyDrill.begin(2))
    d.agrees = false
    const caseId = await d.open()
    expect(await codeOf(d.run(caseId))).toBe('not-confirmed')
    expect((await d.outcome()).lostStillThere).toBe(2)
  })

  it('removes no device that turns out to be the last way in, whatever was agreed to', async () => {
    let isSignedIn = false
    const d = (drill = await ManyDrill.begin(1, {
      answers(name, real) {
        if (name !== 'elevate' || isSignedIn) return undefined
        isSignedIn = true
        // Somebody takes the other device away right after the batch signed in with it.
        return real().then(async (outcome) => {
          const { identityId, deviceId } = d.deviceOf(0, 'vault')
          await d.drill.world.backend.deactivate(identityId, deviceId, { as: 'self' })
          return outcome
        })
      },
    }))
    const caseId = await d.open()
    await d.run(caseId)
    expect(await d.outcome()).toMatchObject({ devices: [1], lostStillThere: 1 })
    expect(d.view(caseId).tasks[0]).toMatchObject({ state: 'waiting', needs: 'person', step: { step: 'remove-old' } })
    expect(await d.check(caseId)).toBe(false)
  })

  it('is one case for one loss, answers when it was given up, and refuses what touches nobody or this computer', async () => {
    const d = (drill = await ManyDrill.begin(2))
    const caseId = await d.open()
    expect(await d.open()).toBe(caseId)
    expect(d.drill.data.cases).toHaveLength(2)
    await d.many.handlers['recovery.abandonMany']({ caseId }, d.context<'recovery.abandonMany'>())
    expect(d.view(caseId)).toMatchObject({ outcome: 'abandoned', byItself: 0 })
    expect(await codeOf(d.run(caseId))).toBe('not-supported')
    const computer = { is: 'thing', thing: 'this-computer' } as const
    expect(await codeOf(d.open([{ what: computer, how: 'lost' }]))).toBe('not-supported')
    expect(await codeOf(d.open([{ what: { is: 'thing', thing: 'gone' }, how: 'lost' }]))).toBe('not-supported')
  })

  it('opens the case of a task again where it was given up', async () => {
    const d = (drill = await ManyDrill.begin(1))
    const caseId = await d.open()
    const [task] = d.view(caseId).tasks
    await d.drill.abandon(task!.caseId!)
    expect(d.view(caseId).tasks[0]).toMatchObject({ state: 'failed', trouble: { code: 'given-up' } })
    const again = await d.many.handlers['recovery.openTask'](
      { caseId, task: task!.id },
      d.context<'recovery.openTask'>(),
    )
    expect(again.caseId).not.toBe(task!.caseId)
    expect(d.view(caseId).tasks[0]).toMatchObject({ state: 'waiting', caseId: again.caseId })
  })
})
