import { describe, expect, test } from 'vitest'
import { MemoryLog } from '../../test/support/connect.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { ScriptedPerson } from '../../test/support/scripted-person.ts'
import type { Handlers } from './handlers.ts'
import { createUnlocked } from './unlocked.ts'
import { EMPTY_VAULT } from './vault-data.ts'
import { createVaultStore } from './vault-store.ts'

function setUp() {
  const store = createVaultStore(new FakeClock())
  const log = new MemoryLog()
  let active = 0
  const unlocked = createUnlocked(store, () => (active += 1), log)
  const open = () => store.open({ data: EMPTY_VAULT.data, save: () => Promise.resolve() })
  return { store, log, unlocked, open, active: () => active }
}
const person = new ScriptedPerson()

describe('a call that needs the open vault', () => {
  const refresh = (handler: Handlers['devices.refresh']) => ({ 'devices.refresh': handler })

  test('is refused while it is locked, and is no sign of life then', async () => {
    const { unlocked, active } = setUp()
    const handlers = unlocked.handlers(refresh(async () => ({})))
    await expect(handlers['devices.refresh']({}, person.context())).rejects.toMatchObject({ error: { code: 'locked' } })
    expect(active()).toBe(0)
  })

  test('is a sign of life', async () => {
    const { unlocked, open, active } = setUp()
    open()
    await unlocked.handlers(refresh(async () => ({})))['devices.refresh']({}, person.context())
    expect(active()).toBe(1)
  })

  test('is cancelled by locking, and by its caller', async () => {
    const { store, unlocked, open } = setUp()
    const signals: AbortSignal[] = []
    const handlers = unlocked.handlers(
      refresh(
        (_request, { signal }) =>
          new Promise((_, reject) => {
            signals.push(signal)
            signal.addEventListener('abort', () => reject(signal.reason))
          }),
      ),
    )
    open()
    const caller = new AbortController()
    const cancelled = handlers['devices.refresh']({}, person.context(caller.signal))
    const locked = handlers['devices.refresh']({}, person.context())
    caller.abort(new Error('cancelled'))
    await expect(cancelled).rejects.toThrow('cancelled')
    expect(signals[1]?.aborted).toBe(false)
    await Promise.all([store.close(), expect(locked).rejects.toMatchObject({ error: { code: 'locked' } })])
  })
})

describe('work while the vault is open', () => {
  test('begins with each unlocking and is cancelled by locking', async () => {
    const { store, unlocked, open } = setUp()
    const signals: AbortSignal[] = []
    unlocked.whileOpen(async (signal) => void signals.push(signal))
    open()
    expect(signals).toHaveLength(1)
    await store.change((data) => ({ ...data, backup: { changesSince: 1 } }))
    expect(signals).toHaveLength(1)
    await store.close()
    expect(signals[0]?.aborted).toBe(true)
    open()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('that fails is noted and hurts nobody', async () => {
    const { log, unlocked, open } = setUp()
    unlocked.whileOpen(() => Promise.reject(new Error('a secret')))
    open()
    await new Promise((resolve) => setImmediate(resolve))
    expect(log.lines).toEqual([{ level: 'error', event: 'unlocked.work-failed', facts: {} }])
  })
})
