import { afterEach, describe, expect, test } from 'vitest'
import type { BackendSetup, State } from '../../../shared/contract/index.ts'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'
import { json, scriptedServer, type ScriptedServer } from '../../../test/support/scripted-http.ts'

const PASSWORD = 'a planted password'
const RIGHTS = ['delete', 'disable', 'enrollTOTP', 'resync', 'enrollWEBAUTHN']
const value = (value: unknown, detail: unknown = {}) => ({ result: { status: true, value }, detail })
const refusal = (code: number) => ({ result: { status: false, error: { code, message: 'übersetzt' } } })
const signedIn = value({ token: 'aaaa.bbbb.cccc', role: 'user', username: 'alice', realm: 'test', rights: RIGHTS })
const FOB = {
  serial: 'OATH0042',
  tokentype: 'totp',
  description: 'Fob',
  active: true,
  count: 59_000_000,
  otplen: 8,
  rollout_state: 'enrolled',
  username: 'alice',
  user_realm: 'test',
  info: { hashlib: 'sha256', timeStep: '60', timeShift: '0', tokenkind: 'hardware' },
}

let app: TestApp
let server: ScriptedServer
afterEach(async () => {
  await app.dispose()
  await server.close()
})

/** A server of one user with one token, which asks for a second factor where `challenges` says so. */
async function open({ challenges = false, rightPassword = PASSWORD } = {}) {
  server = await scriptedServer((asked, response) => {
    if (asked.path !== '/auth') return json(response, value({ count: 1, next: null, tokens: [FOB] }))
    const { password, transaction_id: transaction } = JSON.parse(asked.body) as Record<string, string>
    if (transaction !== undefined) return json(response, password === '123456' ? signedIn : refusal(4031), 200)
    if (password !== rightPassword) return json(response, refusal(4031), 401)
    const challenge = { transaction_id: '1', multi_challenge: [{ type: 'totp', client_mode: 'interactive' }] }
    return json(response, challenges ? value(false, challenge) : signedIn)
  })
  app = await TestApp.start({ webauthn: true })
  await app.call('vault.create', { passphrase: PASSPHRASE })
}

const setup = (keep: boolean, password = PASSWORD): BackendSetup => ({
  kind: 'privacyidea',
  url: `http://127.0.0.1:${server.port}/`,
  signIn: { by: 'password', user: 'alice', realm: 'test', password, keep },
})
async function until(isSo: (state: State<'backends'>['backends'][number]) => boolean) {
  const watched = app.watch('backends', {})
  const { backends } = await watched.until(({ backends }) => backends.some(isSo))
  watched.stop()
  return backends[0]!
}
const unlockAgain = async () => {
  await app.call('vault.lock', {})
  await app.call('vault.unlock', { passphrase: PASSPHRASE })
}
const signIns = () => server.asked.filter(({ path }) => path === '/auth').length

