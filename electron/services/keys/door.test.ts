import { afterEach, expect, test } from 'vitest'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'

let app: TestApp
afterEach(() => app.dispose())

test('a shell that reaches no keys says so, and its calls say what is missing', async () => {
  app = await TestApp.start()
  await expect(app.call('keys.select', {})).rejects.toMatchObject({ error: { code: 'locked' } })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  const watched = app.watch('keys', {})
  expect(await watched.until()).toMatchObject({ looking: true, trouble: 'none-here' })
  await app.clock.advance(100)
  expect(await watched.until(({ looking }) => !looking)).toEqual({
    plugged: [],
    seen: [],
    trouble: 'none-here',
    twins: [],
    developerKey: false,
  })
  await expect(app.call('keys.wink', { key: 'x' })).rejects.toMatchObject({ error: { code: 'not-found' } })
  expect(await app.call('keys.doctor', {})).toHaveProperty('findings')
  await app.call('vault.lock', {})
  expect(await watched.untilEnd()).toBe('locked')
})
