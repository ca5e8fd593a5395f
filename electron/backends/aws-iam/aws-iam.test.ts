import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import {
  ADMINISTRATOR,
  FAULTS,
  FakeIam,
  inProcess,
  listen,
  SELF_MANAGE,
  SELF_MANAGE_OF_OLD,
  TIDY,
  type Fault,
  type Policy,
} from '../../../test/support/fake-iam/index.ts'
import { SELF_SIGNED } from '../../../test/support/fake-iam/self-signed.ts'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { BackendFault, type Outcome, type RegisterRequest } from '../backend.ts'
import type { AwsIamBackend } from './backend.ts'
import { openAwsIam, type AwsIamOptions } from './open.ts'

const NEVER = new AbortController().signal
const SELF = { as: 'self' } as const
const STEP_MS = 30_000
const PASSWORD = 'correct horse battery staple'

const virtual = (name: string): RegisterRequest => ({ type: 'virtual-totp', name, nonce: 'bm9uY2U' })
const codeAt = (seed: Uint8Array, at: number, away = 0) =>
  codeOfStep(seed, { algorithm: 'SHA1', digits: 6 }, Math.floor(at / STEP_MS) + away)

function world(policies: readonly Policy[] = [SELF_MANAGE], options: Partial<AwsIamOptions> = {}) {
  const clock = new FakeClock()
  const random = seededRandom('aws-iam')
  const iam = new FakeIam({ now: () => clock.now(), random })
  const { user, ...keys } = iam.addUser('alice', policies, PASSWORD)
  const backend = openAwsIam({
    id: 'aws',
    name: 'AWS',
    clock,
    random,
    requestHandler: inProcess(iam),
    credentials: { from: 'keys', read: async () => keys },
    ...options,
  })
  return { clock, iam, user, keys, backend, id: user.arn }
}

/** Moves the clock on for as long as the work waits for it. */
async function passing<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  work.then(end, end)
  for (;;) {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    if (isOver) return work
    await clock.advance(250)
  }
}

async function register(backend: AwsIamBackend, id: string, name = 'Phone') {
  const begun = await backend.beginRegister(id, virtual(name), SELF)
  if (begun.is !== 'done' || begun.value.type !== 'virtual-totp') throw new Error(JSON.stringify(begun))
  const { seed, ref } = begun.value
  const { at } = await backend.time(NEVER)
  const codes = { type: 'codes', codes: [codeAt(seed, at, -1), codeAt(seed, at)] } as const
  return { seed, ref, enabled: await backend.confirmRegister(ref, codes, SELF) }
}

const errorOf = (outcome: Outcome<unknown>) => (outcome.is === 'refused' ? outcome.error : outcome)
const faultOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  return error instanceof BackendFault ? error.error : error
}

describe('with the published self-service policy', () => {
  it('lists oneself alone, though others’ names may be listed', async () => {
    const { backend, iam, id } = world()
    iam.addUser('bob', [SELF_MANAGE])
    expect(await backend.identities(NEVER)).toEqual([
      { id, kind: 'user', name: 'alice', account: '123456789012', accountId: '123456789012', isAdministrator: false },
    ])
    expect(await backend.describe(NEVER)).toMatchObject({
      arn: id,
      kind: 'user',
      canOpenMfaSession: true,
      seesDevicesOf: 'self',
      page: 'https://console.aws.amazon.com/iam/home#/security_credentials',
    })
  })

  it('registers the first device without an MFA session, and the second with one', async () => {
    const { backend, id, clock } = world()
    const first = await register(backend, id, 'First')
    expect(first.enabled.is).toBe('done')
    const second = await register(backend, id, 'Second')
    expect(errorOf(second.enabled)).toEqual({ code: 'mfa-session-needed', onlyFido: false })
    await clock.advance(STEP_MS)
    expect((await backend.elevate(id, first.ref.deviceId, codeAt(first.seed, clock.now()))).is).toBe('done')
    const codes = [codeAt(second.seed, clock.now(), -1), codeAt(second.seed, clock.now())] as const
    expect((await backend.confirmRegister(second.ref, { type: 'codes', codes }, SELF)).is).toBe('done')
  })

  it('names the entity that it may not delete, even with an MFA session, and says so from then on', async () => {
    const { backend, id, clock } = world()
    const { seed, ref } = await register(backend, id)
    await clock.advance(STEP_MS)
    await backend.elevate(id, ref.deviceId, codeAt(seed, clock.now()))
    expect((await backend.deactivate(id, ref.deviceId, SELF)).is).toBe('done')
    expect(errorOf(await backend.deleteEntity(id, ref.deviceId, SELF))).toEqual({
      code: 'not-permitted',
      action: 'iam:DeleteVirtualMFADevice',
      resource: 'arn:aws:iam::123456789012:mfa/Phone',
    })
    expect(await backend.look(ref, NEVER)).toBe('created')
  })

  it('asks for an MFA session that can’t be had where there are FIDO authenticators alone', async () => {
    const { backend, id, iam } = world()
    const key = 'arn:aws:iam::123456789012:u2f/user/alice/key-ABCDEFGH'
    iam.addDevice({ serial: key, type: 'fido', holder: 'alice', certifications: { FIDO: 'L2' } })
    expect(errorOf(await backend.deactivate(id, key, SELF))).toEqual({ code: 'mfa-session-needed', onlyFido: true })
    expect(errorOf(await backend.elevate(id, key, '123456'))).toMatchObject({ code: 'not-supported' })
    // Refused without MFA, which is no failure.
    expect(await backend.certifications(id, key, NEVER)).toBeUndefined()
    expect(await backend.devices(id, NEVER)).toMatchObject([
      { id: key, type: 'fido', name: 'key-ABCDEFGH', health: { state: 'in-order' } },
    ])
  })
})

