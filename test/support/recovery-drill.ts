/**
 * A case gone through with a scripted person at the demo world, where the program can be made to die at any arrow: before or
 * after each save of the vault, before or after each write to the backend. Nothing of the dead program reaches either again.
 */
import * as nodeFiles from 'node:fs/promises'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  journalRow,
  type Backend,
  type DemoWorld,
  type DemoWorldOptions,
  type JournalRow,
} from '../../electron/backends/index.ts'
import { fixedBackends } from '../../electron/services/backends/list.ts'
import type { WorldFiles } from '../../electron/backends/demo/world-file.ts'
import { createConfirm } from '../../electron/services/confirm.ts'
import type { CallContext } from '../../electron/services/handlers.ts'
import {
  createRecovery,
  type KeysHere,
  type Recovery,
  type RecoveryDeps,
} from '../../electron/services/recovery/index.ts'
import type { VaultData } from '../../electron/services/store.ts'
import { createVaultStore } from '../../electron/services/vault-store.ts'
import { CallError, type CaseView, type Request, type StepAnswer, type StepView } from '../../shared/contract/index.ts'
import { authenticatorEntry, type Entry } from '../../shared/domain/entry.ts'
import { caseRecord, manyCase } from '../../shared/domain/playbooks/index.ts'
import { MemoryLog } from './connect.ts'
import { BenchPerson, NEVER, PEOPLE, testWorld, type PersonName, type TestWorld } from './demo-world.ts'
import type { FakeClock } from './fake-clock.ts'
import { seededRandom } from './seeded-random.ts'
import { NOTHING_KEPT } from '../../electron/services/whatif/kept.ts'

const WRITES: ReadonlySet<string> = new Set<keyof Backend>([
  'beginRegister',
  'confirmRegister',
  'abandon',
  'resync',
  'deactivate',
  'deleteEntity',
  'rename',
  'markLost',
  'changePassword',
  'confirmContact',
  'setContact',
  'elevate',
  'beginAssertion',
  'finishAssertion',
])

const BENCH_RP = { origin: 'https://latchkey.localhost', rpId: 'latchkey.localhost' }
const PAGE = { origin: 'http://latchkey.localhost:1', rpId: 'latchkey.localhost' }

const TRIED_AGAIN: ReadonlySet<string> = new Set(['unreachable', 'outcome-unknown'])

/** What the person does at a step: an answer, or acts on the bench and then an answer. `undefined`: the primary action. */
export type Act = (drill: Drill, step: StepView) => StepAnswer | undefined | Promise<StepAnswer | undefined>
export type Acts = Readonly<Record<string, StepAnswer | Act>>

export interface DrillOptions extends Partial<DemoWorldOptions> {
  /** Where keys are touched: on the bench (as without any word), by the page's WebAuthn, or not at all. */
  readonly touch?: 'bench' | 'page' | 'none'
  /** A backend that answers otherwise: `undefined` leaves the answer to the demo's. */
  readonly answers?: (name: keyof Backend, real: () => Promise<unknown>) => Promise<unknown> | undefined
  /** Seconds this computer's clock is ahead. */
  readonly computerErrorSeconds?: number
  /** Makes another first world of the usual one's file. */
  readonly edit?: (file: string) => string
  /** What the vault holds before anything begins. */
  readonly vault?: Partial<VaultData>
  /** Called at every arrow that is passed, alive. */
  readonly onArrow?: (what: string) => void
}

/** A drill dies by its own hand, never by the disk's: nothing need be forced onto it. */
const WITHOUT_SYNC: WorldFiles = {
  ...nodeFiles,
  open: async (...args) => {
    const handle = await nodeFiles.open(...args)
    handle.sync = async () => {}
    return handle
  },
}

/** What the world holds, as its file has it. */
interface WorldFile {
  readonly devices: readonly {
    readonly id: string
    readonly type: string
    readonly name: string
    readonly holder?: string
    readonly madeFor: string
    readonly totp?: { readonly secret: string }
  }[]
}

export class Drill {
  readonly test: TestWorld
  readonly log = new MemoryLog()
  /** The vault as it is on disk. */
  disk: string = JSON.stringify(EMPTY)
  recovery!: Recovery
  /** What the services of this start stand on. */
  deps!: RecoveryDeps
  /** Arrows passed since the drill began: what happened at each. */
  readonly arrows: string[] = []
  /** Die at this arrow; counted from 1. */
  dieAt: number | undefined
  /** Codes and passwords that went through; none of them may be in a case. */
  readonly planted = new Set<string>()
  readonly progress: string[] = []
  readonly confirmed: {
    readonly operation: string
    readonly typeName: string | undefined
    readonly effects: string[]
  }[] = []
  #life = { isDead: false }
  readonly #options: DrillOptions
  #starts = 0
  #data: () => VaultData = () => EMPTY
  /** Locks as the vault does: what was sent is waited for. */
  lock: () => Promise<void> = async () => {}

