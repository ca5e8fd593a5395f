import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Progress } from '../../shared/contract/index.ts'
import { PASSPHRASE, TestApp, type AppOptions } from '../../test/support/app.ts'

const LINKS = [
  'otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example',
  'otpauth://hotp/Bank:me?secret=GEZDGNBVGY3TQOJQ&counter=7&issuer=Bank',
  'steam://MFRGGZDF',
]
const error = (code: string) => ({ error: { code } })

const apps: TestApp[] = []
async function open(options: AppOptions = {}) {
  const app = await TestApp.start(options)
  apps.push(app)
  await app.call('vault.create', { passphrase: PASSPHRASE })
  return app
}
async function withEntries() {
  const app = await open()
  for (const uri of LINKS) await app.call('codes.add', { source: { uri } })
  return app
}
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})
const make = (app: TestApp) => app.call('backup.make', { passphrase: PASSPHRASE })
const entriesOf = async (app: TestApp) => Object.values(await app.state('entries', {}))
const unsaved = async (app: TestApp) => {
  const state = await app.state('vault', {})
  return state.state === 'unlocked' ? { count: state.unsavedToBackup, lastAt: state.lastBackupAt } : undefined
}

describe('a backup', () => {
  test('is made after the passphrase was typed again, and names its day', async () => {
    const app = await withEntries()
    await expect(app.call('backup.make', { passphrase: 'not the passphrase' })).rejects.toMatchObject(
      error('wrong-passphrase'),
    )
    const stages: Progress<'backup.make'>['stage'][] = []
    const made = await app.page.client.call(
      'backup.make',
      { passphrase: PASSPHRASE },
      { onProgress: ({ stage }) => stages.push(stage) },
    )
    expect(made).toMatchObject({ fileName: 'latchkey-backup-2026-11-24.age', entries: 3, at: app.clock.now() })
    expect(made.file).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(stages).toContain('comparing')
  })

  test('counts once the person has it, with what it holds and nothing later', async () => {
    const app = await withEntries()
    expect(await unsaved(app)).toEqual({ count: 3, lastAt: undefined })
    const { at } = await make(app)
    const [first] = await entriesOf(app)
    await app.call('codes.update', { id: first!.id, favourite: true })
    expect(await unsaved(app)).toEqual({ count: 4, lastAt: undefined })
    await app.call('backup.kept', { at })
    expect(await unsaved(app)).toEqual({ count: 1, lastAt: at })
  })

  test('can have a passphrase of its own, which must not be weak either', async () => {
    const app = await withEntries()
    const weak = app.call('backup.make', { passphrase: PASSPHRASE, backupPassphrase: 'short' })
    await expect(weak).rejects.toMatchObject(error('weak-passphrase'))
    const { file } = await app.call('backup.make', { passphrase: PASSPHRASE, backupPassphrase: 'another one' })
    const preview = (passphrase: string) => app.call('backup.preview', { file, passphrase })
    await expect(preview(PASSPHRASE)).rejects.toMatchObject(error('backup-wrong-passphrase'))
    expect((await preview('another one')).entries).toHaveLength(3)
  })
})

describe('a restore', () => {
  test('into an empty vault brings everything back', async () => {
    const from = await withEntries()
    const { file } = await make(from)
    const into = await open()
    const preview = await into.call('backup.preview', { file, passphrase: PASSPHRASE })
    expect(preview.entries.map(({ verdict }) => verdict)).toEqual(['new', 'new', 'new'])
    expect(await entriesOf(into)).toEqual([])

    expect(await into.call('backup.restore', { file, passphrase: PASSPHRASE })).toEqual({ added: 3, skipped: 0 })
    const marked = (await entriesOf(from)).map((entry) =>
      entry.kind === 'hotp' ? { ...entry, mayBeBehind: true } : entry,
    )
    expect(await entriesOf(into)).toEqual(marked)
    await into.restart()
    await into.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await entriesOf(into)).toEqual(marked)
  })

  test('changes nothing that is here', async () => {
    const app = await withEntries()
    const { file } = await make(app)
    const [first] = await entriesOf(app)
    await app.call('codes.update', { id: first!.id, issuer: 'Renamed since' })
    const before = await entriesOf(app)
    expect(await app.call('backup.restore', { file, passphrase: PASSPHRASE })).toEqual({ added: 0, skipped: 3 })
    expect(await entriesOf(app)).toEqual(before)
  })

  test('tells a damaged backup, another file and a wrong passphrase apart, and adds nothing', async () => {
    const app = await open()
    const from = await withEntries()
    const { file } = await make(from)
    const restore = (text: string, passphrase = PASSPHRASE) => app.call('backup.restore', { file: text, passphrase })
    await expect(restore(file, 'not the passphrase')).rejects.toMatchObject(error('backup-wrong-passphrase'))
    await expect(restore('otpauth://totp/x?secret=JBSWY3DP')).rejects.toMatchObject(error('backup-not-recognised'))
    const lines = file.split('\n')
    lines[4] = lines[4]!.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A'))
    await expect(restore(lines.join('\n'))).rejects.toMatchObject(error('backup-damaged'))
    expect(await entriesOf(app)).toEqual([])
  })
})

describe('what can’t be read', () => {
  test('is carried through the vault and backups as it was, and told', async () => {
    const app = await withEntries()
    const sealed = await make(app)
    const odd = { id: 'later', kind: 'ocra', issuer: 'Later', account: 'x\u202E', suite: 'OCRA-1' }
    // A vault that a later version wrote: the same data, with an entry of a kind unknown here and a field of its own.
    const services = await import('../vault/index.ts')
    const store = services.openVaultStore<Record<string, unknown>>({
      dir: join(app.dataDir, 'vault'),
      self: { pid: 1, label: 'test' },
      clock: app.clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      check: (data) => ({ ok: true, value: data as Record<string, unknown> }),
      scryptLogN: 4,
    })
    await app.call('vault.lock', {})
    const unlocked = await store.unlock({ passphrase: PASSPHRASE })
    if (!unlocked.ok) throw new Error(unlocked.error.code)
    const { session } = unlocked.value
    const data = session.data()
    await session.save({ ...data, laterField: { kept: true }, entries: [...(data.entries as unknown[]), odd] })
    await session.lock()

    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await entriesOf(app)).toHaveLength(3)
    await app.call('codes.add', { source: { uri: 'otpauth://totp/New?secret=MZXW6YTB' } })
    const { file, entries } = await make(app)
    expect(entries).toBe(5)
    const { entries: verdicts } = await app.call('backup.preview', { file, passphrase: PASSPHRASE })
    expect(verdicts.at(-1)).toEqual({ issuer: 'Later', account: 'x', verdict: 'faulty' })
    await app.call('vault.lock', {})
    const again = await store.unlock({ passphrase: PASSPHRASE })
    if (!again.ok) throw new Error(again.error.code)
    expect(again.value.session.data()).toMatchObject({ laterField: { kept: true } })
    expect((again.value.session.data().entries as unknown[]).at(-1)).toEqual(odd)
    await again.value.session.lock()

    const into = await open()
    expect(await into.call('backup.restore', { file, passphrase: PASSPHRASE })).toEqual({ added: 4, skipped: 1 })
    expect((await make(into)).entries).toBe(5)
    expect(sealed.entries).toBe(3)
  })
})
