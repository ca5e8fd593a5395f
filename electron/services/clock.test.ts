import { describe, expect, test } from 'vitest'
import { MemoryLog } from '../../test/support/connect.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { BackendFault, type Backend } from '../backends/index.ts'
import { createClockService, MEASURE_EVERY_MS } from './clock.ts'
import { createSignal } from './source.ts'
import type { VaultData } from './store.ts'
import { fixedBackends } from './backends/list.ts'
import { EMPTY_VAULT } from './vault-data.ts'
import { createVaultStore } from './vault-store.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Backends that only have a clock. */
function setUp(clocks: Readonly<Record<string, Backend['time']>>, kept: Partial<VaultData> = {}) {
  const clock = new FakeClock()
  const set = createSignal()
  const computer = { aheadMs: 0 }
  const time = { now: () => clock.now() + computer.aheadMs, onSet: set.on }
  const store = createVaultStore(clock)
  const backends = Object.entries(clocks).map(
    ([id, time]) => ({ id, kind: 'demo', name: id, time }) as unknown as Backend,
  )
  const service = createClockService({ store, backends: fixedBackends(backends), clock, time, log: new MemoryLog() })
  const saves: VaultData[] = []
  const open = async () => {
    store.open({ data: { ...EMPTY_VAULT.data, ...kept }, save: async (data) => void saves.push(data) })
    await settle()
  }
  return { clock, computer, set, store, service, saves, open }
}
const right = (clock: () => FakeClock) => async () => ({ at: clock().now(), uncertaintyMs: 500 })

describe('this computer’s clock', () => {
  test('is compared with every backend on unlocking and every quarter of an hour', async () => {
    let asked = 0
    const world = setUp({
      one: async () => {
        asked += 1
        return { at: world.clock.now() - 40_000, uncertaintyMs: 500 }
      },
    })
    expect(asked).toBe(0)
    await world.open()
    expect(world.service.correctedNow()).toBe(world.clock.now() - 40_000)
    await world.clock.advance(MEASURE_EVERY_MS)
    expect(asked).toBe(2)
    await world.store.close()
    await world.clock.advance(4 * MEASURE_EVERY_MS)
    expect(asked).toBe(2)
  })

  test('is not corrected where two sources disagree', async () => {
    const world = setUp({
      one: async () => ({ at: world.clock.now() - 40_000, uncertaintyMs: 500 }),
      two: async () => ({ at: world.clock.now() + 40_000, uncertaintyMs: 500 }),
    })
    await world.open()
    expect(world.service.correctedNow()).toBe(world.clock.now())
    expect(world.service.measurements()).toHaveLength(2)
  })

  test('that is found the same again costs no save of the vault', async () => {
    const world = setUp({ one: right(() => world.clock) })
    await world.open()
    expect(world.saves).toHaveLength(1)
    await world.clock.advance(4 * MEASURE_EVERY_MS)
    await settle()
    expect(world.saves).toHaveLength(1)
  })

  test('is measured anew when somebody set it, also back', async () => {
    const world = setUp({ one: right(() => world.clock) })
    await world.open()
    for (const aheadMs of [95_000, -95_000]) {
      world.computer.aheadMs = aheadMs
      world.set.emit()
      await settle()
      expect(world.service.correctedNow()).toBe(world.clock.now())
    }
  })

  test('is taken as it is where no backend answers, whatever that does', async () => {
    const world = setUp({
      down: () => Promise.reject(new BackendFault({ code: 'unreachable' })),
      silent: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    })
    await world.open()
    await world.clock.advance(20_000)
    expect(world.service.measurements()).toEqual([])
    expect(world.service.correctedNow()).toBe(world.clock.now())
  })
})
