import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Request, Response } from '../../shared/contract/index.ts'
import { toBase64url, utf8 } from '../../shared/kit/index.ts'
import { PASSPHRASE, TestApp } from '../../test/support/app.ts'
import { PREVIEW_KEPT_MS } from './transfer.ts'

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const OTHER_SEED = 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK'
const link = (issuer: string, account: string, seed = SEED, more = '') =>
  `otpauth://totp/${issuer}:${account}?secret=${seed}&issuer=${issuer}${more}`
const fixture = async (name: string) =>
  toBase64url(new Uint8Array(await readFile(new URL(`../../test/fixtures/import/${name}`, import.meta.url))))

let app: TestApp
beforeEach(async () => {
  app = await TestApp.start()
  await app.call('vault.create', { passphrase: PASSPHRASE })
})
afterEach(() => app.dispose())

const readText = (...lines: string[]) => app.call('import.read', { source: { text: lines.join('\n') } })
const readFixture = async (name: string, more: Partial<Request<'import.read'>> = {}) =>
  app.call('import.read', { source: { file: await fixture(name), name }, ...more })
const apply = ({ preview }: { preview: string }, choices: Request<'import.apply'>['choices'] = []) =>
  app.call('import.apply', { preview, choices })
const names = async () =>
  Object.values(await app.state('entries', {}))
    .map(({ issuer, account }) => `${issuer}:${account}`)
    .toSorted()
const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: { error?: unknown }) => error.error ?? error,
  )

describe('a preview', () => {
  test('has a verdict for each entry, the place of a wrong letter, and no seed', async () => {
    await app.call('codes.add', { source: { uri: link('GitHub', 'alice') } })
    await app.call('codes.add', { source: { uri: link('Bank', 'alice', OTHER_SEED) } })
    const read = await readText(
      link('GitHub', 'alice'),
      link('Bank', 'alice', SEED.replace('JBSW', 'ABCD')),
      link('New', 'bob', SEED.replace('JBSW', 'EFGH')),
      link('New', 'bob', SEED.replace('JBSW', 'EFGH')),
      link('Bad', 'carol', 'ABC1'),
    )
    expect(read).toMatchObject({ format: 'otpauth-list', withoutCode: 0 })
    expect(read.rows.map(({ verdict, proposed, line }) => ({ ...verdict, proposed, line }))).toMatchObject([
      { is: 'duplicate', of: { issuer: 'GitHub', account: 'alice' }, proposed: 'skip', line: 1 },
      { is: 'changed', of: { issuer: 'Bank' }, fields: ['secret'], proposed: 'add', line: 2 },
      { is: 'new', proposed: 'add' },
      { is: 'repeated', row: 2, proposed: 'skip' },
      { is: 'refused', reason: 'secret-letter', field: 'secret', position: 4, letter: '1', proposed: 'skip', line: 5 },
    ])
    const sent = JSON.stringify(read)
    for (const seed of [SEED, OTHER_SEED, SEED.replace('JBSW', 'ABCD')]) expect(sent).not.toContain(seed)
    expect(await names(), 'nothing is kept yet').toEqual(['Bank:alice', 'GitHub:alice'])
  })

  test.each<[string, string, Partial<Request<'import.read'>>, object]>([
    [
      'asks for the password',
      'aegis-encrypted.json',
      {},
      { code: 'import-password-needed', detail: { format: 'aegis' } },
    ],
    [
      'says a wrong password',
      'aegis-encrypted.json',
      { password: 'not it' },
      { code: 'import-wrong-password', detail: { format: 'aegis', isSure: false } },
    ],
    ['says an unsupported kind', 'bitwarden-account-key.json', {}, { code: 'import-unsupported' }],
    [
      'says a file that is not of the format it was called',
      'aegis-plain.json',
      { format: 'kdbx' },
      { code: 'import-not-recognised' },
    ],
  ])('%s', async (_, name, more, error) => {
    expect(await errorOf(readFixture(name, more))).toMatchObject(error)
  })

  test('says what is damaged, and what is nothing known', async () => {
    const whole = await readFile(new URL('../../test/fixtures/import/keepassxc-4.kdbx', import.meta.url))
    const file = toBase64url(new Uint8Array(whole.subarray(0, 60)))
    const read = app.call('import.read', { source: { file }, password: 'any' })
    expect(await errorOf(read)).toMatchObject({ code: 'import-damaged', detail: { format: 'kdbx' } })
    expect(await errorOf(readText('a shopping list'))).toMatchObject({ code: 'import-not-recognised' })
    expect(await errorOf(app.call('import.read', { source: { file: '*' } }))).toMatchObject({ code: 'bad-request' })
  })

  test('of one QR code of two says which is missing', async () => {
    expect(await readFixture('google-1-of-2.txt')).toMatchObject({
      format: 'google-migration',
      batches: { of: 2, missing: [2] },
    })
  })

  test('is forgotten with the next one, with locking, when it is dropped, and after a while', async () => {
    const first = await readText(link('A', 'a'))
    const second = await readText(link('B', 'b'))
    expect(await errorOf(apply(first))).toMatchObject({ code: 'confirmation-stale' })
    await app.call('vault.lock', {})
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await errorOf(apply(second))).toMatchObject({ code: 'confirmation-stale' })
    const third = await readText(link('C', 'c'))
    await app.call('import.drop', { preview: third.preview })
    expect(await errorOf(apply(third))).toMatchObject({ code: 'confirmation-stale' })
    await app.call('settings.set', { lockAfterMinutes: 0 })
    const fourth = await readText(link('D', 'd'))
    await app.clock.advance(PREVIEW_KEPT_MS)
    expect(await errorOf(apply(fourth))).toMatchObject({ code: 'confirmation-stale' })
  })
})

