import { afterEach, describe, expect, test } from 'vitest'
import type { LossRow, Report, Request, State } from '../../../shared/contract/index.ts'
import type { LossItem } from '../../../shared/domain/loss/index.ts'
import { PEOPLE, type PersonName } from '../../../test/support/demo-world.ts'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'

const BACKEND = 'demo'
const WEEK_MS = 7 * 86_400_000

let app: TestApp
afterEach(() => app.dispose())

const isRead = ({ backends }: Pick<State<'whatif'>, 'backends'>) => backends.every(({ state }) => state === 'ready')
async function open() {
  app = await TestApp.start({ demo: true })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  return state()
}
async function state(accepts: (state: State<'whatif'>) => boolean = () => true) {
  const watched = app.watch('whatif', {})
  const found = await watched.until((state) => isRead(state) && accepts(state))
  watched.stop()
  return found
}
const say = (saying: Request<'whatif.say'>['say']) => app.call('whatif.say', { say: saying })
const lost = (...what: LossItem['what'][]): LossItem[] => what.map((one) => ({ what: one, how: 'lost' }))
const ask = (losses: LossItem[]) => app.call('whatif.ask', { losses })
const identity = (who: PersonName) => ({ backendId: BACKEND, identityId: PEOPLE[who] })
const rowOf = ({ rows }: Report, who: PersonName): LossRow =>
  rows.find(({ account: { ref } }) => ref.is === 'identity' && ref.identityId === PEOPLE[who])!
const steps = ({ ways }: LossRow) => ways[0]?.steps.map(({ step }) => step)

/** Says that every device of the demo's phone is on it. */
async function withPhone() {
  const { losables } = await open()
  const { id } = await say({ list: 'things', item: { kind: 'phone', name: 'Pixel 8' } })
  for (const { what, name } of losables) {
    if (what.is === 'device' && name.startsWith('Pixel 8')) await say({ list: 'copies', item: { of: what, on: id! } })
  }
  return { is: 'thing', thing: id! } as const
}
const THIS_COMPUTER = { is: 'thing', thing: 'this-computer' } as const
const addEntry = (name: string) =>
  app.call('codes.add', {
    source: { fields: { kind: 'totp', issuer: name, account: 'me', secret: 'KVKEYQLOMV3GK4THN5XG4YLHNF3GK6LP' } },
  })

describe('What can be lost', () => {
  test('is listed in groups, with names, from the moment backends were read', async () => {
    const { losables, said, backends } = await open()
    expect(losables[0]).toEqual({ what: THIS_COMPUTER, kind: 'computer', name: '', group: 'computer' })
    expect(new Set(losables.map(({ group }) => group))).toEqual(new Set(['computer', 'vault', 'devices', 'contacts']))
    expect(losables).toContainEqual(
      expect.objectContaining({
        group: 'devices',
        kind: 'fido',
        name: 'Spare key',
        of: expect.objectContaining({ who: 'carol.vasquez-ono' }),
      }),
    )
    expect(said).toMatchObject({ things: [], othersIdentities: [] })
    expect(backends).toMatchObject([{ id: BACKEND, asOf: app.clock.now() }])
  })

  test('is no longer told once the vault is locked', async () => {
    await open()
    const watched = app.watch('whatif', {})
    await watched.until(isRead)
    await app.call('vault.lock', {})
    expect(await watched.untilEnd()).toBe('locked')
    await expect(ask([])).rejects.toMatchObject({ error: { code: 'locked' } })
  })
})

