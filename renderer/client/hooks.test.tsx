import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import * as jsonRpc from 'vscode-jsonrpc/node'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../../electron/dispatch.ts'
import { callError, type State } from '../../shared/contract/index.ts'
import { MemoryLog } from '../../test/support/connect.ts'
import { deferred } from '../../test/support/deferred.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { HookHost } from '../../test/support/hook-host.ts'
import { memoryWire } from '../../test/support/memory-wire.ts'
import { StubTopic, stubServices } from '../../test/support/services-stub.ts'
import { AskHost, type AskDialogProps } from './ask-host.tsx'
import {
  ClientProvider,
  useCall,
  useLinkStatus,
  useServerTime,
  useTopic,
  useTopicSelect,
  type UseCall,
} from './hooks.tsx'
import { singleLink } from './link.ts'
import { createPage } from './page.ts'

const hosts: { remove(): void }[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.remove()
})

function running(own: Parameters<typeof stubServices>[0]) {
  const [end, server] = memoryWire()
  serve(server, stubServices(own), { log: new MemoryLog(), clock: new FakeClock() })
  const page = createPage(singleLink(end), jsonRpc, new FakeClock())
  const Wrapper = ({ children }: { children?: ReactNode }) => <ClientProvider page={page}>{children}</ClientProvider>
  const draw = <P extends object>(component: (props: P) => ReactNode, props: P) => {
    const host = new HookHost(component, Wrapper)
    hosts.push(host)
    host.draw(props)
    return host
  }
  return { page, end, draw, settled: () => page.client.call('app.quit', {}).catch(() => {}) }
}

const codeOf = (text: string): State<'codes'>[string] => ({
  is: 'code',
  code: text,
  next: '',
  validFrom: 0,
  validUntil: 1,
})

describe('useTopic', () => {
  test('draws with each state, shares its watch in strict mode too, and leaves with its component', async () => {
    const vault = new StubTopic<'vault'>({ state: 'absent' })
    const { draw, settled } = running({ topics: { vault } })
    const seen: unknown[] = []
    const host = draw(() => {
      const { state, status } = useTopic('vault')
      seen.push([status, state?.state])
      return null
    }, {})
    await settled()
    expect(vault.watchers).toBe(1)
    vault.push({ state: 'locked', ways: [], keyThrough: [] })
    await settled()
    expect(seen[0]).toEqual(['loading', undefined])
    expect(seen).toContainEqual(['live', 'absent'])
    expect(seen.at(-1)).toEqual(['live', 'locked'])
    host.remove()
    await settled()
    expect(vault.watchers).toBe(0)
  })

  test('asked to, it shows the state of the parameters before until that of the new ones is there', async () => {
    const asked: string[][] = []
    const push: ((state: State<'codes'>) => void)[] = []
    const codes = {
      watch({ ids }: { ids: string[] }, tell: (state: State<'codes'>) => void) {
        asked.push(ids)
        push.push(tell)
        return () => {}
      },
    }
    const { draw, settled } = running({ topics: { codes } })
    let shown: unknown
    const host = draw(
      ({ ids }: { ids: string[] }) => {
        shown = useTopic('codes', { ids }, { keepPrevious: true })
        return null
      },
      { ids: ['a'] },
    )
    await settled()
    push[0]!({ a: codeOf('111') })
    await settled()
    expect(shown).toMatchObject({ status: 'live', state: { a: { code: '111' } } })
    host.draw({ ids: ['a'] })
    await settled()
    expect(asked).toEqual([['a']])
    host.draw({ ids: ['b'] })
    await settled()
    expect(shown).toMatchObject({ status: 'loading', state: { a: { code: '111' } } })
    push[1]!({ b: codeOf('222') })
    await settled()
    expect(shown).toMatchObject({ status: 'live', state: { b: { code: '222' } } })
    expect(asked).toEqual([['a'], ['b']])
  })

  test('a value out of a topic draws its component only when it is another', async () => {
    const settings = new StubTopic<'settings'>()
    const base = { theme: 'dark', density: 'compact', sort: 'name', showNextCode: true, hideCodes: false } as const
    const { draw, settled } = running({ topics: { settings } })
    let draws = 0
    const seen = new Set<unknown>()
    draw(() => {
      seen.add(useTopicSelect('settings', {}, (state) => state?.theme))
      draws += 1
      return null
    }, {})
    await settled()
    settings.push({ ...base, lockAfterMinutes: 5, clipboardClearSeconds: 20 })
    await settled()
    const before = draws
    settings.push({ ...base, lockAfterMinutes: 10, clipboardClearSeconds: 20 })
    await settled()
    expect(draws).toBe(before)
    expect([...seen]).toEqual([undefined, 'dark'])
  })

  test('the link’s status and the services’ time are at hand', async () => {
    const clock = new StubTopic<'clock'>({ at: 5_000_000_000_000, correctionMs: 0, sources: [] })
    const { draw, end, settled } = running({ topics: { clock } })
    const statuses: string[] = []
    let now = 0
    draw(() => {
      statuses.push(useLinkStatus())
      now = useServerTime().now()
      return null
    }, {})
    await settled()
    end.close()
    await Promise.resolve()
    expect(new Set(statuses)).toEqual(new Set(['open', 'stopped']))
    expect(now).toBe(5_000_000_000_000)
  })
})

