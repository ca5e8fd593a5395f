import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { MemoryHost } from '../../../test/support/hid-host.ts'
import { portPair } from '../../../test/support/port-pair.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { hidPortSuite } from '../../../test/suites/hid-port.ts'
import { HidUnavailable, PortRefused, type HidPort } from '../hid-port.ts'
import { Registry, type Sighting } from '../registry.ts'
import { openSession } from '../session.ts'
import type { HidHostError } from './host-error.ts'
import { LIST_DEADLINE_MS, OPEN_DEADLINE_MS, WRITE_DEADLINE_MS } from './host-link.ts'
import { MAX_FACT_LENGTH, MAX_KEYS, MAX_PORTS, type HostKey } from './host-messages.ts'
import {
  FIRST_REST_MS,
  hostedSource,
  IDLE_MS,
  MOST_REST_MS,
  STEADY_MS,
  UNAVAILABLE_REST_MS,
  type HostedSource,
} from './hosted-source.ts'
import type { FoundKey, KeySource } from './source.ts'

const KEY: FoundKey = {
  place: '/dev/hidraw0#7',
  kind: 'usb',
  vendorId: 0x1050,
  productId: 0x0407,
  manufacturer: 'Yubico',
  product: 'YubiKey OTP+FIDO+CCID',
  serialNumber: '',
}

/** What is plugged in, which outlives each host. */
class Devices {
  keys: FoundKey[] = [KEY]
  denied = false
  lists = 0
  opens = 0
  hint: (() => void) | undefined
  isHinting = false
  listFault: Error | undefined
  openFault: Error | undefined
  /** Holds up each opening. */
  gate: Promise<void> = Promise.resolve()
  /** The device's end of the port that was opened last. */
  far: HidPort | undefined

