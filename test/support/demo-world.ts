/** A demo world in a folder of its own, and a person at its bench. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openDemoWorld,
  type BenchState,
  type DemoWorld,
  type DemoWorldOptions,
  type SignInPage,
} from '../../electron/backends/index.ts'
import { createBenchKeys } from '../../electron/services/bench-keys.ts'
import { FakeClock } from './fake-clock.ts'
import { codeOfStep } from './rfc6238.ts'
import { seededRandom } from './seeded-random.ts'

export interface TestWorld {
  readonly world: DemoWorld
  readonly clock: FakeClock
  readonly file: string
  /** Closes the world and opens it again from its file. */
  reopen(): Promise<DemoWorld>
  /** Closes and removes everything. */
  dispose(): Promise<void>
}

const isBlinking = (world: DemoWorld, keyId: string) =>
  world.bench().keys.some(({ id, waitsFor }) => id === keyId && waitsFor !== undefined)

/** Resolves when the bench is as it should be. */
function comes(world: DemoWorld, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo()) return resolve()
    const stop = world.onChange(() => {
      if (!isSo()) return
      stop()
      resolve()
    })
  })
}
/** Resolves when a key of the bench blinks, or no longer does. */
export const blinks = (world: DemoWorld, keyId: string) => comes(world, () => isBlinking(world, keyId))
export const stops = (world: DemoWorld, keyId: string) => comes(world, () => !isBlinking(world, keyId))

/** For calls that nobody cancels. */
export const NEVER = new AbortController().signal

/** The first world takes eight scrypt runs, so it is made once and each test begins with a copy of its file. */
let firstFile: Promise<string> | undefined
async function makeFirstFile(folder: string): Promise<string> {
  const file = join(folder, 'first.json')
  const random = seededRandom('first world')
  const world = await openDemoWorld({
    file,
    clock: new FakeClock(),
    random,
    otp: { codeOfStep },
    keys: createBenchKeys(random).maker,
  })
  await world.close()
  return readFile(file, 'utf8')
}

