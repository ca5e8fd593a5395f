/**
 * A virtual key on the bench of a test: time that moves when told, a person who answers by script, and a plain client
 * that shares no code with Latchkey's own but packets and CBOR.
 */
import { createCipheriv, createDecipheriv, createECDH, createHash, createHmac, hkdfSync } from 'node:crypto'
import { expect } from 'vitest'
import { concat, utf8 } from '../../../../shared/kit/index.ts'
import { FakeClock } from '../../../../test/support/fake-clock.ts'
import { seededRandom } from '../../../../test/support/seeded-random.ts'
import { decode, encode, type CborMap, type CborValue } from '../../cbor/index.ts'
import { Assembly, BROADCAST, COMMAND, fragment, readChannel, readPacket } from '../../ctaphid/index.ts'
import type { HidPort } from '../../hid-port.ts'
import { createVirtualKey, type Person, type SampleStatus, type StateStore, type VirtualKeyOptions } from '../index.ts'

/** Answers at once unless told otherwise; `never` leaves the key waiting. */
export class BenchPerson implements Person {
  readonly asked: string[] = []
  touches: 'touched' | 'declined' | 'never' = 'touched'
  finger: 'matched' | 'no-match' | 'declined' | 'never' = 'matched'
  readonly samples: (SampleStatus | 'never')[] = []
  winks = 0

  touch: Person['touch'] = (purpose) => {
    this.asked.push(purpose)
    return this.touches === 'never' ? never() : Promise.resolve(this.touches)
  }
  verify() {
    this.asked.push('verify')
    return this.finger === 'never' ? never() : Promise.resolve(this.finger)
  }
  sample() {
    this.asked.push('sample')
    const next = this.samples.shift() ?? 'good'
    return next === 'never' ? never() : Promise.resolve(next)
  }
  onWink() {
    this.winks += 1
  }
}
const never = () => new Promise<never>(() => {})

export interface Bench {
  readonly clock: FakeClock
  readonly person: BenchPerson
  readonly key: ReturnType<typeof createVirtualKey>
  readonly faults: unknown[]
  /** A client with a channel of its own. */
  client(): Promise<Client>
}

export function bench(options: Partial<VirtualKeyOptions> = {}, state?: StateStore): Bench {
  const clock = new FakeClock()
  const person = new BenchPerson()
  const faults: unknown[] = []
  const key = createVirtualKey({
    clock,
    person,
    random: seededRandom('virtual key'),
    options,
    ...(state === undefined ? {} : { state }),
    onFault: (fault) => faults.push(fault),
  })
  return { clock, person, key, faults, client: () => openClient(key.port()) }
}

export interface Message {
  readonly command: number
  readonly data: Uint8Array
}

export interface Answered {
  readonly status: number
  readonly body: CborMap
}

/** The key does all its work in microtasks. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve()
}

export async function openClient(port: HidPort): Promise<Client> {
  const client = new Client(port)
  await client.init()
  return client
}

export class Client {
  readonly port: HidPort
  channel = BROADCAST
  /** Whole messages on this client's channel, in order, keepalives too. */
  readonly inbox: Message[] = []
  #assembly: Assembly | undefined

  constructor(port: HidPort) {
    this.port = port
    port.onReport((report) => this.#take(report))
  }

  async init(): Promise<Message> {
    const nonce = utf8('12345678')
    const answer = await this.call(COMMAND.init, nonce)
    expect(answer.data.subarray(0, 8)).toEqual(nonce)
    this.channel = readChannel(answer.data, 8)
    return answer
  }

  async send(command: number, data: Uint8Array = new Uint8Array(), channel = this.channel): Promise<void> {
    for (const report of fragment(channel, command, data)) await this.port.write(report)
    await settle()
  }

  /** The answer to a message, once it is there without time passing. */
  async call(command: number, data: Uint8Array = new Uint8Array()): Promise<Message> {
    await this.send(command, data)
    return this.next()
  }

  /** The next message that is no keepalive. */
  next(): Message {
    for (let message = this.inbox.shift(); message !== undefined; message = this.inbox.shift()) {
      if (message.command !== COMMAND.keepalive) return message
    }
    throw new Error('the key has not answered')
  }

  /** The status of a CTAP2 answer that came by itself. */
  nextStatus(): number {
    const { command, data } = this.next()
    expect(command).toBe(COMMAND.cbor)
    return data[0]!
  }

  async cbor(command: number, parameters?: CborValue): Promise<Answered> {
    const body = parameters === undefined ? new Uint8Array() : encode(parameters)
    const answer = await this.call(COMMAND.cbor, concat(Uint8Array.of(command), body))
    expect(answer.command).toBe(COMMAND.cbor)
    const [status] = answer.data
    if (answer.data.length === 1) return { status: status!, body: new Map() }
    const read = decode(answer.data.subarray(1))
    expect(read.ok).toBe(true)
    return { status: status!, body: read.ok ? (read.value.value as CborMap) : new Map() }
  }
  async status(command: number, parameters?: CborValue): Promise<number> {
    return (await this.cbor(command, parameters)).status
  }
  /** The body of an answer that must be a success. */
  async ok(command: number, parameters?: CborValue): Promise<CborMap> {
    const { status, body } = await this.cbor(command, parameters)
    expect(status).toBe(0)
    return body
  }

  #take(report: Uint8Array): void {
    const packet = readPacket(report)
    if (packet === undefined || packet.channel !== this.channel) return
    if (packet.kind === 'init') this.#assembly = Assembly.begin(packet)
    else this.#assembly?.add(packet)
    const message = this.#assembly?.message
    if (message === undefined) return
    this.inbox.push({ command: this.#assembly!.command, data: message })
    this.#assembly = undefined
  }
}

/** A map of CBOR from pairs of any kind of value; members that are `undefined` are left out. */
export function map(members: Readonly<Record<string, CborValue | undefined>>): CborMap {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined) as [string, CborValue][]
  return new Map(entries.map(([key, value]) => [/^-?\d+$/.test(key) ? Number(key) : key, value]))
}

