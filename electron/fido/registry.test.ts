import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { portPair } from '../../test/support/port-pair.ts'
import { WireError } from './errors.ts'
import { HidUnavailable, PortRefused } from './hid-port.ts'
import { HidHostError } from './hid/host-error.ts'
import type { FoundKey, KeySource } from './hid/source.ts'
import { Registry, type Sighting } from './registry.ts'

const usb = (place: string): FoundKey => ({ place, kind: 'usb', product: `Key ${place}` })
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A look takes many promises: each step lets them settle. */
async function inSteps(clock: FakeClock, ms: number): Promise<void> {
  for (let done = 0; done <= ms; done += 10) {
    await clock.advance(done === 0 ? 0 : 10)
    await settled()
  }
  await clock.advance(ms % 10)
  await settled()
}

class FakeSource implements KeySource {
  keys: FoundKey[] = []
  denied = new Set<string>()
  lists = 0
  opens = 0
  trouble: Error | undefined
  hint: (() => void) | undefined
  hang = false
  isHinting = false

  list(): Promise<FoundKey[]> {
    this.lists += 1
    if (this.hang) return new Promise(() => undefined)
    return this.trouble ? Promise.reject(this.trouble) : Promise.resolve([...this.keys])
  }
  canOpen(key: FoundKey) {
    return Promise.resolve(!this.denied.has(key.place))
  }
  open(key: FoundKey) {
    this.opens += 1
    return this.denied.has(key.place) ? Promise.reject(new PortRefused('denied')) : Promise.resolve(portPair()[0])
  }
  onHint(listener: () => void) {
    this.hint = listener
    return () => (this.hint = undefined)
  }
}

function setUp() {
  const clock = new FakeClock()
  const source = new FakeSource()
  const registry = new Registry([source], clock)
  const sightings: Sighting[] = []
  const advance = (ms: number) => inSteps(clock, ms)
  const watch = () => registry.watch((sighting) => sightings.push(sighting))
  const products = () => sightings.at(-1)?.keys.map(({ product }) => product)
  return { clock, source, registry, sightings, advance, watch, products }
}

