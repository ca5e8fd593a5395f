/**
 * Figures of What if? as a page meets it, at 10,000 entries and 500 identities: the service over a vault and backends that are
 * there, answers checked by the contract; how long each took, and how long nothing else got a turn. One JSON object on standard
 * output: `whatif.js RUNS`.
 */
import { createAccess, createWhatIfService } from '../../electron/services/whatif/index.ts'
import type { BackendReading } from '../../electron/services/devices-readings.ts'
import type { CallContext } from '../../electron/services/handlers.ts'
import { createSignal } from '../../electron/services/source.ts'
import type { VaultData } from '../../electron/services/store.ts'
import { EMPTY_VAULT } from '../../electron/services/vault-data.ts'
import { callEntry, type CallName, type Response } from '../../shared/contract/index.ts'
import { newEntry, toSecret } from '../../shared/domain/entry.ts'
import { NOTHING_SAID, type LossItem } from '../../shared/domain/loss/index.ts'
import { FakeClock } from '../support/fake-clock.ts'

const NOW = Date.UTC(2026, 10, 24)
const IDENTITIES = 500
const ENTRIES = 10_000
const PHONE = 'phone'
const COMPUTER: LossItem[] = [{ what: { is: 'thing', thing: 'this-computer' }, how: 'stolen' }]

function vault(): VaultData {
  const secret = toSecret(new Uint8Array(20))!
  const draft = { kind: 'totp', algorithm: 'SHA1', digits: 6, periodSeconds: 30, secret } as const
  const entries = Array.from({ length: ENTRIES }, (_, at) => ({
    ...newEntry({ ...draft, issuer: `Site ${at}`, account: 'me' }, `entry-${at}`, 0),
    ...(at < IDENTITIES ? { link: { backendId: 'demo', identityId: `id-${at}`, deviceId: `d-${at}` } } : {}),
  }))
  const copies = entries
    .slice(IDENTITIES, IDENTITIES + 1000)
    .map(({ id }) => ({ of: { is: 'entry' as const, entryId: id }, on: PHONE }))
  const said = { ...NOTHING_SAID, things: [{ id: PHONE, kind: 'phone' as const, name: 'Phone' }], copies }
  return { ...EMPTY_VAULT.data, entries, whatif: { said, othersIdentities: [] } }
}

/** Only what the service reads of a backend and of what it said. */
const readings = [
  {
    backend: { id: 'demo', kind: 'demo', name: 'Demo' },
    state: 'ready',
    asOf: NOW,
    identities: Array.from({ length: IDENTITIES }, (_, at) => ({
      identity: {
        id: `id-${at}`,
        kind: at % 50 === 0 ? 'root' : 'user',
        name: `person ${at}`,
        account: `account ${Math.floor(at / 50)}`,
        isAdministrator: at % 50 < 3,
      },
      devices: [
        { id: `d-${at}`, type: 'virtual-totp', name: `d-${at}`, health: { state: 'in-sync' } },
        ...(at % 3 === 0 ? [{ id: `k-${at}`, type: 'fido', name: `k-${at}`, health: { state: 'in-order' } }] : []),
      ],
      contacts: at % 50 === 0 ? { email: { value: `root${at}@x.example` }, phone: { value: '+31' } } : undefined,
    })),
  },
] as unknown as readonly BackendReading[]

function open() {
  const changed = createSignal()
  let data = vault()
  const store = {
    isUnlocked: true,
    data: () => data,
    async change(change: (data: VaultData) => VaultData) {
      data = change(data)
      changed.emit()
    },
    onChange: changed.on,
    finishing: <T>(work: Promise<T>) => work,
  }
  const readingsOf = { all: () => readings, onChange: () => () => {} }
  const slots = () => [{ id: 'passphrase', kind: 'passphrase', label: '' }] as const
  const access = createAccess({ store, readings: readingsOf, slots, onSlotsChange: () => () => {} })
  const service = createWhatIfService({
    access,
    store,
    readings: readingsOf,
    clock: new FakeClock(),
    now: () => NOW,
    random: (length) => new Uint8Array(length),
    log: { info() {}, error() {} },
  })
  return { access, service, store }
}

const signal = new AbortController().signal
const context: CallContext<CallName> = {
  signal,
  progress: () => {},
  ask: () => Promise.reject(new Error('nobody is asked')),
}

/** How long it took, and the longest that nothing else got a turn. */
async function timed(work: () => Promise<unknown>): Promise<{ ms: number; blockedMs: number }> {
  let blockedMs = 0
  let last = performance.now()
  let isOver = false
  const turn = () => {
    const now = performance.now()
    blockedMs = Math.max(blockedMs, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  await new Promise<void>((resolve) => setImmediate(() => resolve()))
  isOver = true
  return { ms, blockedMs }
}

const checked = <N extends CallName>(name: N, answer: Response<N>) => callEntry(name).response.parse(answer)

async function run() {
  const { access, service, store } = open()
  const ask = async (losses: LossItem[]) =>
    checked('whatif.ask', await service.handlers['whatif.ask']({ losses }, context as never))
  const first = await timed(() => ask(COMPUTER))
  const again = await timed(() => ask([{ what: { is: 'thing', thing: PHONE }, how: 'lost' }]))
  const best = await timed(() => service.handlers['whatif.bestSteps']({ losses: COMPUTER }, context as never))
  const check = await timed(() => service.handlers['whatif.check']({}, context as never))
  // An entry was used: nothing that counts has changed.
  await store.change((data) => ({ ...data, entries: data.entries.map((entry) => ({ ...entry, useCount: 1 })) }))
  const losing = await timed(() => access.losing([{ is: 'slot', slot: 'passphrase' }], signal))
  const topic = await timed(async () =>
    service.topics.whatif.watch(
      {},
      () => {},
      () => {},
    )(),
  )
  return { first, again, best, check, losing, topic }
}

const runs: Awaited<ReturnType<typeof run>>[] = []
for (let at = 0; at < Number(process.argv[2] ?? 3); at++) runs.push(await run())
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
const names = Object.keys(runs[0]!) as (keyof (typeof runs)[number])[]
const figures = Object.fromEntries(
  names.flatMap((name) => [
    [`${name}Ms`, median(runs.map((one) => one[name].ms))],
    [`${name}BlockedMs`, median(runs.map((one) => one[name].blockedMs))],
  ]),
)
process.stdout.write(`${JSON.stringify(figures)}\n`)
