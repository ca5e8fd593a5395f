/** What only a wire in memory can show: what happens within one turn. The rest is in test/suites/wire.ts. */
import { describe, expect, test } from 'vitest'
import { callError, type CallError, MAX_FRAME_LENGTH, MAX_OPEN_CALLS, type State } from '../shared/contract/index.ts'
import { connect, Watched } from '../test/support/connect.ts'
import { deferred } from '../test/support/deferred.ts'
import { memoryWire } from '../test/support/memory-wire.ts'
import { RawFrames } from '../test/support/raw-frames.ts'
import { stubServices } from '../test/support/services-stub.ts'
import { MAX_QUEUED } from './dispatch/gate.ts'
import { serve } from './dispatch.ts'
import type { CallContext } from './services/handlers.ts'

function served(own: Parameters<typeof stubServices>[0] = {}) {
  const wires = memoryWire()
  const raw = new RawFrames(wires[0])
  return { ...connect(stubServices(own), { wires }), raw, page: wires[0], server: wires[1] }
}

const CONFIRM = { operation: 'restore', object: 'bench', effects: [], nonce: 'n' }
const frameOf = (id: number, call: number, name: string) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'call', params: { call, name, request: {} } })

describe('a call at the door', () => {
  test('that was cancelled before its turn came, or whose wire closed before, is never begun', async () => {
    let runs = 0
    const handlers = {
      'devices.refresh': async () => {
        runs += 1
        return {}
      },
    }
    const { raw } = served({ handlers })
    const answer = raw.ask('call', { call: 1, name: 'devices.refresh', request: {} }, 5)
    raw.tell('$/cancelRequest', { id: 5 })
    expect(await answer).toMatchObject({ error: { data: { code: 'cancelled', changed: false } } })

    const closing = served({ handlers })
    const gone = deferred()
    closing.server.onClose(gone.resolve)
    closing.raw.client.send(frameOf(5, 1, 'devices.refresh'))
    closing.page.close()
    await gone.promise
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(runs).toBe(0)
  })

  test('under a number that is open is refused, and its number is free again when it has ended', async () => {
    const release = deferred()
    const { raw } = served({
      handlers: {
        'devices.refresh': async () => {
          await release.promise
          return {}
        },
      },
    })
    const first = raw.ask('call', { call: 1, name: 'devices.refresh', request: {} })
    expect(await raw.ask('call', { call: 1, name: 'app.quit', request: {} })).toMatchObject({
      error: { data: { code: 'bad-request', detail: { fields: [{ field: 'call', reason: 'number-in-use' }] } } },
    })
    release.resolve()
    expect(await first).toMatchObject({ result: {} })
    expect(await raw.ask('call', { call: 1, name: 'devices.refresh', request: {} })).toMatchObject({ result: {} })
  })

  test('that has ended or lost its wire may go on talking: nobody hears it, and nothing breaks', async () => {
    const contexts: CallContext<'backup.restore'>[] = []
    const { client, raw, close, log } = served({
      handlers: {
        'backup.restore': async (_request, context) => {
          contexts.push(context)
          return { added: 0, skipped: 0 }
        },
      },
    })
    await client.call('backup.restore', { file: '', passphrase: '' })
    contexts[0]!.progress({ stage: 'reading' })
    await client.call('app.quit', {}).catch(() => {})
    expect(raw.down.join()).not.toContain('progress')
    close()
    await new Promise((resolve) => setImmediate(resolve))
    contexts[0]!.progress({ stage: 'reading' })
    expect(log.lines).toEqual([])

    const begun = deferred<CallContext<'backup.restore'>>()
    const other = served({
      handlers: {
        'backup.restore': (_request, context) => {
          begun.resolve(context)
          return new Promise(() => {})
        },
      },
    })
    other.client.call('backup.restore', { file: '', passphrase: '' }).catch(() => {})
    const context = await begun.promise
    const aborted = deferred()
    context.signal.addEventListener('abort', () => aborted.resolve())
    other.close()
    await aborted.promise
    await new Promise((resolve) => setImmediate(resolve))
    expect(() => context.progress({ stage: 'reading' })).not.toThrow()
  })
})

