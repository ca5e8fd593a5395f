/**
 * IAM's and STS's calls as FakeIam understands them (service models iam 2010-05-08 and sts 2011-06-15; backends.md §1.1): what
 * each takes, whom it asks for leave, and what it does. What the model does not name is refused.
 */
import type { Random } from '../../../shared/kit/index.ts'
import { decide } from './policies.ts'
import { ACCOUNT_ID, ROOT_ARN, type AccessKey, type Device, type Devices, type User } from './state.ts'
import { takeCode, takePair } from './totp.ts'
import { entries, type Xml } from './xml.ts'

export class Refused extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

export interface World {
  readonly now: number
  readonly random: Random
  readonly users: Map<string, User>
  readonly keys: Map<string, AccessKey>
  readonly devices: Devices
  readonly alias: string | undefined
  readonly minimumPasswordLength: number
  /** Virtual entities of the account. */
  readonly quota: number
}

/** Who signed the request. */
export interface Signer {
  readonly user: User
  readonly key: AccessKey
}

export interface Call {
  readonly service: 'iam' | 'sts'
  readonly takes: Readonly<Record<string, { readonly like: RegExp; readonly isRequired?: boolean } | 'any'>>
  /** What leave is asked for, and of what; absent: nobody's. */
  readonly resource?: (world: World, input: Input, signer: Signer) => string
  run(world: World, input: Input, signer: Signer): Xml | { raw: string } | undefined
}
export type Input = Readonly<Record<string, string>>

const NAME = /^[\w+=,.@-]{1,128}$/
const SERIAL = { like: /^[\w+=/:,.@-]{9,256}$/, isRequired: true }
const USER = { like: NAME }
const CODE = { like: /^\d{6}$/, isRequired: true }
const PAGED = { Marker: 'any', MaxItems: { like: /^([1-9]\d{0,2}|1000)$/ } } as const
const MAX_DEVICES = 8

const noSuchEntity = (message: string) => new Refused('NoSuchEntity', 404, message)
const denied = (message: string) => new Refused('AccessDenied', 403, message)
const invalidCode = () => new Refused('InvalidAuthenticationCode', 403, 'Authentication code for device is not valid.')

const userArn = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:user/${name}`
const ofUser = (_: World, { UserName: name }: Input, { user }: Signer) => userArn(name ?? user.name)
const ofDevice = (_: World, { SerialNumber: serial = '' }: Input) => serial
const anything = () => '*'

function userOf({ users }: World, name: string): User {
  const user = users.get(name)
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`)
  return user
}

const heldBy = (devices: ReadonlyMap<string, Device>, holder: string) =>
  [...devices.values()].filter((device) => device.holder === holder)

/** One's own second device, and taking one off oneself, take an MFA session ("Assign MFA devices in the AWS CLI or AWS API"). */
function refuseWithoutMfa({ devices }: World, user: User, signer: Signer): void {
  if (signer.user !== user || signer.key.session?.mfa === true) return
  if (heldBy(devices.current, user.name).length > 0) throw denied('MFA authentication is required.')
}

function refuseUnmodifiable({ now }: World, user: User): void {
  if (now < user.unmodifiableUntil)
    throw new Refused('EntityTemporarilyUnmodifiable', 409, 'The entity is temporarily unmodifiable.')
}

/** A page of `items`; markers are opaque to the client. */
function page<T>(items: readonly T[], { Marker: marker, MaxItems: size = '100' }: Input) {
  const from = marker === undefined ? 0 : Number.parseInt(Buffer.from(marker, 'base64url').toString(), 10)
  if (Number.isNaN(from)) throw new Refused('ValidationError', 400, 'Invalid marker.')
  const to = from + Number(size)
  const isTruncated = to < items.length
  return {
    items: items.slice(from, to),
    rest: {
      IsTruncated: isTruncated,
      ...(isTruncated ? { Marker: Buffer.from(String(to)).toString('base64url') } : {}),
    },
  }
}

const userXml = ({ name, arn, id, createdAt }: User): Xml => ({
  Path: '/',
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: new Date(createdAt),
})