describe('importing', () => {
  test('adds what is new as proposed, counts for the backup, and is taken back in one step', async () => {
    await app.call('codes.add', { source: { uri: link('GitHub', 'alice') } })
    const read = await readText(link('GitHub', 'alice'), link('New', 'bob', OTHER_SEED))
    const done = await apply(read)
    expect(done).toMatchObject({ added: 1, changed: 0 })
    expect(await names()).toEqual(['GitHub:alice', 'New:bob'])
    expect(await app.state('vault', {})).toMatchObject({ unsavedToBackup: 2 })
    await app.call('import.undo', { undo: done.undo })
    expect(await names()).toEqual(['GitHub:alice'])
    expect(await errorOf(app.call('import.undo', { undo: done.undo }))).toMatchObject({ code: 'confirmation-stale' })
  })

  test('does what was chosen instead, by row', async () => {
    await app.call('codes.add', { source: { uri: link('Bank', 'alice', OTHER_SEED) } })
    const read = await readText(link('Bank', 'alice'), link('New', 'bob', SEED.replace('JBSW', 'EFGH')))
    const done = await apply(read, [
      { row: 0, choice: 'change' },
      { row: 1, choice: 'skip' },
    ])
    expect(done).toMatchObject({ added: 0, changed: 1 })
    const [id] = Object.keys(await app.state('entries', {}))
    expect((await app.call('entries.reveal', { id: id!, passphrase: PASSPHRASE })).secret).toBe(SEED)
    await app.call('import.undo', { undo: done.undo })
    expect((await app.call('entries.reveal', { id: id!, passphrase: PASSPHRASE })).secret).toBe(OTHER_SEED)
  })

  test('does nothing at all where one choice can’t be done', async () => {
    const read = await readText(link('A', 'a'), link('Bad', 'b', 'ABC1'))
    const asked = [{ row: 1, choice: 'add' as const }]
    expect(await errorOf(apply(read, asked))).toMatchObject({ code: 'choice-impossible', detail: { row: 1 } })
    expect(await errorOf(apply(read, [{ row: 9, choice: 'add' }]))).toMatchObject({ code: 'choice-impossible' })
    expect(await names()).toEqual([])
    expect(await apply(read), 'and the preview is still good').toMatchObject({ added: 1 })
  })

  test('asks to look again where the vault has moved on since', async () => {
    const read = await readText(link('GitHub', 'alice'))
    await app.call('codes.add', { source: { uri: link('GitHub', 'alice') } })
    expect(await errorOf(apply(read))).toMatchObject({ code: 'confirmation-stale' })
    expect(await names()).toEqual(['GitHub:alice'])
  })

  test('brings in another program’s encrypted file, and is durable', async () => {
    const read = await readFixture('aegis-encrypted.json', { password: 'hunter2 ü' })
    const { added } = await apply(read)
    expect(added).toBe(read.rows.filter(({ proposed }) => proposed === 'add').length)
    expect(added).toBeGreaterThan(0)
    const before = await names()
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await names()).toEqual(before)
  })
})

