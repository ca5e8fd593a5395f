/**
 * Streams of packets from a key that drops, repeats, reorders, cuts short, mixes channels and never stops: nothing is
 * thrown, and every transaction ends within its time. `FUZZ=5000000 npx vitest run test/fuzz/ctaphid.test.ts` runs so many.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUSY_LIMIT_MS, INIT_DEADLINE_MS, openTransport } from '../../electron/fido/ctaphid/transport.ts'
import { Machine } from '../../electron/fido/ctaphid/machine.ts'
import { COMMAND, ERROR_CODE, fragment, MAX_MESSAGE_BYTES } from '../../electron/fido/ctaphid/packets.ts'
import { PERSON_DEADLINE_MS, SILENCE_MS } from '../../electron/fido/ctaphid/patience.ts'
import { CANCEL_WAIT_MS } from '../../electron/fido/ctaphid/transaction.ts'
import { KeyStatusError, WireError } from '../../electron/fido/errors.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { portPair } from '../support/port-pair.ts'
import { ScriptedKey } from '../support/scripted-key.ts'
import { seededRandom } from '../support/seeded-random.ts'

const numRuns = Number(process.env['FUZZ'] ?? 2000)
const options = { timeout: 60_000 + 2 * numRuns }

const CHANNEL = 5
const NONCE = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])

const channels = fc.oneof(
  { arbitrary: fc.constant(CHANNEL), weight: 12 },
  { arbitrary: fc.constantFrom(0, 1, 6, 0xffff_ffff), weight: 2 },
  { arbitrary: fc.nat(0xffff_ffff), weight: 1 },
)
const commands = fc.oneof(
  { arbitrary: fc.constant<number>(COMMAND.cbor), weight: 6 },
  { arbitrary: fc.constantFrom<number>(...Object.values(COMMAND)), weight: 3 },
  { arbitrary: fc.nat(127), weight: 1 },
)
/** Whole messages of several lengths, most of them what a key would send. */
const messages = fc
  .tuple(channels, commands, fc.oneof(fc.nat(130), fc.constantFrom(0, 1, 17, 57, 58, MAX_MESSAGE_BYTES)), fc.nat(255))
  .map(([channel, command, length, byte]) => fragment(channel, command, new Uint8Array(length).fill(byte)))
const keepalives = fc
  .constantFrom(1, 2, 0, 255)
  .map((status) => fragment(CHANNEL, COMMAND.keepalive, Uint8Array.of(status)))
const errors = fc
  .oneof(fc.constantFrom(...Object.values(ERROR_CODE)), fc.nat(255))
  .map((code) => fragment(CHANNEL, COMMAND.error, Uint8Array.of(code)))
const noise = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((report) => [report])
const otherLengths = fc.oneof(fc.nat(80), fc.constantFrom(0, 63, 65)).map((length) => [new Uint8Array(length)])

const damage = fc.record({
  kind: fc.constantFrom('drop', 'repeat', 'swap', 'cut', 'flip', 'none', 'none'),
  place: fc.nat(1000),
  bit: fc.nat(8 * 64 - 1),
})
const streams = fc
  .tuple(
    fc.array(fc.oneof({ arbitrary: messages, weight: 5 }, keepalives, errors, noise, otherLengths), { maxLength: 8 }),
    fc.array(damage, { maxLength: 3 }),
    fc.array(fc.nat(1000), { maxLength: 6 }),
  )
  .map(([parts, damages, moves]) => {
    const reports = parts.flat()
    for (const each of damages) apply(reports, each)
    // Interleaves: a report of one message amid another's.
    for (const move of moves) {
      const [report] = reports.splice(move % Math.max(1, reports.length), 1)
      if (report && move % 3 === 0) reports.splice((move * 7) % (reports.length + 1), 0, report)
      else if (report) reports.push(report)
    }
    return reports
  })

function apply(reports: Uint8Array[], { kind, place, bit }: { kind: string; place: number; bit: number }): void {
  const at = place % Math.max(1, reports.length)
  const report = reports[at]
  if (!report) return
  if (kind === 'drop') reports.splice(at, 1)
  if (kind === 'repeat') reports.splice(at, 0, report)
  if (kind === 'cut') reports[at] = report.subarray(0, bit % 64)
  if (kind === 'swap' && reports[at + 1]) reports.splice(at, 2, reports[at + 1]!, report)
  if (kind === 'flip' && bit < 8 * report.length) {
    const flipped = report.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    reports[at] = flipped
  }
}

function waiting(): Machine {
  const machine = new Machine()
  machine.init(NONCE)
  const answer = Uint8Array.from([...NONCE, 0, 0, 0, CHANNEL, 2, 0, 0, 0, 5])
  machine.receive(fragment(0xffff_ffff, COMMAND.init, answer)[0]!)
  machine.request(COMMAND.cbor, Uint8Array.of(4))
  return machine
}

