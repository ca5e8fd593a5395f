import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  caseOf,
  factsOf,
  NOW,
  play,
  shown,
  someDevice,
  type Scene,
  type Script,
} from '../../../test/support/playbooks.ts'
import { DEVICE_TYPES } from '../device.ts'
import {
  apply,
  back,
  CASE_KINDS,
  caseRecord,
  closeCase,
  noteDeed,
  noteTrouble,
  openStep,
  plan,
  type CaseRecord,
  type PlaybookFacts,
  type StepPlan,
  type StepResult,
} from './index.ts'

const token = someDevice('old', 'hardware-totp')
const key = someDevice('old', 'fido')
const stepsOf = (kind: CaseRecord['kind'], scene: Scene, script: Script = {}) => {
  const facts = factsOf(scene)
  return play(caseOf(kind, facts), facts, script).steps
}
const choiceAt = (facts: PlaybookFacts, record: CaseRecord) => {
  const ask = openStep(record, facts)?.ask
  return ask?.form === 'choice' ? ask.options : []
}

describe('registering', () => {
  it('a virtual device takes two actions: choose it, create it', () => {
    expect(stepsOf('register', { devices: [key] })).toEqual(['type', 'create', 'backup', 'registered'])
  })
  it('waits for the next codes where the first pair was refused', () => {
    const script: Script = {
      create: { by: 'program', choice: 'pair-refused', facts: { until: NOW + 20_000 }, final: true },
    }
    expect(stepsOf('register', { devices: [key] }, script)).toEqual([
      'type',
      'create',
      'next-codes',
      'backup',
      'registered',
    ])
    const facts = factsOf({ devices: [key] })
    const { record } = play(caseOf('register', facts), facts, script, { until: 'next-codes' })
    expect(openStep(record, facts)?.ask).toMatchObject({ form: 'wait', until: NOW + 20_000 })
    const again = noteTrouble(
      record,
      'next-codes',
      { code: 'codes-refused', changed: false, facts: { until: NOW + 50_000 } },
      NOW,
    )
    expect(openStep(again, facts)?.ask).toMatchObject({ form: 'wait', until: NOW + 50_000 })
    expect(openStep(again, facts)?.trouble).toMatchObject({ code: 'codes-refused', changed: false })
  })
  it('a hardware token takes its serial number and two codes, and no backup', () => {
    expect(stepsOf('register', {}, { type: 'hardware-totp' })).toEqual(['type', 'serial', 'enable-codes', 'registered'])
  })
  it('a key takes a touch', () => {
    expect(stepsOf('register', {}, { type: 'fido' })).toEqual(['type', 'touch', 'registered'])
    const facts = factsOf({ touch: ['key'] })
    const { record } = play(caseOf('register', facts), facts, { type: 'fido' }, { until: 'touch' })
    expect(openStep(record, facts)?.ask).toMatchObject({ form: 'touch', ways: ['key'], purpose: 'register' })
  })
  it('recommends a kind not yet in use, and says why another can’t be had', () => {
    const facts = factsOf({
      touch: [],
      can: {
        register: {
          'virtual-totp': { can: true },
          'hardware-totp': { can: false, reason: 'nowhere' },
          fido: { can: true },
        },
      },
    })
    const options = choiceAt(facts, caseOf('register', facts))
    expect(options).toEqual([
      { option: 'fido', refused: 'no-way-to-touch' },
      { option: 'hardware-totp', refused: 'nowhere' },
      { option: 'virtual-totp', recommended: true },
    ])
  })
  it('refuses the ninth of any kind', () => {
    const facts = factsOf({ devices: Array.from({ length: 8 }, (_, i) => someDevice(`d${i}`)) })
    expect(choiceAt(facts, caseOf('register', facts)).map(({ refused }) => refused)).toEqual(
      DEVICE_TYPES.map(() => 'limit-reached'),
    )
  })
  it('offers a name that nobody has and every backend takes', () => {
    const facts = factsOf({ devices: [someDevice('a', 'fido', { name: 'root-user-latchkey' })] })
    const { record } = play(caseOf('register', facts), facts, {}, { until: 'create' })
    const ask = openStep(record, facts)?.ask
    expect(ask?.form === 'run' && ask.name?.initial).toBe('Root-user-latchkey-2')
  })
  it('goes on with what is half-made under the name it has, or cleans it up', () => {
    const facts = factsOf({ devices: [key], halfMade: { stage: 'created', type: 'virtual-totp', name: 'mine' } })
    const { record } = play(caseOf('register', facts), facts, {}, { until: 'create' })
    expect(openStep(record, facts)).toMatchObject({
      facts: { halfMade: true, name: 'mine' },
      ask: { form: 'run', others: ['start-over'] },
    })
  })
  it('ends with the single device named and another kind offered', () => {
    const facts = factsOf({ devices: [someDevice('new')] })
    const { record } = play(caseOf('register', facts), facts, { type: 'virtual-totp' })
    expect(openStep(record, facts)).toMatchObject({
      facts: { single: true, offer: 'fido' },
      ask: { form: 'end', others: ['register'] },
    })
  })
})