describe('a privacyIDEA server', () => {
  test('shows who that is and what its rights allow, each no with its reason', async () => {
    await open()
    const { checks, standing } = await app.call('backends.test', { name: 'Server', setup: setup(true) })
    expect(checks.every(({ result }) => result === 'ok')).toBe(true)
    expect(standing?.who).toEqual({ name: 'alice', account: 'test', is: 'user' })
    expect(standing?.may).toContainEqual({ action: 'register-virtual', allowed: 'yes' })
    expect(standing?.may).toContainEqual({ action: 'register-fido', allowed: 'no', reason: 'no-key-here' })
    expect(standing?.may).toContainEqual({ action: 'register-hardware', allowed: 'no', reason: 'policy' })
    expect(standing?.may).toContainEqual({ action: 'change-password', allowed: 'no', reason: 'managed-elsewhere' })
  })

  test('signs in by itself after unlocking where its password is kept', async () => {
    await open()
    await app.call('backends.add', { name: 'Server', setup: setup(true) })
    await until(({ state }) => state === 'ready')
    await unlockAgain()
    expect(await until(({ state }) => state === 'ready')).toMatchObject({
      address: `http://127.0.0.1:${server.port}`,
      signsInBy: { by: 'password', user: 'alice', realm: 'test', isKept: true },
    })
    expect(app.logged + (await app.files())).not.toContain(PASSWORD)
  })

  test('asks for the password after unlocking where none is kept, and it is in no file', async () => {
    await open()
    await app.call('backends.add', { name: 'Server', setup: setup(false) })
    const { id } = await until(({ state }) => state === 'ready')
    await unlockAgain()
    await until(({ state }) => state === 'signed-out')
    app.person.answers('password', ({ user }) => ({ password: user === 'alice' ? PASSWORD : '' }))
    await app.call('backends.signIn', { id })
    expect(await until(({ state }) => state === 'ready')).toMatchObject({ standing: { who: { name: 'alice' } } })
    app.person.expectDone()
  })

  test('asks for a second factor once, and adding what was tried signs in no second time', async () => {
    await open({ challenges: true })
    app.person.answers('secondFactor', ({ types }) => ({ code: types.includes('totp') ? '123 456' : '' }))
    const asked = { name: 'Server', setup: setup(false) }
    expect((await app.call('backends.test', asked)).trouble).toBeUndefined()
    const before = signIns()
    await app.call('backends.add', asked)
    await until(({ state }) => state === 'ready')
    expect(signIns()).toBe(before)
    app.person.expectDone()
  })

  test('whose kept password is old takes another from the person, once', async () => {
    await open({ rightPassword: 'another' })
    await app.call('backends.add', { name: 'Server', setup: setup(true) })
    const { id } = await until(({ state }) => state === 'signed-out')
    const before = signIns()
    app.person.answers('password', () => ({ password: 'another' }))
    await app.call('backends.signIn', { id })
    await until(({ state }) => state === 'ready')
    expect(signIns() - before).toBe(2)
  })

  test('turned away from leaves everything as it was', async () => {
    await open()
    await app.call('backends.add', { name: 'Server', setup: setup(false) })
    const { id } = await until(({ state }) => state === 'ready')
    await unlockAgain()
    await until(({ state }) => state === 'signed-out')
    const before = signIns()
    app.person.refuses('password')
    await expect(app.call('backends.signIn', { id })).rejects.toMatchObject({ error: { code: 'cancelled' } })
    expect(signIns()).toBe(before)
  })

  test('is asked for codes as long as its devices give them', async () => {
    await open()
    const { id } = await app.call('backends.add', { name: 'Server', setup: setup(true) })
    await until(({ state }) => state === 'ready')
    const device = { backendId: id, identityId: 'alice@test', deviceId: FOB.serial }
    const { caseId } = await app.call('recovery.open', { kind: 'resync', device })
    const { [caseId]: found } = await app.state('cases', {})
    const now = found?.steps.find(({ state }) => state === 'now')
    expect(now).toMatchObject({ step: 'resync-codes', ask: { form: 'codes', count: 2, digits: 8 } })
  })

  test('offers no touch by the page, which is of another origin', async () => {
    await open()
    const { id } = await app.call('backends.add', { name: 'Server', setup: setup(true) })
    await until(({ state }) => state === 'ready')
    const { identities } = await app.state('devices', {})
    expect(identities[0]?.can.register.fido).toEqual({ can: false, reason: 'no-key-here' })
    const identity = { backendId: id, identityId: 'alice@test' }
    const { caseId } = await app.call('recovery.open', { kind: 'register', identity })
    const { [caseId]: found } = await app.state('cases', {})
    const ask = found?.steps.find(({ state }) => state === 'now')?.ask
    const options = ask?.form === 'choice' ? ask.options : []
    expect(options.find(({ option }) => option === 'fido')).toHaveProperty('refused')
  })
})