describe('the machine', () => {
  it('makes an event or nothing of any stream, and ends a transaction once', options, () => {
    fc.assert(
      fc.property(streams, (reports) => {
        const machine = waiting()
        let ends = 0
        for (const report of reports) {
          const event = machine.receive(report)
          if (event === undefined) continue
          expect(ends, 'nothing comes after the end').toBe(0)
          if (event.kind === 'keepalive') continue
          ends += 1
          expect(event.kind).not.toBe('ready')
          if (event.kind === 'answer') expect(event.message.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
        }
      }),
      { numRuns },
    )
  })

  it('hears the right answer among packets of other channels, wherever they are put', options, () => {
    const lengths = fc.oneof({ arbitrary: fc.nat(300), weight: 20 }, fc.nat(MAX_MESSAGE_BYTES))
    const strangers = fc.tuple(
      fc.nat(1000),
      fc.nat(0xff).filter((byte) => byte !== CHANNEL),
      fc.nat(0xff),
    )
    fc.assert(
      fc.property(lengths, fc.array(strangers, { maxLength: 5 }), (length, stray) => {
        const message = Uint8Array.from({ length }, (_, i) => (i * 31) % 256)
        const reports = fragment(CHANNEL, COMMAND.cbor, message)
        for (const [place, channel, type] of stray) {
          const report = new Uint8Array(64).fill(type)
          report.set([0, 0, 0, channel])
          reports.splice(place % reports.length, 0, report)
        }
        const machine = waiting()
        const events = reports.map((report) => machine.receive(report)).filter((event) => event !== undefined)
        expect(events).toEqual([{ kind: 'answer', message }])
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    )
  })

  it('puts the channel in step after any stream', options, () => {
    fc.assert(
      fc.property(streams, (reports) => {
        const machine = waiting()
        for (const report of reports) machine.receive(report)
        const nonce = Uint8Array.from([9, 9, 9, 9, 9, 9, 9, 9])
        machine.init(nonce)
        const answer = Uint8Array.from([...nonce, 0, 0, 0, CHANNEL, 2, 0, 0, 0, 5])
        expect(machine.receive(fragment(CHANNEL, COMMAND.init, answer)[0]!)).toMatchObject({ kind: 'ready' })
      }),
      { numRuns },
    )
  })
})

describe('the transport', () => {
  const DEADLINE_MS = 500
  /** The key's time, the person's, the busy key's pauses with the key's time once more, being put in step twice. */
  const LONGEST_MS =
    PERSON_DEADLINE_MS + SILENCE_MS + 2 * DEADLINE_MS + 2 * BUSY_LIMIT_MS + CANCEL_WAIT_MS + 2 * INIT_DEADLINE_MS
  const random = seededRandom('ctaphid fuzz')
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  const runs = fc.record({
    /** What the key sends, and how long it waits before each. */
    stream: fc.tuple(
      streams,
      fc.array(fc.constantFrom(0, 0, 0, 1, 50, 100, 1000, 4000), { minLength: 1, maxLength: 5 }),
    ),
    endless: fc.constantFrom('no', 'no', 'no', 'touch', 'processing', 'flood'),
    answersInit: fc.boolean(),
    cancelAfterMs: fc.option(fc.constantFrom(0, 10, 100, 5000)),
    unplugs: fc.constantFrom(false, false, false, true),
  })

  it('ends every call in time, and then works with a key that has come to its senses', options, async () => {
    let endings = 0
    await fc.assert(
      fc.asyncProperty(runs, async ({ stream: [reports, pauses], endless, answersInit, cancelAfterMs, unplugs }) => {
        const clock = new FakeClock()
        const [port, far] = portPair()
        const key = new ScriptedKey(far)
        key.nextChannel = CHANNEL
        const transport = await openTransport({ port, clock, random })
        key.answersInit = answersInit
        const abort = new AbortController()
        const state = { isOver: false }
        const call = transport
          .cbor(1, new Uint8Array(100), { deadlineMs: DEADLINE_MS, signal: abort.signal })
          .catch((error: unknown) => {
            const isTyped = error instanceof WireError || error instanceof KeyStatusError
            if (!isTyped) expect(error).toBe(abort.signal.reason)
          })
          .finally(() => (state.isOver = true))
        if (cancelAfterMs !== null) clock.after(cancelAfterMs, () => abort.abort())
        const startedAt = clock.now()
        await settled()
        for (const [i, report] of reports.entries()) {
          await key.sendRaw(Uint8Array.from({ length: 64 }, (_, at) => report[at] ?? 0))
          await clock.advance(pauses[i % pauses.length]!)
        }
        if (unplugs) await key.unplug()
        const stepMs = endless === 'flood' ? 1 : 1_000
        for (let i = 0; !state.isOver && clock.now() - startedAt < LONGEST_MS + 60_000; i++) {
          if (endless !== 'no' && !unplugs) await key[endless === 'processing' ? 'processing' : 'wantsTouch'](CHANNEL)
          await clock.advance(stepMs)
          if (i % 8 === 0) await settled()
        }
        await settled()
        expect(state.isOver, 'the call has ended').toBe(true)
        expect(clock.now() - startedAt).toBeLessThanOrEqual(LONGEST_MS + reports.length * 4_000)
        await call
        endings += 1

        if (unplugs) return
        key.answersInit = true
        key.onRequest = ({ channel }) => void key.ok(channel, 42)
        expect(await transport.cbor(4, new Uint8Array())).toEqual(Uint8Array.of(42))
        await transport.close()
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    )
    expect(endings).toBeGreaterThan(0)
  })
})
