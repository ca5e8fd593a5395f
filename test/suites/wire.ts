/** What a wire promises the contract, run for every kind of wire: through the gate, dispatch and client as they ship. */
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_BAD_FRAMES } from '../../electron/dispatch/gate.ts'
import { MAX_WATCHES } from '../../electron/dispatch/watches.ts'
import type { CallContext, Handlers } from '../../electron/services/handlers.ts'
import {
  CallError,
  callError,
  calls,
  MAX_FRAME_LENGTH,
  MAX_OPEN_CALLS,
  type CallName,
  type State,
  type Wire,
} from '../../shared/contract/index.ts'
import { connect, Watched, type Connected } from '../support/connect.ts'
import { deferred } from '../support/deferred.ts'
import { RawFrames } from '../support/raw-frames.ts'
import { samples, wrongs } from '../support/sample.ts'
import { ScriptedPerson } from '../support/scripted-person.ts'
import { StubTopic, stubServices, type StubServices } from '../support/services-stub.ts'
import { badFrames, row } from './wire-frames.ts'

export interface WirePair {
  readonly client: Wire
  readonly server: Wire
  dispose(): Promise<void>
}

const PLANTED = 'planted-secret-7f3a'

export function wireSuite(kind: string, makePair: () => Promise<WirePair>): void {
  const pairs: WirePair[] = []
  afterEach(async () => {
    for (const pair of pairs.splice(0)) await pair.dispose()
  })
  const pairOf = async () => {
    const pair = await makePair()
    pairs.push(pair)
    return pair
  }
  const served = async (own: Parameters<typeof stubServices>[0] = {}, person?: ScriptedPerson): Promise<Served> => {
    const pair = await pairOf()
    const raw = new RawFrames(pair.client)
    const services = stubServices(own)
    const connected = connect(services, { wires: [raw.client, pair.server], ...(person && { person }) })
    return { ...connected, services, raw, server: pair.server }
  }

  describe(`a wire (${kind})`, () => {
    test('brings frames whole and in order, both ways', async () => {
      const { client, server } = await pairOf()
      const up = collect(server)
      const down = collect(client)
      const frames = Array.from({ length: 500 }, (_, i) => `${i} ${'ÄÖ🔑'.repeat(i % 7)}`)
      for (const frame of frames) {
        client.send(frame)
        server.send(`down ${frame}`)
      }
      expect(await up.count(500)).toEqual(frames)
      expect(await down.count(500)).toEqual(frames.map((frame) => `down ${frame}`))
    })

    test('brings the largest frame there may be', async () => {
      const { client, server } = await pairOf()
      const up = collect(server)
      const frame = 'x'.repeat(MAX_FRAME_LENGTH)
      client.send(frame)
      expect((await up.count(1))[0] === frame).toBe(true)
    })

    for (const closer of ['client', 'server'] as const) {
      test(`closed by the ${closer} tells both ends once, delivers what was sent before and nothing after`, async () => {
        const pair = await pairOf()
        const other = closer === 'client' ? pair.server : pair.client
        const got = collect(other)
        const closings: string[] = []
        const gone = deferred()
        pair[closer].onClose(() => closings.push('own'))
        other.onClose(() => {
          closings.push('other')
          gone.resolve()
        })
        pair[closer].send('before')
        pair[closer].close()
        pair[closer].close()
        pair[closer].send('after')
        await gone.promise
        other.send('too late')
        other.close()
        expect(got.frames).toEqual(['before'])
        expect(closings).toEqual(['own', 'other'])
        const late: string[] = []
        pair[closer].onClose(() => late.push('own'))
        other.onClose(() => late.push('other'))
        expect(late).toEqual(['own', 'other'])
      })
    }
  })

  describe(`calls over a wire (${kind})`, () => {
    test('a call answers with its response, and many at once each with its own', async () => {
      const { client } = await served({ handlers: { 'codes.next': async ({ id }) => ({ code: id, counter: 1 }) } })
      const ids = Array.from({ length: MAX_OPEN_CALLS }, (_, i) => `id ${i}`)
      const codes = await Promise.all(ids.map((id) => client.call('codes.next', { id })))
      expect(codes.map(({ code }) => code)).toEqual(ids)
    })

    test('a declared error arrives with its detail and with whether anything changed', async () => {
      const { client } = await served({
        handlers: {
          'codes.remove': () =>
            Promise.reject(callError('not-found', { what: 'entry' }, { changed: true, cause: new Error(PLANTED) })),
        },
      })
      const error = await failure(client.call('codes.remove', { id: 'a' }))
      expect(error).toEqual({ code: 'not-found', detail: { what: 'entry' }, changed: true })
    })

    test('progress comes in order and before the answer', async () => {
      const { client } = await served({
        handlers: {
          'backup.restore': async (_request, { progress }) => {
            progress({ stage: 'deriving' })
            progress({ stage: 'reading' })
            return { added: 1, skipped: 0 }
          },
        },
      })
      const seen: string[] = []
      await client.call('backup.restore', { file: '', passphrase: '' }, { onProgress: ({ stage }) => seen.push(stage) })
      expect(seen).toEqual(['deriving', 'reading'])
    })

    test('a cancelled call aborts the signal of its handler and ends as cancelled', async () => {
      const begun = deferred()
      const { client } = await served({
        handlers: { 'devices.refresh': (_request, { signal }) => untilAborted(signal, begun.resolve) },
      })
      const controller = new AbortController()
      const call = client.call('devices.refresh', {}, { signal: controller.signal })
      await begun.promise
      controller.abort()
      expect(await failure(call)).toEqual({ code: 'cancelled', detail: {} })
      expect(await failure(client.call('devices.refresh', {}, { signal: controller.signal }))).toMatchObject({
        code: 'cancelled',
      })
    })

    test('a call that was finished in spite of its cancellation says what came of it', async () => {
      const begun = deferred()
      const finish = deferred()
      const { client } = await served({
        handlers: {
          'devices.refresh': async () => {
            begun.resolve()
            await finish.promise
            return {}
          },
        },
      })
      const controller = new AbortController()
      const call = client.call('devices.refresh', {}, { signal: controller.signal })
      await begun.promise
      controller.abort()
      finish.resolve()
      expect(await call).toEqual({})
    })

    test('closing rejects what waits as disconnected, aborts its signals and unwatches its topics', async () => {
      const topic = new StubTopic<'vault'>({ state: 'absent' })
      const begun = deferred()
      const aborted = deferred<unknown>()
      const { client, close } = await served({
        handlers: {
          'devices.refresh': (_request, { signal }) => {
            signal.addEventListener('abort', () => aborted.resolve(signal.reason))
            return untilAborted(signal, begun.resolve)
          },
        },
        topics: { vault: topic },
      })
      const watched = new Watched(client, 'vault', {})
      await watched.until()
      const call = client.call('devices.refresh', {})
      await begun.promise
      close()
      expect(await failure(call)).toMatchObject({ code: 'disconnected' })
      expect(await aborted.promise).toMatchObject({ error: { code: 'disconnected' } })
      expect(topic.watchers).toBe(0)
      expect(await failure(client.call('devices.refresh', {}))).toMatchObject({ code: 'disconnected' })
    })

    test('more calls than may be open are refused as busy, and there is room again when one ends', async () => {
      const release = deferred()
      const { client } = await served({
        handlers: {
          'devices.refresh': async () => {
            await release.promise
            return {}
          },
        },
      })
      const open = Array.from({ length: MAX_OPEN_CALLS }, () => client.call('devices.refresh', {}))
      expect(await failure(client.call('app.quit', {}))).toEqual({ code: 'busy', detail: {} })
      release.resolve()
      await Promise.all(open)
      expect(await failure(client.call('app.quit', {}))).toMatchObject({ code: 'not-here' })
    })

    test('names that are in no contract are refused, those of every object too', async () => {
      const { raw } = await served()
      for (const name of [
        'no.such',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '',
        'x'.repeat(100_000),
      ]) {
        expect(await raw.ask('call', { call: 1, name, request: {} })).toMatchObject({
          error: { data: { code: 'unknown-call' } },
        })
        expect(await raw.ask('watch', { watch: 1, topic: name, params: {} })).toMatchObject({
          error: { data: { code: 'unknown-call' } },
        })
      }
      expect(await raw.ask('no.such.method', {})).toMatchObject({ error: { data: { code: 'unknown-call' } } })
    })

    for (const name of Object.keys(calls) as CallName[]) {
      test(`${name} refuses wrong arguments before its handler sees them, by field and without their values`, async () => {
        let runs = 0
        const { raw } = await served({
          handlers: {
            [name]: async () => {
              runs += 1
              throw callError('not-here', { reason: 'later' })
            },
          },
        })
        const schema = calls[name].request
        const good = samples(schema)
        const wrong = good.flatMap((value) => wrongs(schema, value))
        expect(wrong.length).toBeGreaterThan(6)
        for (const { what, json } of wrong) {
          const answer = await raw.askJson(`{"call":1,"name":${JSON.stringify(name)},"request":${json}}`)
          expect(answer, what).toMatchObject({ error: { data: { code: 'bad-request' } } })
          expect(JSON.stringify(answer), what).not.toContain('planted')
        }
        expect(runs).toBe(0)
        for (const request of good) {
          expect(await raw.ask('call', { call: 1, name, request })).toMatchObject({
            error: { data: { code: 'not-here' } },
          })
        }
        expect(runs).toBe(good.length)
      })
    }
  })

  describe(`questions over a wire (${kind})`, () => {
    const removal: Partial<Handlers> = {
      'devices.remove': async (_request, { ask }) => {
        const { confirmed, nonce } = await ask('confirm', CONFIRM)
        if (!confirmed || nonce !== CONFIRM.nonce) throw callError('not-confirmed', {})
        const { code } = await ask('code', { deviceName: 'phone', digits: 6 })
        if (code !== '123456') throw callError('codes-refused', {})
        return {}
      },
    }

    test('a question is answered by the person, on the call that asks', async () => {
      const person = new ScriptedPerson().confirms().typesCode('123456')
      const { client } = await served({ handlers: removal }, person)
      expect(await client.call('devices.remove', { device: DEVICE })).toEqual({})
      expect(person.asked).toEqual([
        { name: 'confirm', ask: CONFIRM },
        { name: 'code', ask: { deviceName: 'phone', digits: 6 } },
      ])
      person.expectDone()
    })

    test('a call that brings its own answers is not asked of the page', async () => {
      const person = new ScriptedPerson().typesCode('123456')
      const { client } = await served({ handlers: removal }, person)
      const onAsk = { confirm: async ({ nonce }: { nonce: string }) => ({ confirmed: true, nonce }) }
      expect(await client.call('devices.remove', { device: DEVICE }, { onAsk })).toEqual({})
    })

    test('a person who turns away ends the call as cancelled; where nobody can be asked it is not supported', async () => {
      const turnsAway = await served({ handlers: removal }, new ScriptedPerson().refuses('confirm'))
      expect(await failure(turnsAway.client.call('devices.remove', { device: DEVICE }))).toEqual({
        code: 'cancelled',
        detail: {},
      })
      const nobody = await served({ handlers: removal })
      expect(await failure(nobody.client.call('devices.remove', { device: DEVICE }))).toMatchObject({
        code: 'not-supported',
      })
    })

    test('an answer of the wrong shape is a bad request to the handler that asked', async () => {
      const person = new ScriptedPerson().answers('confirm', () => ({ confirmed: PLANTED, nonce: 1 }) as never)
      const { client, log } = await served({ handlers: removal }, person)
      const error = await failure(client.call('devices.remove', { device: DEVICE }))
      expect(error).toEqual({
        code: 'bad-request',
        detail: {
          fields: [
            { field: 'confirmed', reason: 'wrong-type' },
            { field: 'nonce', reason: 'wrong-type' },
          ],
        },
      })
      expect(log.text).not.toContain('planted')
    })

    test('a page can not put a backend’s error into the mouth of a person', async () => {
      const onAsk = { confirm: () => Promise.reject(callError('outcome-unknown', {})) }
      const { client } = await served({ handlers: removal })
      expect(await failure(client.call('devices.remove', { device: DEVICE }, { onAsk }))).toEqual({
        code: 'cancelled',
        detail: {},
      })
    })

    test('a question that waits is withdrawn when its call is cancelled', async () => {
      const asked = deferred<AbortSignal>()
      const person = new ScriptedPerson().answers('confirm', (_ask, signal) => {
        asked.resolve(signal)
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      })
      const { client } = await served({ handlers: removal }, person)
      const controller = new AbortController()
      const call = client.call('devices.remove', { device: DEVICE }, { signal: controller.signal })
      const signal = await asked.promise
      controller.abort()
      expect(await failure(call)).toEqual({ code: 'cancelled', detail: {} })
      expect(signal.aborted).toBe(true)
    })

    for (const closer of ['page', 'server'] as const) {
      test(`a question that waits is rejected as disconnected when the ${closer} closes the wire`, async () => {
        const asked = deferred<AbortSignal>()
        const rejected = deferred<unknown>()
        const { client, close, server } = await served({
          handlers: {
            'devices.remove': async (_request, { ask }) => {
              await ask('confirm', CONFIRM).catch(rejected.resolve)
              return {}
            },
          },
        })
        const onAsk = {
          confirm: (_ask: unknown, { signal }: { signal: AbortSignal }) => {
            asked.resolve(signal)
            return new Promise<never>(() => {})
          },
        }
        const error = failure(client.call('devices.remove', { device: DEVICE }, { onAsk }))
        const signal = await asked.promise
        if (closer === 'page') close()
        else server.close()
        expect(await rejected.promise).toMatchObject({ error: { code: 'disconnected' } })
        expect(await error).toMatchObject({ code: 'disconnected' })
        expect(signal.aborted).toBe(true)
      })
    }

    test('a question outlives no call: it is withdrawn when the handler ends without its answer', async () => {
      const asked = deferred<AbortSignal>()
      const withdrawn = deferred()
      const { client } = await served({
        handlers: {
          'devices.remove': async (_request, { ask }) => {
            ask('confirm', CONFIRM).catch(() => {})
            await asked.promise
            return {}
          },
        },
      })
      const onAsk = {
        confirm: (_ask: unknown, { signal }: { signal: AbortSignal }) => {
          signal.addEventListener('abort', () => withdrawn.resolve())
          asked.resolve(signal)
          return new Promise<never>(() => {})
        },
      }
      await client.call('devices.remove', { device: DEVICE }, { onAsk })
      await withdrawn.promise
    })
  })

  describe(`topics over a wire (${kind})`, () => {
    test('a watcher gets the present state, then each new one; two of them each their own', async () => {
      const topic = new StubTopic<'vault'>({ state: 'absent' })
      const { client } = await served({ topics: { vault: topic } })
      const first = new Watched(client, 'vault', {})
      const second = new Watched(client, 'vault', {})
      await first.until()
      await second.until()
      topic.push({ state: 'locked', ways: ['passphrase'] })
      await first.until(({ state }) => state === 'locked')
      await second.until(({ state }) => state === 'locked')
      expect(first.states).toEqual([{ state: 'absent' }, { state: 'locked', ways: ['passphrase'] }])
      second.stop()
      topic.push({ state: 'absent' })
      await first.until(({ state }) => state === 'absent')
      expect(second.states).toHaveLength(2)
      expect(topic.watchers).toBe(1)
    })

    test('states pushed in one turn leave as one, and a state that says the same not at all', async () => {
      const topic = new StubTopic<'vault'>({ state: 'absent' })
      const { client } = await served({ topics: { vault: topic } })
      const watched = new Watched(client, 'vault', {})
      await watched.until()
      for (let i = 0; i < 100; i++) topic.push({ state: 'newer', format: i })
      await watched.until(({ state }) => state === 'newer')
      for (let i = 0; i < 3; i++) {
        topic.push({ state: 'newer', format: 99 })
        await client.call('app.quit', {}).catch(() => {})
      }
      topic.push({ state: 'newer', format: 100 })
      await watched.until((state) => state.state === 'newer' && state.format === 100)
      expect(watched.states).toEqual([
        { state: 'absent' },
        { state: 'newer', format: 99 },
        { state: 'newer', format: 100 },
      ])
    })

    test('who gets a call’s answer has seen the state that it led to', async () => {
      const topic = new StubTopic<'vault'>({ state: 'absent' })
      const { client } = await served({
        topics: { vault: topic },
        handlers: {
          'vault.create': async () => {
            topic.push({ state: 'locked', ways: [] })
            return {}
          },
        },
      })
      const watched = new Watched(client, 'vault', {})
      await watched.until()
      await client.call('vault.create', { passphrase: 'long enough' })
      expect(watched.last).toEqual({ state: 'locked', ways: [] })
    })

    test('of a keyed topic only what changed is sent, and its watcher sees whole states that never change', async () => {
      const topic = new StubTopic<'entries'>({ a: row('a'), b: row('b') })
      const { client, raw } = await served({ topics: { entries: topic } })
      const watched = new Watched(client, 'entries', {})
      const first = await watched.until()
      const kept = structuredClone(first)
      topic.push({ a: row('a'), b: row('b', 'renamed'), c: row('c') })
      const second = await watched.until(({ c }) => c !== undefined)
      topic.push({ c: row('c') })
      expect(await watched.until(({ a }) => a === undefined)).toEqual({ c: row('c') })
      expect(first).toEqual(kept)
      expect(second).toEqual({ a: row('a'), b: row('b', 'renamed'), c: row('c') })
      expect(second['a']).toBe(first['a'])
      const sent = raw.down.map((frame) => JSON.parse(frame) as { method?: string; params: object })
      expect(sent.filter(({ method }) => method === 'changes').map(({ params }) => params)).toEqual([
        { watch: 1, set: { b: row('b', 'renamed'), c: row('c') }, remove: [] },
        { watch: 1, set: {}, remove: ['a', 'b'] },
      ])
    })

    test('a keyed topic that is told in changes comes to the same as one told whole', async () => {
      const state = fc.dictionary(
        fc.constantFrom('a', 'b', 'c', '7', 'toString', 'constructor'),
        fc.record({ issuer: fc.constantFrom('x', 'y'), tags: fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 }) }),
        { noNullPrototype: true },
      )
      const step = fc.record({ state, isAwaited: fc.boolean() })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const topic = new StubTopic<'entries'>({})
          const { client, close } = await served({ topics: { entries: topic } })
          const watched = new Watched(client, 'entries', {})
          await watched.until()
          const pushed = [{}, ...steps.map((each) => rowsOf(each.state))]
          for (const [i, { isAwaited }] of steps.entries()) {
            topic.push(pushed[i + 1]!)
            if (isAwaited) await client.call('app.quit', {}).catch(() => {})
          }
          await client.call('app.quit', {}).catch(() => {})
          expect(watched.last).toEqual(pushed.at(-1))
          // Every state that was seen had been pushed, in that order.
          let at = -1
          for (const seen of watched.states) {
            at = pushed.findIndex((each, i) => i > at && isDeepStrictEqual(each, seen))
            expect(at).toBeGreaterThanOrEqual(0)
          }
          close()
        }),
        { numRuns: 60 },
      )
    })

    test('a topic that needs an open vault is refused while it is locked, ends with the lock, and sends nothing after', async () => {
      const topic = new StubTopic<'entries'>({ a: row('a') })
      const { client, raw } = await served({ topics: { entries: topic } })
      const watched = new Watched(client, 'entries', {})
      await watched.until()
      topic.push({ a: row('a', PLANTED) })
      topic.end(callError('locked', {}))
      topic.push({ a: row('a', PLANTED) })
      expect(await watched.untilEnd()).toBe('locked')
      topic.refusal = callError('locked', {})
      expect(await new Watched(client, 'entries', {}).untilEnd()).toBe('locked')
      expect(raw.down.join()).not.toContain(PLANTED)
      expect(topic.watchers).toBe(0)
    })

    test('parameters of a topic are checked, and more watches than a page needs are refused as busy', async () => {
      const { raw } = await served()
      expect(await raw.ask('watch', { watch: 1, topic: 'codes', params: { ids: [1] } })).toMatchObject({
        error: { data: { code: 'bad-request', detail: { fields: [{ field: 'ids.0', reason: 'wrong-type' }] } } },
      })
      for (let watch = 1; watch <= MAX_WATCHES; watch++) await raw.ask('watch', { watch, topic: 'vault', params: {} })
      expect(await raw.ask('watch', { watch: MAX_WATCHES + 1, topic: 'vault', params: {} })).toMatchObject({
        error: { data: { code: 'busy' } },
      })
      raw.tell('unwatch', { watch: 1 })
      expect(await raw.ask('watch', { watch: 1, topic: 'vault', params: {} })).toMatchObject({ result: null })
      expect(await raw.ask('watch', { watch: 1, topic: 'vault', params: {} })).toMatchObject({
        error: { data: { code: 'bad-request' } },
      })
    })
  })

  describe(`what does not cross a wire (${kind})`, () => {
    const leaks: Record<string, (context: CallContext<'backup.restore'>) => unknown> = {
      'a thrown error': () => {
        throw new TypeError(PLANTED, { cause: new Error(PLANTED) })
      },
      'an error whose text looks like a place in a file': () => {
        throw new Error(`${PLANTED}\n    at ${PLANTED} (${PLANTED}:1:1)`)
      },
      'an error whose text was changed after it was made': () => {
        const error = new Error(`${PLANTED}\n    at ${PLANTED} (${PLANTED}:1:1)`)
        void error.stack // is written when it is first read
        error.message = 'other'
        throw error
      },
      'something thrown that is no error': () => {
        // oxlint-disable-next-line no-throw-literal -- libraries do; nothing of it may cross
        throw PLANTED
      },
      'a member more in a response': () => ({ added: 1, skipped: 0, passphrase: PLANTED }),
      'a response of another kind': () => PLANTED,
      'a member more in the detail of an error': () => {
        throw new CallError({ code: 'locked', detail: { secret: PLANTED } } as never)
      },
      'a question with a member more': async ({ ask }) => {
        await (ask as (name: string, ask: unknown) => Promise<unknown>)('confirm', { ...CONFIRM, secret: PLANTED })
      },
    }
    for (const [what, leak] of Object.entries(leaks)) {
      test(`${what} is an internal error with an id that the log has, and its text is in neither`, async () => {
        const { client, raw, log } = await served({
          handlers: { 'backup.restore': async (_request, context) => leak(context) as never },
        })
        const error = await failure(client.call('backup.restore', { file: PLANTED.slice(0, 7), passphrase: '' }))
        expect(error).toEqual({ code: 'internal', detail: { diagnosticId: expect.any(String) as string } })
        const { diagnosticId } = error.detail as { diagnosticId: string }
        expect(log.lines).toHaveLength(1)
        expect(log.lines[0]!.facts).toMatchObject({ diagnosticId })
        expect(log.text + raw.down.join()).not.toContain('planted')
      })
    }

    test('progress with a member more is not told, and the call goes on', async () => {
      const { client, raw, log } = await served({
        handlers: {
          'backup.restore': async (_request, { progress }) => {
            progress({ stage: 'reading', secret: PLANTED } as never)
            return { added: 0, skipped: 0 }
          },
        },
      })
      expect(await client.call('backup.restore', { file: '', passphrase: '' })).toEqual({ added: 0, skipped: 0 })
      expect(log.lines.map(({ event }) => event)).toEqual(['progress-not-in-contract'])
      expect(log.text + raw.down.join()).not.toContain('planted')
    })

    test('a state with a member more ends its watch, first or later, plain or keyed', async () => {
      const vault = new StubTopic<'vault'>({ state: 'absent', secret: PLANTED } as never)
      const entries = new StubTopic<'entries'>({})
      const { client, raw, log } = await served({ topics: { vault, entries } })
      expect(await new Watched(client, 'vault', {}).untilEnd()).toBe('internal')
      const watched = new Watched(client, 'entries', {})
      await watched.until()
      entries.push({ a: { ...row('a'), secret: PLANTED } as never })
      expect(await watched.untilEnd()).toBe('internal')
      expect(log.text + raw.down.join()).not.toContain('planted')
      expect(entries.watchers + vault.watchers).toBe(0)
    })

    test('an answer or state longer than a frame is too large, and the wire goes on', async () => {
      const topic = new StubTopic<'vault'>({ state: 'damaged', file: 'x'.repeat(MAX_FRAME_LENGTH) })
      const { client } = await served({
        topics: { vault: topic },
        handlers: { 'entries.reveal': async () => ({ secret: 'x'.repeat(MAX_FRAME_LENGTH), uri: '' }) },
      })
      expect(await failure(client.call('entries.reveal', { id: 'a', passphrase: '' }))).toMatchObject({
        code: 'too-large',
      })
      expect(await new Watched(client, 'vault', {}).untilEnd()).toBe('too-large')
    })

    test('a request longer than a frame never leaves the page, counted in bytes too', async () => {
      const { client } = await served()
      for (const letter of ['x', '🔑']) {
        const file = letter.repeat(MAX_FRAME_LENGTH / 4 + (letter === 'x' ? (MAX_FRAME_LENGTH * 3) / 4 : 0))
        expect(await failure(client.call('backup.preview', { file, passphrase: '' }))).toEqual({
          code: 'too-large',
          detail: {},
          changed: false,
        })
      }
      expect(await failure(client.call('app.quit', {}))).toMatchObject({ code: 'not-here' })
    })
  })

  describe(`malformed frames over a wire (${kind})`, () => {
    test('no frame that is not a message of the contract does any harm', async () => {
      let sent = 0
      const frames = fc.array(badFrames, { minLength: 40, maxLength: MAX_BAD_FRAMES - 1, size: 'max' })
      await fc.assert(
        fc.asyncProperty(frames, async (hostile) => {
          const { raw, log } = await served()
          for (const frame of hostile) raw.client.send(frame)
          sent += hostile.length
          const answer = await raw.ask('call', { call: 2 ** 40, name: 'app.quit', request: {} })
          expect(answer).toMatchObject({ error: { data: { code: 'not-here' } } })
          expect(log.text).not.toContain('planted')
        }),
        { numRuns: 50 },
      )
      expect(sent).toBeGreaterThan(2000)
    })

    test('so many of them close the wire, and the log says why once', async () => {
      const { raw, log, server } = await served()
      const gone = deferred()
      server.onClose(gone.resolve)
      for (let i = 0; i < MAX_BAD_FRAMES + 20; i++) raw.client.send(PLANTED)
      await gone.promise
      expect(log.lines).toEqual([
        { level: 'error', event: 'frame-refused', facts: { why: 'not-json' } },
        { level: 'error', event: 'wire-closed-for-bad-frames', facts: { why: 'not-json', count: MAX_BAD_FRAMES } },
      ])
    })

    const single: Record<string, string> = {
      'a batch': '[{"jsonrpc":"2.0","id":1,"method":"call","params":{"call":1,"name":"app.quit","request":{}}}]',
      'parameters by position':
        '{"jsonrpc":"2.0","id":1,"method":"call","params":[{"call":1,"name":"app.quit","request":{}}]}',
      'an id beyond safe integers': '{"jsonrpc":"2.0","id":1e308,"method":"call","params":{}}',
      'an id that is text': '{"jsonrpc":"2.0","id":"1","method":"call","params":{}}',
      'an id that is null': '{"jsonrpc":"2.0","id":null,"method":"call","params":{}}',
      'another version': '{"jsonrpc":"1.0","id":1,"method":"call","params":{}}',
      'no parameters': '{"jsonrpc":"2.0","id":1,"method":"call"}',
      'a member more': '{"jsonrpc":"2.0","id":1,"method":"call","params":{},"result":{}}',
      'a prototype': '{"jsonrpc":"2.0","__proto__":{"method":"call"},"id":1}',
      'a cancellation of nothing': '{"jsonrpc":"2.0","method":"$/cancelRequest"}',
      'a cancellation of text': '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"1"}}',
      'progress, which only goes down': '{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":1}}',
      'an answer that nobody asked for': '{"jsonrpc":"2.0","id":1,"result":{}}',
      'an answer that is also an error': '{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}',
      'half a message': '{"jsonrpc":"2.0","id":1,"method":"ca',
      'a number': '17',
      nothing: '',
    }
    for (const [what, frame] of Object.entries(single)) {
      test(`${what} is dropped`, async () => {
        const { raw, log } = await served()
        raw.client.send(frame)
        await raw.ask('call', { call: 1, name: 'app.quit', request: {} })
        expect(log.lines.map(({ event }) => event)).toEqual(['frame-refused'])
        expect(raw.down).toHaveLength(1)
      })
    }

    test('a request whose id is in use is dropped, and the first one answered', async () => {
      const release = deferred()
      const { raw, log } = await served({
        handlers: {
          'devices.refresh': async () => {
            await release.promise
            return {}
          },
        },
      })
      const first = raw.ask('call', { call: 1, name: 'devices.refresh', request: {} }, 5)
      raw.client.send('{"jsonrpc":"2.0","id":5,"method":"call","params":{"call":2,"name":"app.quit","request":{}}}')
      await raw.ask('call', { call: 3, name: 'app.quit', request: {} })
      release.resolve()
      expect(await first).toMatchObject({ id: 5, result: {} })
      expect(log.lines.map(({ facts }) => facts.why)).toEqual(['id-in-use'])
    })

    test('a late or second cancellation is no fault', async () => {
      const { raw, log } = await served()
      await raw.ask('call', { call: 1, name: 'app.quit', request: {} }, 5)
      for (let i = 0; i < MAX_BAD_FRAMES + 1; i++) raw.tell('$/cancelRequest', { id: 5 })
      expect(await raw.ask('call', { call: 1, name: 'app.quit', request: {} })).toMatchObject({
        error: { data: { code: 'not-here' } },
      })
      expect(log.lines).toEqual([])
    })
  })
}

