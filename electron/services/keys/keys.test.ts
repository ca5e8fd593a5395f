import { describe, expect, test } from 'vitest'
import { keysTopics } from '../../../shared/contract/index.ts'
import { IDLE_MS, RETRY_MS } from './plugged.ts'
import { KeysBench, PIN } from './testing/keys-bench.ts'

const PASSKEYS = [
  { rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' },
  { rpId: 'example.org', rpName: 'Example Org', userName: 'ana', displayName: 'Ana' },
]

describe('the keys topic', () => {
  test('shows keys as they are plugged in and out, and what each says of itself', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue', { pin: PIN, product: 'Blue key', serial: '1' })
    const watched = bench.watch()
    expect(watched.last).toMatchObject({ plugged: [], seen: [], twins: [] })
    await bench.plug(blue)
    const [row] = watched.last.plugged
    expect(row).toMatchObject({
      kind: 'virtual',
      state: 'ready',
      model: 'Blue key',
      modelFrom: 'usb',
      serial: '1',
      devices: [],
      info: { speaks: 'ctap2', pin: { isSet: true, retries: 8 }, can: { passkeys: { can: true } } },
    })
    expect(keysTopics.keys.state.parse(watched.last)).toEqual(watched.last)
    await bench.unplug(blue)
    expect(watched.last.plugged).toEqual([])
    watched.stop()
  })

  test('shows a key that speaks U2F alone, and says what it can not', async () => {
    const bench = new KeysBench()
    const old = bench.add('old', { options: { profile: 'u2f' } })
    const watched = bench.watch()
    await bench.plug(old)
    expect(watched.last.plugged).toMatchObject([
      { state: 'ready', info: { speaks: 'u2f', can: { passkeys: { reason: 'u2f-only' }, wink: { can: true } } } },
    ])
    expect(keysTopics.keys.state.safeParse(watched.last).success).toBe(true)
    watched.stop()
  })

  test('says that a key is denied, and shows it once it is not', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue')
    blue.refusal = 'denied'
    const watched = bench.watch()
    await bench.plug(blue)
    await bench.pass(2_000)
    expect(watched.last.plugged).toMatchObject([{ state: 'denied' }])
    const { id } = watched.last.plugged[0]!
    expect(await bench.fails('keys.wink', { key: id })).toMatchObject({ code: 'key-denied' })
    blue.refusal = undefined
    await bench.pass(2_500)
    expect(watched.last.plugged).toMatchObject([{ state: 'ready' }])
    watched.stop()
  })

  test('says that another program has a key, and asks it again', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue')
    blue.refusal = 'busy'
    const watched = bench.watch()
    await bench.plug(blue)
    expect(watched.last.plugged).toMatchObject([{ state: 'busy' }])
    const { id } = watched.last.plugged[0]!
    expect(await bench.fails('keys.wink', { key: id })).toMatchObject({ code: 'key-busy' })
    blue.refusal = undefined
    await bench.pass(RETRY_MS + 200)
    expect(watched.last.plugged).toMatchObject([{ state: 'ready' }])
    watched.stop()
  })

  test('lets keys go soon after nobody watches', async () => {
    const bench = new KeysBench()
    await bench.plug(bench.add('blue'))
    const watched = bench.watch()
    await bench.pass(200)
    expect(bench.openPorts).toBe(1)
    watched.stop()
    await bench.pass(IDLE_MS - 1_000)
    expect(bench.openPorts).toBe(1)
    await bench.pass(1_500)
    expect(bench.openPorts).toBe(0)
  })

  test('ends with the vault, and every key is let go', async () => {
    const bench = new KeysBench()
    await bench.plug(bench.add('blue'))
    const watched = bench.watch()
    await bench.pass(200)
    const before = watched.states.length
    await bench.store.close()
    await bench.pass(200)
    expect(watched.ended).toEqual(['locked'])
    expect(watched.states).toHaveLength(before)
    expect(bench.openPorts).toBe(0)
    expect(() => bench.watch()).toThrow('locked')
  })
})

