import { afterEach, beforeEach, expect, test } from 'vitest'
import { PEOPLE } from '../../../test/support/demo-world.ts'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'
import { inProcess, type CliApp } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { listCases, whatIf } from './whatif-commands.ts'

let app: TestApp
let cli: CliApp
const signal = new AbortController().signal
beforeEach(async () => {
  app = await TestApp.start({ demo: true })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  cli = inProcess(app.services, signal, app.clock)
})
afterEach(() => app.dispose())

const lose = (...names: string[]) => whatIf(cli, { names, how: 'lost' }, signal)

test('without a name, whatif lists what can be lost', async () => {
  const { text, json } = await lose()
  expect(text).toContain('this computer')
  expect(text).toMatch(/Pixel 8, alice +virtual device of alice\.okonkwo-brandt/)
  expect((json as { losables: unknown[] }).losables.length).toBeGreaterThan(10)
})

test('with one, it says of every account how it stands, worst first, and what helps most', async () => {
  const { text, json } = await lose('pixel alice')
  expect(text).toMatch(/^Without Pixel 8, alice:\nNeeds an administrator: 1\n {2}alice\.okonkwo-brandt/)
  expect(text).toContain('Still opens: 7')
  expect(text).toContain('What helps most: add another device for alice.okonkwo-brandt')
  expect(json).toMatchObject({ total: 8, tally: { administrator: 1, opens: 7 }, bestStep: { mend: 'add-device' } })
  expect((json as { rows: unknown[] }).rows).toHaveLength(8)
})

test('a name that nothing or more than one thing has is refused with an exit code of its own', async () => {
  await expect(lose('nothing like it')).rejects.toMatchObject({ exit: EXIT.notFound })
  await expect(lose('Pixel')).rejects.toMatchObject({
    exit: EXIT.ambiguous,
    message: expect.stringContaining('Pixel 8, carol'),
  })
})

test('cases says what is open and at which step', async () => {
  expect(listCases(cli).text).toBe('No cases.')
  const identity = { backendId: 'demo', identityId: PEOPLE.alice }
  await app.call('recovery.open', { kind: 'register', identity })
  const { text, json } = listCases(cli)
  expect(text).toMatch(/^\d{4}-\d\d-\d\d {2}register +alice\.okonkwo-brandt \(Northwind production\): at “/)
  expect((json as { cases: unknown[] }).cases).toHaveLength(1)
})
