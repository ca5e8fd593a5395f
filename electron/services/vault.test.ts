import { rename, rm, truncate, writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { PASSPHRASE, TestApp, type AppOptions } from '../../test/support/app.ts'

const MINUTE = 60_000
const LINK = 'otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example'

const apps: TestApp[] = []
async function start(options: AppOptions = {}) {
  const app = await TestApp.start(options)
  apps.push(app)
  return app
}
async function withVault(options: AppOptions = {}) {
  const app = await start(options)
  await app.call('vault.create', { passphrase: PASSPHRASE })
  return app
}
afterEach(async () => {
  for (const app of apps.splice(0).toReversed()) await app.dispose()
})

const code = (error: string) => ({ error: { code: error } })

describe('a new vault', () => {
  test('is absent, then made, and open', async () => {
    const app = await start()
    expect(await app.state('vault', {})).toEqual({ state: 'absent' })
    await app.call('vault.create', { passphrase: PASSPHRASE })
    expect(await app.state('vault', {})).toMatchObject({
      state: 'unlocked',
      slots: [{ kind: 'passphrase' }],
      generation: 1,
      unsavedToBackup: 0,
    })
  })

  test('is not made with a passphrase of less than eight letters, counted as people see them', async () => {
    const app = await start()
    await expect(app.call('vault.create', { passphrase: '1234567' })).rejects.toMatchObject({
      error: { code: 'weak-passphrase', detail: { minimumLength: 8 } },
    })
    // Seven letters, each a base letter and a mark.
    await expect(app.call('vault.create', { passphrase: 'e\u0301'.repeat(7) })).rejects.toMatchObject(
      code('weak-passphrase'),
    )
    expect(await app.state('vault', {})).toEqual({ state: 'absent' })
  })

  test('is not made where there is one', async () => {
    const app = await withVault()
    await expect(app.call('vault.create', { passphrase: PASSPHRASE })).rejects.toMatchObject(code('vault-exists'))
    await app.call('vault.lock', {})
    await expect(app.call('vault.create', { passphrase: PASSPHRASE })).rejects.toMatchObject(code('vault-exists'))
  })
})

describe('unlocking', () => {
  test('with the passphrase shows what was saved', async () => {
    const app = await withVault()
    const { id } = await app.call('codes.add', { source: { uri: LINK } })
    await app.restart()
    expect(await app.state('vault', {})).toEqual({ state: 'locked', ways: ['passphrase'], keyThrough: [] })
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(Object.keys(await app.state('entries', {}))).toEqual([id])
  })

  test('with a wrong one says so, and after some says when to try again', async () => {
    const app = await withVault()
    await app.call('vault.lock', {})
    const guess = () => app.call('vault.unlock', { passphrase: 'not the passphrase' })
    await expect(guess()).rejects.toMatchObject({ error: { code: 'wrong-passphrase', detail: {} } })
    await expect(guess()).rejects.toMatchObject(code('wrong-passphrase'))
    await expect(guess()).rejects.toMatchObject({
      error: { code: 'wrong-passphrase', detail: { retryAt: app.clock.now() + 1000 } },
    })
    await expect(app.call('vault.unlock', { passphrase: PASSPHRASE })).rejects.toMatchObject({
      error: { code: 'try-later', detail: { retryAt: app.clock.now() + 1000 } },
    })
    await app.clock.advance(1000)
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await app.state('vault', {})).toMatchObject({ state: 'unlocked' })
  })

  test('a wrong passphrase, a damaged file, a newer format and a missing file are four different things', async () => {
    const app = await withVault()
    await app.call('vault.lock', {})
    const vault = join(app.dataDir, 'vault')
    const unlock = () => app.call('vault.unlock', { passphrase: PASSPHRASE })
    await expect(app.call('vault.unlock', { passphrase: 'something else' })).rejects.toMatchObject(
      code('wrong-passphrase'),
    )

    const whole = await readFile(join(vault, 'vault.age'))
    await rm(join(vault, 'vault.age.bak'), { force: true })
    await rm(join(vault, 'snapshots'), { recursive: true })
    await truncate(join(vault, 'vault.age'), whole.length - 1)
    await expect(unlock()).rejects.toMatchObject({ error: { code: 'vault-damaged', detail: { file: 'vault.age' } } })
    expect(await app.state('vault', {})).toEqual({ state: 'damaged', file: 'vault.age' })

    await rename(join(vault, 'vault.age'), join(vault, 'elsewhere'))
    await expect(unlock()).rejects.toMatchObject({ error: { code: 'vault-missing', detail: { file: 'vault.age' } } })
    expect(await app.state('vault', {})).toEqual({ state: 'missing', file: 'vault.age' })
    await expect(app.call('vault.create', { passphrase: PASSPHRASE })).rejects.toMatchObject(code('vault-exists'))

    await writeFile(join(vault, 'vault.age'), whole)
    await unlock()
    expect(await app.state('vault', {})).toMatchObject({ state: 'unlocked' })
  })

  test('from an older file is said, and HOTP counters are marked as perhaps behind', async () => {
    const app = await withVault()
    const hotp = 'otpauth://hotp/Bank:me?secret=JBSWY3DPEHPK3PXP&counter=7'
    const { id } = await app.call('codes.add', { source: { uri: hotp } })
    await app.call('codes.next', { id })
    await app.call('vault.lock', {})
    await truncate(join(app.dataDir, 'vault', 'vault.age'), 100)
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await app.state('vault', {})).toMatchObject({
      state: 'unlocked',
      fellBack: { from: 'vault.age.bak', generation: 2 },
    })
    expect(await app.state('entries', {})).toMatchObject({ [id]: { counter: 7, mayBeBehind: true } })
  })
})