const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest())
const hmac = (key: Uint8Array, data: Uint8Array) => new Uint8Array(createHmac('sha256', key).update(data).digest())

export const CLIENT_DATA_HASH = sha256(utf8('client data'))
export const RP_ID = 'example.com'
export const rpIdHash = (rpId = RP_ID) => sha256(utf8(rpId))
export const SUB_TOKEN = { mc: 0x01, ga: 0x02, cm: 0x04, be: 0x08, lbw: 0x10, acfg: 0x20 } as const

/** The platform's side of one PIN protocol, written from CTAP 2.1 §6.5.6 and §6.5.7 for the tests alone. */
export class PinClient {
  readonly client: Client
  readonly version: 1 | 2
  keyAgreement: CborMap = new Map()
  #hmacKey: Uint8Array = new Uint8Array()
  #aesKey: Uint8Array = new Uint8Array()

  constructor(client: Client, version: 1 | 2 = 2) {
    this.client = client
    this.version = version
  }

  async agree(): Promise<this> {
    const body = await this.client.ok(0x06, map({ 1: this.version, 2: 2 }))
    const theirs = body.get(1) as CborMap
    expect([theirs.get(1), theirs.get(3), theirs.get(-1)]).toEqual([2, -25, 1])
    const ecdh = createECDH('prime256v1')
    const ours = new Uint8Array(ecdh.generateKeys())
    const point = concat(Uint8Array.of(4), theirs.get(-2) as Uint8Array, theirs.get(-3) as Uint8Array)
    const z = new Uint8Array(ecdh.computeSecret(point))
    this.keyAgreement = map({ 1: 2, 3: -25, '-1': 1, '-2': ours.slice(1, 33), '-3': ours.slice(33) })
    if (this.version === 1) this.#hmacKey = this.#aesKey = sha256(z)
    else {
      const derive = (info: string) => new Uint8Array(hkdfSync('sha256', z, new Uint8Array(32), utf8(info), 32))
      this.#hmacKey = derive('CTAP2 HMAC key')
      this.#aesKey = derive('CTAP2 AES key')
    }
    return this
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const iv = this.version === 1 ? new Uint8Array(16) : sha256(plaintext).slice(0, 16)
    const cipher = createCipheriv('aes-256-cbc', this.#aesKey, iv).setAutoPadding(false)
    const encrypted = concat(cipher.update(plaintext), cipher.final())
    return this.version === 1 ? encrypted : concat(iv, encrypted)
  }
  decrypt(ciphertext: Uint8Array): Uint8Array {
    const [iv, rest] =
      this.version === 1 ? [new Uint8Array(16), ciphertext] : [ciphertext.subarray(0, 16), ciphertext.subarray(16)]
    const decipher = createDecipheriv('aes-256-cbc', this.#aesKey, iv).setAutoPadding(false)
    return concat(decipher.update(rest), decipher.final())
  }
  authenticate(message: Uint8Array, key = this.#hmacKey): Uint8Array {
    const mac = hmac(key, message)
    return this.version === 1 ? mac.slice(0, 16) : mac
  }

  #padded(pin: string | Uint8Array): Uint8Array {
    const padded = new Uint8Array(64)
    padded.set(typeof pin === 'string' ? utf8(pin) : pin)
    return this.encrypt(padded)
  }
  pinHash(pin: string): Uint8Array {
    return this.encrypt(sha256(utf8(pin)).slice(0, 16))
  }

  async setPin(pin: string | Uint8Array): Promise<number> {
    await this.agree()
    const newPin = this.#padded(pin)
    const members = { 1: this.version, 2: 3, 3: this.keyAgreement, 4: this.authenticate(newPin), 5: newPin }
    return this.client.status(0x06, map(members))
  }
  async changePin(from: string, to: string): Promise<number> {
    await this.agree()
    const newPin = this.#padded(to)
    const hash = this.pinHash(from)
    const param = this.authenticate(concat(newPin, hash))
    return this.client.status(0x06, map({ 1: this.version, 2: 4, 3: this.keyAgreement, 4: param, 5: newPin, 6: hash }))
  }
  /** The status of asking for a token. */
  async tryPin(pin: string, permissions = 0x02, rpId: string | undefined = RP_ID): Promise<number> {
    await this.agree()
    const members = { 1: this.version, 2: 9, 3: this.keyAgreement, 6: this.pinHash(pin), 9: permissions, 10: rpId }
    return this.client.status(0x06, map(members))
  }
  /** A token for a PIN, by the subcommand with permissions, or the old one without. */
  async token(pin: string, permissions?: number, rpId?: string): Promise<Token> {
    await this.agree()
    const hash = this.pinHash(pin)
    const members = { 1: this.version, 2: permissions === undefined ? 5 : 9, 3: this.keyAgreement, 6: hash }
    const body = await this.client.ok(0x06, map({ ...members, 9: permissions, 10: rpId }))
    return this.#read(body)
  }
  async tokenByUv(permissions: number, rpId?: string): Promise<Token> {
    await this.agree()
    const members = { 1: this.version, 2: 6, 3: this.keyAgreement, 9: permissions, 10: rpId }
    return this.#read(await this.client.ok(0x06, map(members)))
  }
  #read(body: CborMap): Token {
    const value = this.decrypt(body.get(2) as Uint8Array)
    return { value, version: this.version, sign: (message) => this.authenticate(message, value) }
  }
}

