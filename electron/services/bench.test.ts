import { afterEach, describe, expect, test } from 'vitest'
import { benchCalls, type CallName } from '../../shared/contract/index.ts'
import { PEOPLE } from '../../test/support/demo-world.ts'
import { PASSPHRASE, TestApp } from '../../test/support/app.ts'

let app: TestApp
const open = async (demo: boolean) => (app = await TestApp.start({ demo }))
afterEach(() => app.dispose())

const error = (code: string) => ({ error: { code } })

describe('the bench', () => {
  test('is not here without the demo, and says so by name', async () => {
    await open(false)
    const notHere = { error: { code: 'not-here', detail: { reason: 'demo-only' } } }
    await expect(app.call('bench.moveClock', { ms: 1000 })).rejects.toMatchObject(notHere)
    await expect(app.call('bench.phone', { act: 'answer' })).rejects.toMatchObject(notHere)
    expect(await app.watch('bench', {}).untilEnd()).toBe('not-here')
    for (const name of Object.keys(benchCalls) as CallName[]) expect(app.services.handlers[name]).toBeDefined()
  })

  test('is there while the vault is locked: it is no part of it', async () => {
    await open(true)
    const { people, phone } = await app.state('bench', {})
    expect(people).toHaveLength(8)
    expect(phone.accounts.length).toBeGreaterThan(3)
  })

  test('signs in at the simulated page with the phone in hand', async () => {
    await open(true)
    const bench = app.watch('bench', {})
    const { people, phone } = await bench.until()
    const alice = people.find(({ identityId }) => identityId === PEOPLE.alice)!
    await app.call('bench.signIn', { act: 'who', identityId: alice.identityId })
    await app.call('bench.signIn', { act: 'password', password: alice.password })
    if (bench.last?.signIn.page === 'choose-device') {
      await app.call('bench.signIn', { act: 'choose', deviceId: bench.last.signIn.devices[0]!.id })
    }
    const { code } = phone.accounts.find(({ identityName }) => identityName === alice.name)!
    await app.call('bench.signIn', { act: 'code', code })
    expect((await bench.until(({ signIn }) => signIn.page === 'signed-in')).signIn).toMatchObject({ via: 'device' })
  })

  test('refuses what makes no sense, and nothing changes', async () => {
    await open(true)
    const before = await app.state('bench', {})
    await expect(app.call('bench.token', { serial: 'no such token', act: 'lose' })).rejects.toMatchObject(
      error('not-found'),
    )
    await expect(app.call('bench.signIn', { act: 'code', code: '123456' })).rejects.toMatchObject(
      error('step-moved-on'),
    )
    expect(await app.state('bench', {})).toEqual(before)
  })

  test('is restored only when confirmed', async () => {
    await open(true)
    await app.call('bench.token', { serial: '260088310415', driftSteps: 9 })
    const drift = async () =>
      (await app.state('bench', {})).tokens.find(({ serial }) => serial === '260088310415')?.driftSteps
    app.person.declines()
    await expect(app.call('bench.restore', {})).rejects.toMatchObject(error('not-confirmed'))
    expect(await drift()).toBe(9)
    app.person.confirms()
    await app.call('bench.restore', {})
    expect(await drift()).toBe(3)
  })

  test('asks the page for a touch only where the page can run WebAuthn', async () => {
    await open(true)
    await expect(app.call('bench.signInWithPage', {})).rejects.toMatchObject({
      error: { code: 'not-here', detail: { reason: 'browser-only' } },
    })
  })
})

describe('the demo’s time', () => {
  const link = { uri: 'otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example' }

  test('moves codes at once, without a real second passing or the vault locking', async () => {
    await open(true)
    await app.call('vault.create', { passphrase: PASSPHRASE })
    const { id } = await app.call('codes.add', { source: link })
    const codes = app.watch('codes', { ids: [id] })
    const first = await codes.until()
    await app.call('bench.moveClock', { ms: 3_600_000 })
    const moved = await codes.until((state) => JSON.stringify(state) !== JSON.stringify(first))
    const [before, after] = [first[id], moved[id]]
    expect(after?.is === 'code' && before?.is === 'code' && after.validFrom - before.validFrom).toBe(3_600_000)
    expect(await app.state('vault', {})).toMatchObject({ state: 'unlocked' })
  })

  test('shows how far this computer’s clock is off against the backend, and codes stay right', async () => {
    await open(true)
    await app.call('vault.create', { passphrase: PASSPHRASE })
    const { id } = await app.call('codes.add', { source: link })
    const right = (await app.state('codes', { ids: [id] }))[id]
    const clock = app.watch('clock', {})
    await clock.until(({ sources }) => sources.length === 1)
    await app.call('bench.setComputerError', { ms: 95_000 })
    const { correctionMs, sources } = await clock.until(({ correctionMs }) => correctionMs !== 0)
    expect(correctionMs).toBe(-95_000)
    expect(sources).toMatchObject([{ from: { kind: 'backend' }, offsetMs: 95_000 }])
    expect((await app.state('codes', { ids: [id] }))[id]).toEqual(right)

    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect((await app.state('codes', { ids: [id] }))[id]).toEqual(right)
  })
})
