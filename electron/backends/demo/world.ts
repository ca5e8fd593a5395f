/** Opens the demo world and ties its parts together: file, clock, server, keys, things, sign-in page. */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import { Alarm } from './alarm.ts'
import * as alternative from './alternative-factors.ts'
import { DemoBackend, type DemoFaults } from './backend.ts'
import type { BenchState, KeyAct, MailAct, PhoneAct, SignInAct, TokenAct } from './bench-state.ts'
import { benchView, viewChangesAt } from './bench-view.ts'
import { erringClock, MovableClock } from './clock.ts'
import {
  BenchFault,
  type DemoWorld,
  type KeyMaker,
  type LivingKeys,
  type PageKeys,
  type RelyingParty,
  type WebAuthnJson,
} from './door.ts'
import { firstWorld } from './first-world.ts'
import { Listeners } from './guarded.ts'
import { KeyDesk } from './key-desk.ts'
import type { DemoOtp } from './otp.ts'
import { PageTouch } from './page-touch.ts'
import { isPassword } from './passwords.ts'
import { ALL_RULES, type DemoRules } from './rules.ts'
import * as signIn from './sign-in.ts'
import type { WorldState } from './state.ts'
import { WorldNotSaved, WorldStore } from './store.ts'
import { actOnKey, actOnMail, actOnPhone, actOnToken } from './things.ts'
import type { Turn } from './turn.ts'
import { openWorldFile, type WorldFiles } from './world-file.ts'

export interface DemoWorldOptions {
  /** Where the world is kept: its own file, never the vault. */
  readonly file: string
  /** Real time. */
  readonly clock: Clock
  readonly random: Random
  readonly otp: DemoOtp
  readonly keys: KeyMaker
  /** For tests: a file system that fails. */
  readonly files?: WorldFiles
  /** For the test against the seed: a world with a rule taken out. */
  readonly rules?: DemoRules
  /** For tests: writes that go astray. */
  readonly faults?: DemoFaults
}

/**
 * Opens the world of `file`, or the first world where there is none yet or the file can't be read as one (`movedAside`).
 * Throws what the file system says where the folder can't be used. One process at a time may change a world: who opens a
 * second one on the same file reads what was last saved, and is to leave it at that.
 */
export async function openDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const { clock, random } = options
  const files = options.files ? { files: options.files } : {}
  const opened = await openWorldFile(options.file, { now: clock.now(), random, ...files })
  const state = opened.state ?? (await firstWorld(clock.now(), 0, random, options.keys))
  if (!opened.state) await opened.file.write(state)
  return new LivingWorld(options, new WorldStore(opened.file, state), opened.movedAside)
}

class LivingWorld implements DemoWorld {
  readonly backend: DemoBackend
  readonly clock: MovableClock
  readonly computerClock: Clock
  readonly movedAside: string | undefined
  readonly #options: DemoWorldOptions
  readonly #store: WorldStore
  readonly #desk: KeyDesk
  readonly #keys: LivingKeys
  readonly #pageTouch: PageTouch
  /** Of the backend: the world changed. */
  readonly #changes = new Listeners()
  /** Of the bench: what it shows changed, which codes do by time alone. */
  readonly #views = new Listeners()
  readonly #pageAlarm: Alarm
  readonly #viewAlarm: Alarm

  constructor(options: DemoWorldOptions, store: WorldStore, movedAside: string | undefined) {
    this.#options = options
    this.#store = store
    this.movedAside = movedAside
    this.clock = new MovableClock(options.clock, store.state.movedMs)
    this.computerClock = erringClock(this.clock, () => store.state.computerErrorMs)
    this.#desk = new KeyDesk(store, this.clock, () => this.#views.call())
    this.#keys = options.keys.open(this.#desk)
    const turn = (world: WorldState) => this.#turn(world)
    this.#pageTouch = new PageTouch({ store, keys: () => this.#keys.page, change: (work) => this.#change(work) })
    this.backend = new DemoBackend({
      store,
      turn,
      onChange: (listener) => this.#changes.add(listener),
      faults: options.faults,
    })
    const pageEndsAt = () => alternative.callEndsAt(store.state) ?? signIn.sessionEndsAt(turn(store.state))
    this.#pageAlarm = new Alarm(this.clock, pageEndsAt, () => void this.#letAge())
    this.#viewAlarm = new Alarm(
      this.clock,
      () => viewChangesAt(turn(store.state)),
      () => {
        this.#viewAlarm.set()
        this.#views.call()
      },
    )
    store.onChange(() => this.#follow())
    this.#pageAlarm.set()
  }

  get keys(): PageKeys {
    return this.#keys.page
  }

