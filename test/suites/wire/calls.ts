/** Calls over a wire: answers, declared errors, progress, cancellation, limits, names and arguments. */
import { describe, expect, test } from 'vitest'
import { callError, calls, MAX_OPEN_CALLS, type CallName } from '../../../shared/contract/index.ts'
import { Watched } from '../../support/connect.ts'
import { deferred } from '../../support/deferred.ts'
import { samples, wrongs } from '../../support/sample.ts'
import { StubTopic } from '../../support/services-stub.ts'
import { failure, PLANTED, untilAborted, type WireKind } from './served.ts'

export function callsSuite({ kind, served }: WireKind): void {
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
}
