/**
 * Hostile clients of the virtual key: reports of any bytes in any order, and CTAP2 requests that are almost right. It never
 * faults, answers only what CTAP 2.1 §8.2 lists, and goes on working. `FUZZ=1000000 npx vitest run test/fuzz/virtual-key.test.ts`
 * runs that many requests and reports.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { encode, type CborMap, type CborValue } from '../../electron/fido/cbor/index.ts'
import { BROADCAST, COMMAND, fragment } from '../../electron/fido/ctaphid/index.ts'
import { STATUS } from '../../electron/fido/virtual/status.ts'
import {
  bench,
  enrolling,
  managed,
  map,
  openClient,
  PinClient,
  registration,
  settle,
  signIn,
  type Bench,
} from '../../electron/fido/virtual/testing/bench.ts'
import { concat } from '../../shared/kit/index.ts'

const numRuns = Math.ceil(Number(process.env['FUZZ'] ?? 3000) / 30)
const options = { timeout: 60_000 + numRuns * 100 }
const KNOWN = new Set<number>(Object.values(STATUS))

async function expectAlive({ key, clock, faults, person }: Bench): Promise<void> {
  expect(faults).toEqual([])
  person.touches = 'touched'
  await clock.advance(60_000)
  await settle()
  const one = await openClient(key.port())
  expect((await one.cbor(0x04)).status).toBe(0)
}

const report = fc.record({
  channel: fc.oneof(
    fc.constantFrom(BROADCAST, 0),
    fc.integer({ min: 0, max: 3 }).map((own) => -1 - own),
  ),
  type: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Object.values(COMMAND).map((command) => command | 0x80)),
    fc.integer({ min: 0, max: 3 }),
  ),
  length: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 0xffff })),
  body: fc.uint8Array({ maxLength: 57 }),
  waitMs: fc.constantFrom(0, 0, 0, 100, 500, 30_000),
})

it('reports of any bytes are answered or ignored', options, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 30 }), async (reports) => {
      const made = bench()
      const clients = [await made.client(), await made.client()]
      for (const { channel, type, length, body, waitMs } of reports) {
        const bytes = new Uint8Array(64)
        const own = channel < 0 ? (clients[(-1 - channel) % 2]?.channel ?? 0) : channel
        new DataView(bytes.buffer).setUint32(0, own)
        bytes[4] = type
        bytes.set([length >> 8, length & 0xff], 5)
        bytes.set(body, 7)
        await clients[0]!.port.write(bytes)
        await made.clock.advance(waitMs)
      }
      await expectAlive(made)
    }),
    { numRuns },
  )
})

/** Any value a message may hold, at most three levels deep. */
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.integer({ min: -30, max: 300 }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.constantFrom<CborValue>('', 'public-key', 'example.com', 'id', true, false, null),
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(fc.integer({ min: -4, max: 12 }), fc.constantFrom('id', 'type', 'rk')), tie('value')), {
        maxLength: 4,
      })
      .map((entries) => new Map(entries)),
  ),
}))

/** Requests that are right, to be bent: command and parameters. */
async function rightRequests(made: Bench): Promise<readonly (readonly [number, CborMap])[]> {
  const one = await made.client()
  const pin = new PinClient(one)
  await pin.setPin('1234-4711')
  const token = await pin.token('1234-4711', 0x3f, 'example.com')
  await pin.agree()
  const hash = pin.pinHash('1234-4711')
  const hmac = map({ 1: pin.keyAgreement, 2: pin.encrypt(new Uint8Array(32)), 3: new Uint8Array(32), 4: 2 })
  return [
    [
      0x01,
      registration({
        token,
        more: {
          5: [map({ id: new Uint8Array(66), type: 'public-key' })],
          6: map({ credProtect: 2, credBlob: new Uint8Array(4), 'hmac-secret': true, 'hmac-secret-mc': hmac }),
          7: map({ rk: true }),
          10: 1,
        },
      }),
    ],
    [0x02, signIn({ token, more: { 4: map({ 'hmac-secret': hmac, credBlob: true }), 5: map({ up: true }) } })],
    [0x06, map({ 1: 2, 2: 9, 3: pin.keyAgreement, 6: hash, 9: 3, 10: 'example.com' })],
    [0x06, map({ 1: 2, 2: 4, 3: pin.keyAgreement, 4: new Uint8Array(32), 5: new Uint8Array(80), 6: hash })],
    [0x09, enrolling(token, 1, map({ 3: 1000 }))],
    [0x09, enrolling(token, 5, map({ 1: new Uint8Array(8), 2: 'name' }))],
    [0x0a, managed(token, 4, map({ 1: new Uint8Array(32) }))],
    [
      0x0a,
      managed(
        token,
        7,
        map({ 2: map({ id: new Uint8Array(66), type: 'public-key' }), 3: map({ id: new Uint8Array(1) }) }),
      ),
    ],
    [0x0c, map({ 1: 100, 3: 0 })],
    [0x0c, map({ 2: new Uint8Array(20), 3: 0, 4: 20, 5: new Uint8Array(32), 6: 2 })],
    [0x0d, managed(token, 3, map({ 1: 6, 2: ['example.com'], 3: true }))],
  ]
}

/** One member, at the top or one level down, is something else or gone. */
function bend(members: CborMap, at: number, inner: number, replacement: CborValue | undefined): CborMap {
  const entries = [...members]
  const [key, old] = entries[at % entries.length]!
  const bent = new Map(entries)
  if (inner > 0 && old instanceof Map && old.size > 0) bent.set(key, bend(old as CborMap, inner - 1, 0, replacement))
  else if (replacement === undefined) bent.delete(key)
  else bent.set(key, replacement)
  return bent
}

const bending = fc.record({
  which: fc.nat(10),
  at: fc.nat(10),
  inner: fc.nat(4),
  replacement: fc.option(value, { nil: undefined }),
  cutTo: fc.option(fc.nat(60), { nil: undefined, freq: 10 }),
  flip: fc.option(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 255 })), { nil: undefined, freq: 5 }),
})

it('requests that are almost right have an answer of §8.2', options, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bending, { minLength: 30, maxLength: 30 }), async (bendings) => {
      const made = bench()
      const requests = await rightRequests(made)
      const one = await made.client()
      for (const { which, at, inner, replacement, cutTo, flip } of bendings) {
        const [command, members] = requests[which]!
        let parameters: Uint8Array
        try {
          parameters = encode(bend(members, at, inner, replacement))
        } catch {
          // Deeper than a message can be.
          continue
        }
        if (flip !== undefined && flip[0] < parameters.length) parameters[flip[0]]! ^= flip[1]
        const request = concat(Uint8Array.of(command), parameters.subarray(0, cutTo))
        for (const bytes of fragment(one.channel, COMMAND.cbor, request)) await one.port.write(bytes)
        await settle()
        const { command: answered, data } = one.next()
        expect(answered).toBe(COMMAND.cbor)
        expect(KNOWN.has(data[0]!) && data[0] !== STATUS.other).toBe(true)
      }
      await expectAlive(made)
    }),
    { numRuns },
  )
})

it('APDUs of any bytes have a status word', options, async () => {
  const made = bench()
  const one = await made.client()
  const head = fc.tuple(fc.constantFrom(0, 0x80), fc.nat(4), fc.constantFrom(0, 3, 7, 8), fc.constant(0))
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 140 }), async (start, rest) => {
      const { data } = await one.call(COMMAND.msg, concat(Uint8Array.from(start), rest))
      expect(data.length).toBeGreaterThanOrEqual(2)
    }),
    { numRuns: numRuns * 10 },
  )
  await expectAlive(made)
})
