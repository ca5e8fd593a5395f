import { setImmediate as nextTurn } from 'node:timers/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { BackendSetup, State } from '../../../shared/contract/index.ts'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import {
  ADMINISTRATOR,
  FakeIam,
  listen,
  SELF_MANAGE_WITHOUT_DENY,
  TIDY,
  type Listening,
  type Policy,
} from '../../../test/support/fake-iam/index.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'

let app: TestApp
let server: Listening
let iam: FakeIam
let closing: (() => unknown)[] = []
afterEach(async () => {
  await app?.dispose()
  for (const close of closing) await close()
  closing = []
})

/** The program beside a FakeIam, with its vault open. */
async function open() {
  const clock = new FakeClock()
  iam = new FakeIam({ now: () => clock.now(), random: seededRandom('backends') })
  server = await listen(iam)
  closing.push(() => server.close())
  const none = join(tmpdir(), 'latchkey-no-such-file')
  app = await TestApp.start({
    clock,
    aws: { config: none, credentials: none, environment: false, endpoint: server.url },
  })
  await app.call('vault.create', { passphrase: PASSPHRASE })
}

function keysOf(name: string, policies: readonly Policy[] = [SELF_MANAGE_WITHOUT_DENY, TIDY]) {
  const { user, ...keys } = iam.addUser(name, policies, 'a password of theirs')
  const setup: BackendSetup = { kind: 'aws-iam', signIn: { by: 'keys', ...keys } }
  return { setup, arn: user.arn, secret: keys.secretAccessKey }
}

const isRead = ({ backends }: State<'devices'>) =>
  backends.length > 0 && backends.every(({ state }) => state === 'ready')
const read = async () => {
  const watched = app.watch('devices', {})
  const state = await watched.until(isRead)
  watched.stop()
  return state
}
/** Time goes on while a server on loopback really answers: so slowly that no deadline ends what is on its way. */
async function meanwhile<T>(work: Promise<T>): Promise<T> {
  const end = { isOver: false }
  const over = work.finally(() => (end.isOver = true))
  while (!end.isOver) {
    await app.clock.advance(250)
    for (let turn = 0; turn < 20; turn++) await nextTurn()
  }
  return over
}

const backends = async () => (await app.state('backends', {})).backends

