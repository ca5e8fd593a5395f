/**
 * The world as it is found the first time and after a restore: two accounts of Northwind with everybody the seed tells of.
 * The same randomness makes the same world, but for what a restored clock shows.
 */
import { toBase64url, type Random } from '../../../shared/kit/index.ts'
import type { DeviceType } from '../../../shared/domain/device.ts'
import { BENCH_RP, type KeyMaker, type KeyMemory, type KeyPlan } from './door.ts'
import { hashPassword } from './passwords.ts'
import { WORLD_FORMAT, type DeviceState, type IdentityState, type KeyState, type WorldState } from './state.ts'

const DAY_MS = 86_400_000

const PRODUCTION = { id: '447109823316', name: 'Northwind production' }
const STAGING = { id: '550211870946', name: 'Northwind staging' }

/** The phone's own number; root of production is called on a desk in Amsterdam, which outlives any phone. */
const MOBILE = '+31 6 5550 0137'
const DESK = '+31 20 555 0148'

type BenchKeyId = 'blue' | 'spare'
const passkey = (rpId: string, rpName: string, userName: string) => ({
  rpId,
  rpName,
  userName,
  displayName: 'Alice Okonkwo',
})
/** Alice's keys: the blue one opens what the spare does not, so that there is something to twin. */
const KEYS: readonly (KeyPlan & {
  readonly id: BenchKeyId
  readonly name: string
  readonly plugged: boolean
  readonly hasSensor: boolean
})[] = [
  {
    id: 'blue',
    name: 'Blue key',
    plugged: true,
    hasSensor: true,
    pin: '482915',
    passkeys: [
      passkey('github.com', 'GitHub', 'alice-okonkwo'),
      passkey('google.com', 'Google', 'alice.okonkwo@gmail.example'),
      passkey('signin.aws.amazon.com', 'Amazon Web Services', 'root, Northwind production'),
      passkey('vault.bitwarden.com', 'Bitwarden', 'alice@okonkwo.example'),
      passkey(
        'identity.verwaltung.stadt-beispielhausen.example',
        'Stadt Beispielhausen',
        'alice.okonkwo-brandt.extern',
      ),
    ],
  },
  {
    id: 'spare',
    name: 'Spare key',
    plugged: false,
    hasSensor: false,
    pin: '730164',
    passkeys: [passkey('vault.bitwarden.com', 'Bitwarden', 'alice@okonkwo.example')],
  },
]
interface Plan {
  readonly name: string
  readonly type: DeviceType
  /** Where it is: a virtual device on the phone, a key on the bench, a token by serial; else in somebody's drawer. */
  readonly at?: 'phone' | BenchKeyId
  readonly serial?: string
  readonly enabledDaysAgo: number
  readonly usedDaysAgo?: number
}
interface Person {
  readonly account: typeof PRODUCTION
  readonly kind: IdentityState['kind']
  readonly name: string
  readonly isAdministrator?: true
  readonly password: string
  readonly contacts?: { readonly email: [value: string, confirmedDaysAgo: number]; readonly phone: [string, number] }
  readonly devices: readonly Plan[]
}

const onPhone = (name: string, enabledDaysAgo: number, usedDaysAgo: number): Plan => ({
  name,
  type: 'virtual-totp',
  at: 'phone',
  enabledDaysAgo,
  usedDaysAgo,
})

/** The token that ran off: three steps fast, and refused this morning. */
const DRIFTED = { serial: '260088310415', steps: 3 }
const FREE_SERIALS = ['GALT00623358', '260088310477']