const CONFIRM = {
  operation: 'remove',
  object: 'phone',
  effects: [{ effect: 'last-way-in', facts: { identity: 'root', devices: 1 } }],
  nonce: 'n1',
}
const DEVICE = { backendId: 'demo', identityId: 'root', deviceId: 'phone' }

interface Served extends Connected {
  readonly services: StubServices
  readonly raw: RawFrames
  readonly server: Wire
}

/** Frames that came out of an end, and a wait for so many. */
function collect(wire: Wire) {
  const frames: string[] = []
  let wanted = Number.POSITIVE_INFINITY
  let enough = () => {}
  wire.onMessage((frame) => {
    frames.push(frame)
    if (frames.length >= wanted) enough()
  })
  return {
    frames,
    async count(count: number): Promise<string[]> {
      const { promise, resolve } = deferred()
      wanted = count
      enough = resolve
      if (frames.length >= count) resolve()
      await promise
      return frames
    },
  }
}

async function failure(call: Promise<unknown>): Promise<CallError['error']> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error(`expected a CallError, not ${String(error)}`)
  return error.error
}

function untilAborted(signal: AbortSignal, begun: () => void): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    begun()
  })
}

const rowsOf = (state: Record<string, { issuer: string; tags: string[] }>): State<'entries'> =>
  Object.fromEntries(Object.entries(state).map(([id, { issuer, tags }]) => [id, { ...row(id, issuer), tags }]))