  private constructor(test: TestWorld, options: DrillOptions) {
    this.test = test
    this.#options = options
  }

  static async begin(options: DrillOptions = {}): Promise<Drill> {
    const { touch: _, answers: __, onArrow: ___, computerErrorSeconds = 0, edit, vault = {}, ...world } = options
    const drill = new Drill(await testWorld({ files: WITHOUT_SYNC, ...world }, edit), options)
    drill.disk = JSON.stringify({ ...EMPTY, ...vault })
    if (computerErrorSeconds !== 0) await drill.world.setComputerError(computerErrorSeconds * 1000)
    await drill.start()
    return drill
  }

  get world(): DemoWorld {
    return this.test.world
  }
  get clock(): FakeClock {
    return this.test.clock
  }
  get isDead(): boolean {
    return this.#life.isDead
  }
  get data(): VaultData {
    return this.#data()
  }
  person(who: PersonName): BenchPerson {
    return new BenchPerson(this.world, who)
  }

  /** Starts the program on what is on disk, and lets it look into what was left. */
  async start(): Promise<void> {
    const life = { isDead: false }
    this.#life = life
    const store = createVaultStore(this.clock)
    store.open({
      data: readDisk(this.disk),
      save: async (data) => {
        this.#arrow(life, 'before save')
        this.disk = JSON.stringify(data)
        this.#arrow(life, 'after save')
      },
    })
    this.#data = () => store.data()
    this.lock = () => store.close()
    const random = seededRandom(`start ${this.#starts++}`)
    const { world } = this
    const time = { now: () => world.computerClock.now(), onSet: () => () => {} }
    this.deps = {
      store,
      clock: world.clock,
      time,
      correctedNow: () => Math.round(world.clock.now()),
      measurements: () => store.data().clock,
      random,
      backends: fixedBackends([this.#backend(life)]),
      webauthn: this.#options.touch === 'page' ? PAGE : undefined,
      rp: this.#options.touch === 'none' ? undefined : this.#options.touch === 'page' ? PAGE : BENCH_RP,
      keysHere: this.#options.touch === 'none' || this.#options.touch === 'page' ? undefined : this.#keysHere(),
      confirm: createConfirm({ clock: world.clock, random, shell: {} }),
      log: this.log,
    }
    this.recovery = createRecovery(this.deps)
    await this.recovery.reconcile(NEVER).catch((error: unknown) => {
      if (!life.isDead) throw error
    })
  }

  #arrow(life: { isDead: boolean }, what: string): void {
    if (life.isDead) throw new Error('dead')
    this.arrows.push(what)
    this.#options.onArrow?.(what)
    if (this.arrows.length !== this.dieAt) return
    life.isDead = true
    throw new Error('died')
  }

  #backend(life: { isDead: boolean }): Backend {
    const { backend } = this.world
    return new Proxy<Backend>(backend, {
      get: (target, name: keyof Backend) => {
        const value = target[name]
        if (typeof value !== 'function') return value
        if (name === 'onChange') return (listener: () => void) => backend.onChange(() => !life.isDead && listener())
        return async (...args: unknown[]) => {
          if (life.isDead) throw new Error('dead')
          const real = () => (value as (...args: unknown[]) => Promise<unknown>).apply(target, args)
          const call = () => this.#options.answers?.(name, real) ?? real()
          if (!WRITES.has(name)) return call()
          this.#plant(name, args)
          this.#arrow(life, `before ${name}`)
          const outcome = await call()
          this.#arrow(life, `after ${name}`)
          return outcome
        }
      },
    })
  }

