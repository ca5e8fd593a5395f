import { describe, expect, test } from 'vitest'
import { keysTopics, type Progress, type State } from '../../../shared/contract/index.ts'
import { KeysBench, PIN, type BenchKey } from './testing/keys-bench.ts'

const OPTIONS = { hasFingerprintSensor: false }
const passkey = (rpId: string, userName = 'ana') => ({ rpId, rpName: rpId, userName, displayName: userName })

/** Two keys, both read and named; they share one site of two. */
async function pair() {
  const bench = new KeysBench()
  const first = bench.add('first', {
    pin: PIN,
    serial: '1',
    options: OPTIONS,
    passkeys: [passkey('example.com'), passkey('example.org')],
  })
  const spare = bench.add('spare', { pin: PIN, serial: '2', options: OPTIONS, passkeys: [passkey('example.com')] })
  await bench.plug(first, spare)
  for (const key of [first, spare]) {
    const id = await bench.idOf(key)
    await bench.call('keys.name', { key: id, name: key.name })
    await bench.call('keys.readPasskeys', { key: id })
  }
  const ids = { first: bench.remembered[0]!.id, spare: bench.remembered[1]!.id }
  return { bench, first, spare, ids }
}
async function twinOf(bench: KeysBench): Promise<State<'keys'>['twins'][number]> {
  const watched = bench.watch()
  await bench.pass(200)
  watched.stop()
  expect(keysTopics.keys.state.parse(watched.last)).toEqual(watched.last)
  return watched.last.twins[0]!
}
const told = (bench: KeysBench) =>
  twinOf(bench).then(({ rows }) =>
    rows.map(({ what, onSpare }) => [what.is === 'passkey' ? what.rpId : what.name, onSpare]),
  )

describe('twins', () => {
  test('show what the first opens and the spare does not', async () => {
    const { bench, ids } = await pair()
    await bench.call('keys.beginTwin', ids)
    await bench.call('keys.beginTwin', ids)
    expect(await twinOf(bench)).toMatchObject({ firstName: 'first', spareName: 'spare' })
    expect(await told(bench)).toEqual(
      expect.arrayContaining([
        ['example.com', 'yes'],
        ['example.org', 'no'],
      ]),
    )
    expect(await bench.fails('keys.beginTwin', { ...ids, spare: ids.first })).toMatchObject({ code: 'bad-request' })
  })

  test('are unknown before the spare was read, and by the person’s word where they say so', async () => {
    const { bench, ids, first } = await pair()
    const fresh = bench.add('fresh', { pin: PIN, serial: '3', options: OPTIONS })
    await bench.plug(fresh)
    await bench.call('keys.beginTwin', { first: ids.first, spare: await bench.idOf(fresh) })
    expect(await told(bench)).toEqual(
      expect.arrayContaining([
        ['example.com', 'unknown'],
        ['example.org', 'unknown'],
      ]),
    )
    const twin = await twinOf(bench)
    const tick = { first: await bench.idOf(first), spare: twin.spareId, row: twin.rows[0]!.id }
    await bench.call('keys.tickTwin', { ...tick, isDone: true })
    expect((await twinOf(bench)).rows[0]).toMatchObject({ onSpare: 'ticked' })
    await bench.call('keys.tickTwin', { ...tick, isDone: false })
    expect((await twinOf(bench)).rows[0]).toMatchObject({ onSpare: 'unknown' })
    expect(await bench.fails('keys.tickTwin', { ...tick, row: 'x', isDone: true })).toMatchObject({ code: 'not-found' })
    await bench.call('keys.endTwin', { first: ids.first, spare: twin.spareId })
    expect(await twinOf(bench)).toBeUndefined()
    expect(await bench.fails('keys.endTwin', { first: ids.first, spare: twin.spareId })).toMatchObject({
      code: 'not-found',
    })
  })

  test('name devices of one identity on both keys', async () => {
    const { bench, ids } = await pair()
    const device = (id: string, name: string) => ({
      id,
      type: 'fido' as const,
      name,
      health: { state: 'in-order' as const },
    })
    const credentialOf = (at: number) => bench.remembered[at]!.credentials[0]!.credentialId
    const [one, two] = [credentialOf(0), credentialOf(1)]
    const identity = (id: string, devices: ReturnType<typeof device>[]) => ({
      identity: { id, kind: 'user' as const, name: id, account: 'Northwind', isAdministrator: false },
      devices,
      contacts: undefined,
      capabilities: {} as never,
    })
    bench.readings = [
      { backend: { id: 'b' } as never, state: 'ready', identities: [identity('ana', [device(one, 'Blue')])] },
    ]
    await bench.call('keys.beginTwin', ids)
    const rows = async () => (await twinOf(bench)).rows.filter(({ what }) => what.is === 'device')
    expect(await rows()).toMatchObject([{ what: { identity: 'ana', name: 'Blue' }, onSpare: 'no', how: 'program' }])
    bench.readings = [
      {
        backend: { id: 'b' } as never,
        state: 'ready',
        identities: [identity('ana', [device(one, 'Blue'), device(two, 'Red')])],
      },
    ]
    expect(await rows()).toMatchObject([{ onSpare: 'yes' }])
  })
})

