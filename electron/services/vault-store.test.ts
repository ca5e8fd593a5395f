import { describe, expect, test } from 'vitest'
import { callError } from '../../shared/contract/index.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import type { VaultData } from './store.ts'
import { createVaultStore, FINISHING_MS } from './vault-store.ts'
import { NOTHING_KEPT } from './whatif/kept.ts'

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
/** A change that can be told from others by the number it adds. */
const add = (amount: number) => (data: VaultData) => ({
  ...data,
  backup: { changesSince: data.backup.changesSince + amount },
})

/** A disk whose saves end when told to. */
function setUp(heldBy?: string) {
  const clock = new FakeClock()
  const store = createVaultStore(clock)
  const saves: { data: VaultData; done(): void; fail(): void }[] = []
  store.open({
    data: EMPTY,
    ...(heldBy ? { refusal: () => callError('vault-held', { holder: heldBy }) } : {}),
    save: (data) =>
      new Promise((resolve, reject) => {
        saves.push({ data, done: resolve, fail: () => reject(callError('disk-failed', { reason: 'full' })) })
      }),
  })
  const sum = () => store.data().backup.changesSince
  return { clock, store, saves, sum }
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('the open vault', () => {
  test('a change shows at once and is acknowledged only when it is on disk', async () => {
    const { store, saves, sum } = setUp()
    let isDurable = false
    const change = store.change(add(1)).then(() => (isDurable = true))
    expect(sum()).toBe(1)
    await settle()
    expect(isDurable).toBe(false)
    saves[0]!.done()
    await change
    expect(isDurable).toBe(true)
  })

  test('changes of one turn share a save; those made during it share the next', async () => {
    const { store, saves } = setUp()
    const first = [store.change(add(1)), store.change(add(10))]
    await settle()
    const second = [store.change(add(100)), store.change(add(1000))]
    await settle()
    expect(saves.map(({ data }) => data.backup.changesSince)).toEqual([11])
    saves[0]!.done()
    await Promise.all(first)
    await settle()
    expect(saves.map(({ data }) => data.backup.changesSince)).toEqual([11, 1111])
    saves[1]!.done()
    await Promise.all(second)
  })

  test('a failed save takes back its own changes and no other', async () => {
    const { store, saves, sum } = setUp()
    const failing = store.change(add(1))
    await settle()
    const later = store.change(add(10))
    saves[0]!.fail()
    await expect(failing).rejects.toMatchObject({ error: { code: 'disk-failed' } })
    await settle()
    expect(sum()).toBe(10)
    saves[1]!.done()
    await later
    expect(saves[1]!.data.backup.changesSince).toBe(10)
  })

  test('a change that throws changes nothing', async () => {
    const { store, saves, sum } = setUp()
    await expect(
      store.change(() => {
        throw callError('not-found', { what: 'entry' })
      }),
    ).rejects.toMatchObject({ error: { code: 'not-found' } })
    await settle()
    expect(sum()).toBe(0)
    expect(saves).toEqual([])
  })

  test('where another process writes, it can be read and not changed', async () => {
    const { store, sum } = setUp('browser (1234)')
    expect(sum()).toBe(0)
    await expect(store.change(add(1))).rejects.toMatchObject({
      error: { code: 'vault-held', detail: { holder: 'browser (1234)' } },
    })
    expect(sum()).toBe(0)
  })
})

describe('locking', () => {
  test('waits for saves, and then nothing is left', async () => {
    const { store, saves } = setUp()
    const change = store.change(add(1))
    await settle()
    const closed = store.close()
    expect(store.isUnlocked).toBe(false)
    saves[0]!.done()
    await Promise.all([change, closed])
    expect(() => store.data()).toThrow('locked')
    await expect(store.change(add(1))).rejects.toMatchObject({ error: { code: 'locked' } })
  })

  test('a backend write already sent may still write its answer down', async () => {
    const { store, saves } = setUp()
    let answer = () => {}
    const sent = new Promise<void>((resolve) => (answer = resolve)).then(() => store.change(add(7)))
    void store.finishing(sent)
    const closed = store.close()
    await settle()
    expect(store.isUnlocked).toBe(false)
    answer()
    await settle()
    expect(saves[0]!.data.backup.changesSince).toBe(7)
    saves[0]!.done()
    await Promise.all([sent, closed])
    expect(() => store.data()).toThrow('locked')
  })

  test('after thirty seconds it waits no longer', async () => {
    const { clock, store } = setUp()
    void store.finishing(new Promise(() => {}))
    const closed = store.close()
    await clock.advance(FINISHING_MS - 1)
    expect(() => store.data()).not.toThrow()
    await clock.advance(1)
    await closed
    expect(() => store.data()).toThrow('locked')
  })
})
