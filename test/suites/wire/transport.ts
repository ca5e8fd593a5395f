/** What a wire itself promises: frames whole and in order, and an end that both sides see once. */
import { describe, expect, test } from 'vitest'
import { MAX_FRAME_LENGTH } from '../../../shared/contract/index.ts'
import { deferred } from '../../support/deferred.ts'
import { collect, type WireKind } from './served.ts'

export function transportSuite({ kind, pair }: WireKind): void {
  describe(`a wire (${kind})`, () => {
    test('brings frames whole and in order, both ways', async () => {
      const { client, server } = await pair()
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
      const { client, server } = await pair()
      const up = collect(server)
      const frame = 'x'.repeat(MAX_FRAME_LENGTH)
      client.send(frame)
      expect((await up.count(1))[0] === frame).toBe(true)
    })

    for (const closer of ['client', 'server'] as const) {
      test(`closed by the ${closer} tells both ends once, delivers what was sent before and nothing after`, async () => {
        const ends = await pair()
        const other = closer === 'client' ? ends.server : ends.client
        const got = collect(other)
        const closings: string[] = []
        const gone = deferred()
        ends[closer].onClose(() => closings.push('own'))
        other.onClose(() => {
          closings.push('other')
          gone.resolve()
        })
        ends[closer].send('before')
        ends[closer].close()
        ends[closer].close()
        ends[closer].send('after')
        await gone.promise
        other.send('too late')
        other.close()
        expect(got.frames).toEqual(['before'])
        expect(closings).toEqual(['own', 'other'])
        const late: string[] = []
        ends[closer].onClose(() => late.push('own'))
        other.onClose(() => late.push('other'))
        expect(late).toEqual(['own', 'other'])
      })
    }
  })
}
