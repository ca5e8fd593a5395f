/**
 * The AWS IAM backend against moto's server, where moto is right (backends.md §2); and FakeIam beside moto: the same calls have
 * answers of the same shape and the same errors, so that what FakeIam adds stands on what others have read of AWS too.
 */
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAwsIam } from '../../electron/backends/index.ts'
import { fromBase32, type Clock } from '../../shared/kit/index.ts'
import { ADMINISTRATOR, FakeIam, listen, peoplesBackend, type Listening } from '../support/fake-iam/index.ts'
import { codeOfStep } from '../support/rfc6238.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { backendSuite, type BackendSubject } from '../suites/backend.ts'
import { install, startServer, type MotoServer } from './moto-server.ts'

const installed = await install()
const random = seededRandom('moto')
const ANY_KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'of the tests' }

/** moto lives by the computer's own clock. */
const computerClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

describe.skipIf(!installed.ok)(installed.ok ? 'moto' : `moto: ${installed.why}`, () => {
  let moto: MotoServer
  beforeAll(async () => {
    moto = await startServer()
  })
  afterAll(() => moto?.dispose())

  backendSuite('the AWS IAM backend', () => openMoto(moto))

  describe('beside FakeIam', () => {
    let fake: FakeIam
    let listening: Listening
    let two: readonly [Peer, Peer]

    beforeAll(async () => {
      fake = new FakeIam({ now: () => Date.now(), random })
      listening = await listen(fake)
      fake.alias = undefined
      const { accessKeyId, secretAccessKey } = fake.addUser('alice', [ADMINISTRATOR], 'correct horse battery')
      await moto.reset()
      const admin = new IAMClient(clientOf(moto.url, ANY_KEYS))
      await admin.send(new CreateUserCommand({ UserName: 'alice' }))
      await admin.send(new CreateLoginProfileCommand({ UserName: 'alice', Password: 'correct horse battery' }))
      two = [
        new Peer(moto.url, await keysOf(admin, 'alice')),
        new Peer(listening.url, { accessKeyId, secretAccessKey }),
      ]
    })
    afterAll(() => listening?.close())

    const serial = 'arn:aws:iam::123456789012:mfa/phone'
    const gone = 'arn:aws:iam::123456789012:mfa/gone'
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' }
    const deactivate = () => new DeactivateMFADeviceCommand({ UserName: 'alice', SerialNumber: serial })
    const status = (AssignmentStatus: 'Any' | 'Assigned' | 'Unassigned') => (at: Peer) =>
      at.iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus }))

    it.for<[string, (at: Peer) => Promise<object>]>([
      ['who am I', ({ sts }) => sts.send(new GetCallerIdentityCommand({}))],
      ['users', ({ iam }) => iam.send(new ListUsersCommand({}))],
      ['aliases where there are none', ({ iam }) => iam.send(new ListAccountAliasesCommand({}))],
      ['devices where there are none', ({ iam }) => iam.send(new ListMFADevicesCommand({ UserName: 'alice' }))],
      ['devices of nobody', ({ iam }) => iam.send(new ListMFADevicesCommand({ UserName: 'nobody' }))],
      ['making an entity', (at) => at.make('phone')],
      ['making it again', (at) => at.make('phone')],
      ['unassigned entities', status('Unassigned')],
      ['assigned entities where there are none', status('Assigned')],
      [
        'enabling for nobody',
        ({ iam }) => iam.send(new EnableMFADeviceCommand({ UserName: 'nobody', SerialNumber: serial, ...codes })),
      ],
      ['enabling', (at) => at.enable(serial)],
      ['devices', ({ iam }) => iam.send(new ListMFADevicesCommand({ UserName: 'alice' }))],
      ['assigned entities', status('Assigned')],
      ['unassigned entities where there are none', status('Unassigned')],
      ['an MFA session', (at) => at.openSession(serial)],
      ['deactivating', (at) => at.iam.send(deactivate())],
      ['deactivating it again', (at) => at.iam.send(deactivate())],
      ['entities afterwards', status('Any')],
      ['deleting', ({ iam }) => iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: serial }))],
      ['deleting what is gone', ({ iam }) => iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: gone }))],
      [
        'a password for nobody',
        ({ iam }) => iam.send(new UpdateLoginProfileCommand({ UserName: 'nobody', Password: 'correct horse battery' })),
      ],
      [
        'a password for somebody',
        ({ iam }) => iam.send(new UpdateLoginProfileCommand({ UserName: 'alice', Password: 'correct horse battery' })),
      ],
    ])('%s: both say the same', async ([, call]) => {
      const [ofMoto, ofFake] = [await saidBy(two[0], call), await saidBy(two[1], call)]
      expect(ofFake).toEqual(ofMoto)
    })

    it('both count whether root has MFA', async () => {
      for (const { iam } of two) {
        const { SummaryMap: map } = await iam.send(new GetAccountSummaryCommand({}))
        expect(map?.AccountMFAEnabled).toBe(0)
      }
    })

    it('both give a list page by page', async () => {
      for (const { iam } of two) {
        for (const name of ['one', 'two', 'three'])
          await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }))
        const names: string[] = []
        let marker: string | undefined
        let pages = 0
        do {
          const page = await iam.send(
            new ListVirtualMFADevicesCommand({
              AssignmentStatus: 'Unassigned',
              MaxItems: 2,
              ...(marker === undefined ? {} : { Marker: marker }),
            }),
          )
          names.push(...(page.VirtualMFADevices ?? []).map(({ SerialNumber: arn = '' }) => arn.split('/')[1] ?? ''))
          marker = page.IsTruncated ? page.Marker : undefined
          pages++
        } while (marker !== undefined)
        expect(names.toSorted()).toEqual(['one', 'three', 'two'])
        expect(pages).toBe(2)
      }
    })
  })
})