describe('What the person adds', () => {
  test('is durable, and said again replaces what was said of the same', async () => {
    await open()
    const { id } = await say({ list: 'things', item: { kind: 'phone', name: ' Pixel  8 ' } })
    await say({ list: 'things', item: { id: id!, kind: 'phone', name: 'Pixel 9' } })
    await say({ list: 'numbers', item: { number: '+31 20 555 0148', on: id! } })
    await say({ list: 'othersIdentities', item: identity('eunJi') })
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    const { said, losables } = await state()
    expect(said.things).toEqual([{ id, kind: 'phone', name: 'Pixel 9' }])
    expect(said.numbers).toHaveLength(1)
    expect(said.othersIdentities).toEqual([identity('eunJi')])
    expect(losables).toContainEqual({
      what: { is: 'thing', thing: id },
      kind: 'phone',
      name: 'Pixel 9',
      group: 'places',
    })
  })

  test('a thing that is taken back goes with everything that was on it', async () => {
    const phone = await withPhone()
    await say({ list: 'numbers', item: { number: '+31', on: phone.thing } })
    expect((await state()).said.copies.length).toBeGreaterThan(2)
    await app.call('whatif.unsay', { unsay: { list: 'things', item: { id: phone.thing } } })
    expect((await state()).said).toMatchObject({ things: [], copies: [], numbers: [] })
  })

  test('a thing without a name, or this computer, is refused', async () => {
    await open()
    const refused = { error: { code: 'bad-request' } }
    await expect(say({ list: 'things', item: { kind: 'phone', name: ' \u200b' } })).rejects.toMatchObject(refused)
    await expect(
      say({ list: 'things', item: { id: 'this-computer', kind: 'computer', name: 'Mine' } }),
    ).rejects.toMatchObject(refused)
  })

  test('"every way is known" and "there is another way" are never both said', async () => {
    await open()
    const { id } = await addEntry('GitHub')
    const item = { is: 'entry', entryId: id } as const
    await say({ list: 'otherWay', item })
    await say({ list: 'everyWayKnown', item })
    expect((await state()).said).toMatchObject({ otherWay: [], everyWayKnown: [item] })
  })
})

describe('Losing the phone', () => {
  test('names who opens with what, who needs whom, worst first, and says why', async () => {
    const phone = await withPhone()
    const report = await ask(lost(phone))
    expect(report.losses).toEqual([{ what: { what: phone, kind: 'phone', name: 'Pixel 8' }, how: 'lost' }])
    const carol = rowOf(report, 'carol')
    expect(carol).toMatchObject({ outcome: 'opens', before: 'opens', exposed: 'factor' })
    expect(carol.ways[0]).toMatchObject({ steps: [{ step: 'use-device', uses: { kind: 'fido', name: 'Spare key' } }] })
    const alice = rowOf(report, 'alice')
    expect(alice).toMatchObject({ outcome: 'administrator', before: 'opens' })
    expect(alice.helpers).toContain('carol.vasquez-ono')
    expect(alice.closed[0]).toMatchObject({
      step: { step: 'code-from-thing', deviceName: 'Pixel 8, alice', uses: { name: 'Pixel 8' } },
      because: [{ cause: 'lost', what: { kind: 'phone' }, how: 'lost' }],
    })
    const root = rowOf(report, 'root')
    expect(root.outcome).toBe('alternative-factors')
    expect(steps(root)).toEqual(['read-mail', 'answer-phone', 'alternative-factors'])
    expect(root.contacts).toMatchObject([{ contact: 'email' }, { contact: 'phone', state: 'old' }])
    expect(root.questions.map(({ ask }) => ask)).toEqual(['how-mailbox-opens', 'where-number-rings'])
    const order = ['locked', 'support', 'administrator', 'alternative-factors', 'opens']
    const ranks = report.rows.map(({ atWorst }) => order.indexOf(atWorst))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(Object.values(report.tally).reduce((sum, one) => sum + one, 0)).toBe(report.total)
  })

  test('whose number rings on it as well leaves the root user to an administrator, who sets another', async () => {
    const phone = await withPhone()
    const { losables } = await state()
    const number = losables.find(({ of, kind }) => of === undefined && kind === 'phone-number')!.name
    await say({ list: 'numbers', item: { number, on: phone.thing } })
    const report = await ask(lost(phone))
    expect(rowOf(report, 'root').outcome).toBe('administrator')
    expect(report.follows).toContainEqual(
      expect.objectContaining({ what: { is: 'number', what: expect.objectContaining({ name: number }) } }),
    )
  })

  test('is mended most by one step, after which things stand better', async () => {
    const phone = await withPhone()
    const told: unknown[] = []
    const { steps } = await app.page.client.call(
      'whatif.bestSteps',
      { losses: lost(phone), most: 2 },
      { onProgress: (progress) => told.push(progress) },
    )
    expect(steps.length).toBe(2)
    expect(told).toEqual(steps.map((step) => ({ step })))
    const [first, second] = steps
    expect(first?.job.job).toBe('register')
    const need = ({ atWorst }: NonNullable<typeof first>['before']) =>
      Object.values(atWorst).reduce((sum, one) => sum + one, 0)
    expect(need(first!.after)).toBeLessThan(need(first!.before))
    expect(second!.before).toEqual(first!.after)
  })
})

