import { describe, expect, test } from 'vitest'
import { callError } from '../../shared/contract/index.ts'
import { MemoryLog } from '../../test/support/connect.ts'
import { deferred } from '../../test/support/deferred.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { testWorld } from '../../test/support/demo-world.ts'
import { BackendFault, type Backend } from '../backends/index.ts'
import { createReadings, READ_DEADLINE_MS } from './devices-readings.ts'
import { fixedBackends } from './backends/list.ts'
import { EMPTY_VAULT } from './vault-data.ts'
import { createVaultStore } from './vault-store.ts'

type Identities = Backend['identities']

/** The demo backend, but for how it lists its identities. */
async function setUp(identities: (real: Identities) => Identities) {
  const { world, dispose } = await testWorld()
  const clock = new FakeClock()
  const real: Identities = (signal) => world.backend.identities(signal)
  const changes = new Set<() => void>()
  const onChange: Backend['onChange'] = (listener) => {
    changes.add(listener)
    return () => changes.delete(listener)
  }
  const own: Partial<Backend> = { identities: identities(real), onChange }
  const backend = new Proxy<Backend>(world.backend, {
    get(target, name: keyof Backend) {
      const value = own[name] ?? target[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const store = createVaultStore(clock)
  const log = new MemoryLog()
  const readings = createReadings({ backends: fixedBackends([backend]), store, clock, now: () => clock.now(), log })
  const open = () => store.open({ data: EMPTY_VAULT.data, save: () => Promise.resolve() })
  const change = () => {
    for (const listener of changes) listener()
  }
  return { readings, clock, store, log, open, change, dispose, only: () => readings.all()[0]! }
}

describe('what backends said', () => {
  test('is not asked for while the vault is locked', async () => {
    let reads = 0
    const { readings, only, change, dispose } = await setUp((real) => (signal) => (reads++, real(signal)))
    change()
    await readings.refresh()
    expect(reads).toBe(0)
    expect(only()).toMatchObject({ state: 'loading', identities: [] })
    await dispose()
  })

  test('stays, with its time, when the backend can no longer be reached', async () => {
    let isDown = false
    const { readings, clock, open, only, log, dispose } = await setUp(
      (real) => (signal) => (isDown ? Promise.reject(new BackendFault({ code: 'unreachable' })) : real(signal)),
    )
    open()
    await readings.refresh()
    const readAt = clock.now()
    expect(only()).toMatchObject({ state: 'ready', asOf: readAt })
    isDown = true
    await clock.advance(60_000)
    await readings.refresh()
    expect(only()).toMatchObject({ state: 'offline', asOf: readAt })
    expect(only().identities).toHaveLength(8)
    expect(log.lines.at(-1)).toMatchObject({ event: 'devices.not-read', facts: { code: 'unreachable' } })
    await dispose()
  })

  test('another fault is no lost connection', async () => {
    const { readings, open, only, dispose } = await setUp(() => () => Promise.reject(callError('busy', {})))
    open()
    await readings.refresh()
    expect(only()).toMatchObject({ state: 'failed', identities: [] })
    await dispose()
  })

  test('a backend that never answers counts as offline after half a minute, whether it heeds the signal or not', async () => {
    const { clock, open, only, dispose } = await setUp(() => () => new Promise(() => {}))
    open()
    await clock.advance(READ_DEADLINE_MS - 1)
    expect(only().state).toBe('loading')
    await clock.advance(1)
    expect(only().state).toBe('offline')
    await dispose()
  })

  test('a change that comes while it is read is read after it, and many at once but once more', async () => {
    const first = deferred()
    let reads = 0
    const { readings, open, change, dispose } = await setUp((real) => async (signal) => {
      if (reads++ === 0) await first.promise
      return real(signal)
    })
    open()
    const refreshed = readings.refresh()
    for (let i = 0; i < 5; i++) change()
    first.resolve()
    await refreshed
    expect(reads).toBe(2)
    await dispose()
  })

  test('what comes in after locking belongs to nobody', async () => {
    const first = deferred()
    const { readings, store, open, only, dispose } = await setUp((real) => async (signal) => {
      await first.promise
      return real(signal)
    })
    open()
    const refreshed = readings.refresh()
    await store.close()
    first.resolve()
    await refreshed
    expect(only()).toMatchObject({ state: 'loading', identities: [] })
    await dispose()
  })
})
