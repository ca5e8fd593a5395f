/** Questions that come back on a call: answered, refused, withdrawn, cut off. */
import { describe, expect, test } from 'vitest'
import type { Handlers } from '../../../electron/services/handlers.ts'
import { callError } from '../../../shared/contract/index.ts'
import { deferred } from '../../support/deferred.ts'
import { ScriptedPerson } from '../../support/scripted-person.ts'
import { CONFIRM, DEVICE, failure, PLANTED, type WireKind } from './served.ts'

export function questionsSuite({ kind, served }: WireKind): void {
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
}
