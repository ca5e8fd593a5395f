/** The whole program in memory but for its files: real services on a folder of its own, a clock that is moved, a page over a memory wire. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeDemo, composeReal, type Ports } from '../../electron/compose.ts'
import type { Services } from '../../electron/services/handlers.ts'
import type { AwsPlace, SettingsStore, Shell } from '../../electron/services/ports.ts'
import type { Params, Request, Response, CallName, TopicName } from '../../shared/contract/index.ts'
import { connect, MemoryLog, Watched, type Connected } from './connect.ts'
import { FakeClock } from './fake-clock.ts'
import { ScriptedPerson } from './scripted-person.ts'
import { seededRandom } from './seeded-random.ts'

export const PASSPHRASE = 'correct horse battery staple'

/** A shell whose clipboard is the system's and whose person can be made to leave. */
export class TestShell implements Shell {
  readonly kind = 'browser'
  readonly webauthn: Shell['webauthn']
  readonly clipboard: Shell['clipboard']
  clipboardText = ''
  hasQuit = false
  readonly #lockWishes = new Set<() => void>()

  constructor(options: { readonly clipboard?: 'host' | 'page'; readonly webauthn?: boolean } = {}) {
    this.webauthn = options.webauthn ? { origin: 'http://latchkey.localhost:1', rpId: 'latchkey.localhost' } : undefined
    this.clipboard =
      options.clipboard === 'page'
        ? { where: 'page' }
        : {
            where: 'host',
            write: async (text) => void (this.clipboardText = text),
            clearIf: async (text) => void (this.clipboardText === text && (this.clipboardText = '')),
          }
  }
  onLockWish(listener: () => void) {
    this.#lockWishes.add(listener)
    return () => this.#lockWishes.delete(listener)
  }
  quit() {
    this.hasQuit = true
  }
  /** The lid is closed, the screen is locked, the user is switched. */
  leave() {
    for (const listener of this.#lockWishes) listener()
  }
}

export class MemorySettings implements SettingsStore {
  values: Record<string, unknown> = {}
  readonly movedAside = undefined
  read() {
    return this.values
  }
  write(values: Record<string, unknown>) {
    this.values = values
  }
}

export interface AppOptions {
  readonly demo?: boolean
  readonly clipboard?: 'host' | 'page'
  readonly webauthn?: boolean
  /** An app on another's folder, as another process would be. */
  readonly dataDir?: string
  readonly clock?: FakeClock
  /** What of AWS is on this computer. */
  readonly aws?: AwsPlace
}

export class TestApp {
  readonly dataDir: string
  readonly clock: FakeClock
  readonly shell: TestShell
  readonly settings = new MemorySettings()
  readonly log = new MemoryLog()
  readonly person = new ScriptedPerson()
  readonly #isDemo: boolean
  readonly #aws: AwsPlace | undefined
  readonly #ownsFolder: boolean
  #services!: Services
  #page!: Connected
  #starts = 0

  private constructor(dataDir: string, options: AppOptions) {
    this.dataDir = dataDir
    this.clock = options.clock ?? new FakeClock()
    this.shell = new TestShell(options)
    this.#isDemo = options.demo ?? false
    this.#aws = options.aws
    this.#ownsFolder = options.dataDir === undefined
  }

  static async start(options: AppOptions = {}): Promise<TestApp> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'latchkey-app-')))
    const app = new TestApp(dataDir, options)
    if (options.demo && app.#ownsFolder) await copyFile(await firstWorldFile(), join(dataDir, 'demo-world.json'))
    await app.#open()
    return app
  }

  get services(): Services {
    return this.#services
  }
  /** The page's end. */
  get page(): Connected {
    return this.#page
  }
  /** Everything that was logged, by services and at the door. */
  get logged(): string {
    return this.log.text + this.#page.log.text
  }

  call<N extends CallName>(name: N, request: Request<N>): Promise<Response<N>> {
    return this.#page.client.call(name, request)
  }
  watch<T extends TopicName>(topic: T, params: Params<T>): Watched<T> {
    return new Watched(this.#page.client, topic, params)
  }
  /** The present state of a topic, as a page that has just come sees it. */
  async state<T extends TopicName>(topic: T, params: Params<T>) {
    const watched = this.watch(topic, params)
    const state = await watched.until()
    watched.stop()
    return state
  }
  /** Ends the program in good order and starts it again on the same folder. */
  async restart(): Promise<void> {
    await this.#close()
    await this.#open()
  }
  /** All files, as one text, for what must not be in them. */
  async files(): Promise<string> {
    const names = await readdir(this.dataDir, { recursive: true, withFileTypes: true })
    const texts = names
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'))
    return (await Promise.all(texts)).join('\n')
  }
  async dispose(): Promise<void> {
    await this.#close()
    if (this.#ownsFolder) await rm(this.dataDir, { recursive: true, force: true })
  }

  async #open() {
    const ports: Ports = {
      shell: this.shell,
      settings: this.settings,
      log: this.log,
      clock: this.clock,
      random: seededRandom(`${this.dataDir} ${this.#starts++}`),
      dataDir: this.dataDir,
      version: '0.0.0-test',
      // The least that age's own readers take in earnest; a test has no thief.
      scryptLogN: 4,
      ...(this.#aws ? { aws: this.#aws } : {}),
    }
    this.#services = await (this.#isDemo ? composeDemo : composeReal)(ports)
    this.#page = connect(this.#services, { person: this.person, clock: this.clock })
  }
  async #close() {
    this.#page.close()
    await this.#services.close()
  }
}

/** The first world's passwords take seconds to hash, so it is made once a test file. */
let firstWorld: Promise<string> | undefined
function firstWorldFile(): Promise<string> {
  firstWorld ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-world-'))
    await mkdir(folder, { recursive: true })
    const { openDemoWorld } = await import('../../electron/backends/index.ts')
    const { createBenchKeys } = await import('../../electron/services/bench-keys.ts')
    const { codeOfStep } = await import('./rfc6238.ts')
    const random = seededRandom('first world')
    const file = join(folder, 'world.json')
    const world = await openDemoWorld({
      file,
      clock: new FakeClock(),
      random,
      otp: { codeOfStep },
      keys: createBenchKeys(random).maker,
    })
    await world.close()
    return file
  })()
  return firstWorld
}
