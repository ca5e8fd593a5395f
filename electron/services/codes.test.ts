import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { PASSPHRASE, TestApp, type AppOptions } from '../../test/support/app.ts'
import { codeOfStep } from '../../test/support/rfc6238.ts'
import { fromBase32 } from '../../shared/kit/index.ts'
import type { EntrySource } from './entry-input.ts'

const SEED = 'JBSWY3DPEHPK3PXP'
const TOTP: EntrySource = { uri: `otpauth://totp/Example:alice?secret=${SEED}&issuer=Example` }
const HOTP: EntrySource = { uri: `otpauth://hotp/Bank:me?secret=${SEED}&counter=7&issuer=Bank` }
const PERIOD_MS = 30_000

let app: TestApp
async function open(options: AppOptions = {}) {
  app = await TestApp.start(options)
  await app.call('vault.create', { passphrase: PASSPHRASE })
}
afterEach(() => app.dispose())

const add = async (source: EntrySource) => (await app.call('codes.add', { source })).id
const row = async (id: string) => (await app.state('entries', {}))[id]
/** The code of a step by another implementation. */
const expected = (step: number) => codeOfStep(fromBase32(SEED) as Uint8Array, { algorithm: 'SHA1', digits: 6 }, step)
const stepNow = () => Math.floor(app.clock.now() / PERIOD_MS)
const error = (code: string) => ({ error: { code } })