const PEOPLE: readonly Person[] = [
  {
    account: PRODUCTION,
    kind: 'root',
    name: 'Root user',
    password: 'northwind production root',
    contacts: { email: ['mfa-root@northwind.example', 91], phone: [DESK, 426] },
    devices: [onPhone('Pixel 8, production root', 640, 12)],
  },
  {
    account: PRODUCTION,
    kind: 'user',
    name: 'alice.okonkwo-brandt',
    password: 'alice likes long walks',
    devices: [onPhone('Pixel 8, alice', 210, 0)],
  },
  {
    account: PRODUCTION,
    kind: 'user',
    name: 'dmitri.lindqvist',
    password: 'dmitri counts to ten',
    devices: [
      { name: 'Desk token', type: 'hardware-totp', serial: DRIFTED.serial, enabledDaysAgo: 900, usedDaysAgo: 47 },
      onPhone('Pixel 8, dmitri', 46, 3),
    ],
  },
  {
    account: PRODUCTION,
    kind: 'user',
    name: 'carol.vasquez-ono',
    isAdministrator: true,
    password: 'carol minds the keys',
    devices: [onPhone('Pixel 8, carol', 400, 1), { name: 'Spare key', type: 'fido', at: 'spare', enabledDaysAgo: 380 }],
  },
  { account: PRODUCTION, kind: 'user', name: 'eun-ji.park', password: 'eun-ji starts today', devices: [] },
  {
    account: STAGING,
    kind: 'root',
    name: 'Root user',
    password: 'northwind staging root',
    contacts: { email: ['aws-staging@northwind.example', 30], phone: [MOBILE, 61] },
    devices: [
      { name: 'Blue key', type: 'fido', at: 'blue', enabledDaysAgo: 300, usedDaysAgo: 2 },
      onPhone('Pixel 8, staging root', 300, 88),
    ],
  },
  {
    account: STAGING,
    kind: 'user',
    name: 'breakglass-administrator.staging',
    isAdministrator: true,
    password: 'break the glass gently',
    devices: [onPhone('Pixel 8, breakglass', 150, 0)],
  },
  {
    account: STAGING,
    kind: 'user',
    name: 'oncall.staging',
    password: 'whoever holds the pager',
    devices: [
      onPhone('Pixel 8, on-call', 500, 5),
      { name: 'Phone of Ines', type: 'virtual-totp', enabledDaysAgo: 480, usedDaysAgo: 19 },
      { name: 'Phone of Tomasz', type: 'virtual-totp', enabledDaysAgo: 470 },
      { name: 'Tablet by the door', type: 'virtual-totp', enabledDaysAgo: 300, usedDaysAgo: 200 },
      {
        name: 'Token, first shift',
        type: 'hardware-totp',
        serial: 'GALT00477190',
        enabledDaysAgo: 250,
        usedDaysAgo: 9,
      },
      { name: 'Token, second shift', type: 'hardware-totp', serial: 'GALT00477191', enabledDaysAgo: 250 },
      { name: 'Spare key', type: 'fido', at: 'spare', enabledDaysAgo: 120, usedDaysAgo: 60 },
      { name: 'Key in the safe', type: 'fido', enabledDaysAgo: 120 },
    ],
  },
]

/** The id a person of the first world has. */
const identityId = ({ account, kind, name }: Person) => `${account.id}:${kind === 'root' ? 'root' : `user/${name}`}`

/** The first world at the world's time `now`, with a clock that is `movedMs` ahead of real time. */
export async function firstWorld(now: number, movedMs: number, random: Random, maker: KeyMaker): Promise<WorldState> {
  const world: WorldState = {
    format: WORLD_FORMAT,
    movedMs,
    computerErrorMs: 0,
    accounts: [PRODUCTION, STAGING],
    identities: [],
    devices: [],
    catalogue: [],
    claims: [],
    sessions: [],
    ceremonies: [],
    page: { page: 'start' },
    knownPasswords: {},
    keys: KEYS.map(({ id, name, plugged, hasSensor, pin, ...plan }) => ({
      id,
      name,
      state: 'here',
      plugged,
      hasSensor,
      ...(pin === undefined ? {} : { knownPin: pin }),
      memory: jsonOf(maker.memory({ ...plan, ...(pin === undefined ? {} : { pin }) }, now, random)),
    })),
    tokens: [],
    phone: {
      name: 'Pixel 8',
      number: MOBILE,
      state: 'here',
      clockErrorMs: 0,
      accounts: [],
      callsComeThrough: true,
    },
    goneDevices: [],
    inbox: [],
    mailGoesToSpam: false,
  }
  for (const person of PEOPLE) {
    world.identities.push(await identityOf(person, now, random))
    world.knownPasswords[identityId(person)] = person.password
    for (const plan of person.devices) addDevice(world, person, plan, { now, random, maker })
  }
  for (const serial of FREE_SERIALS) makeToken(world, serial, 'New token', random)
  letDrift(world)
  return world
}