export const CALLS: Readonly<Record<string, Call>> = {
  CreateVirtualMFADevice: {
    service: 'iam',
    takes: {
      VirtualMFADeviceName: { like: /^[\w+=,.@-]+$/, isRequired: true },
      Path: { like: /^\/([\w+=,.@-]+\/)*$/ },
    },
    resource: (_, { VirtualMFADeviceName: name, Path: path = '/' }) => `arn:aws:iam::${ACCOUNT_ID}:mfa${path}${name}`,
    run(world, { VirtualMFADeviceName: name, Path: path = '/' }) {
      const serial = `arn:aws:iam::${ACCOUNT_ID}:mfa${path}${name}`
      const { current } = world.devices
      if (current.has(serial))
        throw new Refused('EntityAlreadyExists', 409, 'MFADevice entity at the same path and name already exists.')
      if ([...current.values()].filter(({ type }) => type === 'virtual').length >= world.quota)
        throw new Refused('LimitExceeded', 409, 'Cannot exceed quota for VirtualMFADevicesPerAccount.')
      const letters = Array.from(world.random(64), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('')
      const totp = { seed: bytesOfBase32(letters), drift: 0, spent: new Set<number>() }
      world.devices.put({ serial, type: 'virtual', totp, certifications: {}, holder: undefined, enabledAt: undefined })
      return {
        VirtualMFADevice: {
          SerialNumber: serial,
          Base32StringSeed: Buffer.from(letters),
          QRCodePNG: Buffer.from('89504e470d0a1a0a', 'hex'),
        },
      }
    },
  },
  EnableMFADevice: {
    service: 'iam',
    takes: {
      UserName: { like: NAME, isRequired: true },
      SerialNumber: SERIAL,
      AuthenticationCode1: CODE,
      AuthenticationCode2: CODE,
    },
    resource: ofUser,
    run(world, input, signer) {
      const { SerialNumber: serial = '' } = input
      const user = userOf(world, input['UserName']!)
      refuseWithoutMfa(world, user, signer)
      refuseUnmodifiable(world, user)
      const device = world.devices.current.get(serial)
      if (!device || !world.devices.shown.has(serial))
        throw noSuchEntity(`MFA Device with serial number ${serial} does not exist.`)
      if (device.holder !== undefined) throw new Refused('EntityAlreadyExists', 409, 'MFA Device is already in use.')
      if (heldBy(world.devices.current, user.name).length >= MAX_DEVICES)
        throw new Refused('LimitExceeded', 409, 'Cannot exceed quota for MFADevicesPerUser: 8.')
      if (!device.totp || !takePair(device.totp, codesOf(input), world.now, 'enable')) throw invalidCode()
      world.devices.put({ ...device, holder: user.name, enabledAt: world.now })
      return undefined
    },
  },
  ResyncMFADevice: {
    service: 'iam',
    takes: {
      UserName: { like: NAME, isRequired: true },
      SerialNumber: SERIAL,
      AuthenticationCode1: CODE,
      AuthenticationCode2: CODE,
    },
    resource: ofUser,
    run(world, input) {
      const device = heldDevice(world, input)
      if (!device.totp || !takePair(device.totp, codesOf(input), world.now, 'resync')) throw invalidCode()
      return undefined
    },
  },
  DeactivateMFADevice: {
    service: 'iam',
    takes: { UserName: { like: NAME, isRequired: true }, SerialNumber: SERIAL },
    resource: ofUser,
    run(world, input, signer) {
      const user = userOf(world, input['UserName']!)
      refuseWithoutMfa(world, user, signer)
      refuseUnmodifiable(world, user)
      const device = heldDevice(world, input)
      if (device.type === 'virtual') world.devices.put({ ...device, holder: undefined, enabledAt: undefined })
      else if (device.type === 'fido') world.devices.delete(device.serial)
      else world.devices.put({ ...device, holder: undefined, enabledAt: undefined })
      return undefined
    },
  },
  DeleteVirtualMFADevice: {
    service: 'iam',
    takes: { SerialNumber: SERIAL },
    resource: ofDevice,
    run({ devices }, { SerialNumber: serial = '' }) {
      const device = devices.current.get(serial)
      if (device?.type !== 'virtual') throw noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`)
      if (device.holder !== undefined || devices.shown.get(serial)?.holder !== undefined)
        throw new Refused('DeleteConflict', 409, 'Cannot delete entity, must detach from user first.')
      devices.delete(serial)
      return undefined
    },
  },
  ListMFADevices: {
    service: 'iam',
    takes: { UserName: USER, ...PAGED },
    resource: ofUser,
    run(world, input, signer) {
      const user = userOf(world, input['UserName'] ?? signer.user.name)
      const { items, rest } = page(heldBy(world.devices.shown, user.name), input)
      const members = items.map(({ serial, enabledAt }) => ({
        UserName: user.name,
        SerialNumber: serial,
        EnableDate: new Date(enabledAt ?? 0),
      }))
      return { ...rest, MFADevices: members }
    },
  },
  ListVirtualMFADevices: {
    service: 'iam',
    takes: { AssignmentStatus: { like: /^(Any|Assigned|Unassigned)$/, isRequired: true }, ...PAGED },
    resource: anything,
    run(world, input) {
      const { AssignmentStatus: status } = input
      const virtual = [...world.devices.shown.values()].filter(
        ({ type, holder }) =>
          type === 'virtual' && (status === 'Any' || (holder !== undefined) === (status === 'Assigned')),
      )
      const { items, rest } = page(virtual, input)
      return { ...rest, VirtualMFADevices: items.map((device) => virtualXml(world, device)) }
    },
  },
  GetMFADevice: {
    service: 'iam',
    takes: { SerialNumber: SERIAL, UserName: USER },
    resource: ofUser,
    run(world, input, { user }) {
      const device = heldDevice(world, { UserName: user.name, ...input })
      return {
        raw: `<UserName>${device.holder}</UserName><SerialNumber>${device.serial}</SerialNumber><Certifications>${entries(device.certifications)}</Certifications>`,
      }
    },
  },
  ListUsers: {
    service: 'iam',
    takes: { PathPrefix: 'any', ...PAGED },
    resource: anything,
    run({ users }, input) {
      const { items, rest } = page([...users.values()], input)
      return { ...rest, Users: items.map(userXml) }
    },
  },
  ListAccountAliases: {
    service: 'iam',
    takes: PAGED,
    resource: anything,
    run: ({ alias }) => ({ AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }),
  },
  GetAccountSummary: {
    service: 'iam',
    takes: {},
    resource: anything,
    run({ devices, users }) {
      const mfa = heldBy(devices.shown, 'root').length > 0 ? 1 : 0
      return { raw: `<SummaryMap>${entries({ Users: users.size, AccountMFAEnabled: mfa })}</SummaryMap>` }
    },
  },
  GetAccountPasswordPolicy: {
    service: 'iam',
    takes: {},
    resource: anything,
    run: ({ minimumPasswordLength }) => ({ PasswordPolicy: { MinimumPasswordLength: minimumPasswordLength } }),
  },
  ChangePassword: {
    service: 'iam',
    takes: {
      OldPassword: { like: /^.{1,128}$/su, isRequired: true },
      NewPassword: { like: /^.{1,128}$/su, isRequired: true },
    },
    resource: ofUser,
    run(world, { OldPassword: old, NewPassword: next = '' }, { user }) {
      if (user.password === undefined) throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`)
      if (user.password !== old) throw denied('The old password was incorrect.')
      setPassword(world, user, next)
      return undefined
    },
  },
  UpdateLoginProfile: {
    service: 'iam',
    takes: {
      UserName: { like: NAME, isRequired: true },
      Password: { like: /^.{1,128}$/su },
      PasswordResetRequired: 'any',
    },
    resource: ofUser,
    run(world, { UserName: name = '', Password: next }) {
      const user = userOf(world, name)
      refuseUnmodifiable(world, user)
      if (user.password === undefined) throw noSuchEntity(`Login Profile for User ${name} cannot be found.`)
      if (next !== undefined) setPassword(world, user, next)
      return undefined
    },
  },
  SimulatePrincipalPolicy: {
    service: 'iam',
    takes: { PolicySourceArn: { like: SERIAL.like, isRequired: true } },
    resource: (_, { PolicySourceArn: arn = '' }) => arn,
    run(world, input) {
      const user = [...world.users.values()].find(({ arn }) => arn === input['PolicySourceArn'])
      if (!user) throw noSuchEntity('Policy source cannot be found.')
      const member = (list: string) =>
        Object.entries(input)
          .filter(([name]) => name.startsWith(`${list}.member.`))
          .map(([, value]) => value)
      const [resource = '*'] = member('ResourceArns')
      const mfa = input['ContextEntries.member.1.ContextKeyValues.member.1'] === 'true'
      const results = member('ActionNames').map((action) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decide(user.policies, { action, resource, username: user.name, mfa }),
      }))
      return { IsTruncated: false, EvaluationResults: results }
    },
  },
  GetCallerIdentity: {
    service: 'sts',
    takes: {},
    run: (_, __, { user }) => ({ Arn: user.arn, UserId: user.id, Account: ACCOUNT_ID }),
  },
  GetSessionToken: {
    service: 'sts',
    takes: { DurationSeconds: { like: /^\d+$/ }, SerialNumber: { like: SERIAL.like }, TokenCode: { like: CODE.like } },
    run(world, { DurationSeconds: seconds = '43200', SerialNumber: serial, TokenCode: code }, { user, key }) {
      if (key.session) throw denied('Cannot call GetSessionToken with session credentials')
      const duration = Number(seconds)
      if (duration < 900 || duration > 129_600) throw new Refused('ValidationError', 400, 'DurationSeconds')
      if (serial !== undefined || code !== undefined) checkMfa(world, user, serial ?? '', code ?? '')
      const accessKeyId = `ASIA${letters(world, 16)}`
      const secret = letters(world, 40)
      const token = letters(world, 64)
      const until = world.now + duration * 1000
      world.keys.set(accessKeyId, { user: user.name, secret, session: { token, until, mfa: serial !== undefined } })
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secret,
          SessionToken: token,
          Expiration: new Date(until),
        },
      }
    },
  },
}