/** `edit`: makes another first world of the usual one's file. */
export async function testWorld(
  options: Partial<DemoWorldOptions> = {},
  edit: (file: string) => string = (file) => file,
): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-demo-'))
  const clock = new FakeClock()
  const file = join(folder, 'world.json')
  firstFile ??= makeFirstFile(folder)
  await writeFile(file, edit(await firstFile))
  const random = seededRandom('later on')
  const open = () =>
    openDemoWorld({ file, clock, random, otp: { codeOfStep }, keys: createBenchKeys(random).maker, ...options })
  let world = await open()
  return {
    get world() {
      return world
    },
    clock,
    file,
    async reopen() {
      await world.close()
      world = await open()
      return world
    },
    async dispose() {
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The people of the first world. */
export const PEOPLE = {
  root: '447109823316:root',
  alice: '447109823316:user/alice.okonkwo-brandt',
  dmitri: '447109823316:user/dmitri.lindqvist',
  carol: '447109823316:user/carol.vasquez-ono',
  eunJi: '447109823316:user/eun-ji.park',
  stagingRoot: '550211870946:root',
  breakglass: '550211870946:user/breakglass-administrator.staging',
  oncall: '550211870946:user/oncall.staging',
} as const
export type PersonName = keyof typeof PEOPLE

export const SELF = { as: 'self' } as const
export const administrator = (name: PersonName) => ({ as: 'administrator', identityId: PEOPLE[name] }) as const

/** What a person does at the bench, in a few words. */
export class BenchPerson {
  readonly world: DemoWorld
  readonly identityId: string
  constructor(world: DemoWorld, who: PersonName) {
    this.world = world
    this.identityId = PEOPLE[who]
  }

  get page(): SignInPage {
    return this.world.bench().signIn
  }

  get bench(): BenchState {
    return this.world.bench()
  }

  /** The password on the bench; none where the person chose one. */
  get password(): string {
    return this.bench.people.find((person) => person.identityId === this.identityId)?.password ?? ''
  }

  devices() {
    return this.world.backend.devices(this.identityId, NEVER)
  }

  /** Opens the sign-in page afresh and enters name and password. */
  async enterPassword(password = this.password): Promise<SignInPage> {
    await this.world.signIn({ act: 'start-over' })
    await this.world.signIn({ act: 'who', identityId: this.identityId })
    await this.world.signIn({ act: 'password', password })
    return this.page
  }

  async choose(deviceName: string): Promise<SignInPage> {
    const device = (await this.devices()).find(({ name }) => name === deviceName)
    if (!device) throw new Error(`no device ${deviceName}`)
    await this.world.signIn({ act: 'choose', deviceId: device.id })
    return this.page
  }

  /** The code this person's account shows on the phone; empty while nobody can read it. */
  phoneCode(): string {
    const { people, phone } = this.bench
    const me = people.find((person) => person.identityId === this.identityId)
    const account = phone.accounts.find((one) => one.identityName === me?.name && one.account === me.account)
    return account?.code ?? ''
  }

  tokenCode(serial: string): string {
    return this.bench.tokens.find((token) => token.serial === serial)?.display?.code ?? ''
  }

  async enterCode(code = this.phoneCode()): Promise<SignInPage> {
    await this.world.signIn({ act: 'code', code })
    return this.page
  }

  /** Answers the page's touch with a plugged key; ends when the page has gone on or says what is wrong. */
  async touch(keyId: string): Promise<SignInPage> {
    await this.world.signIn({ act: 'touch' })
    await new Promise<void>((resolve, reject) => {
      const stop = this.world.onChange(() => {
        const { page, fault } = { fault: undefined, ...this.page }
        if (page === 'touch' && fault === undefined) return
        stop()
        resolve()
      })
      this.world.key(keyId, 'touch').catch(reject)
    })
    return this.page
  }

  /** Password and, where asked, the phone's code. */
  async signIn(password = this.password): Promise<SignInPage> {
    const page = await this.enterPassword(password)
    if (page.page === 'choose-device') {
      const onPhone = page.devices.find(({ name }) => name.startsWith('Pixel 8'))
      await this.world.signIn({ act: 'choose', deviceId: onPhone?.id ?? '' })
    }
    if (this.page.page === 'code') await this.enterCode()
    return this.page
  }

  /** From the page of a device to that of alternative factors; the password again where it is asked for. */
  async troubleshoot(): Promise<SignInPage> {
    await this.world.signIn({ act: 'troubleshoot' })
    if (this.page.page === 'password-again') await this.world.signIn({ act: 'password', password: this.password })
    if (this.page.page === 'troubleshoot') await this.world.signIn({ act: 'use-alternative-factors' })
    return this.page
  }

  async verifyEmail(): Promise<SignInPage> {
    await this.world.signIn({ act: 'send-email' })
    const mail = this.bench.inbox[0]
    if (mail) await this.world.mail({ id: mail.id, act: 'follow' })
    return this.page
  }

  async verifyPhone(digits?: string): Promise<SignInPage> {
    await this.world.signIn({ act: 'call-me' })
    const { page } = this
    const shown = page.page === 'alternative-factors' ? page.phone.digits : undefined
    if (this.bench.phone.call?.state !== 'ringing') return page
    await this.world.phone({ act: 'answer' })
    for (const key of digits ?? shown ?? '') await this.world.phone({ key })
    return this.page
  }

  /** All of it: password, Troubleshoot, email, phone, in. */
  async signInByAlternativeFactors(): Promise<SignInPage> {
    await this.enterPassword()
    await this.troubleshoot()
    await this.verifyEmail()
    await this.verifyPhone()
    await this.world.signIn({ act: 'use-alternative-factors' })
    return this.page
  }
}