describe('watching', () => {
  it('tells first what is there, and calls none of it new', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    watch()
    await advance(0)
    expect(sightings).toEqual([
      {
        keys: [{ id: '1', place: 'a', kind: 'usb', product: 'Key a', access: 'ok' }],
        plugged: [],
        unplugged: [],
        trouble: [],
      },
    ])
  })

  it('tells of nothing plugged in, too', async () => {
    const { sightings, advance, watch } = setUp()
    watch()
    await advance(0)
    expect(sightings).toEqual([{ keys: [], plugged: [], unplugged: [], trouble: [] }])
  })

  it('notices plug and unplug within two seconds', async () => {
    const { source, sightings, advance, watch } = setUp()
    watch()
    await advance(0)
    source.keys = [usb('a'), usb('b')]
    await advance(2_000)
    source.keys = [usb('b')]
    await advance(2_000)
    expect(sightings.slice(1)).toMatchObject([
      { plugged: [{ id: '1' }, { id: '2' }], unplugged: [] },
      { keys: [{ id: '2' }], plugged: [], unplugged: [{ id: '1' }] },
    ])
  })

  it('tells nothing while nothing changes', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    watch()
    await advance(60_000)
    expect(sightings).toHaveLength(1)
    expect(source.lists).toBe(31)
  })

  it('hardly looks while every change is hinted at, and again as often once it is not', async () => {
    const { source, advance, watch } = setUp()
    source.isHinting = true
    watch()
    await advance(60_000)
    expect(source.lists).toBe(7)
    source.isHinting = false
    await advance(10_000)
    await advance(10_000)
    expect(source.lists).toBe(13)
  })

  it('looks as often as ever at one that hints while it fails', async () => {
    const { source, advance, watch } = setUp()
    source.isHinting = true
    source.trouble = new Error('no list')
    watch()
    await advance(10_000)
    expect(source.lists).toBe(6)
  })

  it('looks at once when the system hints at a change, once for several hints', async () => {
    const { source, products, advance, watch } = setUp()
    watch()
    await advance(0)
    source.keys = [usb('a')]
    for (let i = 0; i < 5; i++) source.hint!()
    await advance(50)
    expect(products()).toEqual(['Key a'])
    expect(source.lists).toBe(2)
  })

  it('looks again soon where the hint came during a look', async () => {
    const { clock, source, products, advance, watch } = setUp()
    watch()
    await advance(0)
    const list = source.list.bind(source)
    let answer!: (keys: FoundKey[]) => void
    source.list = () => new Promise((resolve) => (answer = resolve))
    await advance(2_000)
    source.list = list
    source.keys = [usb('a')]
    source.hint!()
    await clock.advance(0)
    answer([])
    await settled()
    await advance(200)
    expect(products()).toEqual(['Key a'])
  })

  it('takes a key that was unplugged and plugged in again for a new one', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('hidraw0#7')]
    watch()
    await advance(0)
    source.keys = [usb('hidraw0#8')]
    await advance(2_000)
    expect(sightings[1]).toMatchObject({ keys: [{ id: '2' }], plugged: [{ id: '2' }], unplugged: [{ id: '1' }] })
  })

  it('shows a key once that is found twice', async () => {
    const { source, products, advance, watch } = setUp()
    source.keys = [usb('a'), usb('a')]
    watch()
    await advance(0)
    expect(products()).toEqual(['Key a'])
  })

  it('costs nothing once nobody watches, and begins again', async () => {
    const { source, sightings, advance, watch } = setUp()
    const stop = watch()
    await advance(0)
    stop()
    expect(source.hint).toBeUndefined()
    await advance(60_000)
    expect(source.lists).toBe(1)
    source.keys = [usb('a')]
    watch()
    await advance(0)
    expect(sightings.at(-1)).toMatchObject({ keys: [{ product: 'Key a' }], plugged: [] })
  })

  it('tells each of several listeners its own first', async () => {
    const { source, registry, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    const stop = watch()
    await advance(0)
    const others: Sighting[] = []
    registry.watch((sighting) => others.push(sighting))
    await advance(0)
    stop()
    source.keys = []
    await advance(2_000)
    expect(sightings).toHaveLength(1)
    expect(others).toMatchObject([{ keys: [{ id: '1' }] }, { keys: [], unplugged: [{ id: '1' }] }])
  })

  it('that ends during a look tells nothing more', async () => {
    const { source, sightings, advance, watch } = setUp()
    let answer!: (keys: FoundKey[]) => void
    source.list = () => new Promise((resolve) => (answer = resolve))
    const stop = watch()
    await advance(0)
    stop()
    answer([usb('a')])
    await advance(10_000)
    expect(sightings).toEqual([])
  })
})

describe('a key that the system keeps from the user', () => {
  it('is shown as such after a second, for udev may be late', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    source.denied.add('a')
    watch()
    await advance(999)
    expect(sightings).toMatchObject([{ keys: [] }])
    await advance(1)
    expect(sightings.at(-1)).toMatchObject({ keys: [{ access: 'denied' }], plugged: [{ id: '1' }] })
  })

  it('is shown as any other where udev was late', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    source.denied.add('a')
    watch()
    await advance(500)
    source.denied.clear()
    await advance(200)
    expect(sightings.at(-1)).toMatchObject({ keys: [{ access: 'ok' }], plugged: [{ id: '1' }] })
  })

  it('is the same key when it can be opened later, once the rule is there', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    source.denied.add('a')
    watch()
    await advance(2_000)
    source.denied.clear()
    await advance(2_000)
    expect(sightings.at(-1)).toMatchObject({ keys: [{ id: '1', access: 'ok' }], plugged: [], unplugged: [] })
  })

  it('is tried for a second when it is opened', async () => {
    const { source, registry, advance } = setUp()
    source.keys = [usb('a')]
    const [key] = await registry.look()
    source.denied.add('a')
    const opening = expect(registry.open(key!.id)).rejects.toMatchObject({ reason: 'denied' })
    await advance(1_000)
    await opening
    expect(source.opens).toBe(6)
    const late = registry.open(key!.id)
    await advance(400)
    source.denied.clear()
    await advance(200)
    expect(await late).toBeDefined()
  })

  it('is not tried any longer than that is wanted', async () => {
    const { source, registry } = setUp()
    source.keys = [usb('a')]
    const [key] = await registry.look()
    source.denied.add('a')
    const abort = new AbortController()
    const opening = registry.open(key!.id, abort.signal)
    await settled()
    abort.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
  })
})