async function openMoto(moto: MotoServer): Promise<BackendSubject> {
  await moto.reset()
  const admin = new IAMClient(clientOf(moto.url, ANY_KEYS))
  const person = async (name: string) => {
    const { User: user } = await admin.send(new CreateUserCommand({ UserName: name }))
    const keys = await keysOf(admin, name)
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock: computerClock,
      random,
      endpoint: moto.url,
      credentials: { from: 'keys', read: async () => keys },
    })
    return [user?.Arn ?? '', backend] as const
  }
  const [fresh, other, full] = [await person('eun-ji'), await person('alice'), await person('oncall')]
  for (let i = 0; i < 8; i++) {
    const token = { UserName: 'oncall', SerialNumber: `GALT0000000${i}` }
    await admin.send(
      new EnableMFADeviceCommand({ ...token, AuthenticationCode1: '123456', AuthenticationCode2: '654321' }),
    )
  }
  return {
    backend: peoplesBackend(new Map([fresh, other, full])),
    people: { fresh: fresh[0], other: other[0], full: full[0] },
    // It asks for no code, so no time need pass.
    async advance() {},
    traits: {
      shownName: (asked) => asked.replaceAll(' ', '-'),
      tellsOrderOfCodes: false,
      knowsMakers: false,
      claimsTokens: false,
      locksOut: false,
      lacks: ['codes', 'resync', 'mfa-sessions', 'limit', 'conflicts'],
    },
    async dispose() {},
  }
}

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
const clientOf = (endpoint: string, credentials: Keys) => ({
  endpoint,
  credentials,
  region: 'us-east-1',
  maxAttempts: 1,
})

async function keysOf(admin: IAMClient, user: string): Promise<Keys> {
  const { AccessKey: key } = await admin.send(new CreateAccessKeyCommand({ UserName: user }))
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
}

/** One of the two, as alice's own client; her seeds make codes, which moto takes unseen and FakeIam looks at. */
class Peer {
  iam: IAMClient
  readonly sts: STSClient
  readonly #url: string
  readonly #seeds = new Map<string, Uint8Array>()

  constructor(url: string, keys: Keys) {
    this.#url = url
    this.iam = new IAMClient(clientOf(url, keys))
    this.sts = new STSClient(clientOf(url, keys))
  }

  async make(name: string) {
    const made = await this.iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }))
    const { SerialNumber: serial = '', Base32StringSeed: letters } = made.VirtualMFADevice ?? {}
    const seed = fromBase32(Buffer.from(letters ?? []).toString())
    if (seed instanceof Uint8Array) this.#seeds.set(serial, seed)
    return made
  }

  enable(serial: string) {
    const [first, second] = [this.#code(serial, -1), this.#code(serial, 0)]
    return this.iam.send(
      new EnableMFADeviceCommand({
        UserName: 'alice',
        SerialNumber: serial,
        AuthenticationCode1: first,
        AuthenticationCode2: second,
      }),
    )
  }

  /** What follows is signed by it. */
  async openSession(serial: string) {
    const input = { DurationSeconds: 900, SerialNumber: serial, TokenCode: this.#code(serial, 1) }
    const given = await this.sts.send(new GetSessionTokenCommand(input))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given.Credentials ?? {}
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    this.iam = new IAMClient(clientOf(this.#url, keys))
    return given
  }

  #code(serial: string, away: number): string {
    const seed = this.#seeds.get(serial) ?? new Uint8Array(20)
    return codeOfStep(seed, { algorithm: 'SHA1', digits: 6 }, Math.floor(Date.now() / 30_000) + away)
  }
}

/** An answer's shape, or an error's code and status. Values that each makes up are left out. */
async function saidBy(peer: Peer, call: (peer: Peer) => Promise<object>): Promise<unknown> {
  try {
    const { $metadata: _, ...answer } = (await call(peer)) as { $metadata: unknown }
    return shapeOf(answer)
  } catch (error) {
    const { name, $metadata: metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return { name, status: metadata?.httpStatusCode }
  }
}

/** Told by neither with meaning: ids, dates and secrets, and what moto adds or leaves out (QR codes that are none, tags). */
const TOLD_AS_TYPE = /Id$|Date$|Expiration|Seed|Secret|Token|Arn$/
const LEFT_OUT = /QRCodePNG|Tags|PermissionsBoundary|PasswordLastUsed|Marker/

function shapeOf(value: unknown, name = '', isListed = false): unknown {
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, '', true))
  if (value instanceof Date) return 'a date'
  if (value instanceof Uint8Array) return `${value.length > 0 ? 'some' : 'no'} bytes`
  if (typeof value !== 'object' || value === null) return TOLD_AS_TYPE.test(name) ? typeof value : value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== undefined && !LEFT_OUT.test(key))
      // moto tells seeds in lists, which AWS never does; and it leaves out that a list is whole.
      .filter(
        ([key, inner]) => !(isListed && key === 'Base32StringSeed') && !(key === 'IsTruncated' && inner === false),
      )
      .map(([key, inner]) => [key, shapeOf(inner, key)])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
  )
}