  /** A host's source, which knows what it has listed itself. */
  source(): KeySource {
    let seen: readonly FoundKey[] = []
    const isGone = ({ place }: FoundKey) => !seen.some((key) => key.place === place)
    return {
      list: async () => {
        this.lists += 1
        if (this.listFault) throw this.listFault
        return (seen = [...this.keys])
      },
      canOpen: async (key) => {
        if (isGone(key)) throw new PortRefused('gone')
        return !this.denied
      },
      open: async (key) => {
        await this.gate
        this.opens += 1
        if (isGone(key)) throw new PortRefused('gone')
        if (this.openFault) throw this.openFault
        const [near, far] = portPair()
        this.far = far
        return near
      },
      onHint: (listener) => {
        this.hint = listener
        return () => (this.hint = undefined)
      },
      get isHinting() {
        return devices.isHinting
      },
    }
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

let clock: FakeClock
let devices: Devices
let hosts: MemoryHost[]
let troubles: (HidHostError | HidUnavailable)[]
let source: HostedSource
let makeHost: () => MemoryHost
const host = () => hosts.at(-1)!

beforeEach(() => {
  clock = new FakeClock()
  devices = new Devices()
  hosts = []
  troubles = []
  makeHost = () => new MemoryHost(devices.source())
  source = hostedSource({
    spawn() {
      const made = makeHost()
      hosts.push(made)
      return made
    },
    clock,
    onTrouble: (trouble) => troubles.push(trouble),
  })
})
afterEach(() => source.close())

/** Attaches to a rejection before it comes. */
const fails = (promise: Promise<unknown>, as: object) => expect(promise).rejects.toMatchObject(as)
const opened = async () => {
  await source.list()
  return source.open(KEY)
}

hidPortSuite('the HID host', async () => {
  const near = await opened()
  return { near, far: devices.far! }
})

describe('the host', () => {
  it('tells of keys as if there were no host', async () => {
    expect(await source.list()).toEqual([KEY])
    expect(await source.canOpen(KEY)).toBe(true)
    devices.denied = true
    expect(await source.canOpen(KEY)).toBe(false)
  })

  it('is started when it is first asked, and once', async () => {
    await settled()
    expect(hosts).toHaveLength(0)
    await Promise.all([source.list(), source.list(), source.canOpen(KEY)])
    await source.open(KEY)
    expect(hosts).toHaveLength(1)
    expect(devices.lists).toBe(1)
  })

  it('is ended when nobody has needed it for a while', async () => {
    await source.list()
    await clock.advance(IDLE_MS - 1)
    await source.list()
    await clock.advance(IDLE_MS - 1)
    expect(host().isKilled).toBe(false)
    await clock.advance(1)
    expect(host().isKilled).toBe(true)
    expect(troubles).toEqual([])
    expect(await source.list()).toEqual([KEY])
    expect(hosts).toHaveLength(2)
  })

  it('is kept while a port is open, and for a while after that', async () => {
    const port = await opened()
    await clock.advance(10 * IDLE_MS)
    expect(host().isKilled).toBe(false)
    await port.close()
    await clock.advance(IDLE_MS)
    expect(host().isKilled).toBe(true)
  })

  it('is kept while somebody watches, and hints at what comes and goes', async () => {
    let hints = 0
    const stop = source.onHint(() => (hints += 1))
    expect(hosts).toHaveLength(0)
    await source.list()
    await clock.advance(10 * IDLE_MS)
    devices.hint!()
    await settled()
    expect(hints).toBe(1)
    stop()
    stop()
    await settled()
    expect(devices.hint).toBeUndefined()
    await clock.advance(IDLE_MS)
    expect(host().isKilled).toBe(true)
  })

  it('says whether every change is hinted at, as the host said last', async () => {
    expect(source.isHinting).toBe(false)
    source.onHint(() => undefined)
    devices.isHinting = true
    await source.list()
    expect(source.isHinting).toBe(true)
    devices.isHinting = false
    await source.list()
    expect(source.isHinting).toBe(false)
    devices.isHinting = true
    await source.list()
    host().crash({ code: 1 })
    await settled()
    expect(source.isHinting).toBe(false)
  })

  it('that runs already hints at what comes and goes, too, as long as one of several watches', async () => {
    await source.list()
    let hints = 0
    const listener = () => (hints += 1)
    const stops = [source.onHint(listener), source.onHint(listener)]
    await settled()
    devices.hint!()
    await settled()
    expect(hints).toBe(2)
    stops[0]!()
    await settled()
    devices.hint!()
    await settled()
    expect(hints).toBe(3)
  })

  it('that was started again opens a key that was found before', async () => {
    await source.list()
    await clock.advance(IDLE_MS)
    await source.open(KEY)
    await clock.advance(0)
    expect(hosts).toHaveLength(2)
    expect(devices.opens).toBe(1)
  })

  it('is not started any more once the source is closed, and whoever waits is told', async () => {
    const port = await opened()
    const reason = new Promise((resolve) => port.onClose(resolve))
    host().isHanging = true
    const listing = fails(source.list(), { fault: 'stopped' })
    source.close()
    await listing
    expect(host().isKilled).toBe(true)
    expect(await reason).toMatchObject({ fault: 'stopped' })
    await fails(source.list(), { name: 'HidHostError', fault: 'stopped' })
    await fails(source.open(KEY), { fault: 'stopped' })
    expect(hosts).toHaveLength(1)
  })

  it('cuts what a device says of itself, and what would be too much', async () => {
    const long = 'x'.repeat(5_000)
    devices.keys = [
      { ...KEY, product: long, manufacturer: long, serialNumber: long },
      { ...KEY, place: long },
      ...Array.from({ length: 100 }, (_, i) => ({ ...KEY, place: `key ${i}` })),
    ]
    const keys = await source.list()
    expect(keys).toHaveLength(MAX_KEYS)
    expect(keys[0]!.product).toHaveLength(MAX_FACT_LENGTH)
    expect(keys[1]!.place).toBe('key 0')
  })

  it('has no more ports open than it may', async () => {
    await source.list()
    const ports = await Promise.all(Array.from({ length: MAX_PORTS }, () => source.open(KEY)))
    await fails(source.open(KEY), { name: 'PortRefused', reason: 'failed' })
    await ports[0]!.close()
    await source.open(KEY)
  })
})

describe('what the system refuses', () => {
  it.each(['denied', 'busy', 'gone', 'failed'] as const)('crosses as it is: %s', async (reason) => {
    devices.openFault = new PortRefused(reason)
    await source.list()
    await fails(source.open(KEY), { name: 'PortRefused', reason })
    expect(troubles).toEqual([])
  })

  it('crosses by its code alone', async () => {
    devices.listFault = new Error('planted-secret')
    const fault: unknown = await source.list().catch((error: unknown) => error)
    expect(fault).toMatchObject({ name: 'HidHostError', fault: 'failed' })
    expect(String(fault) + JSON.stringify(fault)).not.toContain('planted-secret')
    expect(host().isKilled).toBe(false)
  })

  it('is asked again in another process, and not before a while, where the native module does not load', async () => {
    devices.listFault = new HidUnavailable('libusb-1.0.so.0')
    const unavailable = { name: 'HidUnavailable', missingLibrary: 'libusb-1.0.so.0' }
    await fails(source.list(), unavailable)
    expect(host().isKilled).toBe(true)
    for (let waited = 0; waited < UNAVAILABLE_REST_MS; waited += 2_000) {
      await fails(source.list(), unavailable)
      await fails(source.open(KEY), unavailable)
      await clock.advance(2_000)
    }
    expect([devices.lists, hosts.length, troubles.length]).toEqual([1, 1, 1])
    devices.listFault = undefined
    expect(await source.list()).toEqual([KEY])
    expect(hosts).toHaveLength(2)
  })

  it('is asked again at once where a person wants that', async () => {
    devices.listFault = new HidUnavailable(undefined)
    await fails(source.list(), { name: 'HidUnavailable' })
    devices.listFault = undefined
    let hints = 0
    source.onHint(() => (hints += 1))
    source.retryNow()
    expect(hints).toBe(1)
    expect(await source.list()).toEqual([KEY])
  })
})

describe('opening', () => {
  it('that nobody waits for any more is undone', async () => {
    await source.list()
    let open!: () => void
    devices.gate = new Promise((resolve) => (open = resolve))
    const abort = new AbortController()
    const opening = expect(source.open(KEY, abort.signal)).rejects.toThrow('enough')
    await settled()
    abort.abort(new Error('enough'))
    await opening
    open()
    await settled()
    expect(devices.opens).toBe(1)
    await fails(devices.far!.write(new Uint8Array(64)), { name: 'PortClosed' })
    await clock.advance(IDLE_MS)
    expect(host().isKilled).toBe(true)
  })

  it('is not begun for whoever has given up', async () => {
    await expect(source.open(KEY, AbortSignal.abort())).rejects.toThrow('aborted')
    expect(hosts).toHaveLength(0)
  })

  it('with a signal gives the port, and forgets the signal', async () => {
    await source.list()
    const abort = new AbortController()
    const port = await source.open(KEY, abort.signal)
    abort.abort()
    await settled()
    await port.write(new Uint8Array(64))
  })

  it('of a key that is unplugged in the same moment gives a port that is closed', async () => {
    await source.list()
    makeHost = () => new MemoryHost()
    host().crash()
    await settled()
    await clock.advance(FIRST_REST_MS)
    const listing = source.list()
    await settled()
    host().say({ op: 'keys', isHinting: false, id: 1, keys: [{ place: KEY.place }] })
    await listing
    const opening = source.open(KEY)
    await settled()
    host().say({ op: 'closed', port: 1, isFault: true })
    host().say({ op: 'done', id: 2 })
    const port = await opening
    expect(await new Promise((resolve) => port.onClose(resolve))).toBeInstanceOf(Error)
  })
})

describe('a host that dies', () => {
  it('while it looks is a loss to whoever waits, with how it ended', async () => {
    makeHost = () => new MemoryHost()
    const listing = fails(source.list(), { name: 'HidHostError', fault: 'ended', exit: { signal: 'SIGSEGV' } })
    await settled()
    host().crash()
    await listing
    expect(troubles).toMatchObject([{ fault: 'ended' }])
  })

  it('while it opens is a loss, too', async () => {
    devices.gate = new Promise(() => undefined)
    await source.list()
    const opening = fails(source.open(KEY), { fault: 'ended' })
    await settled()
    host().crash()
    await opening
  })

  it('closes its ports, each with the reason, and what is written to them is refused', async () => {
    const ports = [await opened(), await source.open(KEY)]
    const reasons = Promise.all(ports.map((port) => new Promise((resolve) => port.onClose(resolve))))
    const writing = fails(ports[0]!.write(new Uint8Array(64)), { name: 'PortClosed', cause: { fault: 'ended' } })
    host().crash()
    await writing
    expect(await reasons).toMatchObject([{ fault: 'ended' }, { fault: 'ended' }])
    await fails(ports[1]!.write(new Uint8Array(64)), { name: 'PortClosed' })
    await ports[1]!.close()
  })

  it('in the middle of a transaction ends the session as an unplugged key does', async () => {
    const port = await opened()
    const opening = openSession(port, { clock, random: seededRandom('lost'), wipe: () => undefined })
    const lost = fails(opening, { name: 'WireError', fault: 'gone' })
    await settled()
    host().crash()
    await lost
  })

  it('is started again after a rest that doubles up to a bound', async () => {
    makeHost = () => new MemoryHost()
    const rests: number[] = []
    for (let loss = 0; loss < 9; loss++) {
      const started = hosts.length
      let rest = 0
      for (; hosts.length === started; rest += 250) {
        const listing = source.list().catch(() => undefined)
        await settled()
        if (hosts.length === started) await clock.advance(250)
        else host().crash()
        await listing
      }
      rests.push(rest - 250)
    }
    expect(rests).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(MOST_REST_MS).toBe(30_000)
    expect(troubles).toHaveLength(9)
  })

  it('after long steady work rests as briefly as the first time', async () => {
    makeHost = () => new MemoryHost()
    for (const restMs of [0, 500, 1_000]) {
      await clock.advance(restMs)
      void source.list().catch(() => undefined)
      await settled()
      if (restMs < 1_000) host().crash()
      await settled()
    }
    expect(hosts).toHaveLength(3)
    host().say({ op: 'keys', isHinting: false, id: 1, keys: [] })
    await settled()
    source.onHint(() => undefined)
    await clock.advance(STEADY_MS)
    host().crash()
    await settled()
    await clock.advance(FIRST_REST_MS - 1)
    await fails(source.list(), { fault: 'ended' })
    await clock.advance(1)
    void source.list().catch(() => undefined)
    await settled()
    expect(hosts).toHaveLength(4)
  })

  it('that could not be started at all is a loss like any other', async () => {
    makeHost = () => {
      throw new Error('EAGAIN')
    }
    await fails(source.list(), { fault: 'not-started', cause: new Error('EAGAIN') })
    makeHost = () => new MemoryHost(devices.source())
    await fails(source.list(), { fault: 'not-started' })
    await clock.advance(FIRST_REST_MS)
    expect(await source.list()).toEqual([KEY])
  })

  it('hints when it was lost and when it may be started again', async () => {
    let hints = 0
    source.onHint(() => (hints += 1))
    await source.list()
    host().crash()
    await settled()
    expect(hints).toBe(1)
    await clock.advance(FIRST_REST_MS)
    expect(hints).toBe(2)
    await source.list()
    await settled()
    expect(devices.hint).toBeDefined()
  })

  it('is a trouble that the registry tells of, until it looks again', async () => {
    const registry = new Registry([source], clock)
    const sightings: Sighting[] = []
    const stop = registry.watch((sighting) => sightings.push(sighting))
    const pass = async (ms: number) => {
      for (let done = 0; done <= ms; done += 50) {
        await clock.advance(done === 0 ? 0 : 50)
        await settled()
      }
    }
    await pass(0)
    host().crash()
    await pass(100)
    await pass(FIRST_REST_MS + 100)
    stop()
    expect(sightings).toMatchObject([
      { keys: [{ product: KEY.product }], trouble: [] },
      { keys: [], trouble: [{ name: 'HidHostError', fault: 'ended' }] },
      { keys: [{ product: KEY.product }], plugged: [{ id: '2' }], trouble: [] },
    ])
  })
})

describe('a host that hangs', () => {
  it('while it looks is ended after its time, and started again', async () => {
    await source.list()
    host().isHanging = true
    const listing = fails(source.list(), { fault: 'no-answer' })
    await clock.advance(LIST_DEADLINE_MS - 1)
    expect(host().isKilled).toBe(false)
    await clock.advance(1)
    await listing
    expect(host().isKilled).toBe(true)
    await clock.advance(FIRST_REST_MS)
    expect(await source.list()).toEqual([KEY])
    expect(troubles).toHaveLength(1)
  })

  it('while it opens or writes is, too', async () => {
    devices.gate = new Promise(() => undefined)
    await source.list()
    const opening = fails(source.open(KEY), { fault: 'no-answer' })
    await settled()
    await clock.advance(OPEN_DEADLINE_MS)
    await opening
    devices.gate = Promise.resolve()
    await clock.advance(FIRST_REST_MS)
    const port = await source.open(KEY)
    host().isHanging = true
    const writing = fails(port.write(new Uint8Array(64)), { name: 'PortClosed', cause: { fault: 'no-answer' } })
    await clock.advance(WRITE_DEADLINE_MS)
    await writing
    expect(hosts.every(({ isKilled }) => isKilled)).toBe(true)
  })

  it('while it closes a port holds nobody up for longer than its time', async () => {
    const port = await opened()
    host().isHanging = true
    const closing = port.close()
    await clock.advance(10_000)
    await closing
    expect(host().isKilled).toBe(true)
  })
})

describe('a host that says what can not be', () => {
  const key: HostKey = { place: 'x' }
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a number', 7],
    ['an unknown word', { op: 'format', id: 1 }],
    ['an answer to nothing', { op: 'keys', isHinting: false, id: 2, keys: [] }],
    ['an answer to another question', { op: 'access', id: 1, canOpen: true }],
    ['an answer with a number that is none', { op: 'keys', isHinting: false, id: '1', keys: [] }],
    ['keys without word of hints', { op: 'keys', id: 1, keys: [] }],
    ['keys that are no list', { op: 'keys', isHinting: false, id: 1, keys: { length: 1 } }],
    [
      'more keys than there can be',
      { op: 'keys', isHinting: false, id: 1, keys: Array.from({ length: MAX_KEYS + 1 }, () => key) },
    ],
    ['a key without a place', { op: 'keys', isHinting: false, id: 1, keys: [{ product: 'Key' }] }],
    [
      'a key with a name without end',
      { op: 'keys', isHinting: false, id: 1, keys: [{ ...key, product: 'x'.repeat(5_000) }] },
    ],
    [
      'a key with a vendor that is none',
      { op: 'keys', isHinting: false, id: 1, keys: [{ ...key, vendorId: 0x1_0000 }] },
    ],
    ['a report of a port that never was', { op: 'report', port: 1, report: '00' }],
    ['a report that is no bytes', { op: 'report', port: 1, report: 'xx' }],
    ['a report without end', { op: 'report', port: 1, report: '00'.repeat(4_096) }],
    ['the end of a port that never was', { op: 'closed', port: 1, isFault: false }],
    ['a refusal without a reason', { op: 'not-done', id: 1, why: { kind: 'refused', reason: 'mood' } }],
    ['a refusal of no kind', { op: 'not-done', id: 1, why: null }],
  ])('(%s) is ended, and nothing else comes of it', async (_, message) => {
    makeHost = () => new MemoryHost()
    const listing = fails(source.list(), { fault: 'malformed' })
    await settled()
    host().say(message)
    await listing
    expect(host().isKilled).toBe(true)
  })

  it('does not name the kind of a key', async () => {
    makeHost = () => new MemoryHost()
    const listing = source.list()
    await settled()
    host().say({ op: 'keys', isHinting: false, id: 1, keys: [{ place: 'x', kind: 'virtual', constructor: 'x' }] })
    expect((await listing)[0]).toEqual({ place: 'x', kind: 'usb' })
  })

  it('is heard no more once it was ended', async () => {
    let hints = 0
    source.onHint(() => (hints += 1))
    await source.list()
    const old = host()
    old.say('nonsense')
    await settled()
    expect(hints).toBe(1)
    old.say({ op: 'hint' })
    await settled()
    expect(hints).toBe(1)
  })

  it('of a port that was closed meanwhile says nothing new', async () => {
    const port = await opened()
    await port.close()
    host().say({ op: 'report', port: 1, report: '00' })
    host().say({ op: 'closed', port: 1, isFault: true })
    await settled()
    expect(host().isKilled).toBe(false)
  })
})