describe('a question at the door', () => {
  test('after the call was cancelled is not put, and one that waits is taken back though its handler goes on', async () => {
    const asked: AbortSignal[] = []
    const first = deferred()
    const withdrawn = deferred()
    const rejections: unknown[] = []
    const { client } = served({
      handlers: {
        'bench.restore': async (_request, { ask }) => {
          for (let i = 0; i < 2; i++) await ask('confirm', CONFIRM).catch((error: unknown) => rejections.push(error))
          await withdrawn.promise
          return {}
        },
      },
    })
    const controller = new AbortController()
    const call = client.call(
      'bench.restore',
      {},
      {
        signal: controller.signal,
        onAsk: {
          confirm: (_ask, { signal }) => {
            asked.push(signal)
            signal.addEventListener('abort', () => withdrawn.resolve())
            first.resolve()
            return new Promise(() => {})
          },
        },
      },
    )
    await first.promise
    controller.abort()
    expect(await call).toEqual({})
    expect(asked).toHaveLength(1)
    expect(rejections).toMatchObject([{ error: { code: 'cancelled' } }, { error: { code: 'cancelled' } }])
  })

  test('is refused as busy where too many wait', async () => {
    const { client } = served({
      handlers: {
        'bench.restore': async (_request, { ask }) => {
          await ask('confirm', CONFIRM)
          return {}
        },
        'codes.deleteForGood': async (_request, { ask }) => {
          ask('confirm', CONFIRM).catch(() => {})
          await ask('confirm', CONFIRM)
          return {}
        },
      },
    })
    client.answerAsks({ confirm: () => new Promise(() => {}) })
    for (let i = 1; i < MAX_OPEN_CALLS; i++) client.call('bench.restore', {}).catch(() => {})
    const last = client.call('codes.deleteForGood', { ids: ['a'] })
    await expect(last).rejects.toMatchObject({ error: { code: 'busy' } })
  })

  test('that no frame can hold is too large, and one that is no JSON a fault of ours', async () => {
    const { client, log } = served({
      handlers: {
        'bench.restore': async (_request, { ask }) => {
          await ask('confirm', { ...CONFIRM, object: 'x'.repeat(MAX_FRAME_LENGTH) })
          return {}
        },
        'bench.signInWithPage': async (_request, { ask }) => {
          await ask('webauthn', { ceremony: 'get', options: { challenge: 1n } })
          return {}
        },
      },
    })
    await expect(client.call('bench.restore', {})).rejects.toMatchObject({ error: { code: 'too-large' } })
    await expect(client.call('bench.signInWithPage', {})).rejects.toMatchObject({ error: { code: 'internal' } })
    expect(log.lines.map(({ event }) => event)).toEqual(['ask-not-json'])
  })
})