describe('Losing this computer', () => {
  test('takes the vault and its codes with it, and a backup is the step that helps most', async () => {
    await open()
    const { id } = await addEntry('GitHub')
    await say({ list: 'everyWayKnown', item: { is: 'entry', entryId: id } })
    const report = await ask(lost(THIS_COMPUTER))
    expect(report.rows[0]).toMatchObject({
      account: { name: { kind: 'entry', at: 'GitHub', who: 'me' } },
      outcome: 'locked',
      before: 'opens',
      closed: [
        {
          step: { step: 'code-from-vault', uses: { kind: 'entry', name: 'GitHub me' } },
          because: [
            { cause: 'follows', what: { is: 'vault' } },
            { cause: 'lost', what: { kind: 'computer' } },
          ],
        },
      ],
    })
    expect(report.follows).toMatchObject([{ what: { is: 'vault' } }])
    const { steps } = await app.call('whatif.bestSteps', { losses: lost(THIS_COMPUTER) })
    expect(steps).toMatchObject([{ mend: 'back-up', job: { job: 'back-up' } }])

    const made = await app.call('backup.make', { passphrase: PASSPHRASE })
    await app.call('backup.kept', { at: made.at })
    const after = await ask(lost(THIS_COMPUTER))
    expect(after.rows.find(({ account }) => account.name.at === 'GitHub')).toMatchObject({
      outcome: 'unknown',
      atBest: 'opens',
      questions: [{ ask: 'where-is-backup' }],
    })
  })

  test('answers with the rows that were asked for, and of all of them how they stand', async () => {
    await open()
    const all = await ask(lost(THIS_COMPUTER))
    const part = await app.call('whatif.ask', { losses: lost(THIS_COMPUTER), from: 1, most: 2 })
    expect(part.rows).toEqual(all.rows.slice(1, 3))
    expect(part).toMatchObject({ total: all.total, tally: all.tally, digest: all.digest })
  })

  test('what is not there any more is passed over', async () => {
    await open()
    const report = await ask(lost({ is: 'key', key: 'gone' }))
    expect(report).toMatchObject({ losses: [], digest: (await ask([])).digest })
  })
})

describe('The weekly check', () => {
  test('runs by itself once a week and tells what is new since then, until it was shown', async () => {
    await open()
    await app.call('bench.moveClock', { ms: 20_000 })
    const first = await state(({ weakPoints }) => weakPoints.checkedAt !== undefined && !weakPoints.isChecking)
    expect(first.weakPoints.count).toBeGreaterThan(0)
    expect(first.weakPoints).toMatchObject({ newSince: 0 })

    const { id } = await addEntry('GitHub')
    await say({ list: 'everyWayKnown', item: { is: 'entry', entryId: id } })
    await app.call('bench.moveClock', { ms: WEEK_MS + 3_600_000 })
    const later = await state(({ weakPoints }) => weakPoints.newSince > 0)
    const fresh = later.weakPoints.points!.filter(({ isNew }) => isNew)
    expect(fresh.map(({ what }) => what.kind)).toContain('computer')
    expect(fresh[0]).toMatchObject({ outcome: 'locked', worst: { name: { at: 'GitHub' } } })

    await app.call('whatif.seen', {})
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect((await state()).weakPoints).toMatchObject({ newSince: 0, count: later.weakPoints.count })
  })

  test('when it is asked for answers what it found, worst first', async () => {
    await withPhone()
    const { points, newSince } = await app.call('whatif.check', {})
    expect(newSince).toBe(0)
    expect(points[0]).toMatchObject({ isNew: false })
    expect(points.map(({ what }) => what.name)).toContain('Pixel 8')
    expect((await state()).weakPoints).toMatchObject({ count: points.length, points })
  })
})
