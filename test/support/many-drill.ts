/**
 * One lost phone that opened many accounts, at the demo backend: every account has a second device in the vault. What must hold
 * at every arrow is looked at by the loss engine itself, on what the disk and the backend hold at that moment.
 */
import { readFileSync } from 'node:fs'
import { createManyCases, type ManyCases } from '../../electron/services/recovery/index.ts'
import type { BackendReading } from '../../electron/services/devices-readings.ts'
import { NOTHING_KEPT } from '../../electron/services/whatif/kept.ts'
import { worldOf } from '../../electron/services/whatif/world.ts'
import type { VaultData } from '../../electron/services/store.ts'
import type { CallContext } from '../../electron/services/handlers.ts'
import type { CallName, ManyView, Request } from '../../shared/contract/index.ts'
import { newEntry, toSecret } from '../../shared/domain/entry.ts'
import { lose, NOTHING_SAID, type AccessWorld, type LossItem } from '../../shared/domain/loss/index.ts'
import { fromBase64url } from '../../shared/kit/index.ts'
import { NEVER } from './demo-world.ts'
import { Drill, type DrillOptions } from './recovery-drill.ts'

const ACCOUNT = '447109823316'
export const PHONE: LossItem['what'] = { is: 'thing', thing: 'pixel' }

interface DemoFile {
  identities: { id: string; name: string; kind: string; isAdministrator: boolean; contacts?: unknown }[]
  devices: {
    id: string
    name: string
    type: string
    holder?: string
    madeFor: string
    outOfUse?: unknown
    totp?: { secret: string; spent: number[]; tries: unknown }
  }[]
  phone: { state: string; accounts: { id: string; deviceId: string; identityId: string; secret: string }[] }
  knownPasswords: Record<string, string>
}

const idOf = (at: number) => `${ACCOUNT}:user/person-${at}`
const deviceIdOf = (at: number, which: string) => `arn:demo:iam::${ACCOUNT}:mfa/${which}-${at}`
const secretOf = (at: number, which: number) => Buffer.alloc(20, at * 2 + which + 1).toString('base64url')

/** The first world's file with so many people in the place of its own, each with a device on the phone and one in the vault. */
const withPeople = (count: number) => (text: string) => {
  const file = JSON.parse(text) as DemoFile
  const pattern = file.identities.find(({ name }) => name.startsWith('alice'))!
  const device = file.devices.find(({ holder }) => holder === pattern.id)!
  const people = Array.from({ length: count }, (_, at) => at)
  const virtual = (at: number, which: 'phone' | 'vault') => ({
    ...device,
    id: deviceIdOf(at, which),
    name: `${which}-${at}`,
    holder: idOf(at),
    madeFor: idOf(at),
    totp: { ...device.totp!, secret: secretOf(at, which === 'phone' ? 0 : 1) },
  })
  file.identities = people.map((at) => ({
    ...pattern,
    id: idOf(at),
    name: `person-${at}`,
    userHandle: secretOf(at, 0),
  }))
  file.devices = people.flatMap((at) => [virtual(at, 'phone'), virtual(at, 'vault')])
  file.phone.state = 'broken'
  file.phone.accounts = people.map((at) => ({
    id: `account-${at}`,
    deviceId: deviceIdOf(at, 'phone'),
    identityId: idOf(at),
    secret: secretOf(at, 0),
  }))
  file.knownPasswords = Object.fromEntries(people.map((at) => [idOf(at), 'alice likes long walks']))
  return JSON.stringify(file)
}

const vaultFor = (count: number): Partial<VaultData> => {
  const people = Array.from({ length: count }, (_, at) => at)
  return {
    entries: people.map((at) => ({
      ...newEntry(
        {
          kind: 'totp',
          issuer: 'Northwind production',
          account: `person-${at}`,
          secret: toSecret(fromBase64url(secretOf(at, 1))!)!,
          algorithm: 'SHA1',
          digits: 6,
          periodSeconds: 30,
        },
        `entry-${at}`,
        0,
      ),
      link: { backendId: 'demo', identityId: idOf(at), deviceId: deviceIdOf(at, 'vault') },
    })),
    whatif: {
      ...NOTHING_KEPT,
      said: {
        ...NOTHING_SAID,
        things: [{ id: 'pixel', kind: 'phone', name: 'Pixel 8' }],
        copies: people.map((at) => ({
          of: { is: 'device', backendId: 'demo', identityId: idOf(at), deviceId: deviceIdOf(at, 'phone') },
          on: 'pixel',
        })),
      },
    },
  }
}