describe('names', () => {
  test('stay with a key over plug-ins: by its serial, and unsure where it has none', async () => {
    const bench = new KeysBench()
    const [blue, red] = [bench.add('blue', { serial: '77' }), bench.add('red', { product: 'Red key' })]
    await bench.plug(blue, red)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: '  My  blue ' })
    await bench.call('keys.name', { key: await bench.idOf(red), name: 'My red' })
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged.map(({ name, recognisedBy }) => [name, recognisedBy])).toEqual([
      ['My blue', undefined],
      ['My red', undefined],
    ])
    await bench.unplug(blue, red)
    expect(watched.last.seen.map(({ name, state }) => [name, state])).toEqual([
      ['My red', 'unplugged'],
      ['My blue', 'unplugged'],
    ])
    await bench.plug(blue, red)
    expect(watched.last.plugged.map(({ name, recognisedBy }) => [name, recognisedBy])).toEqual([
      ['My blue', 'serial'],
      ['My red', 'looks'],
    ])
    expect(watched.last.seen).toEqual([])
    watched.stop()
  })

  test('are one a key', async () => {
    const bench = new KeysBench()
    const [blue, red] = [bench.add('blue', { serial: '1' }), bench.add('red', { serial: '2' })]
    await bench.plug(blue, red)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'Mine' })
    const taken = await bench.fails('keys.name', { key: await bench.idOf(red), name: 'mine' })
    expect(taken).toEqual({ code: 'key-name-taken', detail: { name: 'Mine' } })
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'MINE' })
    expect(bench.remembered).toMatchObject([{ name: 'MINE' }])
  })

  test('of a key that only looks like one seen before make another, unless the old name is given', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue')
    await bench.plug(blue)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'Old' })
    await bench.unplug(blue)
    await bench.plug(blue)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'old' })
    expect(bench.remembered).toMatchObject([{ name: 'old' }])
    await bench.pass(IDLE_MS + 500)
    await bench.unplug(blue)
    await bench.plug(blue)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'New' })
    expect(bench.remembered.map(({ name }) => name)).toEqual(['old', 'New'])
  })

  test('can be changed while the key is elsewhere, and forgotten after a question', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue', { serial: '1', passkeys: PASSKEYS })
    await bench.plug(blue)
    await bench.call('keys.name', { key: await bench.idOf(blue), name: 'Mine' })
    await bench.pass(IDLE_MS + 500)
    await bench.unplug(blue)
    const { id } = bench.remembered[0]!
    await bench.call('keys.name', { key: id, name: 'Away' })
    expect(await bench.fails('keys.wink', { key: id })).toEqual({ code: 'key-gone', detail: {} })
    const declined = {
      answer: ({ ask }: { ask: Record<string, unknown> }) => ({ confirmed: false, nonce: ask['nonce'] }),
    }
    expect(await bench.fails('keys.forget', { key: id }, declined)).toMatchObject({ code: 'not-confirmed' })
    await bench.call('keys.forget', { key: id })
    expect(bench.asked.at(-1)?.ask).toMatchObject({ operation: 'keys.forget', object: 'Away' })
    expect(bench.remembered).toEqual([])
    expect(await bench.fails('keys.forget', { key: id })).toMatchObject({ code: 'not-found' })
  })
})

describe('telling keys apart', () => {
  test('a key winks', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue')
    await bench.plug(blue)
    await bench.call('keys.wink', { key: await bench.idOf(blue) })
    expect(blue.person.winks).toBe(1)
  })

  test('the key that is touched is found, and the others stop blinking', async () => {
    const bench = new KeysBench()
    const keys = [bench.add('blue'), bench.add('red', { options: { profile: 'ctap2.0' } }), bench.add('old')]
    for (const key of keys) key.person.touches = 'never'
    keys[1]!.person.touches = 'touched'
    await bench.plug(...keys)
    const id = await bench.idOf(keys[1]!)
    const progress: unknown[] = []
    const watched = bench.watch()
    const answer = await bench.call('keys.select', {}, { onProgress: (one) => progress.push(one) })
    expect(answer).toEqual({ key: id })
    expect(progress).toContainEqual({ doing: 'touch', keyName: 'Virtual key' })
    await bench.pass(200)
    expect(watched.states.some(({ plugged }) => plugged.some(({ waitsFor }) => waitsFor === 'touch'))).toBe(true)
    expect(watched.last.plugged.map(({ waitsFor }) => waitsFor)).toEqual([undefined, undefined, undefined])
    // Not busy any more.
    await bench.call('keys.wink', { key: await bench.idOf(keys[0]!) })
    watched.stop()
  })

  test('selection can be cancelled, and without a key there is nothing to touch', async () => {
    const bench = new KeysBench()
    expect(await bench.fails('keys.select', {})).toMatchObject({ code: 'keys-unavailable' })
    const blue = bench.add('blue')
    blue.person.touches = 'never'
    await bench.plug(blue)
    const cancel = new AbortController()
    const selecting = bench.call(
      'keys.select',
      {},
      { signal: cancel.signal, onProgress: () => cancel.abort(new Error('cancel')) },
    )
    await expect(selecting).rejects.toThrow('cancel')
    await bench.call('keys.wink', { key: await bench.idOf(blue) })
  })

  test('the doctor is told of the keys there are', async () => {
    const bench = new KeysBench()
    await bench.plug(bench.add('blue'))
    expect(await bench.call('keys.doctor', {})).toMatchObject({ findings: [{ facts: { keys: 1 } }] })
  })

  test('the doctor looks after what was mended, not before', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue')
    blue.refusal = 'busy'
    await bench.plug(blue)
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged).toMatchObject([{ state: 'busy' }])
    const green = bench.add('green')
    bench.onRetry = () => {
      blue.refusal = undefined
      green.plug()
    }
    expect(await bench.call('keys.doctor', {})).toMatchObject({ findings: [{ facts: { states: 'ready,ready' } }] })
    watched.stop()
  })
})
