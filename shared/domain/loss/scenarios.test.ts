import { describe, expect, it } from 'vitest'
import {
  accountKey,
  apply,
  bestStep,
  effectsOf,
  lose,
  newSince,
  markOf,
  onlyWayInto,
  orderOfMending,
  said,
  weakPoints,
} from './index.ts'
import type { AccessWorld, AccountRef, LossItem, Row } from './index.ts'
import {
  account,
  both,
  computer,
  device,
  deviceOf,
  entry,
  identity,
  key,
  lost,
  NOW,
  ofEntry,
  thing,
  world,
} from './testing/worlds.ts'

const PHONE = { id: 'pixel', kind: 'phone', name: 'Pixel' } as const
const SHEET = { id: 'sheet', kind: 'sheet', name: 'Sheet in the safe' } as const
const onPhone = (who: string, id: string) => ({ of: { is: 'device' as const, ...deviceOf(who, id) }, on: PHONE.id })

const rowOf = (of: AccessWorld, losses: readonly LossItem[], ref: AccountRef): Row =>
  lose(of, losses, NOW).rows.find((row) => accountKey(row.account) === accountKey(ref))!
const stepsOf = (row: Row) => row.ways[0]?.steps.map(({ step }) => step)

describe('a root user (seed: “Recovering a root user MFA device”)', () => {
  const root = (devices = [device('a')], over: Parameters<typeof identity>[2] = {}) =>
    world({
      identities: [identity('root', devices, { kind: 'root', ...over })],
      said: { things: [PHONE], copies: [onPhone('root', 'a')] },
    })
  const losses = lost(thing('pixel'))

  it('signs in with another device that is registered', () => {
    const of = root([device('a'), device('b', 'hardware-totp')])
    expect(rowOf(of, losses, account('root'))).toMatchObject({ outcome: 'opens', ways: [{ rank: 'opens' }, {}, {}] })
    expect(stepsOf(rowOf(of, losses, account('root')))).toEqual(['use-device'])
  })

  it('with none, reads the mail first, then answers the phone', () => {
    const row = rowOf(root(), losses, account('root'))
    expect(row.outcome).toBe('alternative-factors')
    expect(stepsOf(row)).toEqual(['read-mail', 'answer-phone', 'alternative-factors'])
    expect(row.questions.map(({ ask }) => ask)).toEqual(['how-mailbox-opens', 'where-number-rings'])
  })

  it('needs both: without the email only support helps, without the phone an administrator who sets another', () => {
    const administrators = [{ id: 'carol', name: 'Carol' }]
    const noEmail = root(undefined, { contacts: { phone: both.phone }, administrators })
    const noPhone = root(undefined, { contacts: { email: both.email }, administrators })
    const neither = root(undefined, { contacts: { email: both.email } })
    expect(rowOf(noEmail, losses, account('root')).outcome).toBe('support')
    const row = rowOf(noPhone, losses, account('root'))
    expect(row).toMatchObject({ outcome: 'administrator', helpers: [{ name: 'Carol' }] })
    expect(stepsOf(row)).toEqual(['read-mail', 'phone-by-administrator'])
    expect(rowOf(neither, losses, account('root')).outcome).toBe('support')
  })

  it('says how fresh each contact is, and that one was never told where the backend does not', () => {
    const old = { email: { value: 'e', confirmedAt: NOW - 200 * 86_400_000 }, phone: { value: 'p' } }
    expect(rowOf(root(undefined, { contacts: old }), losses, account('root')).contacts).toMatchObject([
      { contact: 'email', state: 'old', reach: 'presumed' },
      { contact: 'phone', state: 'never-confirmed', reach: 'presumed' },
    ])
    const untold = rowOf(root(undefined, { contacts: undefined }), losses, account('root'))
    expect(untold).toMatchObject({ outcome: 'unknown', atBest: 'alternative-factors', atWorst: 'support' })
    expect(untold.questions.slice(0, 2)).toMatchObject([
      { ask: 'what-contact', contact: 'email' },
      { contact: 'phone' },
    ])
  })

  it('whose number rings on the lost phone is not called', () => {
    const of = root()
    const told = { ...of, said: { ...of.said, numbers: [{ number: both.phone!.value, on: 'pixel' }] } }
    const report = lose(told, losses, NOW)
    expect(report.rows[0]).toMatchObject({ outcome: 'support', contacts: [{}, { contact: 'phone', reach: 'closed' }] })
    expect(report.follows).toMatchObject([{ what: { is: 'number' }, because: [{ cause: 'lost' }] }])
  })

  it('is told to change the password where the device is missing or stolen, not where it broke', () => {
    const exposed = (how: LossItem['how']) => rowOf(root(), [{ what: thing('pixel'), how }], account('root')).exposed
    expect([exposed('lost'), exposed('stolen'), exposed('broken')]).toEqual(['factor', 'factor', 'none'])
    const of = root()
    const passwords = [{ of: account('root'), isRemembered: true, on: ['pixel'] }]
    const kept = { ...of, said: { ...of.said, passwords } }
    expect(rowOf(kept, [{ what: thing('pixel'), how: 'stolen' }], account('root')).exposed).toBe('factor-and-password')
  })
})

