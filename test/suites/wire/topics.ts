/** Topics over a wire: snapshots, changes, what is not sent, and their end with the lock. */
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_WATCHES } from '../../../electron/dispatch/watches.ts'
import { callError, type State } from '../../../shared/contract/index.ts'
import { Watched } from '../../support/connect.ts'
import { StubTopic } from '../../support/services-stub.ts'
import { row } from './frames.ts'
import { PLANTED, type WireKind } from './served.ts'

export function topicsSuite({ kind, served }: WireKind): void {
  describe(`topics over a wire (${kind})`, () => {
    test('a watcher gets the present state, then each new one; two of them each their own', async () => {
      const topic = new StubTopic<'vault'>({ state: 'absent' })
      const { client } = await served({ topics: { vault: topic } })
      const first = new Watched(client, 'vault', {})
      const second = new Watched(client, 'vault', {})
      await first.until()
      await second.until()
      topic.push({ state: 'locked', ways: ['passphrase'], keyThrough: [] })
      await first.until(({ state }) => state === 'locked')
      await second.until(({ state }) => state === 'locked')
      expect(first.states).toEqual([{ state: 'absent' }, { state: 'locked', ways: ['passphrase'], keyThrough: [] }])
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
            topic.push({ state: 'locked', ways: [], keyThrough: [] })
            return {}
          },
        },
      })
      const watched = new Watched(client, 'vault', {})
      await watched.until()
      await client.call('vault.create', { passphrase: 'long enough' })
      expect(watched.last).toEqual({ state: 'locked', ways: [], keyThrough: [] })
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
}

const rowsOf = (state: Record<string, { issuer: string; tags: string[] }>): State<'entries'> =>
  Object.fromEntries(Object.entries(state).map(([id, { issuer, tags }]) => [id, { ...row(id, issuer), tags }]))