it('older self-service policies take one name alone: another is not permitted, and is remembered as such', async () => {
  const { backend, id } = world([SELF_MANAGE_OF_OLD])
  expect(errorOf(await backend.beginRegister(id, virtual('Phone'), SELF))).toEqual({
    code: 'not-permitted',
    action: 'iam:CreateVirtualMFADevice',
    resource: 'arn:aws:iam::123456789012:mfa/Phone',
  })
  const { register } = await backend.capabilities(id, NEVER)
  expect(register['virtual-totp']).toEqual({ can: false, reason: 'not-permitted' })
  expect((await backend.beginRegister(id, virtual('alice'), SELF)).is).toBe('done')
})

describe('an administrator', () => {
  it('sees users page by page, the first before the last is read, and root where it can be told', async () => {
    const { backend, iam } = world([ADMINISTRATOR])
    for (let i = 0; i < 500; i++) iam.addUser(`user-${String(i).padStart(3, '0')}`, [])
    const sizes: number[] = []
    let callsBeforeFirst = 0
    for await (const page of backend.identityPages(NEVER)) {
      if (sizes.length === 0) callsBeforeFirst = iam.log.length
      sizes.push(page.length)
    }
    expect(callsBeforeFirst).toBeLessThanOrEqual(4)
    expect(sizes[0]).toBe(1)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(502)
    const identities = await backend.identities(NEVER)
    expect(identities.at(-1)).toMatchObject({
      kind: 'root',
      id: 'arn:aws:iam::123456789012:root',
      account: 'northwind',
    })
    expect(identities.filter(({ isAdministrator }) => isAdministrator).map(({ name }) => name)).toEqual(['alice'])
  })

  it('is not shown a root user whose devices nobody can tell', async () => {
    const { backend, iam } = world([ADMINISTRATOR])
    iam.addUser('bob', [])
    iam.addDevice({ serial: 'arn:aws:iam::123456789012:u2f/root/key', type: 'fido', holder: 'root' })
    expect((await backend.identities(NEVER)).map(({ name }) => name)).toEqual(['alice', 'bob'])
    expect(await backend.describe(NEVER)).toMatchObject({ rootHasMfa: true, seesDevicesOf: 'users' })
  })

  it('has root’s virtual device shown, and every write for root refused with the page where it is done', async () => {
    const { backend, iam } = world([ADMINISTRATOR])
    iam.addUser('bob', [])
    const serial = 'arn:aws:iam::123456789012:mfa/root-account-mfa-device'
    iam.addDevice({ serial, type: 'virtual', holder: 'root' })
    const root = 'arn:aws:iam::123456789012:root'
    expect((await backend.devices(root, NEVER)).map(({ id }) => id)).toEqual([serial])
    const { register, remove } = await backend.capabilities(root, NEVER)
    expect([...Object.values(register), remove]).toEqual(
      Array.from({ length: 4 }, () => ({ can: false, reason: 'root-by-console' })),
    )
    for (const write of [
      backend.beginRegister(root, virtual('x'), SELF),
      backend.deactivate(root, serial, SELF),
      backend.changePassword(root, undefined, PASSWORD, SELF),
    ])
      expect(errorOf(await write)).toEqual({ code: 'not-supported', reason: 'root-by-console' })
    expect(await backend.pageFor(root, NEVER)).toBe('https://console.aws.amazon.com/iam/home#/security_credentials')
  })

  it('acts for others with its own credentials, and as nobody else', async () => {
    const { backend, iam, id } = world([ADMINISTRATOR])
    const bob = iam.addUser('bob', [], PASSWORD).user
    iam.addDevice({ serial: 'arn:aws:iam::123456789012:mfa/bob', type: 'virtual', holder: 'bob' })
    const asSomebodyElse = { as: 'administrator', identityId: bob.arn } as const
    const device = 'arn:aws:iam::123456789012:mfa/bob'
    expect(errorOf(await backend.deactivate(bob.arn, device, asSomebodyElse))).toMatchObject({ code: 'not-permitted' })
    const actor = { as: 'administrator', identityId: id } as const
    expect((await backend.deactivate(bob.arn, device, actor)).is).toBe('done')
    expect((await backend.changePassword(bob.arn, undefined, 'another long password', actor)).is).toBe('done')
    expect(bob.password).toBe('another long password')
    expect(errorOf(await backend.changePassword(bob.arn, undefined, 'short', actor))).toEqual({
      code: 'password-refused',
      minimumLength: 12,
    })
    expect(await backend.pageFor(bob.arn, NEVER)).toBe(
      'https://console.aws.amazon.com/iam/home#/users/details/bob?section=security_credentials',
    )
    expect((await backend.describe(NEVER)).may['iam:DeactivateMFADevice']).toBe('yes')
  })
})

