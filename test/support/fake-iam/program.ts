/**
 * The program at an AWS account: its journal's jobs, the AWS adapter and FakeIam, with calls that go astray by a schedule and a
 * program that may die at any arrow: before or after a save of the vault, before or after a request. Nothing of the dead program
 * reaches either again.
 */
import { fixedBackends } from '../../../electron/services/backends/list.ts'
import { openAwsIam, type Backend, type JournalRow } from '../../../electron/backends/index.ts'
import { createConfirm } from '../../../electron/services/confirm.ts'
import { linkRow } from '../../../electron/services/journal.ts'
import { StepTrouble, type Job, type RecoveryDeps } from '../../../electron/services/recovery/job.ts'
import { reconcile } from '../../../electron/services/recovery/reconcile.ts'
import { begin, confirm, sourceOfRow } from '../../../electron/services/recovery/register-job.ts'
import { pairAt, timeAt } from '../../../electron/services/recovery/codes.ts'
import { retire } from '../../../electron/services/recovery/retire-job.ts'
import { readWorld } from '../../../electron/services/recovery/world.ts'
import type { VaultData } from '../../../electron/services/store.ts'
import { createVaultStore } from '../../../electron/services/vault-store.ts'
import { CallError } from '../../../shared/contract/index.ts'
import { newEntry, toSecret } from '../../../shared/domain/entry.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import { MemoryLog } from '../connect.ts'
import { codeOfStep } from '../rfc6238.ts'
import { seededRandom } from '../seeded-random.ts'
import { FakeIam, type Fault } from './iam.ts'
import { SELF_MANAGE, SELF_MANAGE_WITHOUT_DENY, TIDY } from './policies.ts'
import { inProcess } from './server.ts'
import { NOTHING_KEPT } from '../../../electron/services/whatif/kept.ts'

const NEVER = new AbortController().signal
const CASE = 'the replacement'
const BACKEND = 'aws'
export const OLD = 'arn:aws:iam::123456789012:mfa/Old'

