import { describe, expect, it } from 'vitest'
import { caseOf, factsOf, play, shown, someDevice, type Scene, type Script } from '../../../test/support/playbooks.ts'
import type { DeviceType, MfaDevice } from '../device.ts'
import { lossIn, openStep, plan } from './index.ts'

const virtual = (id = 'old', over: Partial<MfaDevice> = {}) => someDevice(id, 'virtual-totp', over)
const token = (id = 'old') => someDevice(id, 'hardware-totp', { serial: 'GALT 0047' })
const key = (id = 'old') => someDevice(id, 'fido')

const stepsOf = (scene: Scene, script: Script) => {
  const facts = factsOf(scene)
  return play(caseOf('replace', facts), facts, script).steps
}

const FACTORS = ['sign-in-page', 'troubleshoot', 'email', 'phone', 'signed-in']
const OLD_VIRTUAL = ['old-app', 'remove-old']

/** Way back in, what follows for the type that was lost, in the seed's order. */
const PATHS: readonly (readonly [string, Scene, Script, readonly string[]])[] = [
  [
    'a root user’s only virtual device, lost: email and phone, then a virtual device',
    {},
    { 'what-happened': 'lost', reach: 'both', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'reach',
      ...FACTORS,
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ],
  ],
  [
    'the same broken: no new password, for nobody else has it',
    {},
    { 'what-happened': 'broken', reach: 'both', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'reach',
      ...FACTORS,
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'the same stolen: suspended first, where the backend can',
    {},
    { 'what-happened': 'stolen', reach: 'both', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'suspend',
      'way',
      'reach',
      ...FACTORS,
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ],
  ],
  [
    'a root user’s key, with another device: sign in with that, deactivate, then enable the new',
    { devices: [key(), virtual('other')] },
    { 'what-happened': 'broken', 'new-type': 'fido', 'new-here': 'here' },
    ['what-happened', 'way', 'sign-in', 'new-type', 'remove-old', 'new-here', 'touch', 'test-new', 'replaced'],
  ],
  [
    'a key that must be ordered: a virtual device stands in and stays',
    { devices: [key(), virtual('other')] },
    { 'what-happened': 'broken', 'new-type': 'fido', 'new-here': 'temporary' },
    [
      'what-happened',
      'way',
      'sign-in',
      'new-type',
      'remove-old',
      'new-here',
      'temporary-create',
      'new-arrived',
      'touch',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'a root user’s only hardware token: the vendor, alternative factors until it comes, delete, enable',
    { devices: [token()] },
    { 'what-happened': 'lost', reach: 'both', 'new-type': 'hardware-totp', 'new-here': 'wait' },
    [
      'what-happened',
      'way',
      'reach',
      ...FACTORS,
      'new-type',
      'vendor',
      'new-here',
      'new-arrived',
      'remove-old',
      'serial',
      'enable-codes',
      'test-new',
      'password',
      'replaced',
    ],
  ],
  [
    'a hardware token replaced by a virtual device: no vendor is needed',
    { devices: [token()] },
    { 'what-happened': 'broken', reach: 'both', 'new-type': 'virtual-totp' },
    ['what-happened', 'way', 'reach', ...FACTORS, 'new-type', 'remove-old', 'create', 'test-new', 'backup', 'replaced'],
  ],
  [
    'other devices that do not work after all: email and phone',
    { devices: [virtual(), key('other')] },
    { 'what-happened': 'lost', 'sign-in': 'none-works', reach: 'both', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'sign-in',
      'reach',
      ...FACTORS,
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ],
  ],
  [
    'the phone out of reach: an administrator changes the number first',
    {},
    { 'what-happened': 'broken', reach: 'no-phone', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'reach',
      'phone-by-administrator',
      ...FACTORS,
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'the phone out of reach and no administrator: support, tracked until the backend shows it',
    { administrators: [] },
    { 'what-happened': 'broken', reach: 'no-phone', 'new-type': 'virtual-totp' },
    ['what-happened', 'way', 'reach', 'support', 'new-type', 'old-app', 'create', 'test-new', 'backup', 'replaced'],
  ],
  [
    'an administrator who can’t: support',
    {},
    {
      'what-happened': 'broken',
      reach: 'no-phone',
      'phone-by-administrator': 'no-administrator',
      'new-type': 'virtual-totp',
    },
    [
      'what-happened',
      'way',
      'reach',
      'phone-by-administrator',
      'support',
      'new-type',
      'old-app',
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'email and phone out of reach: support',
    {},
    { 'what-happened': 'broken', reach: 'neither', 'new-type': 'virtual-totp' },
    ['what-happened', 'way', 'reach', 'support', 'new-type', 'old-app', 'create', 'test-new', 'backup', 'replaced'],
  ],
  [
    'a call that never comes, and support after it',
    {},
    { 'what-happened': 'broken', reach: 'both', phone: 'support', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'reach',
      'sign-in-page',
      'troubleshoot',
      'email',
      'phone',
      'support',
      'new-type',
      'old-app',
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'a user with another device: sign in with it and remove the lost one',
    { kind: 'user', devices: [virtual(), key('other')] },
    { 'what-happened': 'lost', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'sign-in',
      'new-type',
      ...OLD_VIRTUAL,
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ],
  ],
  [
    'a user with another device who may not remove: an administrator does',
    { kind: 'user', devices: [virtual(), key('other')], can: { remove: { can: false, reason: 'not-permitted' } } },
    { 'what-happened': 'broken', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'sign-in',
      'new-type',
      'old-app',
      'administrator-removes',
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'a user refused while removing: an administrator does',
    { kind: 'user', devices: [virtual(), key('other')] },
    { 'what-happened': 'broken', 'new-type': 'virtual-totp', 'remove-old': 'ask-administrator' },
    [
      'what-happened',
      'way',
      'sign-in',
      'new-type',
      ...OLD_VIRTUAL,
      'administrator-removes',
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'a user whose last device is gone: an administrator deactivates, then a new one is enabled',
    { kind: 'user' },
    { 'what-happened': 'lost', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'way',
      'administrator',
      'new-type',
      'old-app',
      'create',
      'test-new',
      'password',
      'backup',
      'replaced',
    ],
  ],
  [
    'an administrator who left the entity behind: it is deleted before a new one is made',
    { kind: 'user' },
    {
      'what-happened': 'broken',
      'new-type': 'virtual-totp',
      administrator: { by: 'checked', facts: { entityLeft: true }, final: true },
    },
    ['what-happened', 'way', 'administrator', 'new-type', ...OLD_VIRTUAL, 'create', 'test-new', 'backup', 'replaced'],
  ],
  [
    'codes refused, and it was only drift: in sync, and the case is closed',
    { devices: [token()] },
    { 'what-happened': 'refused' },
    ['what-happened', 'clock', 'resync-codes', 'in-sync'],
  ],
  [
    'codes refused still: it goes on as broken',
    { devices: [token(), key('other')] },
    { 'what-happened': 'refused', 'resync-codes': 'still-refused', 'new-type': 'virtual-totp' },
    [
      'what-happened',
      'clock',
      'resync-codes',
      'way',
      'sign-in',
      'new-type',
      'remove-old',
      'create',
      'test-new',
      'backup',
      'replaced',
    ],
  ],
  [
    'a virtual device of this vault, refused: the program resyncs it by itself',
    { linked: ['old'] },
    { 'what-happened': 'refused' },
    ['what-happened', 'clock', 'resync', 'in-sync'],
  ],
  [
    'a device that works: the new one enabled and tested, then the old removed',
    { devices: [virtual()] },
    { 'what-happened': 'works', 'new-type': 'fido' },
    ['what-happened', 'new-type', 'touch', 'test-new', 'remove-old', 'old-app', 'replaced'],
  ],
  [
    'a device of this vault that works: its entry goes with it, no app to clear',
    { devices: [virtual()], linked: ['old'] },
    { 'what-happened': 'works', 'new-type': 'virtual-totp' },
    ['what-happened', 'new-type', 'create', 'test-new', 'remove-old', 'backup', 'replaced'],
  ],
  [
    'a device that works, with all eight places taken: room is made first, by name',
    { devices: [virtual(), ...Array.from({ length: 7 }, (_, i) => key(`k${i}`))] },
    { 'what-happened': 'works', 'new-type': 'virtual-totp' },
    ['what-happened', 'new-type', 'make-room', 'create', 'test-new', 'old-app', 'backup', 'replaced'],
  ],
  [
    'a user whose device works and who may not remove it: an administrator does, after the test',
    { kind: 'user', can: { remove: { can: false, reason: 'not-permitted' } } },
    { 'what-happened': 'works', 'new-type': 'fido' },
    ['what-happened', 'new-type', 'touch', 'test-new', 'administrator-removes', 'old-app', 'replaced'],
  ],
]

describe('replacing', () => {
  it.each(PATHS)('%s', (_, scene, script, steps) => {
    expect(stepsOf(scene, script)).toEqual(steps)
  })

  const OLD: readonly DeviceType[] = ['virtual-totp', 'hardware-totp', 'fido']
  it.each(OLD.flatMap((old) => OLD.map((next) => [old, next] as const)))(
    'a lost %s may be followed by a %s, and the old one is gone before the new is enabled',
    (old, next) => {
      const steps = stepsOf(
        { devices: [someDevice('old', old), key('other')] },
        { 'what-happened': 'lost', 'new-type': next, 'new-here': 'here' },
      )
      const enabling = steps.findIndex((step) => ['create', 'serial', 'touch'].includes(step))
      expect(steps.indexOf('remove-old')).toBeGreaterThan(0)
      expect(steps.indexOf('remove-old')).toBeLessThan(enabling)
      expect(steps.at(-1)).toBe('replaced')
    },
  )

  it('shows what is behind, what is open and what is to come', () => {
    const facts = factsOf()
    const { record } = play(
      caseOf('replace', facts),
      facts,
      { 'what-happened': 'lost', reach: 'both' },
      { until: 'email' },
    )
    expect(shown(record, facts)).toEqual([
      'done what-happened',
      'done way',
      'done reach',
      'done sign-in-page',
      'done troubleshoot',
      'now email',
      'later phone',
      'later signed-in',
      'later new-type',
      'later old-app',
      'later remove-old',
      'later create',
      'later test-new',
      'later password',
      'later backup',
      'later replaced',
    ])
  })

  it('keeps to its way when the world changes under it', () => {
    const facts = factsOf({ kind: 'user', linked: ['old'] })
    const { record } = play(
      caseOf('replace', facts),
      facts,
      { 'what-happened': 'lost', 'new-type': 'virtual-totp' },
      { until: 'create' },
    )
    const later = factsOf({
      kind: 'user',
      devices: [key('x'), key('y')],
      linked: [],
      can: { remove: { can: false, reason: 'no' } },
    })
    expect(openStep(record, later)?.step).toBe('create')
  })

  it('a key never has its codes refused', () => {
    const facts = factsOf({ devices: [key()] })
    const ask = openStep(caseOf('replace', facts), facts)?.ask
    expect(ask?.form === 'choice' && ask.options.find(({ option }) => option === 'refused')?.refused).toBe(
      'never-drifts',
    )
  })

  it('dates the contacts that everything depends on, and refuses what the record has not', () => {
    const facts = factsOf({ contacts: { email: { value: 'root@northwind.example' } } })
    const { record } = play(caseOf('replace', facts), facts, { 'what-happened': 'lost' }, { until: 'reach' })
    const open = openStep(record, facts)
    expect(open?.facts).toMatchObject({
      email: 'root@northwind.example',
      emailState: 'never-confirmed',
      phoneState: 'missing',
    })
    expect(open?.ask?.form === 'choice' && open.ask.options.map(({ refused }) => refused)).toEqual([
      'contact-missing',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('names the sender, the spam folder, the other titles and the keypad', () => {
    const facts = factsOf()
    const steps = plan(
      play(caseOf('replace', facts), facts, { 'what-happened': 'lost', reach: 'both' }, { until: 'sign-in-page' })
        .record,
      facts,
    )
    const factsOfStep = (name: string) => steps.find(({ step }) => step === name)?.facts
    expect(factsOfStep('troubleshoot')).toEqual({ otherTitles: true, passwordAgain: true })
    expect(factsOfStep('email')).toMatchObject({
      sender: 'recover-mfa-no-reply@verify.signin.aws',
      spamAndResend: true,
    })
    expect(factsOfStep('phone')).toMatchObject({ to: '+31 20 555 0148', keypad: true })
  })

  it('starts over at the sign-in page when the call never comes, with what was done before kept', () => {
    const facts = factsOf()
    const script = { 'what-happened': 'lost', reach: 'both' }
    const { record } = play(caseOf('replace', facts), facts, script, { until: 'phone' })
    const again = play(record, facts, { phone: { by: 'person', choice: 'start-over' } }, { until: 'sign-in-page' })
    expect(again.steps).toEqual(['phone', 'sign-in-page'])
    expect(shown(again.record, facts).slice(0, 4)).toEqual([
      'done what-happened',
      'done way',
      'done reach',
      'now sign-in-page',
    ])
  })

  it('asks for another kind after starting over, and not again for what is gone already', () => {
    const facts = factsOf()
    const script = { 'what-happened': 'lost', reach: 'both', 'new-type': 'fido', 'new-here': 'here' }
    const { record } = play(caseOf('replace', facts), facts, script, { until: 'touch' })
    const again = play(record, facts, { touch: { by: 'person', choice: 'start-over' }, 'new-type': 'virtual-totp' })
    expect(again.steps).toEqual(['touch', 'new-type', 'create', 'test-new', 'password', 'backup', 'replaced'])
  })

  it('refuses the stand-in where no place is left for it', () => {
    const facts = factsOf({ devices: [token(), ...Array.from({ length: 7 }, (_, i) => key(`k${i}`))] })
    const script = { 'what-happened': 'broken', 'new-type': 'hardware-totp' }
    const { record } = play(caseOf('replace', facts), facts, script, { until: 'new-here' })
    const ask = openStep(record, facts)?.ask
    expect(ask?.form === 'choice' && ask.options.find(({ option }) => option === 'temporary')?.refused).toBe(
      'limit-reached',
    )
  })

  it('ends with the single device named and another kind offered', () => {
    const facts = factsOf({ devices: [virtual('new')] })
    const record = { ...caseOf('replace', factsOf()) }
    const { record: ended } = play(record, facts, { 'what-happened': 'broken', 'new-type': 'virtual-totp' })
    const end = openStep(ended, facts)
    expect(end?.facts).toMatchObject({ single: true, offer: 'fido', old: 'Device old' })
    expect(end?.ask).toEqual({ form: 'end', others: ['register'] })
    expect(ended.outcome).toBe('finished')
  })

  it('lets the least password length follow what the backend said', () => {
    const facts = factsOf()
    const script = { 'what-happened': 'lost', reach: 'both' }
    const { record } = play(caseOf('replace', facts), facts, script, { until: 'password' })
    const tried = {
      ...record,
      log: [
        ...record.log,
        {
          is: 'trouble' as const,
          step: 'password',
          at: 1,
          code: 'password-refused',
          changed: false,
          facts: { minimumLength: 14 },
        },
      ],
    }
    expect(openStep(tried, facts)?.ask).toMatchObject({ form: 'password', minimumLength: 14 })
  })
})

describe('what a case takes its device to be', () => {
  const lossAfter = (script: Script, until: string) => {
    const facts = factsOf({ devices: [token(), key('other')] })
    return lossIn(play(caseOf('replace', facts), facts, script, { until }).record)?.loss
  }
  it('is what the person said, or broken once two pairs of codes were refused', () => {
    expect(lossAfter({}, 'what-happened')).toBeUndefined()
    expect(lossAfter({ 'what-happened': 'stolen' }, 'way')).toBe('stolen')
    expect(lossAfter({ 'what-happened': 'works' }, 'new-type')).toBeUndefined()
    expect(lossAfter({ 'what-happened': 'refused' }, 'resync-codes')).toBeUndefined()
    expect(lossAfter({ 'what-happened': 'refused', 'resync-codes': 'still-refused' }, 'way')).toBe('broken')
  })
})