describe('resynchronising', () => {
  it('a key is told why it needs none, and offered the right job', () => {
    const facts = factsOf({ devices: [key] })
    expect(openStep(caseOf('resync', facts), facts)).toMatchObject({
      step: 'never-drifts',
      ask: { form: 'end', others: ['replace', 'register'] },
    })
  })
  it('a device of this vault asks nothing of the person', () => {
    const facts = factsOf({ linked: ['old'] })
    const { steps } = play(caseOf('resync', facts), facts)
    expect(steps).toEqual(['clock', 'resync', 'in-sync'])
    expect(
      plan(caseOf('resync', facts), facts)
        .filter(({ isAutomatic }) => isAutomatic)
        .map(({ step }) => step),
    ).toEqual(['clock'])
  })
  it('gives two newer codes where the first pair was refused, then says that it is not the clock', () => {
    const script: Script = {
      resync: { by: 'program', choice: 'pair-refused', facts: { until: NOW + 9000 } },
      'resync-next-codes': { by: 'program', choice: 'still-refused' },
    }
    const facts = factsOf({ linked: ['old'] })
    const { record, steps } = play(caseOf('resync', facts), facts, script)
    expect(steps).toEqual(['clock', 'resync', 'resync-next-codes', 'not-in-sync'])
    expect(openStep(record, facts)?.ask).toEqual({ form: 'end', others: ['replace'] })
  })
  it('any other device is asked for two codes', () => {
    expect(stepsOf('resync', { devices: [token] })).toEqual(['clock', 'resync-codes', 'in-sync'])
    expect(stepsOf('resync', { devices: [token] }, { 'resync-codes': 'still-refused' })).toEqual([
      'clock',
      'resync-codes',
      'not-in-sync',
    ])
  })
  it('says at the end how far it was out', () => {
    const facts = factsOf({ linked: ['old'] })
    const { record } = play(caseOf('resync', facts), facts)
    expect(openStep(record, facts)?.facts).toMatchObject({ told: true, steps: 3, seconds: 90, cause: 'device' })
  })
})

describe('helping a colleague', () => {
  const scene: Scene = { kind: 'user', administratorDevices: [someDevice('mine', 'hardware-totp')] }
  it('makes sure who asks, opens a session, deactivates and tells them', () => {
    expect(stepsOf('help', scene, { 'what-happened': 'stolen' })).toEqual([
      'who-asks',
      'what-happened',
      'session',
      'deactivate',
      'tell-colleague',
      'helped',
    ])
  })
  it('changes nothing where it is not sure who asks', () => {
    expect(stepsOf('help', scene, { 'who-asks': 'not-sure' })).toEqual(['who-asks', 'not-helped'])
  })
  it('lets codes that are refused be resynchronised first', () => {
    expect(stepsOf('help', scene, { 'what-happened': 'refused' })).toEqual([
      'who-asks',
      'what-happened',
      'resync-first',
      'in-sync',
    ])
    expect(stepsOf('help', scene, { 'what-happened': 'refused', 'resync-first': 'still-refused' })).toContain(
      'deactivate',
    )
  })
  it('asks for a new password of what is missing or stolen, not of what is broken', () => {
    const tellOf = (happened: string) => {
      const facts = factsOf(scene)
      const { record } = play(caseOf('help', facts), facts, { 'what-happened': happened }, { until: 'tell-colleague' })
      return openStep(record, facts)?.facts['newPassword']
    }
    expect(['lost', 'stolen', 'broken'].map(tellOf)).toEqual([true, true, false])
  })
  it.each<[string, Scene, object]>([
    ['made here where the vault holds the administrator’s device', { ...scene, linked: ['mine'] }, { form: 'run' }],
    ['typed where it does not', scene, { form: 'codes', count: 1 }],
    [
      'by a touch where they have only a key',
      { ...scene, administratorDevices: [someDevice('k', 'fido')] },
      { form: 'touch', purpose: 'test' },
    ],
  ])('has its session %s', (_, given, ask) => {
    const facts = factsOf(given)
    const { record } = play(caseOf('help', facts), facts, { 'what-happened': 'lost' }, { until: 'session' })
    expect(openStep(record, facts)?.ask).toMatchObject(ask)
  })
  it('needs no session of an administrator without a device', () => {
    expect(stepsOf('help', { kind: 'user' }, { 'what-happened': 'lost' })).not.toContain('session')
  })
})