export interface Token {
  readonly value: Uint8Array
  readonly version: 1 | 2
  sign(message: Uint8Array): Uint8Array
}

interface Registration {
  readonly token?: Token
  readonly rpId?: string
  readonly user?: number
  readonly more?: Readonly<Record<string, CborValue | undefined>>
}

/** Parameters of makeCredential. */
export function registration({ token, rpId = RP_ID, user = 1, more = {} }: Registration = {}): CborMap {
  return map({
    1: CLIENT_DATA_HASH,
    2: map({ id: rpId, name: `${rpId}, Inc.` }),
    3: map({ id: Uint8Array.of(user), name: `user ${user}`, displayName: `User ${user}` }),
    4: [map({ type: 'public-key', alg: -7 })],
    8: token?.sign(CLIENT_DATA_HASH),
    9: token?.version,
    ...more,
  })
}

/** Parameters of getAssertion. */
export function signIn({ token, rpId = RP_ID, more = {} }: Registration = {}): CborMap {
  return map({
    1: rpId,
    2: CLIENT_DATA_HASH,
    6: token?.sign(CLIENT_DATA_HASH),
    7: token?.version,
    ...more,
  })
}

export const descriptor = (id: Uint8Array): CborMap => map({ id, type: 'public-key' })

/** What authenticator data says (WebAuthn §6.1), read for the tests alone. */
export function readAuthData(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const flags = bytes[32]!
  const counter = view.getUint32(33)
  if ((flags & 0x40) === 0) {
    const extensions = bytes.length > 37 ? decode(bytes.subarray(37)) : undefined
    return { rpIdHash: bytes.slice(0, 32), flags, counter, extensions: valueOf(extensions) }
  }
  const idLength = view.getUint16(53)
  const id = bytes.slice(55, 55 + idLength)
  return {
    rpIdHash: bytes.slice(0, 32),
    flags,
    counter,
    aaguid: bytes.slice(37, 53),
    id,
    rest: bytes.slice(55 + idLength),
  }
}
const valueOf = (read: ReturnType<typeof decode> | undefined) => (read?.ok ? (read.value.value as CborMap) : undefined)

/** Registers a credential and answers its id. */
export async function register(client: Client, wanted: Registration = {}): Promise<Uint8Array> {
  const body = await client.ok(0x01, registration(wanted))
  return readAuthData(body.get(2) as Uint8Array).id!
}

/** pinUvAuthParam and the rest of a management command. */
export function managed(
  token: Token | undefined,
  subCommand: number,
  sub: CborMap | undefined,
  prefix: Uint8Array = new Uint8Array(),
): CborMap {
  const message = concat(prefix, Uint8Array.of(subCommand), sub === undefined ? new Uint8Array() : encode(sub))
  return map({ 1: subCommand, 2: sub, 3: token?.version, 4: token?.sign(message) })
}

/** Parameters of bioEnrollment, whose message begins with the modality. */
export function enrolling(token: Token | undefined, subCommand: number, sub?: CborMap): CborMap {
  const message = concat(Uint8Array.of(1, subCommand), sub === undefined ? new Uint8Array() : encode(sub))
  return map({ 1: 1, 2: subCommand, 3: sub, 4: token?.version, 5: token?.sign(message) })
}

/** Sets a PIN and enrolls one finger with four good samples; answers its template id. */
export async function enrollFinger(client: Client, pin: string): Promise<Uint8Array> {
  const platform = new PinClient(client)
  expect(await platform.setPin(pin)).toBe(0)
  const token = await platform.token(pin, SUB_TOKEN.be)
  const id = (await client.ok(0x09, enrolling(token, 1))).get(4) as Uint8Array
  for (let i = 0; i < 3; i++) await client.ok(0x09, enrolling(token, 2, map({ 1: id })))
  return id
}