describe('a write', () => {
  const OUTCOMES: Readonly<Record<Fault, string>> = {
    'lost-before': 'unknown',
    'lost-after': 'unknown',
    throttled: 'throttled',
    'fault-before': 'unknown',
    'fault-after': 'unknown',
    truncated: 'unknown',
    'wrong-type-before': 'unknown',
    'wrong-type-after': 'unknown',
    reset: 'unknown',
    'clock-skew': 'done',
  }
  it.each(FAULTS)('that met with %s is never sent again, nor taken for what it is not', async (fault) => {
    const { backend, iam, id } = world()
    iam.fault = (action) => {
      if (action !== 'CreateVirtualMFADevice') return undefined
      iam.fault = () => undefined
      return fault
    }
    const outcome = await backend.beginRegister(id, virtual('Phone'), SELF)
    expect(outcome.is === 'refused' ? outcome.error.code : outcome.is).toBe(OUTCOMES[fault])
    const sent = iam.log.filter((call) => call.startsWith('CreateVirtualMFADevice'))
    // What was signed at the wrong time was not looked at.
    expect(sent).toHaveLength(fault === 'clock-skew' ? 2 : 1)
  })

  it('that is throttled says when to try again', async () => {
    const { backend, iam, id } = world()
    const { at } = await backend.time(NEVER)
    iam.fault = (action) => (action === 'CreateVirtualMFADevice' ? 'throttled' : undefined)
    const outcome = await backend.beginRegister(id, virtual('Phone'), SELF)
    expect(errorOf(outcome)).toEqual({ code: 'throttled', retryAt: at + 5000 })
  })

  it('gives a device time to be known before it says that there is none', async () => {
    const { backend, iam, id, clock } = world()
    iam.devices.delayMs = 3000
    const begun = await backend.beginRegister(id, virtual('Phone'), SELF)
    if (begun.is !== 'done' || begun.value.type !== 'virtual-totp') throw new Error('not begun')
    const { seed, ref } = begun.value
    const codes = [codeAt(seed, clock.now(), -1), codeAt(seed, clock.now())] as const
    const enabled = await passing(clock, backend.confirmRegister(ref, { type: 'codes', codes }, SELF))
    expect(enabled.is).toBe('done')
  })

  it('that can’t be done now says when it may be, and changes nothing', async () => {
    const { backend, iam, id, user, clock } = world()
    user.unmodifiableUntil = clock.now() + 120_000
    const { enabled } = await register(backend, id)
    const { at } = await backend.time(NEVER)
    expect(errorOf(enabled)).toEqual({ code: 'try-later', retryAt: at + 60_000 })
    expect(iam.devices.current.size).toBe(1)
  })

  it('past the account’s quota is told from an identity’s eight', async () => {
    const { backend, iam, id } = world()
    iam.quota = 0
    expect(errorOf(await backend.beginRegister(id, virtual('Phone'), SELF))).toEqual({ code: 'account-quota' })
  })

  it('with a name that IAM can’t take is refused before it is sent', async () => {
    const { backend, iam, id } = world()
    const outcome = await backend.beginRegister(id, virtual('전화'), SELF)
    expect(errorOf(outcome)).toEqual({ code: 'not-supported', reason: 'name-malformed' })
    expect(iam.log).not.toContain('CreateVirtualMFADevice')
    const named = await backend.refFor(id, virtual('  Büro  Telefon (neu) '), NEVER)
    expect(named.deviceId).toBe('arn:aws:iam::123456789012:mfa/Buro-Telefon-neu')
  })

  it('changes one’s own password with the old one', async () => {
    const { backend, user, id } = world([ADMINISTRATOR, TIDY])
    expect(errorOf(await backend.changePassword(id, undefined, 'another long password', SELF))).toEqual({
      code: 'sign-in-failed',
    })
    const change = (current: string, next: string) => backend.changePassword(id, current, next, SELF)
    expect(errorOf(await change('not the password', 'another long password'))).toEqual({ code: 'sign-in-failed' })
    expect(errorOf(await change(PASSWORD, '비밀번호가 아주 깁니다'))).toEqual({ code: 'password-refused' })
    expect((await change(PASSWORD, 'another long password')).is).toBe('done')
    expect(user.password).toBe('another long password')
  })
})