describe('adding', () => {
  test('a link, typed fields and a Steam seed', async () => {
    await open()
    const totp = await add(TOTP)
    const typed = await add({
      fields: {
        kind: 'totp',
        issuer: 'GitHub',
        account: 'alice',
        secret: 'gezd gnbv',
        algorithm: 'SHA512',
        digits: 8,
        periodSeconds: 60,
      },
    })
    const steam = await add({ uri: 'steam://JBSWY3DP' })
    expect(await app.state('entries', {})).toMatchObject({
      [totp]: { kind: 'totp', issuer: 'Example', account: 'alice', digits: 6, periodSeconds: 30, useCount: 0 },
      [typed]: { issuer: 'GitHub', algorithm: 'SHA512', digits: 8, periodSeconds: 60 },
      [steam]: { kind: 'steam', issuer: 'Steam', digits: 5 },
    })
  })

  test('is shown first, and nothing is kept by looking', async () => {
    await open()
    const { entry, duplicate } = await app.call('codes.preview', { source: TOTP })
    expect(entry).toEqual({
      kind: 'totp',
      issuer: 'Example',
      account: 'alice',
      algorithm: 'SHA1',
      digits: 6,
      periodSeconds: 30,
    })
    expect(duplicate).toBeUndefined()
    expect(await app.state('entries', {})).toEqual({})
  })

  test('a wrong letter is named by its place', async () => {
    await open()
    const fields = { kind: 'totp', issuer: 'A', account: 'b', secret: 'JBSW1' } as const
    await expect(add({ fields })).rejects.toMatchObject({
      error: {
        code: 'entry-refused',
        detail: { fields: [{ field: 'secret', reason: 'secret-letter', letter: '1', position: 5 }] },
      },
    })
  })

  test('the same account again is told, never overwritten, and kept beside it only when asked', async () => {
    await open()
    const id = await add(TOTP)
    const same = { id, issuer: 'Example', account: 'alice' }
    await expect(add(TOTP)).rejects.toMatchObject({
      error: { code: 'entry-duplicate', detail: { ...same, sameSecret: true } },
    })
    const otherSecret = { uri: 'otpauth://totp/EXAMPLE:Alice?secret=GEZDGNBV&issuer=EXAMPLE' }
    await expect(add(otherSecret)).rejects.toMatchObject({ error: { detail: { ...same, sameSecret: false } } })
    const { duplicate } = await app.call('codes.preview', { source: TOTP })
    expect(duplicate).toEqual({ ...same, sameSecret: true })
    await app.call('codes.add', { source: TOTP, keepBoth: true })
    expect(Object.keys(await app.state('entries', {}))).toHaveLength(2)
  })

  test('what lies in the bin is no duplicate', async () => {
    await open()
    const id = await add(TOTP)
    await app.call('codes.remove', { id })
    expect(await add(TOTP)).not.toBe(id)
  })

  test('two windows adding the same account at once: one of them is told', async () => {
    await open()
    const results = await Promise.allSettled([add(TOTP), add(TOTP)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('a Google export is recognised and said to come later', async () => {
    await open()
    // Made with Google's own field numbers: one entry, batch 1 of 2.
    const uri = 'otpauth-migration://offline?data=CgkKB0hlbGxvISESABABGAIgAA%3D%3D'
    await expect(add({ uri })).rejects.toMatchObject(error('migration-later'))
  })
})

describe('codes', () => {
  test('agree with another implementation, now and next', async () => {
    await open()
    const id = await add(TOTP)
    const step = stepNow()
    expect(await app.state('codes', { ids: [id] })).toEqual({
      [id]: {
        is: 'code',
        code: expected(step),
        next: expected(step + 1),
        validFrom: step * PERIOD_MS,
        validUntil: (step + 1) * PERIOD_MS,
      },
    })
  })

  test('come once a period, at its very beginning', async () => {
    await open()
    const id = await add(TOTP)
    const codes = app.watch('codes', { ids: [id] })
    await codes.until()
    for (let period = 1; period <= 4; period++) {
      await app.clock.advance(PERIOD_MS - (app.clock.now() % PERIOD_MS) - 1)
      expect(codes.states).toHaveLength(period)
      await app.clock.advance(1)
      await codes.until((state) => state[id]?.is === 'code' && state[id].code === expected(stepNow()))
    }
    expect(codes.states).toHaveLength(5)
  })

  test('of entries that are not asked for are not sent', async () => {
    await open()
    const [one] = [await add(TOTP), await add({ uri: 'steam://JBSWY3DP' })]
    expect(Object.keys(await app.state('codes', { ids: [one!] }))).toEqual([one])
  })

  test('an HOTP entry shows its counter, and watching never moves it', async () => {
    await open()
    const id = await add(HOTP)
    const codes = app.watch('codes', { ids: [id] })
    await app.clock.advance(8 * PERIOD_MS)
    expect(await codes.until()).toEqual({ [id]: { is: 'counter', counter: 7 } })
    expect(await row(id)).toMatchObject({ counter: 7 })
  })
})

describe('the next code of an HOTP entry', () => {
  test('is that of its counter, which has moved on for good before it is answered', async () => {
    await open()
    const id = await add(HOTP)
    expect(await app.call('codes.next', { id })).toEqual({ code: expected(7), counter: 7 })
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await row(id)).toMatchObject({ counter: 8, useCount: 1 })
  })

  test('is never made twice, although the program is killed right after it was answered', async () => {
    await open()
    const id = await add(HOTP)
    for (const counter of [7, 8, 9]) {
      expect(await app.call('codes.next', { id })).toMatchObject({ counter })
      // What a process leaves behind that is killed now: its files as they are.
      const folder = await mkdtemp(join(tmpdir(), 'latchkey-killed-'))
      const isFile = (path: string) => !path.includes('writer.')
      await cp(app.dataDir, folder, { recursive: true, filter: isFile })
      const killed = await TestApp.start({ dataDir: folder })
      await killed.call('vault.unlock', { passphrase: PASSPHRASE })
      expect(await killed.state('entries', {})).toMatchObject({ [id]: { counter: counter + 1 } })
      await killed.dispose()
      await rm(folder, { recursive: true })
    }
  })

  test('asked for ten times at once never comes twice', async () => {
    await open()
    const id = await add(HOTP)
    const made = await Promise.all(Array.from({ length: 10 }, () => app.call('codes.next', { id })))
    expect(made.map(({ counter }) => counter).toSorted((a, b) => a - b)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    expect(new Set(made.map(({ code }) => code)).size).toBe(10)
  })

  test('is not made of a TOTP entry', async () => {
    await open()
    await expect(app.call('codes.next', { id: await add(TOTP) })).rejects.toMatchObject(error('not-found'))
  })
})

describe('copying', () => {
  test('puts the code on the clipboard and takes it away in time, if it is still there', async () => {
    await open()
    const id = await add(TOTP)
    expect(await app.call('codes.copy', { id, which: 'current' })).toEqual({ where: 'host', clearsAfterSeconds: 20 })
    expect(app.shell.clipboardText).toBe(expected(stepNow()))
    await app.clock.advance(20_000)
    expect(app.shell.clipboardText).toBe('')

    await app.call('codes.copy', { id, which: 'next' })
    expect(app.shell.clipboardText).toBe(expected(stepNow() + 1))
    app.shell.clipboardText = 'something of the person'
    await app.clock.advance(20_000)
    expect(app.shell.clipboardText).toBe('something of the person')
  })

  test('hands the code to a page where the shell has no clipboard', async () => {
    await open({ clipboard: 'page' })
    const id = await add(TOTP)
    expect(await app.call('codes.copy', { id, which: 'current' })).toEqual({ where: 'page', code: expected(stepNow()) })
  })

  test('an HOTP code can be copied after it was made, and no other text in its place', async () => {
    await open()
    const id = await add(HOTP)
    const { code } = await app.call('codes.next', { id })
    await app.call('codes.copy', { id, which: 'current', code })
    expect(app.shell.clipboardText).toBe(code)
    await expect(app.call('codes.copy', { id, which: 'current', code: '123456' })).rejects.toMatchObject(
      error('bad-request'),
    )
    await expect(app.call('codes.copy', { id, which: 'current' })).rejects.toMatchObject(error('bad-request'))
    expect(await row(id)).toMatchObject({ counter: 8 })
  })

  test('is counted at once and saved later, not with each copy', async () => {
    await open()
    const id = await add(TOTP)
    const generation = async () => {
      const state = await app.state('vault', {})
      return state.state === 'unlocked' ? state.generation : 0
    }
    const before = await generation()
    for (let i = 0; i < 3; i++) await app.call('codes.copy', { id, which: 'current' })
    expect(await row(id)).toMatchObject({ useCount: 3, lastUsedAt: app.clock.now() })
    expect(await generation()).toBe(before)
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await row(id)).toMatchObject({ useCount: 3 })
  })
})

describe('changing', () => {
  test('names, tags, note and marks are cleaned and kept', async () => {
    await open()
    const id = await add(TOTP)
    await app.call('codes.update', {
      id,
      issuer: ' New\u202Ename ',
      tags: ['work', ' work ', '', 'on call'],
      note: 'line\r\ntwo',
      favourite: true,
      hidden: true,
    })
    expect(await row(id)).toMatchObject({
      issuer: 'Newname',
      account: 'alice',
      tags: ['work', 'on call'],
      note: 'line\ntwo',
      favourite: true,
      hidden: true,
    })
  })

  test('an entry keeps a name', async () => {
    await open()
    const id = await add(TOTP)
    await expect(app.call('codes.update', { id, issuer: ' ', account: '' })).rejects.toMatchObject({
      error: { code: 'entry-refused', detail: { fields: [{ field: 'account', reason: 'name-missing' }] } },
    })
    expect(await row(id)).toMatchObject({ issuer: 'Example' })
  })
})

describe('the bin', () => {
  test('takes an entry and gives it back', async () => {
    await open()
    const id = await add(TOTP)
    await app.call('codes.remove', { id })
    expect(await row(id)).toMatchObject({ deletedAt: app.clock.now() })
    await expect(app.call('codes.copy', { id, which: 'current' })).rejects.toMatchObject(error('not-found'))
    await app.call('codes.putBack', { id })
    expect(await row(id)).not.toHaveProperty('deletedAt')
  })

  test('is emptied only of what is in it, and only when confirmed', async () => {
    await open()
    const id = await add(TOTP)
    const empty = () => app.call('codes.deleteForGood', { ids: [id] })
    await expect(empty()).rejects.toMatchObject(error('not-found'))
    await app.call('codes.remove', { id })
    app.person.declines()
    await expect(empty()).rejects.toMatchObject(error('not-confirmed'))
    app.person.confirms()
    await empty()
    expect(app.person.asked.at(-1)).toMatchObject({
      ask: {
        operation: 'codes.deleteForGood',
        object: 'Example alice',
        effects: [{ effect: 'entry-deleted' }, { effect: 'would-need', facts: { who: 'alice', outcome: 'unknown' } }],
      },
    })
    expect(await app.state('entries', {})).toEqual({})
  })
})

describe('revealing', () => {
  test('takes the passphrase again', async () => {
    await open()
    const id = await add(TOTP)
    await expect(app.call('entries.reveal', { id, passphrase: 'not the passphrase' })).rejects.toMatchObject(
      error('wrong-passphrase'),
    )
    expect(await app.call('entries.reveal', { id, passphrase: PASSPHRASE })).toEqual({
      secret: SEED,
      uri: `otpauth://totp/Example:alice?secret=${SEED}&issuer=Example&algorithm=SHA1&digits=6&period=30`,
    })
  })
})

describe('a clock that is off', () => {
  test('is found from the code a phone shows, codes are right in spite of it, and it is known at the next start', async () => {
    await open()
    const id = await add(TOTP)
    // The phone is 90 seconds ahead of this computer: three steps.
    const onThePhone = expected(stepNow() + 3)
    const { offsetMs, uncertaintyMs } = await app.call('clock.compareWithCode', { id, code: onThePhone })
    expect(Math.abs(offsetMs + 90_000)).toBeLessThanOrEqual(uncertaintyMs)
    expect(await app.state('codes', { ids: [id] })).toMatchObject({ [id]: { code: onThePhone } })
    const clock = await app.state('clock', {})
    expect(clock).toMatchObject({ sources: [{ from: { kind: 'phone-code' } }], correctionMs: -offsetMs })
    expect(clock.at).toBe(app.clock.now() - offsetMs)

    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await app.state('codes', { ids: [id] })).toMatchObject({ [id]: { code: onThePhone } })
    await app.call('clock.forget', {})
    expect(await app.state('codes', { ids: [id] })).toMatchObject({ [id]: { code: expected(stepNow()) } })
  })

  test('a code that fits no moment is told', async () => {
    await open()
    const id = await add(TOTP)
    const wrong = expected(stepNow() + 5000)
    await expect(app.call('clock.compareWithCode', { id, code: wrong })).rejects.toMatchObject(error('no-code-match'))
    await expect(app.call('clock.compareWithCode', { id, code: '12345' })).rejects.toMatchObject({
      error: { code: 'code-malformed', detail: { digits: 6 } },
    })
  })
})
