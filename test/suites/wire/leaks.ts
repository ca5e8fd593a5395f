/** What must not cross a wire, however a service came to say it. */
import { describe, expect, test } from 'vitest'
import type { CallContext } from '../../../electron/services/handlers.ts'
import { CallError, MAX_FRAME_LENGTH } from '../../../shared/contract/index.ts'
import { Watched } from '../../support/connect.ts'
import { StubTopic } from '../../support/services-stub.ts'
import { row } from './frames.ts'
import { CONFIRM, failure, PLANTED, type WireKind } from './served.ts'

export function leaksSuite({ kind, served }: WireKind): void {
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
}