describe('one look', () => {
  it('needs nobody who watches, and waits for what is not known yet', async () => {
    const { source, registry, advance } = setUp()
    source.keys = [usb('a'), usb('b')]
    source.denied.add('b')
    let keys: unknown
    const looking = registry.look().then((found) => (keys = found))
    for (let i = 0; i < 5; i++) await advance(200)
    await looking
    expect(keys).toMatchObject([
      { id: '1', access: 'ok' },
      { id: '2', access: 'denied' },
    ])
  })
})

it('a port of a key that is not there any more is not opened', async () => {
  const { registry } = setUp()
  await expect(registry.open('1')).rejects.toMatchObject({ name: 'WireError', fault: 'gone' })
})

describe('a source that fails', () => {
  it('is told, with the keys of the others, and its keys come back as new ones', async () => {
    const clock = new FakeClock()
    const [good, bad] = [new FakeSource(), new FakeSource()]
    good.keys = [usb('a')]
    bad.keys = [usb('a')]
    const registry = new Registry([good, bad], clock)
    const sightings: Sighting[] = []
    registry.watch((sighting) => sightings.push(sighting))
    const advance = (ms: number) => inSteps(clock, ms)
    await advance(0)
    bad.trouble = new Error('the process is gone')
    await advance(2_000)
    bad.trouble = undefined
    await advance(2_000)
    expect(sightings).toMatchObject([
      { keys: [{ id: '1' }, { id: '2' }], trouble: [] },
      { keys: [{ id: '1' }], unplugged: [{ id: '2' }], trouble: [new Error('the process is gone')] },
      { keys: [{ id: '1' }, { id: '3' }], plugged: [{ id: '3' }], trouble: [] },
    ])
  })

  it('is told again when it fails in another way, and not when it fails as before', async () => {
    const { source, sightings, advance, watch } = setUp()
    watch()
    const troubles = [
      () => new HidHostError('ended'),
      () => new HidHostError('ended'),
      () => new HidHostError('no-answer'),
      () => new HidUnavailable('libusb-1.0.so.0'),
      () => new HidUnavailable('libusb-1.0.so.0'),
      () => new WireError('no-answer'),
    ]
    for (const trouble of troubles) {
      source.trouble = trouble()
      await advance(2_000)
    }
    expect(sightings.map(({ trouble }) => String(trouble[0]))).toEqual(
      [troubles[0], troubles[2], troubles[3], troubles[5]].map((trouble) => String(trouble!())),
    )
  })

  it('is not waited for for ever', async () => {
    const { source, sightings, advance, watch } = setUp()
    source.hang = true
    watch()
    await advance(4_999)
    expect(sightings).toEqual([])
    await advance(1)
    expect(sightings).toMatchObject([{ keys: [], trouble: [{ fault: 'no-answer' }] }])
  })

  it('keeps the keys of a source that is only late, so that what they are at goes on', async () => {
    const { source, registry, sightings, advance, watch } = setUp()
    source.keys = [usb('a')]
    watch()
    await advance(0)
    source.hang = true
    await advance(7_000)
    expect(sightings.at(-1)).toMatchObject({ keys: [{ id: '1' }], unplugged: [], trouble: [{ fault: 'no-answer' }] })
    source.hang = false
    source.keys = []
    await advance(7_000)
    expect(sightings.at(-1)).toMatchObject({ keys: [], unplugged: [{ id: '1' }], trouble: [] })
    expect(registry.trouble).toEqual([])
  })
})