describe('the drill', () => {
  function obeying(first: BenchKey, spare: BenchKey, acts: Partial<Record<string, () => void>> = {}) {
    const told: Progress<'keys.drill'>[] = []
    return {
      told,
      onProgress(progress: Progress<'keys.drill'>) {
        told.push(progress)
        const act = acts[progress.doing]
        if (act) act()
        else if (progress.doing === 'unplug-first') first.unplug()
        else if (progress.doing === 'plug-spare') spare.plug()
      },
    }
  }

  test('has the spare sign with the first out of its port, and says when it did', async () => {
    const { bench, first, spare, ids } = await pair()
    await bench.call('keys.beginTwin', ids)
    await bench.unplug(spare)
    const { told, onProgress } = obeying(first, spare)
    expect(await bench.call('keys.drill', ids, { onProgress })).toEqual({ proved: 1, of: 1, failed: [] })
    expect(told.map(({ doing }) => doing)).toEqual(['unplug-first', 'plug-spare', 'touch'])
    const twin = await twinOf(bench)
    expect(twin.drill).toMatchObject({ proved: 1, of: 1 })
    expect(twin.rows.filter(({ drilledAt }) => drilledAt !== undefined)).toMatchObject([
      { what: { rpId: 'example.com' } },
    ])
  })

  test('proves nothing by a key that only looks like the spare', async () => {
    const { bench, first, spare, ids } = await pair()
    await bench.call('keys.beginTwin', ids)
    await bench.unplug(first, spare)
    // As the spare from outside, and with another credential.
    const other = bench.add('other', { pin: PIN, serial: '2', options: OPTIONS, passkeys: [passkey('example.com')] })
    await bench.plug(other)
    const { onProgress } = obeying(first, spare)
    const { proved, failed } = await bench.call('keys.drill', ids, { onProgress })
    expect([proved, failed.length]).toEqual([0, 1])
    expect((await twinOf(bench)).drill).toMatchObject({ proved: 0, of: 1 })
  })

  test('does not count a touch during which the first was plugged in', async () => {
    const { bench, first, spare, ids } = await pair()
    await bench.call('keys.beginTwin', ids)
    await bench.unplug(first)
    spare.person.touches = 'never'
    let touches = 0
    const { told, onProgress } = obeying(first, spare, {
      touch: () => {
        touches += 1
        if (touches > 1) return
        spare.person.touches = 'touched'
        void bench.plug(first).then(() => {
          spare.unplug()
          return undefined
        })
      },
    })
    expect(await bench.call('keys.drill', ids, { onProgress })).toMatchObject({ proved: 1 })
    expect(told.map(({ doing }) => doing)).toContain('unplug-first')
    expect(touches).toBe(2)
  })

  test('can be cancelled at each wait', async () => {
    for (const at of ['unplug-first', 'plug-spare', 'touch']) {
      const { bench, first, spare, ids } = await pair()
      await bench.call('keys.beginTwin', ids)
      await bench.unplug(spare)
      spare.person.touches = 'never'
      const cancel = new AbortController()
      const { onProgress } = obeying(first, spare, { [at]: () => cancel.abort(new Error('cancelled')) })
      await expect(bench.call('keys.drill', ids, { signal: cancel.signal, onProgress })).rejects.toThrow('cancelled')
    }
  })
})
