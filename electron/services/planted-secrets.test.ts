/** Secrets that a person gives are planted, everything is used, and then they are searched for wherever they must not be. */
import { afterEach, expect, test } from 'vitest'
import { topics, type TopicName } from '../../shared/contract/index.ts'
import { fromBase32, toBase64url, toHex } from '../../shared/kit/index.ts'
import { PASSPHRASE, TestApp } from '../../test/support/app.ts'

const SEED = 'KVKEYQLOMV3GK4THN5XG4YLHNF3GK6LP'
const NEXT_PASSPHRASE = 'a planted second passphrase'
const BACKUP_PASSPHRASE = 'a planted backup passphrase'

let app: TestApp
afterEach(() => app.dispose())

/** Every form a seed may take on its way. */
const formsOf = (seed: string) => {
  const bytes = fromBase32(seed) as Uint8Array
  return [seed, seed.toLowerCase(), toBase64url(bytes), Buffer.from(bytes).toString('base64'), toHex(bytes)]
}

test('no seed, passphrase or recovery code is in a topic, an error, the log or a file', async () => {
  app = await TestApp.start({ demo: true })
  const told: unknown[] = []
  await app.call('vault.create', { passphrase: PASSPHRASE })
  const uri = `otpauth://totp/Planted:alice?secret=${SEED}&issuer=Planted`
  const { id } = await app.call('codes.add', { source: { uri } })
  const hotp = await app.call('codes.add', {
    source: { fields: { kind: 'hotp', issuer: 'Planted', account: 'hotp', secret: SEED, counter: 1 } },
    keepBoth: true,
  })
  for (const topic of Object.keys(topics) as TopicName[]) {
    app.page.client.watch(
      topic,
      (topic === 'codes' ? { ids: [id, hotp.id] } : {}) as never,
      (state) => told.push([topic, state]),
      (error) => told.push([topic, error]),
    )
  }

  const failures = await Promise.allSettled([
    app.call('vault.create', { passphrase: PASSPHRASE }),
    app.call('codes.add', { source: { uri } }),
    app.call('codes.add', { source: { uri: `${uri}&digits=99` } }),
    app.call('codes.add', { source: { fields: { kind: 'totp', issuer: '', account: '', secret: `${SEED}1` } } }),
    app.call('codes.add', { source: { fields: { kind: 'totp', issuer: 'x', account: 'y', secret: SEED.repeat(40) } } }),
    app.call('codes.preview', { source: { uri: SEED } }),
    app.call('entries.reveal', { id, passphrase: NEXT_PASSPHRASE }),
    app.call('vault.changePassphrase', { current: NEXT_PASSPHRASE, next: NEXT_PASSPHRASE }),
    app.call('vault.confirmRecoveryCode', { code: SEED }),
    app.call('backup.restore', { file: uri, passphrase: BACKUP_PASSPHRASE }),
    app.call('vault.unlock', { passphrase: '' }),
    app.call('vault.unlock', { passphrase: PASSPHRASE, extra: SEED } as never),
    app.call('clock.compareWithCode', { id, code: SEED.slice(0, 16) }),
  ])
  expect(failures.map(({ status }) => status)).toEqual(failures.map(() => 'rejected'))

  const { code } = await app.call('vault.recoveryCode', { passphrase: PASSPHRASE })
  await app.call('vault.confirmRecoveryCode', { code })
  await app.call('codes.next', { id: hotp.id })
  await app.call('codes.copy', { id, which: 'current' })
  const { file } = await app.call('backup.make', { passphrase: PASSPHRASE, backupPassphrase: BACKUP_PASSPHRASE })
  await app.call('backup.preview', { file, passphrase: BACKUP_PASSPHRASE })
  await app.call('codes.remove', { id: hotp.id })
  await app.call('codes.putBack', { id: hotp.id })
  await app.call('entries.reveal', { id, passphrase: PASSPHRASE })
  await app.call('vault.changePassphrase', { current: PASSPHRASE, next: NEXT_PASSPHRASE })
  const answers = [
    await app.call('whatif.ask', { losses: [{ what: { is: 'thing', thing: 'this-computer' }, how: 'stolen' }] }),
    await app.call('whatif.bestSteps', { losses: [] }),
    await app.call('whatif.check', {}),
  ]
  await app.call('devices.refresh', {})
  await app.call('vault.lock', {})

  const places = {
    topics: JSON.stringify(told),
    whatif: JSON.stringify(answers),
    errors: JSON.stringify(
      failures.map((failure) =>
        failure.status === 'rejected' ? [failure.reason, String(failure.reason), failure.reason.error] : [],
      ),
    ),
    log: app.logged,
    files: await app.files(),
    backup: file,
  }
  expect(told.length).toBeGreaterThan(20)
  // What may be there is found: the search is not blind.
  expect(places.topics).toContain('Planted')
  const secrets = [...formsOf(SEED), PASSPHRASE, NEXT_PASSPHRASE, BACKUP_PASSPHRASE, code, code.replaceAll('-', '')]
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(10)
    for (const secret of secrets) expect(text.includes(secret), `${place} holds ${secret}`).toBe(false)
  }
})