describe('locking', () => {
  test('ends the topics of the open vault and refuses its calls', async () => {
    const app = await withVault()
    const entries = app.watch('entries', {})
    await entries.until()
    await app.call('vault.lock', {})
    expect(await entries.untilEnd()).toBe('locked')
    await expect(app.call('codes.add', { source: { uri: LINK } })).rejects.toMatchObject(code('locked'))
    expect(await app.watch('codes', { ids: [] }).untilEnd()).toBe('locked')
    expect(await app.state('vault', {})).toEqual({ state: 'locked', ways: ['passphrase'], keyThrough: [] })
  })

  test('happens by itself after the idle time, which calls and signs of life begin anew', async () => {
    const app = await withVault()
    const vault = app.watch('vault', {})
    await app.clock.advance(4 * MINUTE)
    await app.call('codes.add', { source: { uri: LINK } })
    await app.clock.advance(4 * MINUTE)
    await app.call('vault.active', {})
    await app.clock.advance(4 * MINUTE)
    expect(vault.last).toMatchObject({ state: 'unlocked' })
    await app.clock.advance(MINUTE)
    await vault.until(({ state }) => state === 'locked')
  })

  test('happens when the shell says that the person has left', async () => {
    const app = await withVault()
    const vault = app.watch('vault', {})
    app.shell.leave()
    await vault.until(({ state }) => state === 'locked')
  })

  test('takes a code that was copied off the clipboard', async () => {
    const app = await withVault()
    const { id } = await app.call('codes.add', { source: { uri: LINK } })
    await app.call('codes.copy', { id, which: 'current' })
    expect(app.shell.clipboardText).toMatch(/^\d{6}$/)
    await app.call('vault.lock', {})
    expect(app.shell.clipboardText).toBe('')
  })

  test('takes back a question that waits', async () => {
    const app = await withVault()
    const { id } = await app.call('codes.add', { source: { uri: LINK } })
    await app.call('codes.remove', { id })
    app.person.answers(
      'confirm',
      (_ask, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const deletion = app.call('codes.deleteForGood', { ids: [id] })
    const refused = expect(deletion).rejects.toMatchObject(code('locked'))
    await app.call('vault.lock', {})
    await refused
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(Object.keys(await app.state('entries', {}))).toEqual([id])
  })
})

describe('a second process', () => {
  test('reads what the first writes, is told who writes, and can change nothing', async () => {
    const first = await withVault()
    const { id } = await first.call('codes.add', { source: { uri: LINK } })
    const second = await start({ dataDir: first.dataDir })
    await second.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await second.state('vault', {})).toMatchObject({ state: 'unlocked', heldBy: `browser (${process.pid})` })
    expect(Object.keys(await second.state('entries', {}))).toEqual([id])
    await expect(second.call('codes.remove', { id })).rejects.toMatchObject({
      error: { code: 'vault-held', detail: { holder: `browser (${process.pid})` } },
    })
    expect((await second.call('codes.copy', { id, which: 'current' })).where).toBe('host')

    await first.call('codes.update', { id, issuer: 'Renamed' })
    const entries = second.watch('entries', {})
    await entries.until()
    await second.clock.advance(10_000)
    await entries.until((state) => state[id]?.issuer === 'Renamed')
  })
})

describe('ways in', () => {
  test('a changed passphrase opens, the old one no longer', async () => {
    const app = await withVault()
    // Of one hour, only the newest snapshot is kept.
    app.clock.jump(app.clock.now() + 60 * MINUTE)
    const { snapshots } = await app.call('vault.changePassphrase', { current: PASSPHRASE, next: 'another passphrase' })
    expect(snapshots).toHaveLength(1)
    await app.call('vault.lock', {})
    await expect(app.call('vault.unlock', { passphrase: PASSPHRASE })).rejects.toMatchObject(code('wrong-passphrase'))
    await app.call('vault.unlock', { passphrase: 'another passphrase' })

    app.person.confirms()
    await app.call('vault.deleteSnapshots', { ids: snapshots.map(({ id }) => id) })
    app.person.expectDone()
  })

  test('a wrong current passphrase changes nothing', async () => {
    const app = await withVault()
    const change = app.call('vault.changePassphrase', { current: 'a wrong one', next: 'another passphrase' })
    await expect(change).rejects.toMatchObject(code('wrong-passphrase'))
    await app.call('vault.lock', {})
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
  })

  test('a recovery code opens only after it was typed back', async () => {
    const app = await withVault()
    const { code: printed } = await app.call('vault.recoveryCode', { passphrase: PASSPHRASE })
    const other = printed.startsWith('0') ? `1${printed.slice(1)}` : `0${printed.slice(1)}`
    await expect(app.call('vault.confirmRecoveryCode', { code: other })).rejects.toMatchObject({
      error: { code: 'bad-request', detail: { fields: [{ field: 'code', reason: 'checksum' }] } },
    })
    await app.call('vault.confirmRecoveryCode', { code: printed.toLowerCase().replaceAll('-', ' ') })
    await app.call('vault.lock', {})
    expect(await app.state('vault', {})).toMatchObject({ state: 'locked', ways: ['passphrase', 'recovery-code'] })
    await app.call('vault.unlock', { recoveryCode: printed })
    expect(await app.state('vault', {})).toMatchObject({
      slots: [{ kind: 'passphrase' }, { kind: 'recovery-code' }],
    })
  })

  test('a slot is removed only when confirmed, and the last one that works everywhere never', async () => {
    const app = await withVault()
    const { code: printed } = await app.call('vault.recoveryCode', { passphrase: PASSPHRASE })
    await app.call('vault.confirmRecoveryCode', { code: printed })
    const state = await app.state('vault', {})
    if (state.state !== 'unlocked') throw new Error('not unlocked')
    const [passphrase, recovery] = state.slots
    const remove = (id: string) => app.call('vault.removeSlot', { id, passphrase: PASSPHRASE })
    app.person.declines()
    await expect(remove(recovery!.id)).rejects.toMatchObject(code('not-confirmed'))
    app.person.confirms()
    await remove(recovery!.id)
    app.person.confirms()
    await expect(remove(passphrase!.id)).rejects.toMatchObject(code('last-portable-slot'))
    await expect(remove('passphrase-0000000000000000')).rejects.toMatchObject({
      error: { code: 'not-found', detail: { what: 'slot' } },
    })
  })
})