describe('answers', () => {
  const facts = factsOf()
  const fresh = caseOf('replace', facts)
  const answer = (record: CaseRecord, step: string, result: StepResult) => apply(record, step, result, facts, NOW)

  it('to a step that is not open are refused', () => {
    expect(answer(fresh, 'way', { by: 'program' })).toEqual({ ok: false, error: { refused: 'step-moved-on' } })
    expect(answer(fresh, 'no-such-step', { by: 'person' }).ok).toBe(false)
  })
  it('not offered are refused, those of the program too when the person gives them', () => {
    expect(answer(fresh, 'what-happened', { by: 'person', choice: 'eaten' })).toEqual({
      ok: false,
      error: { refused: 'not-offered' },
    })
    const { record } = play(
      fresh,
      facts,
      { 'what-happened': 'lost', reach: 'both', 'new-type': 'virtual-totp' },
      { until: 'create' },
    )
    expect(answer(record, 'create', { by: 'person', choice: 'enabled' }).ok).toBe(false)
    expect(answer(record, 'create', { by: 'program', choice: 'enabled' }).ok).toBe(true)
  })
  it('that can’t be had are refused with the reason', () => {
    const ofKey = factsOf({ devices: [key] })
    expect(apply(caseOf('replace', ofKey), 'what-happened', { by: 'person', choice: 'refused' }, ofKey, NOW)).toEqual({
      ok: false,
      error: { refused: 'option', reason: 'never-drifts' },
    })
  })
  it('clear the trouble of their step; a new trouble takes the place of the one before', () => {
    const once = noteTrouble(fresh, 'what-happened', { code: 'unreachable', changed: false }, NOW)
    const twice = noteTrouble(once, 'what-happened', { code: 'throttled', changed: false }, NOW)
    expect(twice.log).toHaveLength(1)
    const answered = answer(twice, 'what-happened', { by: 'person', choice: 'lost' })
    expect(answered.ok && answered.value.log.map(({ is }) => is)).toEqual(['done'])
  })
  it('are taken back one by one, until something was changed', () => {
    const { record } = play(fresh, facts, { 'what-happened': 'lost', reach: 'both' }, { until: 'troubleshoot' })
    const once = back(record, NOW)!
    expect(openStep(once, facts)?.step).toBe('sign-in-page')
    const twice = back(once, NOW)!
    expect(openStep(twice, facts)?.step).toBe('reach')
    // The way was the program's to find: it goes with the answer before it.
    const thrice = back(twice, NOW)!
    expect(openStep(thrice, facts)?.step).toBe('what-happened')
    expect(back(thrice, NOW)).toBeUndefined()
    const changed = noteDeed(record, 'remove-old', { did: 'deactivated', final: true }, NOW)
    expect(back(changed, NOW)).toBeUndefined()
  })
  it('come to an end: a closed case has nothing to answer or take back', () => {
    const { record } = play(fresh, facts, { 'what-happened': 'broken', reach: 'both' })
    expect(record).toMatchObject({ outcome: 'finished' })
    expect(record.closedAt).toBeTypeOf('number')
    expect(answer(record, 'replaced', { by: 'person' }).ok).toBe(false)
    expect(back(record, NOW)).toBeUndefined()
    expect(closeCase(fresh, 'abandoned', NOW)).toMatchObject({ closedAt: NOW, outcome: 'abandoned' })
  })
})

