import { afterEach, expect, it } from 'vitest'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'
import { PEOPLE } from '../../../test/support/demo-world.ts'

let app: TestApp | undefined
afterEach(async () => {
  await app?.dispose()
  app = undefined
})

it('a page registers a device over the wire, leaves, and finds the case where it was after a restart', async () => {
  app = await TestApp.start({ demo: true })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  const { caseId } = await app.call('recovery.open', {
    kind: 'register',
    identity: { backendId: 'demo', identityId: PEOPLE.eunJi },
    type: 'virtual-totp',
  })
  await app.call('recovery.answer', { caseId, step: 'create', answer: { form: 'done', name: 'mine' } })
  await app.restart()
  await app.call('vault.unlock', { passphrase: PASSPHRASE })
  const { [caseId]: found } = await app.state('cases', {})
  expect(found?.steps.filter(({ state }) => state === 'now')).toEqual([
    expect.objectContaining({ step: 'backup', ask: { form: 'backup' } }),
  ])
  await app.call('recovery.answer', { caseId, step: 'backup', answer: { form: 'done', other: 'later' } })
  const { [caseId]: ended } = await app.state('cases', {})
  expect(ended).toMatchObject({ outcome: 'finished', canGoBack: false })
  const [entry] = Object.values(await app.state('entries', {}))
  expect(entry).toMatchObject({ issuer: 'Northwind production', account: 'eun-ji.park', link: { backendId: 'demo' } })

  // The seed is in the vault, which is sealed, and in nothing else.
  const { secret } = await app.call('entries.reveal', { id: entry!.id, passphrase: PASSPHRASE })
  expect(app.logged).not.toContain(secret)
  expect(JSON.stringify(ended)).not.toContain(secret)
})