describe('a read', () => {
  it('is tried again while it is throttled, with longer and longer waits', async () => {
    const { backend, iam, id, clock } = world()
    let left = 3
    iam.fault = (action) => (action === 'ListMFADevices' && left-- > 0 ? 'throttled' : undefined)
    expect(await passing(clock, backend.devices(id, NEVER))).toEqual([])
    expect(iam.log.filter((call) => call.startsWith('ListMFADevices'))).toHaveLength(4)
  })

  it('gives up in the end, and says when to try again', async () => {
    const { backend, iam, id, clock } = world()
    await backend.time(NEVER)
    iam.fault = () => 'throttled'
    expect(await passing(clock, faultOf(backend.devices(id, NEVER)))).toMatchObject({ code: 'throttled' })
    iam.fault = () => 'lost-before'
    expect(await passing(clock, faultOf(backend.devices(id, NEVER)))).toEqual({ code: 'unreachable' })
    iam.fault = () => 'wrong-type-before'
    expect(await passing(clock, faultOf(backend.devices(id, NEVER)))).toEqual({ code: 'answer-not-understood' })
    iam.fault = () => 'fault-before'
    expect(await passing(clock, faultOf(backend.devices(id, NEVER)))).toMatchObject({ code: 'backend-fault' })
  })

  it('is one of two at the same time, however many are wanted', async () => {
    const { iam, keys, id, clock } = world([ADMINISTRATOR])
    const transport = inProcess(iam)
    let now = 0
    let most = 0
    const counted: typeof transport = {
      ...transport,
      async handle(...args) {
        most = Math.max(most, ++now)
        await new Promise((resolve) => setImmediate(resolve))
        return transport.handle(...args).finally(() => now--)
      },
    }
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random: seededRandom('many'),
      requestHandler: counted,
      credentials: { from: 'keys', read: async () => keys },
    })
    await Promise.all(Array.from({ length: 40 }, () => backend.devices(id, NEVER)))
    expect(most).toBe(2)
  })

  it('stops waiting when it is cancelled', async () => {
    const { backend, iam, id } = world()
    iam.fault = () => 'throttled'
    const enough = new AbortController()
    const read = backend.devices(id, enough.signal)
    enough.abort(new Error('no longer wanted'))
    await expect(read).rejects.toThrow('no longer wanted')
  })
})

describe('the clock', () => {
  it.each([-420_000, 3_000, 900_000])(
    'that is %i ms off at the server is found out, with its uncertainty',
    async (skewMs) => {
      const { backend, iam, id, clock } = world()
      iam.skewMs = skewMs
      const { at, uncertaintyMs } = await backend.time(NEVER)
      expect(Math.abs(at - (clock.now() + skewMs))).toBeLessThanOrEqual(uncertaintyMs)
      expect(uncertaintyMs).toBeLessThanOrEqual(500)
      const { enabled } = await register(backend, id)
      expect(enabled.is).toBe('done')
    },
  )
})