describe('a watch at the door', () => {
  /** A source that tells whatever it likes whenever it likes. */
  function unruly(begin: (push: (state: State<'vault'>) => void, end: (error: CallError) => void) => void) {
    let stops = 0
    const source = {
      watch(_params: unknown, push: (state: State<'vault'>) => void, end: (error: CallError) => void) {
        begin(push, end)
        return () => void stops++
      },
    }
    return { source, stops: () => stops }
  }

  test('that ended is told nothing more, not even what was pushed before, and its source is stopped once', async () => {
    let push!: (state: State<'vault'>) => void
    let end!: (error: CallError) => void
    const { source, stops } = unruly((...both) => ([push, end] = both))
    const { client, raw, log } = served({ topics: { vault: source } })
    const watched = new Watched(client, 'vault', {})
    await client.call('app.quit', {}).catch(() => {})
    push({ state: 'absent' })
    end(callError('locked', {}))
    end(callError('locked', {}))
    push({ state: 'absent' })
    await client.call('app.quit', {}).catch(() => {})
    expect(watched).toMatchObject({ states: [], ended: 'locked' })
    expect(raw.down.filter((frame) => frame.includes('"watch"'))).toHaveLength(1)
    expect(stops()).toBe(1)
    expect(log.lines).toEqual([])
  })

  test('that ends while it begins is stopped as well', async () => {
    const { source, stops } = unruly((push, end) => {
      push({ state: 'absent' })
      end(callError('locked', {}))
    })
    const { client } = served({ topics: { vault: source } })
    expect(await new Watched(client, 'vault', {}).untilEnd()).toBe('locked')
    expect(stops()).toBe(1)
  })

  test('that was refused leaves its number free and tells nothing', async () => {
    const { source } = unruly((push) => {
      push({ state: 'absent' })
      throw callError('locked', {})
    })
    const { raw } = served({ topics: { vault: source } })
    for (let i = 0; i < 2; i++) {
      expect(await raw.ask('watch', { watch: 1, topic: 'vault', params: {} })).toMatchObject({
        error: { data: { code: 'locked' } },
      })
    }
    await raw.ask('call', { call: 1, name: 'app.quit', request: {} })
    expect(raw.down.join()).not.toContain('"state"')
  })

  test('whose source fails to stop is stopped all the same, and the log knows', async () => {
    const vault = {
      watch() {
        return () => {
          throw new Error('planted')
        }
      },
    }
    const { raw, log } = served({ topics: { vault } })
    await raw.ask('watch', { watch: 1, topic: 'vault', params: {} })
    raw.tell('unwatch', { watch: 1 })
    expect(await raw.ask('watch', { watch: 1, topic: 'vault', params: {} })).toMatchObject({ result: null })
    expect(log.lines).toMatchObject([{ event: 'failed', facts: { what: 'vault' } }])
    expect(log.text).not.toContain('planted')
  })
})

describe('frames at the door', () => {
  test('one that is too long is refused unread, though it would be a call', async () => {
    const { raw, log } = served()
    raw.client.send(frameOf(5, 1, 'app.quit') + ' '.repeat(MAX_FRAME_LENGTH))
    expect(await raw.ask('call', { call: 2, name: 'app.quit', request: {} }, 6)).toMatchObject({ id: 6 })
    expect(raw.down).toHaveLength(1)
    expect(log.lines.map(({ facts }) => facts.why)).toEqual(['too-long'])
  })

  test('an answer that is result and error at once does not settle the question', async () => {
    const { raw } = served({
      handlers: {
        'bench.restore': async (_request, { ask }) => {
          const { confirmed } = await ask('confirm', CONFIRM)
          if (!confirmed) throw callError('not-confirmed', {})
          return {}
        },
      },
    })
    const asked = deferred<number>()
    raw.client.onMessage((frame) => {
      const message = JSON.parse(frame) as { id: number; method?: string }
      if (message.method === 'ask') asked.resolve(message.id)
    })
    const call = raw.ask('call', { call: 1, name: 'bench.restore', request: {} })
    const id = await asked.promise
    const both = { jsonrpc: '2.0', id, result: { confirmed: true, nonce: 'n' }, error: { code: 1, message: '' } }
    raw.client.send(JSON.stringify(both))
    raw.client.send(JSON.stringify({ jsonrpc: '2.0', id, result: { confirmed: false, nonce: 'n' } }))
    expect(await call).toMatchObject({ error: { data: { code: 'not-confirmed' } } })
  })

  test('a flood of well-formed ones is bounded: what exceeds the queue is dropped, and the wire closed', async () => {
    const { raw, log, server } = served()
    const gone = deferred()
    server.onClose(gone.resolve)
    for (let i = 0; i < MAX_QUEUED * 2; i++) raw.tell('unwatch', { watch: i + 1 })
    await gone.promise
    expect(log.lines.map(({ facts }) => facts.why)).toEqual(['flood', 'flood'])
  })

  test('as many as one likes are taken one after the other', async () => {
    const { raw, log } = served()
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < MAX_QUEUED / 2; i++) raw.tell('unwatch', { watch: i + 1 })
      await raw.ask('call', { call: 1, name: 'app.quit', request: {} })
    }
    expect(log.lines).toEqual([])
  })

  test('a wire that has closed before it is served is no trouble', () => {
    const [page, server] = memoryWire()
    server.close()
    page.close()
    expect(() =>
      serve(server, stubServices(), { log: { info() {}, error() {} }, clock: { now: () => 0, after: () => () => {} } }),
    ).not.toThrow()
  })
})