  #plant(write: keyof Backend, args: readonly unknown[]): void {
    if (write === 'elevate') this.planted.add(String(args[2]))
    if (write === 'changePassword')
      for (const secret of [args[1], args[2]]) if (secret) this.planted.add(String(secret))
    const codes: unknown = write === 'resync' ? args[2] : (args[1] as { codes?: unknown } | undefined)?.codes
    if (Array.isArray(codes)) for (const code of codes) this.planted.add(String(code))
  }

  /** The cases as the page would have them. */
  views(): Record<string, CaseView> {
    let state: Record<string, CaseView> = {}
    const stop = this.recovery.topics.cases.watch(
      {},
      (pushed) => {
        state = pushed
      },
      () => {},
    )
    stop()
    return state
  }
  view(caseId: string): CaseView {
    const view = this.views()[caseId]
    if (!view) throw new Error('no such case')
    return view
  }
  openStep(caseId: string): StepView | undefined {
    return this.view(caseId).steps.find(({ state }) => state === 'now')
  }

  async open(request: Request<'recovery.open'>): Promise<string> {
    const { caseId } = await this.recovery.handlers['recovery.open'](request, this.#context<'recovery.open'>())
    return caseId
  }
  async answer(caseId: string, step: string, answer: StepAnswer, signal = NEVER): Promise<void> {
    await this.recovery.handlers['recovery.answer']({ caseId, step, answer }, this.#context<'recovery.answer'>(signal))
  }
  back(caseId: string) {
    return this.recovery.handlers['recovery.back']({ caseId }, this.#context<'recovery.back'>())
  }
  abandon(caseId: string) {
    return this.recovery.handlers['recovery.abandon']({ caseId }, this.#context<'recovery.abandon'>())
  }

  /** Goes on with a case until its end, or until `until` is open; starts the program again whenever it died. Steps in order. */
  async goOn(
    request: Request<'recovery.open'>,
    acts: Acts,
    until?: string,
  ): Promise<{ caseId: string; steps: string[] }> {
    const steps: string[] = []
    let caseId: string | undefined
    for (let i = 0; i < 80; i++) {
      if (this.isDead) {
        await this.onDeath()
        await this.start()
        continue
      }
      try {
        caseId ??= this.data.cases.at(-1)?.id ?? (await this.open(request))
        const step = this.openStep(caseId)
        if (!step) throw new Error('no open step')
        if (steps.at(-1) !== step.step) steps.push(step.step)
        if (step.ask?.form === 'end' || step.step === until) return { caseId, steps }
        const act = acts[step.step]
        const answer = typeof act === 'function' ? await act(this, step) : act
        if (step.ask?.form === 'wait') await this.clock.advance(Math.max(0, step.ask.until - this.world.clock.now()))
        await this.answer(caseId, step.step, answer ?? { form: 'done' })
      } catch (error) {
        // Nothing was heard, or nothing could be told: a person tries again.
        const isTriedAgain = error instanceof CallError && TRIED_AGAIN.has(error.error.code)
        if (!this.isDead && !isTriedAgain) throw error
      }
    }
    throw new Error(`no end: ${steps.join(', ')}`)
  }

  /** The bench's keys, as the keys service would reach them. */
  #keysHere(): KeysHere {
    return {
      hasSources: true,
      knows: () => false,
      ceremonies: {
        perform: async ({ ceremony, options, rp, progress, signal }) => {
          const given = this.world.keys[ceremony](options, rp, signal)
          progress({ doing: 'touch', keyName: this.key })
          const response = await given
          return { response, credentialId: String(response['id']), key: this.key }
        },
        linkDevice: () => Promise.resolve(),
      },
    }
  }

  #context<N extends 'recovery.open' | 'recovery.answer' | 'recovery.back' | 'recovery.abandon'>(
    signal = NEVER,
  ): CallContext<N> {
    const context: CallContext<'recovery.answer'> = {
      signal,
      progress: ({ doing, facts }) => {
        this.progress.push(doing)
        if (doing === 'waiting-for-code')
          void this.#later(() => this.clock.advance(untilOf(facts['until'], this.world)))
        if (doing === 'waiting-for-touch' && facts['by'] === 'touch') void this.#later(() => this.#touch())
      },
      ask: ((name: string, ask: unknown) => this.#answerAsk(name, ask)) as CallContext<'recovery.answer'>['ask'],
    }
    return context as unknown as CallContext<N>
  }

  /** Codes are asked for of the device's bearer; every confirmation is given, with the name where it is wanted. */
  codeFor: (deviceName: string) => string = () => {
    throw new Error('nobody here has that device')
  }
  async #answerAsk(name: string, ask: unknown): Promise<unknown> {
    if (name === 'confirm') {
      const { operation, typeName, nonce, effects } = ask as {
        operation: string
        typeName?: string
        nonce: string
        effects: { effect: string }[]
      }
      this.confirmed.push({ operation, typeName, effects: effects.map(({ effect }) => effect) })
      return { confirmed: true, nonce, ...(typeName === undefined ? {} : { typedName: typeName }) }
    }
    if (name === 'code') return { code: this.codeFor((ask as { deviceName: string }).deviceName) }
    if (name === 'webauthn') {
      // The page's authenticator is a key of the bench that is touched at once.
      const { ceremony, options } = ask as { ceremony: 'create' | 'get'; options: Record<string, unknown> }
      const given = this.world.keys[ceremony](options, PAGE, NEVER)
      await this.#touch()
      return { response: await given }
    }
    throw new Error(`asked for ${name}`)
  }

  /** Devices that somebody else deactivated: what is left of them is in nobody's journal. */
  readonly byOthers = new Set<string>()

  /** Looked at between a death and the next start. */
  onDeath: () => Promise<void> = async () => {}

  /** Which key is touched when one waits. */
  key = 'blue'
  /** Nobody touches a key that waits. */
  handsOff = false
  async #touch(): Promise<void> {
    if (!this.handsOff) await this.world.key(this.key, 'touch')
  }
  async #later(run: () => Promise<void>): Promise<void> {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    await run()
  }

  /** What must hold at any time, dead or alive. `mine`: who the new devices are for. */
  async check(mine: PersonName): Promise<string[]> {
    const faults: string[] = []
    const { entries, journal, cases } = readDisk(this.disk)
    const before = new Set(FIRST_DEVICES.get(this.test.file) ?? [])
    const { devices } = JSON.parse(await readFile(this.test.file, 'utf8')) as WorldFile
    for (const device of devices) {
      if (device.type !== 'virtual-totp') continue
      const rows = journal.filter((row) => row.stage !== 'closed' && row.deviceId === device.id)
      if (before.has(device.id)) {
        const isOurs = !this.byOthers.has(device.id)
        if (device.holder === undefined && rows.length === 0 && isOurs) faults.push(`${device.name} is left behind`)
        continue
      }
      const isSeedHere = hasSeed(entries, rows, device.totp?.secret)
      if (device.holder === PEOPLE[mine] && !isSeedHere) faults.push(`the seed of ${device.name} is lost`)
      if (device.holder === undefined && rows.length === 0) faults.push(`${device.name} is left unexplained`)
    }
    // Neither in what is kept of cases, nor in what is shown or logged of them.
    const text = JSON.stringify([cases, this.isDead ? [] : this.views(), this.log.lines])
    for (const secret of this.planted) if (text.includes(`"${secret}"`)) faults.push('a code or password is in a case')
    for (const { secret } of entries) if (text.includes(secret)) faults.push('a seed is in a case')
    return faults
  }

  /** Notes the devices there are before anything is made. */
  async noteFirst(): Promise<void> {
    const { devices } = JSON.parse(await readFile(this.test.file, 'utf8')) as WorldFile
    FIRST_DEVICES.set(
      this.test.file,
      devices.map(({ id }) => id),
    )
  }

  /** The devices of a person, as name and type, and the entries tied to them. */
  async outcome(who: PersonName) {
    const devices = await this.world.backend.devices(PEOPLE[who], NEVER)
    const { entries, journal, cases } = this.data
    const world = JSON.parse(await readFile(this.test.file, 'utf8')) as WorldFile
    return {
      devices: devices.map(({ name, type }) => `${type} ${name}`).toSorted(),
      linked: entries.filter(
        ({ link, deletedAt }) => link && deletedAt === undefined && devices.some(({ id }) => id === link.deviceId),
      ).length,
      inBin: entries.filter(({ deletedAt }) => deletedAt !== undefined).length,
      open: journal.filter(({ stage }) => stage !== 'closed').length,
      seeds: journal.filter((row) => row.job === 'register' && row.seed !== undefined).length,
      unassigned: world.devices.filter(({ holder, madeFor }) => holder === undefined && madeFor === PEOPLE[who]).length,
      cases: cases.map(({ kind, outcome }) => `${kind} ${outcome ?? 'open'}`),
    }
  }

  async end(): Promise<void> {
    await this.test.dispose()
  }
}

