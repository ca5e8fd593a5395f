/** Frames that are none: dropped, counted, and no harm done. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BAD_FRAMES } from '../../../electron/dispatch/gate.ts'
import { deferred } from '../../support/deferred.ts'
import { badFrames } from './frames.ts'
import { PLANTED, type WireKind } from './served.ts'

export function malformedSuite({ kind, served }: WireKind): void {
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