describe('any case, however it is answered', () => {
  const someScene = fc.record({
    kind: fc.constantFrom('root' as const, 'user' as const),
    devices: fc
      .uniqueArray(fc.constantFrom('b', 'c', 'd', 'e', 'f', 'g', 'h'), { maxLength: 7 })
      .chain((ids) =>
        fc
          .tuple(fc.constantFrom(...DEVICE_TYPES), ...ids.map(() => fc.constantFrom(...DEVICE_TYPES)))
          .map(([old, ...rest]) => [someDevice('old', old), ...rest.map((type, i) => someDevice(ids[i]!, type))]),
      ),
    hasAdministrator: fc.boolean(),
    hasPhone: fc.boolean(),
    canRemove: fc.boolean(),
    linked: fc.subarray(['old', 'b', 'mine']),
    touch: fc.constantFrom<readonly ('page' | 'key')[]>([], ['page'], ['key'], ['page', 'key']),
    administratorDevices: fc.constantFrom([], [someDevice('mine')], [someDevice('k', 'fido')]),
  })
  type SomeScene = typeof someScene extends fc.Arbitrary<infer T> ? T : never
  const factsFrom = ({ hasAdministrator, hasPhone, canRemove, ...scene }: SomeScene) =>
    factsOf({
      ...scene,
      administrators: hasAdministrator ? [{ id: 'carol', name: 'Carol' }] : [],
      contacts: { email: { value: 'e' }, ...(hasPhone ? { phone: { value: 'p' } } : {}) },
      can: { remove: canRemove ? { can: true } : { can: false, reason: 'not-permitted' } },
    })
  /** Every answer the step offers, the program's outcomes as well. */
  const answersTo = (open: StepPlan): StepResult[] => {
    const { ask } = open
    if (!ask || ask.form === 'end') return []
    if (ask.form === 'choice')
      return ask.options.filter(({ refused }) => !refused).map(({ option }) => ({ by: 'person', choice: option }))
    const others: readonly string[] = 'others' in ask ? ask.others : []
    const outcomes = ['enabled', 'pair-refused', 'in-sync', 'still-refused', 'removed', 'entity-left']
    return [
      ...others.map((choice): StepResult => ({ by: 'person', choice })),
      ...outcomes.map((choice): StepResult => ({
        by: 'program',
        choice,
        final: true,
        facts: { deviceId: 'new', name: 'New' },
      })),
      { by: 'person' },
    ]
  }

  it('ends, shows no step twice, keeps what was done whatever the world becomes, and is a record that can be stored', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CASE_KINDS),
        fc.array(someScene, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(1000)),
        (kind, scenes, picks) => {
          let facts = factsFrom(scenes[0]!)
          let record = caseOf(kind, facts)
          for (let i = 0; i < 120; i++) {
            const steps = plan(record, facts)
            expect(new Set(steps.map(({ step }) => step)).size).toBe(steps.length)
            const open = openStep(record, facts)
            expect(open).toBeDefined()
            if (open!.ask?.form === 'end') {
              expect(record.outcome ?? 'never-drifts').toBe(open!.step === 'never-drifts' ? 'never-drifts' : 'finished')
              expect(caseRecord.parse(structuredClone(record))).toEqual(record)
              return
            }
            const answers = answersTo(open!).flatMap((result) => {
              const applied = apply(record, open!.step, result, facts, NOW + i)
              return applied.ok ? [applied.value] : []
            })
            if (answers.length === 0) {
              // Only where all eight places were taken meanwhile: the case waits for one, or is given up.
              expect(
                open!.ask?.form === 'choice' && open!.ask.options.every(({ refused }) => refused === 'limit-reached'),
              ).toBe(true)
              return
            }
            // Ways back are left out now and then, so that every walk ends.
            const forward = answers.filter((next) => next.log.at(-1)?.is !== 'taken-back')
            const among = i > 60 && forward.length > 0 ? forward : answers
            record = among[picks.next().value! % among.length]!
            // The world changes under the case, and the steps behind it stay.
            const behind = shown(record, facts).filter((line) => line.startsWith('done'))
            facts = factsFrom(scenes[i % scenes.length]!)
            facts = { ...facts, identity: { ...facts.identity, kind: record.known.identity.kind } }
            expect(shown(record, facts).filter((line) => line.startsWith('done'))).toEqual(behind)
          }
          throw new Error('no end')
        },
      ),
      { numRuns: 300 },
    )
  })
})