describe('a program that asks what can not be', () => {
  const report = '00'.repeat(64)
  it.each<[string, unknown]>([
    ['nothing', null],
    ['an unknown word', { op: 'format', id: 1 }],
    ['a call without a number', { op: 'list' }],
    ['a place without end', { op: 'open', id: 9, port: 9, place: 'x'.repeat(5_000) }],
    ['no place', { op: 'can-open', id: 9, place: '' }],
    ['a report that is too short', { op: 'write', id: 9, port: 9, report: '00' }],
    ['a report that is no bytes', { op: 'write', id: 9, port: 9, report: report.replace('0', 'g') }],
    ['hints of another kind', { op: 'hints', isOn: 'yes' }],
    ['to listen to no port', { op: 'listen', port: 0 }],
    ['to close no port', { op: 'close', id: 9, port: -1 }],
  ])('(%s) ends the host', async (_, message) => {
    const alone = new MemoryHost(devices.source())
    alone.hear(message)
    await settled()
    expect(alone.hasEnded).toBe(true)
  })

  it('is refused a port that is not open', async () => {
    const alone = new MemoryHost(devices.source())
    const said: unknown[] = []
    alone.onMessage((message) => said.push(message))
    alone.post({ op: 'write', id: 1, port: 1, report })
    alone.post({ op: 'listen', port: 1 })
    alone.post({ op: 'close', id: 2, port: 1 })
    await settled()
    expect(said).toEqual([
      { op: 'not-done', id: 1, why: { kind: 'refused', reason: 'gone' } },
      { op: 'done', id: 2 },
    ])
  })

  it('ends it by more calls than can wait', async () => {
    const stuck = new MemoryHost({ ...devices.source(), list: () => new Promise(() => undefined) })
    for (let id = 1; id <= 5_000; id++) stuck.post({ op: 'list', id })
    await settled()
    expect(stuck.hasEnded).toBe(true)
  })
})