describe('a user (seed: “Recovering an IAM user MFA device”)', () => {
  const administrators = [{ id: 'carol', name: 'Carol' }]
  const alice = identity('alice', [device('a')], { administrators })

  it('needs an administrator, who is named', () => {
    const of = world({ identities: [alice], said: { things: [PHONE], copies: [onPhone('alice', 'a')] } })
    const row = rowOf(of, lost(thing('pixel')), account('alice'))
    expect(row).toMatchObject({ outcome: 'administrator', helpers: [{ id: 'carol', name: 'Carol' }] })
    expect(stepsOf(row)).toEqual(['administrator-deactivates'])
  })

  it('who is the administrator, and lost the same phone, is let in by the root user with alternative factors', () => {
    const of = world({
      identities: [
        identity('alice', [device('a')], { administrators: [{ id: 'carol', name: 'Carol' }] }),
        identity('carol', [device('c')], {
          isAdministrator: true,
          administrators: [{ id: 'root', name: 'Root user' }],
        }),
        identity('root', [device('r')], { kind: 'root' }),
      ],
      said: { things: [PHONE], copies: [onPhone('alice', 'a'), onPhone('carol', 'c'), onPhone('root', 'r')] },
    })
    const report = lose(of, lost(thing('pixel')), NOW)
    const row = report.rows.find(({ name }) => name.who === 'alice')!
    expect(row.outcome).toBe('administrator')
    expect(stepsOf(row)).toEqual([
      'read-mail',
      'answer-phone',
      'alternative-factors',
      'administrator-deactivates',
      'administrator-deactivates',
    ])
    expect(orderOfMending(report)).toEqual([account('root'), account('carol'), account('alice')])
  })
})

describe('losses that imply others', () => {
  it('this computer takes the vault with it, and the vault its codes; a backup elsewhere brings them back', () => {
    const backup = { id: 'b', name: 'USB stick', madeAt: NOW, passphrase: 'own' } as const
    const of = world({
      entries: [entry('github')],
      backups: [backup],
      said: { things: [SHEET], everyWayKnown: [ofEntry('github')] },
    })
    expect(rowOf(of, lost(computer), ofEntry('github'))).toMatchObject({
      outcome: 'unknown',
      atBest: 'opens',
      atWorst: 'locked',
      questions: [{ ask: 'where-is-backup', backup: 'b' }],
    })
    const told = { ...of, said: { ...of.said, backupsAt: [{ backup: 'b', on: 'sheet' }] } }
    const row = rowOf(told, lost(computer), ofEntry('github'))
    expect(row.outcome).toBe('opens')
    expect(stepsOf(row)).toEqual(['open-backup', 'code-from-backup'])
    expect(row.closed).toMatchObject([
      { step: { step: 'code-from-vault' }, because: [{ what: { is: 'vault' } }, { loss: { what: computer } }] },
    ])
    expect(rowOf(told, lost(computer, thing('sheet')), ofEntry('github')).outcome).toBe('locked')
  })

  it('the vault closes with the key of its only slot', () => {
    const of = world({
      entries: [entry('github')],
      keys: [{ id: 'blue', name: 'Blue key', passkeys: [], devices: [] }],
      slots: [{ id: 's', kind: 'security-key', label: 'Blue key', key: 'blue' }],
      said: { everyWayKnown: [ofEntry('github')] },
    })
    const report = lose(of, lost(key('blue')), NOW)
    expect(report.rows[0]).toMatchObject({ outcome: 'locked' })
    expect(report.follows).toMatchObject([{ what: { is: 'vault' } }])
    expect(report.unseen).toEqual([{ ask: 'what-else-opens-with-key', key: 'blue' }])
    expect(bestStep(of, lost(key('blue')), NOW)?.mend).toEqual({ mend: 'back-up' })
  })

  it('a mailbox whose second factor is on the lost phone takes alternative factors with it', () => {
    const of = world({
      identities: [identity('root', [device('a')], { kind: 'root' })],
      entries: [entry('mail')],
      slots: [],
      said: {
        things: [PHONE, SHEET],
        copies: [onPhone('root', 'a'), { of: { is: 'entry', entryId: 'mail' }, on: 'pixel' }],
        mailboxes: [{ address: both.email!.value, account: ofEntry('mail') }],
        everyWayKnown: [ofEntry('mail')],
      },
    })
    const report = lose(of, lost(thing('pixel')), NOW)
    expect(report.rows.map(({ outcome }) => outcome)).toEqual(['locked', 'support'])
    expect(report.follows.map(({ what }) => what.is)).toEqual(['sign-in', 'mailbox'])
    const printed = apply(of, { mend: 'print-codes', account: ofEntry('mail') }, NOW)
    const mended = lose(printed, lost(thing('pixel')), NOW)
    expect(mended.rows.map(({ outcome }) => outcome)).toEqual(['alternative-factors', 'opens'])
    expect(orderOfMending(mended)).toEqual([ofEntry('mail'), account('root')])
  })
})