const EMPTY: VaultData = {
  entries: [],
  faultyEntries: [],
  journal: [],
  cases: [],
  manyCases: [],
  clock: [],
  keys: [],
  backends: [],
  backup: { changesSince: 0 },
  whatif: NOTHING_KEPT,
}

/** What was saved, held against the schemas it is stored by. Throws where it does not fit them. */
function readDisk(disk: string): VaultData {
  const stored = JSON.parse(disk) as VaultData
  return {
    ...stored,
    entries: z.array(authenticatorEntry).parse(stored.entries),
    journal: z.array(journalRow).parse(stored.journal),
    cases: z.array(caseRecord).parse(stored.cases),
    manyCases: z.array(manyCase).parse(stored.manyCases),
  }
}

const FIRST_DEVICES = new Map<string, readonly string[]>()

const untilOf = (until: unknown, world: DemoWorld) =>
  Math.max(1, (typeof until === 'number' ? until : 0) - world.clock.now())

function hasSeed(entries: readonly Entry[], rows: readonly JournalRow[], secret: string | undefined): boolean {
  return (
    entries.some((entry) => entry.secret === secret) ||
    rows.some((row) => row.job === 'register' && row.seed === secret)
  )
}

/** The code of a refused call, or `none`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (error instanceof CallError) return error.error.code
    throw error
  }
}