function checkMfa({ devices, now }: World, user: User, serial: string, code: string): void {
  const device = devices.current.get(serial)
  if (!device?.totp || device.holder !== user.name)
    throw denied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  if (!takeCode(device.totp, code, now))
    throw denied('MultiFactorAuthentication failed with invalid MFA one time pass code.')
}

function heldDevice(world: World, { UserName: name = '', SerialNumber: serial = '' }: Input): Device {
  const user = userOf(world, name)
  const device = world.devices.current.get(serial)
  if (!device || device.holder !== user.name)
    throw noSuchEntity(`MFA Device invalid for user ${name}: serial number ${serial}.`)
  return device
}

function setPassword({ minimumPasswordLength }: World, user: User, next: string): void {
  if (next.length < minimumPasswordLength)
    throw new Refused('PasswordPolicyViolation', 400, 'Password does not conform to the account password policy.')
  user.password = next
}

const codesOf = ({ AuthenticationCode1: first = '', AuthenticationCode2: second = '' }: Input): [string, string] => [
  first,
  second,
]

function virtualXml({ users }: World, { serial, holder, enabledAt }: Device): Xml {
  if (holder === undefined) return { SerialNumber: serial }
  const user = users.get(holder)
  const owner = user ? userXml(user) : { Path: '/', UserId: ACCOUNT_ID, Arn: ROOT_ARN, CreateDate: new Date(0) }
  return { SerialNumber: serial, User: owner, EnableDate: new Date(enabledAt ?? 0) }
}

export const letters = ({ random }: Pick<World, 'random'>, length: number): string =>
  Array.from(random(length), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('')

function bytesOfBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Uint8Array.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
