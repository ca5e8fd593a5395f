import { describe, expect, test, vi } from 'vitest'
import { callError, type Progress } from '../../../shared/contract/index.ts'
import { fromHex } from '../../../shared/kit/index.ts'
import { CONFIRMED_FOR_MS } from '../confirm.ts'
import { IDLE_MS } from './plugged.ts'
import { agreeable, KeysBench, PIN, WIRE, type BenchKey, type KeyPlan } from './testing/keys-bench.ts'

const PASSKEYS = [{ rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' }]
const PLAIN: KeyPlan = { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } }

async function withBlue(plan: KeyPlan = PLAIN) {
  const bench = new KeysBench()
  const blue = bench.add('blue', plan)
  await bench.plug(blue)
  return { bench, blue, key: await bench.idOf(blue) }
}
const isWhole = (key: BenchKey) => !key.wasReset
/** Does as the coach says; `acts` says otherwise. */
function obeying(blue: BenchKey, acts: Partial<Record<string, () => void>> = {}) {
  const told: Progress<'keys.reset'>[] = []
  return {
    told,
    onProgress(progress: Progress<'keys.reset'>) {
      told.push(progress)
      const act = acts[progress.doing]
      if (act) act()
      else if (progress.doing === 'unplug') blue.unplug()
      else if (progress.doing === 'plug') blue.plug()
    },
  }
}
const resets = (bench: KeysBench) => bench.count(...WIRE.reset)

describe('reset', () => {
  test('is confirmed by name, coached, and leaves the key empty and known', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '7' })
    await bench.call('keys.readPasskeys', { key })
    await bench.call('keys.name', { key, name: 'Blue' })
    const { told, onProgress } = obeying(blue)
    expect(await bench.call('keys.reset', { key }, { onProgress })).toEqual({ sameBy: 'serial' })
    expect(bench.asked.at(-1)?.ask).toMatchObject({
      operation: 'keys.reset',
      object: 'Blue',
      typeName: 'Blue',
      effects: [
        { effect: 'on-key', facts: { name: 'Blue' } },
        { effect: 'everything-lost' },
        { effect: 'passkey-lost', facts: { rpId: 'example.com', user: 'ana' } },
      ],
    })
    expect(told.map(({ doing }) => doing)).toEqual(['unplug', 'plug', 'checking', 'touch'])
    expect(told.at(-1)).toMatchObject({ keyName: 'Blue', isLong: false })
    expect(isWhole(blue)).toBe(false)
    expect(bench.remembered).toMatchObject([{ name: 'Blue', credentials: [], passkeys: { list: [] } }])
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged).toMatchObject([
      { name: 'Blue', recognisedBy: 'serial', info: { pin: { isSet: false } } },
    ])
    watched.stop()
  })

  test('says that something was changed where only the vault could not be written after it', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '7' })
    await bench.call('keys.readPasskeys', { key })
    const held = callError('vault-held', { holder: 'another' })
    vi.spyOn(bench.store, 'change').mockRejectedValue(held)
    const { onProgress } = obeying(blue)
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({
      code: 'vault-held',
      changed: true,
    })
    expect(isWhole(blue)).toBe(false)
  })

  test('goes by no serial that another remembered key has too', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1' })
    await bench.call('keys.name', { key, name: 'Blue' })
    const [known] = bench.remembered
    await bench.store.change((data) => ({ ...data, keys: [...data.keys, { ...known!, id: 'another', name: 'Green' }] }))
    const { onProgress } = obeying(blue)
    expect(await bench.call('keys.reset', { key }, { onProgress })).toEqual({ sameBy: 'alone' })
  })

  test('knows the key again by a passkey, where it has no serial', async () => {
    const { bench, blue, key } = await withBlue()
    await bench.call('keys.readPasskeys', { key })
    const { onProgress } = obeying(blue)
    expect(await bench.call('keys.reset', { key }, { onProgress })).toEqual({ sameBy: 'credential' })
    expect(isWhole(blue)).toBe(false)
  })

  test('insists on a single key being plugged in, where it can not be told from others', async () => {
    const { bench, blue, key } = await withBlue()
    const other = bench.add('other', PLAIN)
    await bench.plug(other)
    const { told, onProgress } = obeying(blue, { 'unplug-others': () => other.unplug() })
    expect(await bench.call('keys.reset', { key }, { onProgress })).toEqual({ sameBy: 'alone' })
    expect(told).toContainEqual({ doing: 'unplug-others', others: ['Virtual key'] })
    expect(bench.asked[0]?.ask).toMatchObject({ typeName: 'Virtual key' })
    expect([isWhole(blue), isWhole(other)]).toEqual([false, true])
  })

  test('sends nothing where a second key comes after all', async () => {
    const { bench, blue, key } = await withBlue()
    const other = bench.add('other', PLAIN)
    const { onProgress } = obeying(blue, {
      plug: () => {
        blue.plug()
        other.plug()
      },
    })
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code: 'several-keys' })
    expect(resets(bench)).toBe(0)
  })

  test.each<[string, KeyPlan, KeyPlan, boolean]>([
    ['with another serial', { ...PLAIN, serial: '1' }, { ...PLAIN, serial: '2' }, false],
    ['without its passkey', PLAIN, PLAIN, true],
    ['with the one serial that its maker gives to all', { ...PLAIN, serial: '1' }, { ...PLAIN, serial: '1' }, true],
    ['with a serial where it had none', PLAIN, { ...PLAIN, serial: '2' }, false],
    ['with other contents', PLAIN, { ...PLAIN, passkeys: [] }, false],
    ['without its PIN', PLAIN, { ...PLAIN, pin: undefined }, false],
    ['of another model', PLAIN, { ...PLAIN, product: 'Another' }, false],
    [
      'of another make',
      PLAIN,
      { ...PLAIN, options: { hasFingerprintSensor: false, aaguid: fromHex('00112233445566778899aabbccddeeff')! } },
      false,
    ],
  ])('sends nothing to a key %s', async (_, plan, otherPlan, reads) => {
    const { bench, blue, key } = await withBlue(plan)
    if (reads) await bench.call('keys.readPasskeys', { key })
    const other = bench.add('other', otherPlan)
    const { onProgress } = obeying(blue, { plug: () => other.plug() })
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code: 'reset-other-key' })
    expect(resets(bench)).toBe(0)
    expect([isWhole(blue), isWhole(other)]).toEqual([true, true])
  })

  test('of a key that only looks like one seen before leaves that one remembered as it was', async () => {
    const { bench, blue, key } = await withBlue()
    await bench.call('keys.readPasskeys', { key })
    await bench.call('keys.name', { key, name: 'Blue' })
    await bench.unplug(blue)
    const other = bench.add('other', { pin: PIN, options: { hasFingerprintSensor: false } })
    await bench.plug(other)
    const { onProgress } = obeying(other)
    const answer = await bench.call('keys.reset', { key: await bench.idOf(other) }, { onProgress })
    expect(answer).toEqual({ sameBy: 'alone' })
    expect(bench.asked.at(-1)?.ask).toMatchObject({ object: 'Virtual key', typeName: 'Virtual key' })
    expect(bench.remembered).toMatchObject([{ name: 'Blue', passkeys: { list: [{ rpId: 'example.com' }] } }])
  })

  test('comes too late after its window', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1', options: { resetWindowMs: 0 } })
    const { onProgress } = obeying(blue)
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code: 'reset-too-late' })
    expect(isWhole(blue)).toBe(true)
  })

  test('is not done on a confirmation that is old by then', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1' })
    const { onProgress } = obeying(blue, {
      unplug: () => {
        bench.clock.jump(bench.clock.now() + CONFIRMED_FOR_MS + 1)
        blue.unplug()
      },
    })
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code: 'confirmation-stale' })
    expect(resets(bench)).toBe(0)
  })

  test.each(['declined', 'never'] as const)('says what came of a touch that was %s', async (touches) => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1' })
    blue.person.touches = touches
    const { onProgress } = obeying(blue)
    const code = touches === 'never' ? 'touch-timed-out' : 'touch-declined'
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code })
    expect(isWhole(blue)).toBe(true)
  })

  test.each(['unplug', 'plug', 'checking', 'touch'])('can be cancelled at %s', async (at) => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1' })
    blue.person.touches = 'never'
    const cancel = new AbortController()
    const { onProgress } = obeying(blue, { [at]: () => cancel.abort(new Error('cancelled')) })
    const resetting = bench.call('keys.reset', { key }, { signal: cancel.signal, onProgress })
    await expect(resetting).rejects.toThrow('cancelled')
    await bench.pass(IDLE_MS + 6_000)
    expect(bench.openPorts).toBe(0)
    expect(isWhole(blue)).toBe(true)
  })

  test('is not done without the name of the key', async () => {
    const { bench, blue, key } = await withBlue()
    const { told, onProgress } = obeying(blue)
    for (const typedName of [undefined, 'virtual', '']) {
      const answer = (question: Parameters<ReturnType<typeof agreeable>>[0]) => ({
        confirmed: true,
        nonce: question.ask['nonce'],
        typedName,
      })
      expect(await bench.fails('keys.reset', { key }, { onProgress, answer })).toMatchObject({ code: 'not-confirmed' })
    }
    expect(told).toEqual([])
    expect(resets(bench)).toBe(0)
  })

  test('of a key that takes none over USB, or none at all, is not begun', async () => {
    const { bench, key } = await withBlue({ options: { profile: 'u2f' } })
    expect(await bench.fails('keys.reset', { key })).toMatchObject({ detail: { reason: 'u2f-only' } })
    expect(bench.asked).toEqual([])
  })

  test('ends with the vault', async () => {
    const { bench, blue, key } = await withBlue({ ...PLAIN, serial: '1' })
    const { onProgress } = obeying(blue, { plug: () => void bench.store.close() })
    expect(await bench.fails('keys.reset', { key }, { onProgress })).toMatchObject({ code: 'locked' })
    expect(resets(bench)).toBe(0)
  })
})