async function identityOf(person: Person, now: number, random: Random): Promise<IdentityState> {
  const contactOf = ([value, daysAgo]: [string, number]) => ({ value, confirmedAt: now - daysAgo * DAY_MS })
  const { contacts } = person
  return {
    id: identityId(person),
    kind: person.kind,
    name: person.name,
    accountId: person.account.id,
    isAdministrator: person.isAdministrator ?? false,
    password: await hashPassword(person.password, random),
    passwordTries: { wrong: 0 },
    userHandle: toBase64url(random(16)),
    ...(contacts ? { contacts: { email: contactOf(contacts.email), phone: contactOf(contacts.phone) } } : {}),
  }
}

interface Making {
  readonly now: number
  readonly random: Random
  readonly maker: KeyMaker
}

function addDevice(world: WorldState, person: Person, plan: Plan, making: Making): void {
  const { now, random } = making
  const { type, name, enabledDaysAgo, usedDaysAgo } = plan
  const family = type === 'fido' ? 'u2f' : 'mfa'
  const id = plan.serial ?? `arn:demo:iam::${person.account.id}:${family}/${toBase64url(random(16))}`
  const enabledAt = now - enabledDaysAgo * DAY_MS
  const device: DeviceState = {
    id,
    type,
    name,
    accountId: person.account.id,
    holder: identityId(person),
    madeFor: identityId(person),
    createdAt: enabledAt,
    enabledAt,
    ...(usedDaysAgo === undefined ? {} : { lastUsedAt: now - usedDaysAgo * DAY_MS }),
  }
  if (type === 'virtual-totp') {
    const secret = toBase64url(random(20))
    device.totp = freshTotp(secret)
    if (plan.at === 'phone')
      world.phone.accounts.push({
        id: `account-${world.phone.accounts.length + 1}`,
        deviceId: id,
        identityId: identityId(person),
        secret,
      })
  } else if (type === 'hardware-totp') makeToken(world, id, name, random)
  else device.fido = registerKey(world, plan.at, making)
  world.devices.push(device)
}

const freshTotp = (secret: string) => ({ secret, driftSteps: 0, spent: [], tries: { wrong: 0 } })

/** A vendor's token: its seed in the backend's catalogue, the thing itself on the bench. */
function makeToken(world: WorldState, serial: string, name: string, random: Random): void {
  const secret = toBase64url(random(20))
  world.catalogue.push({ serial, totp: freshTotp(secret) })
  world.tokens.push({ serial, name, state: 'here', secret, driftSteps: 0 })
}

function letDrift(world: WorldState): void {
  for (const token of world.tokens) if (token.serial === DRIFTED.serial) token.driftSteps = DRIFTED.steps
  for (const { serial, totp } of world.catalogue)
    if (serial === DRIFTED.serial) totp.suspectedDriftSteps = DRIFTED.steps
}

/** A credential on a key of the bench, or on one that is elsewhere and that nobody here has. */
function registerKey(world: WorldState, at: Plan['at'], { now, random, maker }: Making): DeviceState['fido'] {
  const { rpId } = BENCH_RP
  const key: KeyState | undefined = world.keys.find((key) => key.id === at)
  const { credentialId, publicKey } = maker.credential(key?.memory ?? maker.memory({}, now, random), rpId, random)
  return {
    credentialId: toBase64url(credentialId),
    publicKey: toBase64url(publicKey),
    signCount: 0,
    transports: ['usb'],
    rpId,
  }
}

/** A memory is JSON by its own word; the world's file wants its type. */
const jsonOf = (memory: KeyMemory) => memory as KeyState['memory']