describe('credentials', () => {
  const profiles = async (keys: { accessKeyId: string; secretAccessKey: string }) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-aws-'))
    const files = { config: join(folder, 'config'), credentials: join(folder, 'credentials') }
    const told = JSON.stringify({ Version: 1, AccessKeyId: keys.accessKeyId, SecretAccessKey: keys.secretAccessKey })
    await writeFile(join(folder, 'told.json'), told)
    const program = `credential_process = cat ${join(folder, 'told.json')}`
    const sso = '[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n'
    const session = '[sso-session corp]\nsso_start_url = https://corp.invalid/start\nsso_region = us-east-1\n'
    await writeFile(files.config, `[profile work]\n[profile told]\n${program}\n${sso}${session}`)
    const own = `aws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`
    await writeFile(files.credentials, `[work]\n${own}`)
    return { files, remove: () => rm(folder, { recursive: true }) }
  }

  it.each([
    ['work', 'its keys'],
    ['told', 'what its program tells'],
  ])('of the profile %s are %s', async (profile) => {
    const { iam, keys, id, clock } = world()
    const { files, remove } = await profiles(keys)
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random: seededRandom('profile'),
      requestHandler: inProcess(iam),
      credentials: { from: 'profile', profile, files },
    })
    expect(await backend.devices(id, NEVER)).toEqual([])
    await remove()
  })

  it.each([
    ['sso', 'sign-in-expired'],
    ['missing', 'sign-in-failed'],
  ])('that can’t be had of the profile %s: %s', async (profile, code) => {
    const { iam, keys, id, clock } = world()
    const { files, remove } = await profiles(keys)
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random: seededRandom('profile'),
      requestHandler: inProcess(iam),
      credentials: { from: 'profile', profile, files },
    })
    expect(await faultOf(backend.devices(id, NEVER))).toEqual({ code })
    expect(errorOf(await backend.deactivate(id, 'GALT00623358', SELF))).toEqual({ code })
    expect(iam.log).toEqual([])
    await remove()
  })
})

describe('the wire', () => {
  it('says of a server that is not there that it is unreachable, and nothing was sent', async () => {
    const { clock, ...rest } = world([SELF_MANAGE])
    const server = await listen(rest.iam)
    const { url } = server
    await server.close()
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random: seededRandom('gone'),
      endpoint: url,
      credentials: { from: 'keys', read: async () => rest.keys },
    })
    expect(errorOf(await passing(clock, backend.deactivate(rest.id, 'GALT00623358', SELF)))).toEqual({
      code: 'unreachable',
    })
  })

  it('refuses a certificate that nobody vouches for, without a way round', async () => {
    const { clock, keys, id } = world()
    let asked = 0
    const server = createServer(SELF_SIGNED, (_, response) => {
      asked++
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random: seededRandom('tls'),
      endpoint: `https://127.0.0.1:${port}`,
      credentials: { from: 'keys', read: async () => keys },
    })
    expect(await faultOf(backend.devices(id, NEVER))).toEqual({ code: 'untrusted-server' })
    expect(asked).toBe(0)
    await new Promise((resolve) => server.close(resolve))
  })

  it('takes no endpoint but one on this computer', () => {
    for (const endpoint of ['https://iam.example.com', 'http://10.0.0.1', 'http://127.0.0.1.example.com'])
      expect(() => world([], { endpoint })).toThrow(TypeError)
    expect(() => world([], { region: 'evil.example/' })).toThrow(TypeError)
  })

  it('says of keys that IAM does not know that the sign-in failed', async () => {
    const { backend, iam, id, keys } = world()
    iam.keys.delete(keys.accessKeyId)
    expect(await faultOf(backend.devices(id, NEVER))).toEqual({ code: 'sign-in-failed' })
    const locked = world([], { credentials: { from: 'keys', read: () => Promise.reject(new Error('locked')) } })
    expect(await faultOf(locked.backend.devices(id, NEVER))).toEqual({ code: 'sign-in-failed' })
  })

  it('keeps every secret out of outcomes and errors, whatever goes wrong', async () => {
    for (const fault of [undefined, ...FAULTS]) {
      const { backend, iam, id, keys, clock } = world([ADMINISTRATOR])
      const told: unknown[] = []
      const { seed, ref } = await register(backend, id)
      iam.fault = () => fault
      const secrets = [keys.secretAccessKey, PASSWORD, 'another long password', '424242', '242424']
      const calls: Promise<unknown>[] = [
        backend.devices(id, NEVER),
        backend.elevate(id, ref.deviceId, '424242'),
        backend.resync(id, ref.deviceId, ['424242', '242424'], SELF),
        backend.changePassword(id, PASSWORD, 'another long password', SELF),
        backend.confirmRegister(ref, { type: 'codes', codes: ['424242', '242424'] }, SELF),
        backend.describe(NEVER),
      ]
      told.push(await passing(clock, Promise.all(calls.map((call) => call.catch(everything)))))
      const text = JSON.stringify(told)
      for (const secret of [...secrets, Buffer.from(seed).toString('base64'), Buffer.from(seed).toString('hex')])
        expect(text).not.toContain(secret)
    }
  })
})

/** All that can be had of an error, hidden or not. */
function everything(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const own = Object.getOwnPropertyNames(error).map((name) => [name, String(Reflect.get(error, name))])
  return [own, JSON.stringify(error), everything(error.cause)]
}