describe('exporting', () => {
  const add = async (...links: string[]) => {
    const ids: string[] = []
    for (const uri of links) ids.push((await app.call('codes.add', { source: { uri } })).id)
    return ids
  }
  const make = (format: Request<'export.make'>['format'], ids?: string[]) =>
    app.call('export.make', { passphrase: PASSPHRASE, format, ...(ids ? { ids } : {}) })
  const textOf = ({ exported }: Response<'export.make'>) => (exported.is === 'file' ? exported.text : '')

  test('takes the passphrase first', async () => {
    await add(link('GitHub', 'alice'))
    const asked = app.call('export.make', { passphrase: 'not it at all', format: 'aegis' })
    expect(await errorOf(asked)).toMatchObject({ code: 'wrong-passphrase' })
  })

  test.each(['otpauth-list', 'aegis'] as const)('as %s is read back as the same entries', async (format) => {
    await add(link('GitHub', 'alice'), link('Bank', 'bob', OTHER_SEED, '&digits=8&algorithm=SHA256'))
    const made = await make(format)
    expect(made).toMatchObject({ entries: 2, refused: [] })
    const read = await app.call('import.read', { source: { text: textOf(made) } })
    expect(read.format).toBe(format)
    expect(read.rows.map(({ verdict }) => verdict.is)).toEqual(['duplicate', 'duplicate'])
  })

  test('as Google’s codes is read back, and names what it can’t hold', async () => {
    const [, odd] = await add(link('GitHub', 'alice'), link('Bank', 'bob', OTHER_SEED, '&period=60'))
    const made = await make('google')
    expect(made.refused).toMatchObject([{ id: odd, issuer: 'Bank', reason: 'period-unsupported' }])
    const { exported } = made
    const read = await readText(...(exported.is === 'codes' ? exported.codes : []))
    expect(read).toMatchObject({ format: 'google-migration', rows: [{ verdict: { is: 'duplicate' } }] })
  })

  test('as a sheet has what was chosen, and never what is in the bin', async () => {
    const [first, second] = await add(link('GitHub', 'alice'), link('Bank', 'bob', OTHER_SEED))
    const { exported } = await make('sheet', [second!])
    expect(exported).toMatchObject({ is: 'sheet', entries: [{ id: second, issuer: 'Bank' }] })
    await app.call('codes.remove', { id: first! })
    expect((await make('sheet')).entries).toBe(1)
    expect(await errorOf(make('sheet', [first!]))).toMatchObject({ code: 'not-found' })
  })
})

test('no seed of a file is logged, read or refused', async () => {
  await readText(link('GitHub', 'alice'), link('Bad', 'b', `${SEED}1`))
  await errorOf(readText(`{"${SEED}": `))
  expect(app.logged).not.toContain(SEED)
  expect(utf8(app.logged).length).toBeGreaterThan(0)
})