export class ManyDrill {
  readonly drill: Drill
  readonly count: number
  many!: ManyCases
  /** What was found wrong at an arrow, with where. */
  readonly faults: string[] = []
  readonly confirmed: number[] = []
  /** What the person says to the question before removals. */
  agrees = true
  #since = ''

  private constructor(drill: Drill, count: number) {
    this.drill = drill
    this.count = count
  }

  static async begin(count: number, options: DrillOptions = {}): Promise<ManyDrill> {
    let made: ManyDrill | undefined
    const drill = await Drill.begin({
      ...options,
      edit: withPeople(count),
      vault: vaultFor(count),
      onArrow: (what) => {
        options.onArrow?.(what)
        if (made && /^after (?!save|elevate)/.test(what)) made.look(what)
      },
    })
    // Between two codes, so that the next is never as far off as a write may take.
    await drill.clock.advance(12_000)
    made = new ManyDrill(drill, count)
    made.#stand()
    return made
  }

  #stand(): void {
    const { deps, recovery } = this.drill
    this.many = createManyCases({ deps, work: recovery.work, access: { world: () => this.world() } })
  }

  /** After a death: the program again, on what is on the disk. */
  async start(): Promise<void> {
    await this.drill.start()
    this.#stand()
  }

  /** As the loss engine would be given it: what the vault's file and the backend's file hold now. */
  async world(): Promise<AccessWorld> {
    return this.#worldNow()
  }

  #worldNow(): AccessWorld {
    const file = JSON.parse(readFileSync(this.drill.test.file, 'utf8')) as DemoFile
    const identities: BackendReading['identities'] = file.identities.map(({ id, name }) => ({
      identity: { id, kind: 'user', name, account: 'Northwind production', isAdministrator: false },
      devices: file.devices
        .filter(({ holder }) => holder === id)
        .map((device) => ({ id: device.id, type: 'virtual-totp', name: device.name, health: { state: 'in-sync' } })),
      contacts: undefined,
      capabilities: NO_CAPABILITIES,
    }))
    return worldOf({
      data: JSON.parse(this.drill.disk) as VaultData,
      readings: [{ backend: this.drill.world.backend, state: 'ready', identities }],
      slots: [{ id: 'p', kind: 'passphrase', label: '' }],
    })
  }

  /** Everybody has a way in without the phone, by the engine; no device of theirs is one whose seed nobody holds. */
  look(where: string): void {
    const { rows } = lose(this.#worldNow(), [{ what: PHONE, how: 'broken' }], 0)
    for (const { name, outcome, account } of rows) {
      if (account.is === 'identity' && outcome !== 'opens') this.faults.push(`${name.who} is ${outcome} ${where}`)
    }
    const file = JSON.parse(readFileSync(this.drill.test.file, 'utf8')) as DemoFile
    const data = JSON.parse(this.drill.disk) as VaultData
    const seeds = new Set([
      ...data.entries.map(({ secret }) => secret as string),
      ...data.journal.flatMap((row) => (row.job === 'register' && row.seed !== undefined ? [row.seed] : [])),
    ])
    for (const { id, holder, name, totp } of file.devices) {
      const isOld = id.includes('/phone-')
      if (holder !== undefined && !isOld && !seeds.has(totp?.secret ?? ''))
        this.faults.push(`${name} has no seed ${where}`)
    }
  }

  deviceOf(at: number, which: 'phone' | 'vault') {
    return { backendId: 'demo', identityId: idOf(at), deviceId: deviceIdOf(at, which) }
  }

  context<N extends CallName>(signal = NEVER, onProgress: (at: string) => void = () => {}): CallContext<N> {
    const context = {
      signal,
      progress: ({ at }: { at?: { doing: string; task: string; facts: Record<string, unknown> } }) => {
        onProgress(at?.doing ?? '')
        if (at?.doing === 'waiting-for-code') void this.#waitFor(Number(at.facts['until']))
      },
      ask: async (_: string, ask: { nonce: string; typeName?: string; effects: unknown[] }) => {
        this.confirmed.push(ask.effects.length)
        return { confirmed: this.agrees, nonce: ask.nonce }
      },
    }
    return context as unknown as CallContext<N>
  }

  /** All that wait for the same code wait at once: the clock is moved for them together, by less than a write may take. */
  #isMoving = false
  async #waitFor(until: number): Promise<void> {
    if (this.#isMoving) return
    this.#isMoving = true
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    this.#isMoving = false
    await this.drill.clock.advance(Math.max(1, until - this.drill.world.clock.now()))
  }

  async open(losses: LossItem[] = [{ what: PHONE, how: 'broken' }]): Promise<string> {
    const request: Request<'recovery.openMany'> = { losses }
    return (await this.many.handlers['recovery.openMany'](request, this.context<'recovery.openMany'>())).caseId
  }
  run(caseId: string, signal = NEVER, onProgress?: (at: string) => void) {
    return this.many.handlers['recovery.runMany']({ caseId }, this.context<'recovery.runMany'>(signal, onProgress))
  }
  async check(caseId: string): Promise<boolean> {
    const { isClosed } = await this.many.handlers['recovery.checkMany'](
      { caseId },
      this.context<'recovery.checkMany'>(),
    )
    return isClosed
  }
  view(caseId: string): ManyView {
    let state: Record<string, ManyView> = {}
    this.many.topics.manyCases.watch(
      {},
      (pushed) => (state = pushed),
      () => {},
    )()
    return state[caseId]!
  }

  /** From the loss to the end, starting again whenever the program died: the case's last view, and how often it died. */
  async toTheEnd(dieAfter: () => number | undefined = () => undefined): Promise<{ view: ManyView; deaths: number }> {
    const { drill } = this
    let deaths = 0
    const arm = () => {
      const arrows = dieAfter()
      drill.dieAt = arrows === undefined ? undefined : drill.arrows.length + arrows
    }
    arm()
    for (let starts = 0; starts < 5000; starts++) {
      if (drill.isDead) {
        deaths++
        this.look(`at death ${deaths} (${drill.arrows.at(-1)})`)
        // What a process leaves undone is over when another starts.
        for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
        arm()
        await this.start()
        continue
      }
      try {
        // It may have died when all was done and saved.
        const last = drill.data.manyCases.at(-1)
        if (last?.closedAt !== undefined) return { view: this.view(last.id), deaths }
        const caseId = await this.open()
        await this.run(caseId)
        if (drill.isDead) continue
        if (await this.check(caseId)) return { view: this.view(caseId), deaths }
        if (this.#isStuck(caseId)) throw new Error(`stuck: ${JSON.stringify(this.view(caseId).tasks, undefined, 1)}`)
      } catch (error) {
        if (!drill.isDead) throw error
      }
    }
    throw new Error('no end')
  }

  /** Nothing moved since the last time. */
  #isStuck(caseId: string): boolean {
    const now = JSON.stringify(this.view(caseId).tasks)
    const isSame = now === this.#since
    this.#since = now
    return isSame
  }

  /** How every account stands at the end, at the backend and in the vault. */
  async outcome() {
    const file = JSON.parse(readFileSync(this.drill.test.file, 'utf8')) as DemoFile
    const { entries, cases, journal } = this.drill.data
    return {
      devices: file.identities.map(({ id }) => file.devices.filter(({ holder }) => holder === id).length),
      lostStillThere: file.devices.filter(({ id, holder }) => id.includes('/phone-') && holder !== undefined).length,
      unassigned: file.devices.filter(({ holder }) => holder === undefined).length,
      linked: entries.filter(({ link, deletedAt }) => link && deletedAt === undefined).length,
      cases: cases.length,
      openRows: journal.filter(({ stage }) => stage !== 'closed').length,
    }
  }

  end(): Promise<void> {
    return this.drill.end()
  }
}

const NO = { can: false, reason: 'not-asked' } as const
const NO_CAPABILITIES: BackendReading['identities'][number]['capabilities'] = {
  register: { 'virtual-totp': NO, 'hardware-totp': NO, fido: NO },
  seedFrom: [],
  resync: NO,
  remove: NO,
  rename: NO,
  markLost: NO,
  confirmContact: NO,
  setContact: { email: NO, phone: NO },
  changePassword: NO,
  alternativeFactors: NO,
  tellsDrift: false,
}