describe('a backend', () => {
  test('is tried before it is added: who that is and what it may do, and nothing is written', async () => {
    await open()
    const { setup, arn } = keysOf('alice')
    const result = await app.call('backends.test', { name: 'Work', setup })
    expect(result.checks.map(({ check, result }) => [check, result])).toEqual([
      ['reached', 'ok'],
      ['trusted', 'ok'],
      ['signed-in', 'ok'],
      ['clock', 'ok'],
      ['listed', 'ok'],
    ])
    expect(result.standing).toMatchObject({ who: { name: 'alice', is: 'user', exactly: arn } })
    expect(result.standing?.may).toContainEqual({ action: 'register-fido', allowed: 'no', reason: 'fido-by-console' })
    expect(iam.log.filter((call) => /Create|Enable|Deactivate|Delete|Tag/.test(call))).toEqual([])
    expect(await backends()).toEqual([])
  })

  test('that was tried and is added is there at once, after a restart too, and its secret in no topic, log or file', async () => {
    await open()
    const { setup, secret } = keysOf('alice')
    await app.call('backends.test', { name: 'Work', setup })
    const { id } = await app.call('backends.add', { name: 'Work', setup })
    expect(await read()).toMatchObject({
      backends: [{ id, name: 'Work' }],
      identities: [{ identity: { name: 'alice' } }],
    })
    await app.restart()
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await read()).toMatchObject({ identities: [{ identity: { name: 'alice' } }] })
    const [view] = await backends()
    expect(view).toMatchObject({
      id,
      state: 'ready',
      signsInBy: { by: 'keys' },
      standing: { who: { name: 'alice' } },
      isFixed: false,
      openWork: 0,
    })
    expect(JSON.stringify(view) + app.logged + (await app.files())).not.toContain(secret)
  })

  test('that was tried is who it was found to be, under whichever name it is added', async () => {
    await open()
    const { setup } = keysOf('alice')
    await app.call('backends.test', { name: 'AWS', setup })
    await app.call('backends.add', { name: 'Work', setup })
    expect(await backends()).toMatchObject([{ name: 'Work', standing: { who: { name: 'alice' } } }])
    await read()
  })

  test('is closed with the vault', async () => {
    await open()
    const { setup } = keysOf('alice')
    await app.call('backends.add', { name: 'Work', setup })
    await read()
    await app.call('vault.lock', {})
    const asked = iam.log.length
    await app.clock.advance(60 * 60_000)
    expect(iam.log.length).toBe(asked)
  })

  test('whose keys are wrong says where it stopped, and can be added all the same', async () => {
    await open()
    const { setup } = keysOf('alice')
    if (setup.kind !== 'aws-iam' || setup.signIn.by !== 'keys') throw new Error('no keys')
    const wrong: BackendSetup = { ...setup, signIn: { ...setup.signIn, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }
    const result = await app.call('backends.test', { name: 'Work', setup: wrong })
    expect(result.checks.map(({ result }) => result)).toEqual(['ok', 'ok', 'failed', 'not-tried', 'not-tried'])
    expect(result.trouble?.code).toMatch(/^sign-in-/)
    await app.call('backends.add', { name: 'Work', setup: wrong })
    const watched = app.watch('backends', {})
    const { backends } = await watched.until(({ backends }) => backends.some(({ state }) => state !== 'loading'))
    watched.stop()
    expect(backends).toMatchObject([{ state: 'signed-out', trouble: { code: result.trouble!.code } }])
  })

  test('that can’t be reached is offline with what was read last, and its age', async () => {
    await open()
    const { setup } = keysOf('alice')
    await app.call('backends.add', { name: 'Work', setup })
    const { backends: before } = await read()
    await server.close()
    const refreshed = app.call('devices.refresh', {})
    const watched = app.watch('devices', {})
    const state = await meanwhile(watched.until(({ backends }) => backends.some(({ state }) => state === 'offline')))
    watched.stop()
    await refreshed
    expect(state.backends[0]!.asOf).toBe(before[0]!.asOf)
    expect(state.identities).toMatchObject([{ identity: { name: 'alice' } }])
  })

  test('is refused field by field where it is malformed, before anything is sent', async () => {
    await open()
    const keys = { by: 'keys', accessKeyId: 'short', secretAccessKey: ' ' } as const
    const setup: BackendSetup = { kind: 'aws-iam', signIn: keys, region: 'moon', role: { roleArn: 'admin' } }
    await expect(app.call('backends.add', { name: 'Work', setup })).rejects.toMatchObject({
      error: {
        code: 'bad-request',
        detail: {
          fields: [
            { field: 'accessKeyId', reason: 'malformed' },
            { field: 'secretAccessKey', reason: 'empty' },
            { field: 'region', reason: 'malformed' },
            { field: 'roleArn', reason: 'malformed' },
          ],
        },
      },
    })
    const server: BackendSetup = {
      kind: 'privacyidea',
      url: 'http://mfa.example.com',
      signIn: { by: 'password', user: 'a', password: '', keep: false },
      authorities: 'nonsense',
    }
    await expect(app.call('backends.add', { name: 'Work', setup: server })).rejects.toMatchObject({
      error: {
        detail: {
          fields: [
            { field: 'url', reason: 'not-https' },
            { field: 'authorities', reason: 'not-certificates' },
            { field: 'password', reason: 'empty' },
          ],
        },
      },
    })
    expect(iam.log).toEqual([])
  })

  test('is renamed here alone', async () => {
    await open()
    const { id } = await app.call('backends.add', { name: 'Work', setup: keysOf('alice').setup })
    await read()
    await app.call('backends.rename', { id, name: ' Day  job ' })
    expect(await read()).toMatchObject({ backends: [{ id, name: 'Day job' }], identities: [{}] })
    await expect(app.call('backends.rename', { id, name: ' ' })).rejects.toMatchObject({
      error: { code: 'bad-request', detail: { fields: [{ field: 'name', reason: 'empty' }] } },
    })
  })

  test('is removed here alone, after it was said what stays there', async () => {
    await open()
    const { id } = await app.call('backends.add', { name: 'Work', setup: keysOf('alice').setup })
    await read()
    app.person.declines()
    await expect(app.call('backends.remove', { id })).rejects.toMatchObject({ error: { code: 'not-confirmed' } })
    app.person.confirms()
    await app.call('backends.remove', { id })
    expect(app.person.asked.at(-1)).toMatchObject({
      ask: { effects: [{ effect: 'backend-stays', facts: { devices: 0 } }] },
    })
    expect(await app.state('devices', {})).toEqual({ backends: [], identities: [] })
    expect(iam.users.has('alice')).toBe(true)
  })

  test('is not removed while something begun there is unfinished', async () => {
    await open()
    const { setup, arn } = keysOf('alice')
    const { id } = await app.call('backends.add', { name: 'Work', setup })
    await read()
    await app.call('recovery.open', { kind: 'register', identity: { backendId: id, identityId: arn } })
    await expect(app.call('backends.remove', { id })).rejects.toMatchObject({
      error: { code: 'backend-in-use', detail: { names: ['alice'] } },
    })
  })

  test('registers a virtual device in two actions and resyncs it in one', async () => {
    await open()
    const { setup, arn } = keysOf('alice')
    const { id } = await app.call('backends.add', { name: 'Work', setup })
    await read()
    const identity = { backendId: id, identityId: arn }
    const { caseId } = await app.call('recovery.open', { kind: 'register', identity, type: 'virtual-totp' })
    await app.call('recovery.answer', { caseId, step: 'create', answer: { form: 'done', name: 'laptop' } })
    const [entry] = Object.values(await app.state('entries', {}))
    const deviceId = 'arn:aws:iam::123456789012:mfa/laptop'
    expect(entry).toMatchObject({ account: 'alice', link: { ...identity, deviceId } })
    expect(iam.devices.current.get(deviceId)).toMatchObject({ holder: 'alice' })

    // Another minute: codes that are not spent.
    await app.clock.advance(90_000)
    const resync = await app.call('recovery.open', { kind: 'resync', device: { ...identity, deviceId } })
    const { [resync.caseId]: found } = await app.state('cases', {})
    expect(found?.steps.find(({ state }) => state === 'now')?.step).toBe('in-sync')
  })

  test('that takes security keys on its own page alone leads there, and looks afterwards', async () => {
    await open()
    const { setup, arn } = keysOf('alice')
    const { id } = await app.call('backends.add', { name: 'Work', setup })
    const { identities } = await read()
    expect(identities[0]!.can.register.fido).toEqual({ can: true })
    const identity = { backendId: id, identityId: arn }
    const { caseId } = await app.call('recovery.open', { kind: 'register', identity, type: 'fido' })
    const now = async () => (await app.state('cases', {}))[caseId]!.steps.find(({ state }) => state === 'now')
    expect(await now()).toMatchObject({
      step: 'by-console',
      ask: { form: 'check' },
      facts: { page: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\//) },
    })
    const look = () => app.call('recovery.answer', { caseId, step: 'by-console', answer: { form: 'done' } })
    await look()
    expect(await now()).toMatchObject({ step: 'by-console', trouble: { code: 'not-yet-registered' } })
    iam.addDevice({ serial: 'arn:aws:iam::123456789012:u2f/user/alice/blue-KEY', type: 'fido', holder: 'alice' })
    await look()
    expect(await now()).toMatchObject({ step: 'registered', facts: { name: 'blue-KEY' } })
  })

  test('seen by an administrator shows everybody, the rest of a long list after the first rows', async () => {
    await open()
    for (let i = 0; i < 120; i++) iam.addUser(`user-${String(i).padStart(3, '0')}`, [])
    const { setup } = keysOf('carol', [ADMINISTRATOR])
    const watched = app.watch('devices', {})
    await app.call('backends.add', { name: 'Work', setup })
    const first = await watched.until(({ identities }) => identities.length > 0)
    expect(first.backends).toMatchObject([{ state: 'reading' }])
    expect(first.identities.length).toBeLessThan(121)
    const all = await watched.until(isRead)
    watched.stop()
    expect(all.identities.filter(({ identity }) => identity.kind === 'user')).toHaveLength(121)
  })

  test('that asks for patience is read again by itself when it said', async () => {
    await open()
    const { setup } = keysOf('alice')
    await app.call('backends.add', { name: 'Work', setup })
    await read()
    iam.fault = () => 'throttled'
    const refreshed = app.call('devices.refresh', {})
    const watched = app.watch('devices', {})
    const throttled = await meanwhile(
      watched.until(({ backends }) => backends.some(({ state }) => state === 'throttled')),
    )
    expect(throttled.backends[0]!.retryAt).toBeGreaterThan(app.clock.now())
    await refreshed
    iam.fault = () => undefined
    await meanwhile(watched.until(isRead))
    watched.stop()
  })

  test('is chosen among the AWS profiles of this computer, of which no key is told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-aws-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const config = join(folder, 'config')
    const credentials = join(folder, 'credentials')
    await writeFile(config, '[profile work]\nsso_session = work\nregion = eu-west-1\n[sso-session work]\n')
    await writeFile(credentials, '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = hush\n')
    app = await TestApp.start({ aws: { config, credentials, environment: true } })
    await app.call('vault.create', { passphrase: PASSPHRASE })
    const found = await app.call('backends.profiles', {})
    expect(found).toEqual({
      profiles: [
        { name: 'work', signsInBy: 'sso', region: 'eu-west-1' },
        { name: 'default', signsInBy: 'keys' },
      ],
      environment: true,
    })
  })

  test('can’t be added to the demo, whose own is neither renamed nor removed', async () => {
    app = await TestApp.start({ demo: true })
    await app.call('vault.create', { passphrase: PASSPHRASE })
    const state = await app.state('backends', {})
    expect(state).toMatchObject({ kinds: [], backends: [{ id: 'demo', isFixed: true, signsInBy: { by: 'nothing' } }] })
    const setup: BackendSetup = { kind: 'aws-iam', signIn: { by: 'environment' } }
    await expect(app.call('backends.add', { name: 'x', setup })).rejects.toMatchObject({ error: { code: 'not-here' } })
    await expect(app.call('backends.remove', { id: 'demo' })).rejects.toMatchObject({ error: { code: 'not-found' } })
  })
})