  bench(): BenchState {
    return benchView(this.#turn(this.#store.state), ({ id }) => ({
      question: this.#desk.question(id),
      winks: this.#desk.winks(id),
    }))
  }

  onChange(listener: () => void): () => void {
    const leave = this.#views.add(listener)
    if (this.#views.size === 1) this.#viewAlarm.set()
    return () => {
      leave()
      if (this.#views.size === 0) this.#viewAlarm.clear()
    }
  }

  async moveClock(ms: number): Promise<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError('the world moves forward, by whole milliseconds')
    await this.#change(({ world }) => {
      world.movedMs += ms
    })
    // What fell due has had its say before the caller looks.
    await this.#store.settled()
  }

  setComputerError(ms: number): Promise<void> {
    return this.#change(({ world }) => {
      world.computerErrorMs = ms
    })
  }

  async restore(): Promise<void> {
    const { clock, random, keys } = this.#options
    const fresh = await firstWorld(clock.now(), 0, random, keys)
    await this.#store.change((draft) => {
      this.#desk.forget()
      Object.assign(draft, fresh)
    })
    this.#keys.restart()
  }

  async key(id: string, act: KeyAct): Promise<void> {
    if (act === 'touch' || act === 'wrong-finger') return this.#desk.touch(id, act)
    const wasPlugged = this.#desk.isPlugged(id)
    await this.#change((turn) => actOnKey(turn, id, act))
    this.#desk.moved(id, wasPlugged)
  }

  token(act: TokenAct): Promise<void> {
    return this.#change((turn) => actOnToken(turn, act))
  }

  phone(act: PhoneAct): Promise<void> {
    return this.#change((turn) => actOnPhone(turn, act))
  }

  mail(act: MailAct): Promise<void> {
    return this.#change((turn) => actOnMail(turn, act))
  }

  async signIn(act: SignInAct): Promise<void> {
    if (act.act === 'password') return this.#enterPassword(act.password)
    if (act.act === 'touch') return this.#pageTouch.useBenchKey()
    await this.#change((turn) => actOnPage(turn, act))
  }

  beginPageTouch(rp: RelyingParty): Promise<WebAuthnJson> {
    return this.#pageTouch.begin(rp)
  }

  finishPageTouch(response: WebAuthnJson): Promise<void> {
    return this.#pageTouch.finish(response)
  }

  async close(): Promise<void> {
    this.#keys.close()
    this.#desk.close()
    await this.#store.settled()
    this.clock.close()
  }

  /** scrypt runs outside of the turn; the turn checks that the password asked for is still the one compared. */
  async #enterPassword(password: string): Promise<void> {
    const identity = signIn.passwordAsked(this.#turn(this.#store.state))
    const isRight = await isPassword(identity.password, password)
    await this.#change((turn) => signIn.enterPassword(turn, identity, isRight))
  }

  #turn(world: WorldState): Turn {
    const { otp, keys, random, rules = ALL_RULES } = this.#options
    return { world, now: this.clock.now(), otp, keys, random, rules }
  }

  /** A change of the bench: what time alone has ended on the page ends first. */
  #change<T>(work: (turn: Turn) => T): Promise<T> {
    return this.#store.change((draft) => {
      const turn = this.#turn(draft)
      letPageAge(turn)
      return work(turn)
    })
  }

  /** Time ended something on the page. Where that can't be saved, the next act on the bench does it. */
  async #letAge(): Promise<void> {
    try {
      await this.#change(() => undefined)
    } catch (error) {
      if (!(error instanceof WorldNotSaved)) throw error
    }
  }

  /** After every change, before anybody is told: time goes as the state says, and waits are for the page that is open. */
  #follow(): void {
    this.clock.setMoved(this.#store.state.movedMs)
    this.#pageTouch.follow(this.#store.state.page)
    this.#pageAlarm.set()
    if (this.#views.size > 0) this.#viewAlarm.set()
    this.#changes.call()
    this.#views.call()
  }
}

function letPageAge(turn: Turn): void {
  alternative.endCall(turn)
  signIn.endSession(turn)
}

function actOnPage(turn: Turn, act: Exclude<SignInAct, { act: 'password' | 'touch' }>): void {
  switch (act.act) {
    case 'start-over':
      return alternative.startOver(turn)
    case 'who':
      return signIn.chooseWho(turn, act.identityId)
    case 'choose':
      return signIn.chooseDevice(turn, act.deviceId)
    case 'code':
      return signIn.enterCode(turn, act.code)
    case 'troubleshoot':
      return signIn.troubleshoot(turn)
    case 'use-alternative-factors':
      return alternative.useAlternativeFactors(turn)
    case 'send-email':
      return alternative.sendEmail(turn)
    case 'call-me':
      return alternative.callMe(turn)
    case 'sign-out':
      return signIn.signOut(turn)
    default:
      throw new BenchFault('not-now')
  }
}
