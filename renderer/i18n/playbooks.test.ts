import { describe, expect, it } from 'vitest'
import { caseOf, factsOf, play, someDevice, type Scene, type Script } from '../../test/support/playbooks.ts'
import {
  DEEDS,
  DOINGS,
  OPTIONS,
  OTHERS,
  plan,
  STEPS,
  TROUBLES,
  type CaseKind,
  type StepPlan,
} from '../../shared/domain/playbooks/index.ts'
import { DEVICE_TYPES } from '../../shared/domain/device.ts'
import { ERROR_DETAILS } from '../../shared/contract/index.ts'
import {
  answerFaultWords,
  caseTitle,
  deedWords,
  doingWords,
  leftWords,
  messageWords,
  optionWords,
  otherWords,
  stepWords,
  troubleWords,
} from './playbooks.ts'

const token = someDevice('old', 'hardware-totp', { serial: 'GALT 0047', name: 'Desk token' })
const key = someDevice('other', 'fido', { name: 'Blue key' })

const no = { can: false, reason: 'root-by-console' } as const
const BY_CONSOLE = { 'virtual-totp': no, 'hardware-totp': no, fido: no }

type Case = readonly [CaseKind, Scene, Script]

/** Cases that together come by every step. */
const CASES: readonly Case[] = [
  [
    'register',
    {},
    { type: 'virtual-totp', create: { by: 'program', choice: 'pair-refused', facts: { until: 1 }, final: true } },
  ],
  ['register', {}, { type: 'hardware-totp' }],
  ['register', {}, { type: 'fido' }],
  ...DEVICE_TYPES.map((type): Case => [
    'register',
    { page: 'https://console.example/', can: { register: BY_CONSOLE } },
    { type },
  ]),
  ['resync', { devices: [someDevice('old', 'fido')] }, {}],
  ['resync', { devices: [token] }, { 'resync-codes': 'still-refused' }],
  ['resync', { linked: ['old'] }, { resync: { by: 'program', choice: 'pair-refused', facts: { until: 1 } } }],
  ['replace', {}, { 'what-happened': 'stolen', reach: 'both', 'new-type': 'virtual-totp' }],
  ['replace', {}, { 'what-happened': 'lost', reach: 'no-phone', 'new-type': 'fido', 'new-here': 'temporary' }],
  [
    'replace',
    {},
    {
      'what-happened': 'broken',
      reach: 'neither',
      'new-type': 'fido',
      'new-here': 'temporary',
      'temporary-create': { by: 'program', choice: 'pair-refused', facts: { until: 1 }, final: true },
      'temporary-next-codes': { by: 'program', choice: 'enabled', facts: { name: 'Stand-in' }, final: true },
    },
  ],
  [
    'replace',
    { devices: [token, key] },
    { 'what-happened': 'broken', 'new-type': 'hardware-totp', 'new-here': 'wait' },
  ],
  ['replace', { kind: 'user' }, { 'what-happened': 'lost', 'new-type': 'virtual-totp' }],
  [
    'replace',
    { kind: 'user', devices: [token, key] },
    { 'what-happened': 'lost', 'remove-old': 'ask-administrator', 'new-type': 'virtual-totp' },
  ],
  [
    'replace',
    { devices: [token, ...Array.from({ length: 7 }, (_, i) => someDevice(`k${i}`, 'fido'))] },
    { 'what-happened': 'works', 'new-type': 'virtual-totp' },
  ],
  ['help', { kind: 'user', administratorDevices: [key] }, { 'what-happened': 'stolen' }],
  ['help', { kind: 'user' }, { 'who-asks': 'not-sure' }],
  ['help', { kind: 'user' }, { 'what-happened': 'refused' }],
]

/** Every step of every case, at every moment of it. */
function* moments(): Generator<StepPlan> {
  for (const [kind, scene, script] of CASES) {
    const facts = factsOf(scene)
    const fresh = caseOf(kind, facts)
    const { record, steps } = play(fresh, facts, script)
    yield* plan(record, facts)
    for (const step of steps) yield* plan(play(fresh, facts, script, { until: step }).record, facts)
  }
}