/** Time that moves only when everybody waits for it. */
class IdleClock implements Clock {
  #now = Date.UTC(2026, 10, 24, 12, 0, 5)
  #timers: { at: number; run: () => void }[] = []
  now = () => this.#now
  after(delayMs: number, run: () => void) {
    const timer = { at: this.#now + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
  pass(ms: number) {
    this.#now += ms
  }
  /** Moves to the next timer; false where nobody waits. */
  next(): boolean {
    const next = this.#timers.toSorted((a, b) => a.at - b.at)[0]
    if (!next) return false
    this.#timers = this.#timers.filter((other) => other !== next)
    this.#now = Math.max(this.#now, next.at)
    next.run()
    return true
  }
}

export interface Schedule {
  /** What goes wrong with the first, second, … request. */
  readonly faults: readonly (Fault | undefined)[]
  /** Arrows after which the program dies, each counted from the start before. */
  readonly deaths: readonly number[]
  readonly delayMs: number
  /** May this user delete what nobody has? */
  readonly mayDelete: boolean
  /** Between a death and the next start. */
  readonly pauseMs: number
}

class Dead extends Error {}

/** Replaces the only device by another along a schedule. Answers what went wrong of what must hold; empty is good. */
export async function replaceAlong(schedule: Schedule): Promise<string[]> {
  const run = await Run.open(schedule)
  return run.toEnd()
}

class Run {
  readonly #schedule: Schedule
  readonly #clock = new IdleClock()
  readonly #iam: FakeIam
  readonly #keys: { accessKeyId: string; secretAccessKey: string }
  readonly #id: string
  #disk: string
  #requests = 0
  #deaths = 0
  #arrows = 0
  #life = { isDead: false }
  #inFlight = 0
  #names = 0
  readonly #faults: string[] = []

  static async open(schedule: Schedule): Promise<Run> {
    return new Run(schedule)
  }

  private constructor(schedule: Schedule) {
    this.#schedule = schedule
    const random = seededRandom('account')
    this.#iam = new FakeIam({ now: this.#clock.now, random })
    const policies = schedule.mayDelete ? [SELF_MANAGE_WITHOUT_DENY, TIDY] : [SELF_MANAGE]
    const { user, ...keys } = this.#iam.addUser('alice', policies)
    this.#keys = keys
    this.#id = user.arn
    const seed = random(20)
    const totp = { seed, drift: 0, spent: new Set<number>() }
    this.#iam.addDevice({ serial: OLD, type: 'virtual', holder: 'alice', totp })
    this.#iam.devices.delayMs = schedule.delayMs
    this.#clock.pass(schedule.delayMs)
    const link = { backendId: BACKEND, identityId: this.#id, deviceId: OLD }
    const draft = {
      kind: 'totp',
      issuer: 'northwind',
      account: 'alice',
      secret: toSecret(seed)!,
      algorithm: 'SHA1',
      digits: 6,
      periodSeconds: 30,
    } as const
    const entries = [{ ...newEntry(draft, 'old-entry', 0), link }]
    const empty: VaultData = {
      entries,
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
    this.#disk = JSON.stringify(empty)
    this.#iam.fault = () => schedule.faults[this.#requests++]
  }

  async toEnd(): Promise<string[]> {
    let isDone = false
    for (let start = 0; !isDone && start < 40; start++) {
      try {
        isDone = await this.#passing(this.#live())
      } catch (error) {
        // Refused, not told, or dead: the person tries again.
        const isTold = error instanceof CallError || error instanceof StepTrouble
        if (!isTold && !this.#life.isDead) throw error
      }
      this.#life.isDead = true
      this.#check('on the way')
      // A person who was told so often waits longer.
      this.#clock.pass(this.#schedule.pauseMs + start * 1_000)
    }
    if (!isDone) this.#faults.push('it came to no end')
    // What a late list hid is seen by now, and what is left is looked into once more.
    this.#clock.pass(180_000)
    await this.#passing(this.#start().reconcile())
    this.#check('in the end')
    this.#checkEnd()
    return [...new Set(this.#faults)]
  }

  /** One life of the program: looks into what was left, registers where that is not done, and retires the old device. */
  async #live(): Promise<boolean> {
    const { deps, job, reconcile } = this.#start()
    const { store } = deps
    await reconcile()
    const isNew = ({ link, deletedAt }: VaultData['entries'][number]) =>
      link !== undefined && link.deviceId !== OLD && deletedAt === undefined
    if (!store.data().entries.some(isNew)) await this.#register(deps, job)
    const { known } = await readWorld(job.backend, this.#id, undefined, NEVER)
    const old = known.devices.find(({ id }) => id === OLD)
    const device = old ?? { id: OLD, type: 'virtual-totp', name: 'Old', health: { state: 'not-told' } }
    const ways = async () => (await readWorld(job.backend, this.#id, undefined, NEVER)).known
    const { close } = await retire(job, { device, ways, operation: 'test', isGone: false })
    await store.change(close)
    return true
  }

  async #register({ store, correctedNow }: RecoveryDeps, job: Job): Promise<void> {
    const wanted = { type: 'virtual-totp', name: `New${this.#names}`, step: 'create' } as const
    // Where the last name is taken or left behind, a person thinks of another.
    const { row } = await begin(job, wanted).catch((error: unknown) => {
      if (error instanceof CallError && ['name-taken', 'not-permitted'].includes(error.error.code)) this.#names++
      throw error
    })
    const source = sourceOfRow(row)
    if (!source) throw new Error('a row without a seed')
    const pair = pairAt(source, await timeAt(job))
    const proven =
      row.stage === 'enabled' || !('codes' in pair)
        ? { is: row.stage === 'enabled' ? 'enabled' : 'unsent' }
        : await confirm(job, row, { type: 'codes', codes: pair.codes })
    if (proven.is !== 'enabled') {
      this.#clock.pass(30_000)
      throw new CallError({ code: 'outcome-unknown', detail: {} })
    }
    const { known } = await readWorld(job.backend, this.#id, undefined, NEVER)
    await store.change((data) => linkRow(data, row.id, known.identity, `entry of ${row.id}`, correctedNow()))
  }

  #start() {
    const life = { isDead: false }
    this.#life = life
    this.#arrows = 0
    const clock = this.#clock
    const store = createVaultStore(clock)
    store.open({
      data: JSON.parse(this.#disk) as VaultData,
      save: async (data) => {
        this.#arrow(life)
        this.#disk = JSON.stringify(data)
        this.#arrow(life)
      },
    })
    const random = seededRandom(`life ${this.#deaths} ${clock.now()}`)
    const transport = inProcess(this.#iam)
    const backend: Backend = openAwsIam({
      id: BACKEND,
      name: 'AWS',
      clock,
      random,
      credentials: { from: 'keys', read: async () => this.#keys },
      requestHandler: {
        ...transport,
        handle: async (...args: Parameters<typeof transport.handle>) => {
          this.#arrow(life)
          this.#inFlight++
          try {
            return await transport.handle(...args)
          } finally {
            this.#inFlight--
            this.#arrow(life)
          }
        },
      },
    })
    const deps: RecoveryDeps = {
      store,
      clock,
      time: { now: clock.now, onSet: () => () => {} },
      correctedNow: clock.now,
      measurements: () => [],
      random,
      backends: fixedBackends([backend]),
      webauthn: undefined,
      rp: undefined,
      confirm: createConfirm({ clock, random, shell: {} }),
      log: new MemoryLog(),
    }
    const job: Job = {
      deps,
      backend,
      identityId: this.#id,
      actor: { as: 'self' },
      caseId: CASE,
      signal: NEVER,
      progress: () => {},
      asks: {
        confirm: async ({ nonce, typeName }) => ({
          confirmed: true,
          nonce,
          ...(typeName === undefined ? {} : { typedName: typeName }),
        }),
      },
    }
    return { deps, job, reconcile: () => reconcile(deps, NEVER) }
  }

  #arrow(life: { isDead: boolean }): void {
    if (life.isDead) throw new Dead()
    if (++this.#arrows !== this.#schedule.deaths[this.#deaths]) return
    this.#deaths++
    life.isDead = true
    throw new Dead()
  }

  /** Time passes while nothing is on its way. A dead program is waited for no longer. */
  async #passing<T>(work: Promise<T>): Promise<T> {
    const state = { isOver: false }
    const over = () => {
      state.isOver = true
    }
    work.then(over, over)
    for (;;) {
      for (let turn = 0; turn < 4 && !state.isOver; turn++) await new Promise((resolve) => setImmediate(resolve))
      if (state.isOver) return work
      if (this.#life.isDead) throw new Dead()
      if (this.#inFlight === 0) this.#clock.next()
    }
  }

  /** What must hold whenever somebody looks. */
  #check(when: string): void {
    const { journal, entries } = JSON.parse(this.#disk) as VaultData
    const rows = (serial: string) => journal.filter((row) => row.stage !== 'closed' && row.deviceId === serial)
    let ways = 0
    for (const { serial, holder, totp } of this.#iam.devices.current.values()) {
      const secret = toSecret(totp?.seed ?? new Uint8Array())
      const isSeedHere =
        entries.some((entry) => entry.secret === secret && entry.deletedAt === undefined) ||
        rows(serial).some((row) => seedOf(row) === Buffer.from(totp?.seed ?? []).toString('base64url'))
      if (holder !== undefined && !isSeedHere) this.#faults.push(`${when}: the seed of a device in use is lost`)
      if (holder !== undefined && isSeedHere) ways++
      const isExplained = rows(serial).length > 0 || (serial === OLD && !this.#schedule.mayDelete)
      if (holder === undefined && !isExplained) this.#faults.push(`${when}: ${serial} is left unexplained`)
    }
    if (ways === 0) this.#faults.push(`${when}: no way in`)
    const text = JSON.stringify([journal, this.#iam.log])
    const { current } = this.#iam.devices
    for (const step of [-1, 0, 1])
      for (const { totp } of current.values())
        if (totp && text.includes(`"${codeAt(totp.seed, this.#iam.now, step)}"`)) this.#faults.push('a code is kept')
  }

  #checkEnd(): void {
    const enabled = [...this.#iam.devices.current.values()].filter(({ holder }) => holder !== undefined)
    if (enabled.length !== 1) this.#faults.push(`in the end: ${enabled.length} devices`)
    if (enabled.some(({ serial }) => serial === OLD)) this.#faults.push('in the end: the old device is in use')
    const { journal, entries } = JSON.parse(this.#disk) as VaultData
    const linked = entries.filter(({ link, deletedAt }) => link !== undefined && deletedAt === undefined)
    if (linked.length !== 1) this.#faults.push(`in the end: ${linked.length} entries are tied`)
    // What can't be removed by this user stays shown; all else is over.
    const open = journal.filter((row) => row.stage !== 'closed' && !(row.job === 'register' && row.isLeft))
    if (open.length > 0) this.#faults.push(`in the end: ${open.map(({ job, stage }) => `${job} ${stage}`).join()}`)
  }
}

const seedOf = (row: JournalRow) => (row.job === 'register' ? row.seed : undefined)

const codeAt = (seed: Uint8Array, now: number, away: number) =>
  codeOfStep(seed, { algorithm: 'SHA1', digits: 6 }, Math.floor(now / 30_000) + away)