describe('useCall', () => {
  test('shows that it is pending, its progress, then data or error', async () => {
    const go = deferred()
    const { draw } = running({
      handlers: {
        'backup.restore': async ({ passphrase }, { progress }) => {
          progress({ stage: 'deriving' })
          await go.promise
          if (passphrase !== 'right') throw callError('wrong-passphrase', {})
          return { added: 2, skipped: 1 }
        },
      },
    })
    let call!: UseCall<'backup.restore'>
    const host = draw(() => {
      call = useCall('backup.restore')
      return null
    }, {})
    expect(call.pending).toBe(false)
    const wrong = call.run({ file: '', passphrase: 'wrong' })
    await host.until(() => call.progress !== undefined)
    expect(call).toMatchObject({ pending: true, progress: { stage: 'deriving' } })
    go.resolve()
    await expect(wrong).rejects.toMatchObject({ error: { code: 'wrong-passphrase' } })
    await host.until(() => !call.pending)
    expect(call).toMatchObject({ pending: false, progress: undefined, error: { code: 'wrong-passphrase', detail: {} } })
    call.start({ file: '', passphrase: 'right' })
    await host.until(() => call.data !== undefined)
    expect(call).toMatchObject({ pending: false, error: undefined, data: { added: 2, skipped: 1 } })
    call.reset()
    await host.until(() => call.data === undefined)
    expect(call.data).toBeUndefined()
  })

  describe('of what waits', () => {
    /** A call that ends only when its signal is aborted, and a component that makes it. */
    function waiting() {
      const begun = deferred()
      const aborted = deferred<unknown>()
      let calls = 0
      const page = running({
        handlers: {
          'devices.refresh': (_request, { signal }) => {
            calls += 1
            begun.resolve()
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                aborted.resolve(signal.reason)
                reject(signal.reason as Error)
              })
            })
          },
        },
      })
      const seen = { call: undefined as unknown as UseCall<'devices.refresh'> }
      const host = page.draw(
        ({ cancelOnUnmount }: { cancelOnUnmount: boolean }) => {
          seen.call = useCall('devices.refresh', { cancelOnUnmount })
          return null
        },
        { cancelOnUnmount: false },
      )
      return { ...page, begun: begun.promise, aborted: aborted.promise, seen, host, calls: () => calls }
    }

    test('cancel asks it to stop, and it is pending until it has', async () => {
      const { seen, host, begun, aborted } = waiting()
      seen.call.start({})
      await begun
      await host.until(() => seen.call.pending)
      seen.call.cancel()
      expect(await aborted).toMatchObject({ error: { code: 'cancelled' } })
      await host.until(() => !seen.call.pending)
      expect(seen.call.error).toEqual({ code: 'cancelled', detail: {} })
    })

    test('cancelled before it has left the page, it never leaves', async () => {
      const { seen, host, settled, calls } = waiting()
      seen.call.start({})
      seen.call.cancel()
      await host.until(() => seen.call.error !== undefined)
      await settled()
      expect(seen.call).toMatchObject({ pending: false, error: { code: 'cancelled' } })
      expect(calls()).toBe(0)
    })

    test('it goes on without its component, unless it was said to go with it', async () => {
      const stays = waiting()
      stays.seen.call.start({})
      await stays.begun
      stays.host.remove()
      await stays.settled()
      stays.end.close()
      expect(await stays.aborted).toMatchObject({ error: { code: 'disconnected' } })

      const goes = waiting()
      goes.host.draw({ cancelOnUnmount: true })
      goes.seen.call.start({})
      await goes.begun
      goes.host.remove()
      expect(await goes.aborted).toMatchObject({ error: { code: 'cancelled' } })
    })
  })

  test('nothing of a request is kept: not by the library either', async () => {
    const { draw, settled } = running({ handlers: { 'vault.unlock': async () => ({}) } })
    let call!: UseCall<'vault.unlock'>
    let queries!: QueryClient
    draw(() => {
      call = useCall('vault.unlock')
      queries = useQueryClient()
      return null
    }, {})
    await call.run({ passphrase: 'planted' })
    await settled()
    const kept = queries
      .getMutationCache()
      .getAll()
      .map(({ state, options }) => ({ state, options }))
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain('planted')
  })
})

describe('AskHost', () => {
  test('shows one question at a time, in their order, and takes away one that is withdrawn', async () => {
    const ask = { operation: 'restore', object: 'bench', effects: [], nonce: 'n' }
    const { draw, page, settled } = running({
      handlers: {
        'bench.restore': async (_request, context) => {
          const { confirmed } = await context.ask('confirm', ask)
          if (!confirmed) throw callError('not-confirmed', {})
          return {}
        },
        'codes.deleteForGood': async ({ ids }, context) => {
          await context.ask('confirm', { ...ask, object: ids[0]! })
          return {}
        },
      },
    })
    const shown: AskDialogProps<'confirm'>[] = []
    const Dialog = (props: AskDialogProps<'confirm'>) => {
      shown.push(props)
      return null
    }
    draw(() => <AskHost dialogs={{ confirm: Dialog }} />, {})
    const controller = new AbortController()
    const first = page.client.call('bench.restore', {}, { signal: controller.signal }).catch((error: unknown) => error)
    const second = page.client.call('codes.deleteForGood', { ids: ['b'] })
    const third = page.client.call('codes.deleteForGood', { ids: ['c'] }).catch((error: unknown) => error)
    await settled()
    expect(new Set(shown.map((each) => `${each.call} ${each.ask.object}`))).toEqual(new Set(['bench.restore bench']))
    controller.abort()
    expect(await first).toMatchObject({ error: { code: 'cancelled' } })
    await settled()
    expect(shown.at(-1)).toMatchObject({ call: 'codes.deleteForGood', ask: { object: 'b' } })
    shown.at(-1)!.answer({ confirmed: true, nonce: 'n' })
    expect(await second).toEqual({})
    expect(shown.at(-1)).toMatchObject({ ask: { object: 'c' } })
    shown.at(-1)!.dismiss()
    expect(await third).toMatchObject({ error: { code: 'cancelled' } })
  })
})