describe('what nobody can see', () => {
  it('is asked about: a site whose code is lost may have another way in', () => {
    const of = world({ entries: [entry('github')], slots: [], said: {} })
    expect(rowOf(of, [], ofEntry('github'))).toMatchObject({ outcome: 'unknown', questions: [{ ask: 'other-ways' }] })
  })

  it('is told by the person: printed recovery codes open, and “no other way” locks', () => {
    const codes = said.parse({
      ...world().said,
      things: [SHEET],
      recoveryCodes: [{ of: ofEntry('github'), on: 'sheet' }],
    })
    const of = world({ entries: [entry('github')], said: codes })
    expect(stepsOf(rowOf(of, lost(computer), ofEntry('github')))).toEqual(['recovery-code'])
    const none = world({ entries: [entry('github')], said: { everyWayKnown: [ofEntry('github')] } })
    expect(rowOf(none, lost(computer), ofEntry('github')).outcome).toBe('locked')
  })

  it('is asked about: a device of one’s own that may be on the lost phone; not one of a colleague', () => {
    const of = (isOwn: boolean) =>
      world({ identities: [identity('ann', [device('a')], { isOwn })], said: { things: [PHONE] } })
    expect(rowOf(of(true), lost(thing('pixel')), account('ann'))).toMatchObject({
      outcome: 'unknown',
      questions: [{ ask: 'where-is-device' }],
    })
    expect(rowOf(of(false), lost(thing('pixel')), account('ann')).outcome).toBe('opens')
  })
})

describe('removing', () => {
  const keys = [
    { id: 'blue', name: 'Blue key', passkeys: [{ rpId: 'a.example', userId: 'me', userName: 'ann' }], devices: [] },
    { id: 'spare', name: 'Spare key', passkeys: [{ rpId: 'a.example', userId: 'me', userName: 'ann' }], devices: [] },
  ]
  const site: AccountRef = { is: 'site', rpId: 'a.example', userId: 'me' }

  it('names the passkeys that go with a reset, what may go unseen, and which key still opens their site', () => {
    expect(effectsOf(world({ keys }), [key('blue')])).toEqual([
      { effect: 'passkey-goes', facts: { site: 'a.example', userId: 'me', user: 'ann' } },
      { effect: 'unseen-may-go', facts: { name: 'Blue key' } },
      {
        effect: 'still-opens',
        facts: { at: 'a.example', who: 'ann', kind: 'site', with: 'passkey', through: 'Spare key' },
      },
    ])
    expect(onlyWayInto(world({ keys }), [key('blue')])).toEqual([])
    expect(onlyWayInto(world({ keys: keys.slice(0, 1) }), [key('blue')])).toEqual([site])
  })

  it('a slot names those that stay, and the accounts whose codes would be closed', () => {
    const of = world({ entries: [entry('github')] })
    expect(effectsOf(of, [{ is: 'slot', slot: 'pass' }]).map(({ effect }) => effect)).toEqual([
      'slot-goes',
      'would-need',
    ])
  })

  it('a device of an identity says what the backend leaves, as it always did', () => {
    const of = world({ identities: [identity('ann', [device('a'), device('b', 'fido')])] })
    expect(effectsOf(of, [{ is: 'device', ...deviceOf('ann', 'a') }])).toEqual([
      { effect: 'entity-deleted', facts: { name: 'Device a' } },
      { effect: 'opens-with', facts: { name: 'Device b', type: 'fido' } },
    ])
  })
})

describe('weak points', () => {
  it('are new where one was not there at the last check, or costs more now', () => {
    const one = world({ identities: [identity('ann', [device('a')])] })
    const two = world({ identities: [identity('ann', [device('a'), device('b', 'hardware-totp')])] })
    expect(weakPoints(two)).toEqual([])
    const points = weakPoints(one)
    expect(points.map(({ what }) => what)).toEqual([{ is: 'device', ...deviceOf('ann', 'a') }])
    expect(newSince(weakPoints(two).map(markOf), points)).toEqual(points)
    expect(newSince(points.map(markOf), points)).toEqual([])
  })
})