const isProse = (words: string, of = '') => {
  expect(words.trim(), of).not.toBe('')
  expect(words).not.toMatch(/undefined|\[object|NaN|!|\boops\b|\bOK\b| {2}| ,| \.|\.\./i)
  // A name stands as its owner writes it.
  if (!words.startsWith('alice')) expect(words.charAt(0)).toBe(words.charAt(0).toUpperCase())
}

describe('the words of the playbooks', () => {
  it('are there for every step at every moment, in sentences', () => {
    const seen = new Set<string>()
    for (const step of moments()) {
      seen.add(step.step)
      const { title, why, go, done } = stepWords(step)
      isProse(title, step.step)
      isProse(why, step.step)
      expect(title).not.toMatch(/\.$/)
      expect(why, step.step).toMatch(/[.:]$/)
      const needsButton = step.state === 'now' && step.ask?.form !== 'choice' && step.ask?.form !== 'end'
      if (needsButton) isProse(go ?? '', step.step)
      if (step.state === 'done' && step.ask === undefined && step.step !== 'in-sync') isProse(done, step.step)
      if (step.state !== 'done') expect(done).toBe('')
      for (const option of step.ask?.form === 'choice' ? step.ask.options : [])
        isProse(optionWords(option.option, step.facts).label)
      for (const other of step.ask && 'others' in step.ask ? step.ask.others : [])
        isProse(otherWords(step.step, other, step.facts))
      const message = messageWords(step.step, step.facts)
      if (step.ask?.form === 'message') expect(message).toBeDefined()
      if (message) {
        isProse(message.subject)
        expect(message.body).not.toMatch(/undefined|!/)
      }
    }
    expect(STEPS.filter((step) => !seen.has(step))).toEqual([])
  })

  it('are there for every option, other way, deed, doing and trouble', () => {
    for (const option of OPTIONS) isProse(optionWords(option, { type: 'fido', meanwhile: 'other-device' }).more)
    for (const other of OTHERS) isProse(otherWords('any', other, { name: 'Pixel 8' }))
    for (const did of DEEDS) isProse(deedWords({ did, facts: { name: 'Pixel 8' } }))
    for (const doing of DOINGS) isProse(doingWords({ doing, facts: { name: 'Pixel 8', until: 1 } }))
    for (const code of TROUBLES) isProse(troubleWords({ code, changed: false, at: 0, facts: { name: 'Pixel 8' } }))
  })

  it('say of every error of a backend what happened and whether it changed anything', () => {
    for (const code of Object.keys(ERROR_DETAILS)) isProse(troubleWords({ code, changed: false, at: 0, facts: {} }))
    expect(troubleWords({ code: 'limit-reached', changed: false, at: 0, facts: { names: 'a, b' } })).toContain('a, b')
    expect(troubleWords({ code: 'throttled', changed: false, at: 0, facts: {} })).toContain(
      'Nothing was changed at the backend.',
    )
    expect(troubleWords({ code: 'from-the-future', changed: true, at: 0, facts: {} })).toBe('It failed half-way.')
  })

  it('show what they do not know as it is', () => {
    expect(stepWords({ step: 'constructor', facts: {}, state: 'now' })).toMatchObject({ title: 'constructor' })
    expect(optionWords('toString', {})).toEqual({ label: 'toString', more: '' })
    expect(otherWords('any', 'toString', {})).toBe('toString')
    expect(deedWords({ did: 'toString', facts: {} })).toBe('toString')
    expect(messageWords('toString', {})).toBeUndefined()
    expect(answerFaultWords({ field: 'x', reason: 'unheard-of' })).toBeUndefined()
  })

  it('name drift in seconds, direction and steps, and the cause only where it is known', () => {
    const report = (facts: Record<string, string | number | boolean>) =>
      stepWords({ step: 'in-sync', state: 'now', facts: { name: 'Desk token', ...facts } }).why
    expect(report({ told: true, steps: 3, seconds: 94, cause: 'device' })).toBe(
      'It was 94 s fast, 3 steps. The device’s own clock is the cause. It will drift again, slowly; it can be resynchronised each time.',
    )
    expect(report({ told: true, steps: -1, seconds: -30, cause: 'this-computer' })).toMatch(
      /^It was 30 s slow, 1 step\. This computer’s clock is the cause/,
    )
    expect(report({ told: true, steps: 3, seconds: 90, cause: 'undecided' })).toContain('To tell them apart')
    expect(report({ told: false, cause: 'undecided' })).toMatch(/^This backend does not tell/)
    expect(report({ told: true, steps: 0, seconds: 2, cause: 'none' })).toBe('It was on time already.')
  })

  it('date the contacts that the way back depends on', () => {
    const why = (facts: Record<string, string | number>) => stepWords({ step: 'reach', state: 'now', facts }).why
    expect(
      why({ email: 'a@b.example', emailConfirmedAgoMs: 100 * 86_400_000, phone: '+31', phoneState: 'never-confirmed' }),
    ).toBe(
      'Both are needed, the email first. Email: a@b.example (confirmed 3 months ago). Phone: +31 (never confirmed).',
    )
    expect(why({ email: 'a@b.example', emailConfirmedAgoMs: 5 })).toContain(
      '(confirmed today). Phone: no phone number on record.',
    )
  })

  it('write a message an administrator can act on: who, which device, what to click, and to call back', () => {
    const facts = factsOf({ kind: 'user', devices: [token] })
    const { record } = play(caseOf('replace', facts), facts, { 'what-happened': 'stolen' }, { until: 'administrator' })
    const step = plan(record, facts).find(({ state }) => state === 'now')
    const message = messageWords('administrator', step?.facts ?? {})
    expect(message?.to).toBe('Carol')
    for (const part of [
      'alice',
      'Northwind production',
      'Desk token',
      'GALT 0047',
      'stolen',
      'deactivate',
      'Call me back',
    ])
      expect(message?.body).toContain(part)
  })

  it('title a case by what it is about, and name what giving it up leaves', () => {
    const about = {
      identity: { ref: { backendId: 'b', identityId: 'i' }, name: 'alice', account: 'N', kind: 'user' as const },
    }
    const device = { name: 'Desk token', type: 'hardware-totp' as const }
    expect(caseTitle({ ...about, kind: 'replace', device, loss: 'stolen' })).toBe('Replace the stolen Desk token')
    expect(caseTitle({ ...about, kind: 'register' })).toBe('Register a device for alice')
    for (const what of ['half-made-device', 'entity', 'removed-device', 'suspended-device', 'enabled-device'])
      expect(leftWords({ what, name: 'Pixel 8' })).toMatch(/Pixel 8.*\.$/)
  })

  it('say where an answer was refused', () => {
    expect(answerFaultWords({ field: 'codes.0', reason: 'code-letter', letter: 'x', position: 3 })).toContain(
      '“x” at position 3',
    )
    for (const reason of ['same-code', 'serial-unknown', 'wrong-password', 'empty', 'not-offered'])
      isProse(answerFaultWords({ field: 'any', reason }) ?? '')
  })
})
